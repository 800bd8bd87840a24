"""Builds the frame of many returns: what is said of each file, its cells, and what every check computes of them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from gaoxin import measures
from gaoxin.i18n import Code, Message
from gaoxin.plan.forms import FieldType, Form, RegisterField, SeriesForm, Severity, Variable
from gaoxin.plan.model import Plan
from gaoxin.quality.blocks import Block, Made, Spread, coded, sparse
from gaoxin.quality.checks import checks, rules_of
from gaoxin.quality.checks.file_readable import READABLE
from gaoxin.quality.checks.file_records import FIGURES, RECORDS, counts_figures
from gaoxin.quality.checks.integer import FRACTION
from gaoxin.quality.checks.structure import PROBLEM, severity_of
from gaoxin.quality.frames import NOWHERE, STATE, Cell, Frame, Given, Peers, Place, Record, Records, state_of
from gaoxin.quality.history import History
from gaoxin.returns.columns import framed
from gaoxin.returns.entries import Entries
from gaoxin.returns.layout import DATA_SHEET
from gaoxin.returns.model import CellValue, ReadReturn, SeriesValue
from gaoxin.returns.numbers import NO_NUMBER_TEXT, NOT_A_NUMBER

_TWICE = Code("quality.variable_twice", "同一指标出现多次：{cells}", "the variable stands there more than once: {cells}")
_NO_UNIT = Code("quality.no_unit", "计量单位不明，数值无法比较",
                "the unit of measure is not clear, so the value cannot be compared")
TYPE_A_NUMBER = Code("quality.readable.type_a_number", "{problem}；请改为数字", "{problem}; type a number", problem=Message)
CORRECT_IT = Code("quality.readable.correct_it", "{problem}；请改正", "{problem}; correct it", problem=Message)


def build_frame(plan: Plan, form: Form | None, reads: Iterable[tuple[ReadReturn, History]]) -> Frame:
    """The frame of all given returns of one form; with `form` None, of files that do not say which return they are."""
    frame = Frame()
    for rule in rules_of(form):  # every column exists, whatever the returns hold: a missing one would break its rule
        _ = frame.columns[rule["kwargs"]["column"]]
    peers: Peers = {}
    for owner, (read, history) in enumerate(reads):
        base = _add_file(frame, owner, form, read)
        if owner in frame.unreadable or form is None or read.key is None:
            continue
        block: Block | None = None
        records: Sequence[Record]
        if form.kind == "series":
            records = _series(frame, owner, form, read)
        else:
            block = _register(frame, owner, form.fields, read)
            records = Records(block)
        if not records:
            frame.without_records.add(owner)
        given = Given(frame, owner, base, plan, form, read, read.key, history, records, block, peers)
        for check in checks():
            check.compute(given)
    return frame


def _add_file(frame: Frame, owner: int, form: Form | None, read: ReadReturn) -> int:
    """The row of the return itself, and one a structural problem. Returns the former."""
    first = read.problems[0] if read.problems else None
    base = frame.row(owner, Place(first.sheet, first.cell) if first else NOWHERE)
    readable = _readable(form, read)
    if not readable:
        frame.unreadable.add(owner)
    frame.put(base, READABLE, "yes" if readable else "no")
    frame.put(base, PROBLEM, "none")
    if form is not None and form.kind == "register":
        frame.put(base, RECORDS, float(len(read.entries) or (read.nil and form.allow_empty)) if readable else None)
    if counts_figures(form):
        said = sum(bool(v.value.raw.strip() or v.value.problem) for v in read.series)
        frame.put(base, FIGURES, float(said) if readable else None)
    for problem in (*read.problems, *read.notes):
        frame.put(frame.row(owner, Place(problem.sheet, problem.cell)), PROBLEM, problem.kind, problem=problem.message)
    return base


def _readable(form: Form | None, read: ReadReturn) -> bool:
    """Whether there is anything to check. A register may be empty, but not because its file could not be understood."""
    if form is None or read.key is None:
        return False
    if form.kind == "series":
        return bool(read.series)
    return bool(read.entries) or not any(severity_of(problem.kind) is Severity.ERROR for problem in read.problems)


def _series(frame: Frame, owner: int, form: SeriesForm, read: ReadReturn) -> tuple[Record, ...]:
    reported: dict[str, list[SeriesValue]] = {}
    for value in read.series:
        reported.setdefault(value.variable, []).append(value)
    sheet = None if read.mapping else DATA_SHEET
    return (Record({v.id: _variable(frame, owner, v, reported.get(v.id, []), sheet) for v in form.variables}),)


def _variable(frame: Frame, owner: int, variable: Variable, found: list[SeriesValue], sheet: str | None) -> Cell:
    """The variable in the plan's unit of measure, as far as there is a figure and a unit that converts. sheet: its."""
    if not found:
        return _put(frame, owner, variable, None, None, None, sheet=sheet)
    first = found[0]
    given, problem = first.value.value, first.value.problem
    if problem is None and len(found) > 1:
        problem, given = _TWICE(cells=tuple(f"{v.value.sheet}!{v.value.cell}" for v in found)), None
    unit = _unit_state(first.unit_given, variable.unit)
    value = None
    if isinstance(given, Decimal) and unit in ("same", "converted"):
        value = measures.convert(given, first.unit_given or variable.unit, variable.unit)
    elif given is not None:
        for column in (variable.id, FRACTION):
            frame.reasons[owner, column, variable.id] = _NO_UNIT()
    return _put(frame, owner, variable, first.value, value, problem, given, first, unit)


def _unit_state(given: str | None, wanted: str) -> str:
    if not given:
        return "blank"
    if given == wanted:
        return "same"
    if not measures.known(given, wanted):
        return "unknown"
    if not measures.fits(given, wanted):
        return "inconvertible"
    # Counting words are one thing (12 家 = 12 个, but not 12 人): a different word with the same factor is no conversion.
    return "same" if measures.factor(given, wanted) == 1 else "converted"


def _register(frame: Frame, owner: int, fields: tuple[RegisterField, ...], read: ReadReturn) -> Block:
    block = frame.block(owner, fields, Entries.of(read.entries))
    for field in fields:
        frame.spread(block, field.id, STATE, partial(_states, block, field), partial(_told, block, field))
        frame.spread(block, field.id, field.id, partial(_values, block, field), partial(_told_of_value, block, field))
    return block


def _states(block: Block, field: RegisterField) -> Spread:
    """Of a field's cells: in which state they are."""
    if (column := block.column(field.id)) is None:
        return coded(["blank"] * len(block.entries))
    odd = {place: state_of(cell, None if cell.problem else cell.value) for place, cell in column.odd.items()}
    empty, size = column.empty - odd.keys(), len(block.entries)
    return sparse(size, "ok", dict.fromkeys(empty, "blank") | odd)


def _told(block: Block, field: RegisterField, place: int) -> dict[str, Any]:
    """Of a cell that holds a problem or was repaired; of all others nobody says anything."""
    cell = block.cell(place, block.number_of(field.id))
    if cell is None or not (cell.problem or cell.repairs):
        return {}
    return {"problem": _quoted(cell.problem, CORRECT_IT), "number": None if cell.problem else cell.value, "repairs": cell.repairs}


def _values(block: Block, field: RegisterField) -> Spread:
    """What a field's cells hold, as a column of the frame has it."""
    if field.type in (FieldType.DATE, FieldType.CODE):
        return block.different(field.id).mapped(framed)
    column = block.column(field.id)
    if column is not None and (texts := column.texts_alone) is not None:
        return Spread(texts)
    doubles = partial(block.doubles, field.id) if field.type is FieldType.NUMBER else None
    return Spread(Made(len(block.entries), partial(block.framed, field.id),
                       lambda place: None if column is None else framed(column.value(place))), doubles=doubles)


def _told_of_value(block: Block, field: RegisterField, place: int) -> dict[str, Any]:
    cell = block.cell(place, block.number_of(field.id))
    if cell is None or cell.problem or cell.value is None:
        return {}
    return {"number": cell.value, "unit": field.unit or ""}


def _quoted(problem: Message | None, todo: Code) -> Message | None:
    """A problem of a cell beside its words: a finding quotes the cell itself, and says what to do where the problem does not."""
    told = NOT_A_NUMBER() if problem and problem.code == NO_NUMBER_TEXT.code else problem
    return told if told is None or "请" in told.zh else todo(problem=told)


def _put(frame: Frame, owner: int, item: Variable, read: CellValue | None, value: Decimal | None, problem: Message | None,
         given: Any = None, series: SeriesValue | None = None, unit_state: str | None = None,
         sheet: str | None = DATA_SHEET) -> Cell:
    """The row of one variable: its state, and its value where there is one to compute with. given: before conversion.
    sheet: where one that is absent would stand; None where no sheet is laid out for it."""
    state = "absent" if read is None else "problem" if problem else "blank" if given is None else "ok"
    if state == "ok" and read is not None and read.repairs:
        state = "repaired"
    place = Place(read.sheet, read.cell, item.id, read.raw) if read else Place(sheet, None, item.id, None)
    row = frame.row(owner, place)
    frame.put(row, STATE, state)
    problem = _quoted(problem, TYPE_A_NUMBER)
    if problem or (read and read.repairs):  # of all others nobody says anything
        frame.note(row, STATE, problem=problem, number=given, repairs=read.repairs if read else ())
    if value is not None:
        frame.put(row, item.id, float(value), number=value, unit=item.unit or "")
    return Cell(name=item.name, unit=item.unit or "", value=value, cell=f"{place.sheet}!{place.cell}" if place.cell else "—",
                given=given if isinstance(given, Decimal) else None, unit_given=series.unit_given if series else None,
                integer=item.integer, item=item,
                blank=state in ("blank", "absent") and not item.required, signed=item.min is None or item.min < 0,
                row=row, state=state, read=read,
                unit_cell=series.unit_cell if series else None, unit_state=unit_state)
