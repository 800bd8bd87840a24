"""Figures taken out of a table by the lines of a mapping: of which variable, whose, of which period, in which unit of measure.

Every cell with a figure in a table is taken, left out by name, or told.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from gaoxin import measures
from gaoxin.containers.model import Position, address, letters_of, row_and_column, shown
from gaoxin.i18n import Code, Message
from gaoxin.mapping.dating import Asked, Dated, misfit, undated, year_of
from gaoxin.mapping.figures import Figure, blank_explained, figure_of
from gaoxin.mapping.headings import NUMBERED, Found, meant, unclear, unit_of
from gaoxin.mapping.model import LEFT_AS_SAID, Left, NoValue, Reading, Taken
from gaoxin.mapping.places import Column, Placed, Row
from gaoxin.mapping.shares import settled
from gaoxin.mapping.when import as_reported, completed, periods_in
from gaoxin.periods import Period
from gaoxin.plan.mappings import Line, Share, Take
from gaoxin.plan.mappings import Mapping as Declared
from gaoxin.returns.numbers import PERCENT_MISFIT, TWO_UNITS, Bounds
from gaoxin.returns.text import squeezed

LINE_NOT_FOUND = Code("mapping.line_not_found", "表中没有「{wanted}」；现有：{there}",
                      "the table has no {wanted!r}; it has: {there}",
                      wanted=str, there=tuple)
LINE_TWICE = Code("mapping.line_twice", "「{wanted}」可以是 {there}，请写全上级表头",
                  "{wanted!r} may be {there}: give the headings above it",
                  wanted=str, there=tuple)
LINES_ALIKE = Code("mapping.lines_alike",
                   "「{wanted}」有几处，表头完全相同，对照分不开：{there}；请在表上分别写明各是什么，或只留一处",
                   "{wanted!r} stands in several places under the same headings, which no mapping can tell apart: {there}. Say "
                   "on the table what each is, or leave one", wanted=str, there=tuple)
MEANT_TWICE = Code("mapping.meant_twice", "「{there}」同时符合对照的 {wanted}", "{there!r} is what several lines mean: {wanted}",
                   there=str, wanted=tuple)
NOT_MAPPED = Code("mapping.not_mapped", "对照没有说明这个数是什么（栏：{column}；行：{row}）",
                  "the mapping does not say what this figure is (column: {column}; row: {row})", column=str, row=str | Message)
FIGURE_AS_NAME = Code("mapping.figure_as_name",
                      "这个数被当作行名（栏「{column}」）；请核对这一栏是不是行名，不是的由办公室在对照里改 at 或写 stub",
                      "this figure is taken for a row's name (column {column!r}): if that column names no rows, let the office "
                      "mend at in the mapping, or give stub", column=str)
ROW_UNNAMED = Code("mapping.row_unnamed", "第 {row} 行，没有行名", "row {row}, which has no name")
NO_SUCH_UNIT = Code("mapping.no_such_unit", "计量单位栏写的是「{written}」，不是计量单位；请改正这一栏",
                    "the column of units says {written!r}, which is none: correct it there",
                    written=str)
NO_UNIT = Code("mapping.no_unit", "没有计量单位：表上和对照里都没有写明；请在表上写明，或由办公室在对照里写 unit",
               "no unit of measure: neither table nor mapping says it; write it on the table, or let the office give unit")
UNIT_AMONG = Code("mapping.unit_among", "表上写有几个计量单位（{units}），不知是哪一个；请办公室在对照里写 unit",
                  "the table names several units of measure ({units}): the office is to give unit in the mapping", units=tuple)
UNIT_UNCLEAR = Code("mapping.unit_unclear", "表头上的「{written}」像是计量单位，却不是 {unit}；请办公室在对照里写 unit",
                    "{written!r} in the heading may be a unit of measure, not {unit}: the office is to give unit in the mapping",
                    written=str)
UNIT_COUNTS_OTHERS = Code("mapping.unit_counts_others",
                          "表上写的计量单位是 {written}，报表要的是 {unit}，数的不是一样的东西；请核对取的是否这一栏，"
                          "确是这一栏而写错单位的，由办公室在对照里写 unit",
                          "the table counts in {written}, the form in {unit}: other things. Is it the column that is meant? "
                          "Where it is, and the unit of measure is wrong, the office gives unit in the mapping",
                          written=str, unit=str)
UNIT_MISFITS = Code("mapping.unit_misfits",
                    "写的计量单位是 {written}，换算不成报表要的 {unit}；请核对取的是否这一栏，确是这一栏的，请按 {unit} 填写",
                    "it is in {written}, which does not convert into {unit} as the form asks: is it the column that is meant? "
                    "Where it is, write it in {unit}", written=str, unit=str)
SIDES_DIFFER = Code("mapping.sides_differ", "栏上写的计量单位是 {column}，行上写的是 {row}；请办公室在对照里写 unit",
                    "the column is in {column}, the row in {row}: the office is to give unit in the mapping", column=str, row=str)
UNITS_DIFFER = Code("mapping.units_differ", "表上写的计量单位是 {written}，对照写的是 {declared}；请办公室核对对照的 unit",
                    "the table is in {written}, the mapping says {declared}: the office is to check its unit",
                    declared=str)
SAID_TWICE = Code("mapping.said_twice", "栏和行都写明了，而且不同：{one} 与 {other}",
                  "column and row both say it, and differ: {one}, {other}",
                  one=str, other=str)
STANDS_TWICE = Code("mapping.stands_twice", "这个数只该有一个，{cell} 另有一个，而且不同",
                    "there should be one figure, and another stands at {cell}", cell=str)
OLDER = Code("mapping.older", "只取最新一期", "only the newest period is taken")
_OF_SHARES = frozenset({"share", "points"})

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """asked: what bears on periods. unit_for: variable -> the unit of measure that its form asks for, None where no form is
    known. bounds_for: variable -> between which it must lie, where its form has it in %. names: variable -> what its form calls
    it."""

    declared: Declared
    asked: Asked
    unit_for: Callable[[str], str | None]
    bounds_for: Callable[[str], Bounds]
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What a line of the mapping says of a column or a row. said: where its heading names a period that is none of the form."""

    line: Line
    entity: str | None = None
    unit: str | None = None
    period: Period | None = None
    said: str | None = None


def take(one: Placed, dated: Dated, c: Context, reading: Reading) -> None:
    """Takes the figures of a table of variables (a register's entries are `registers`')."""
    told_missing(one, reading)
    columns = said_of(one, one.table.columns, of_columns(one), c, reading, "column")
    rows = said_of(one, one.table.rows, of_rows(one), c, reading, "row")
    newest = max((s.period for s in columns.values() if s.period), default=None)
    found: list[Taken] = []
    older: list[Taken] = []  # which say how the newest are written
    named = {r.number: r for r in one.named}
    aside = {*one.stubs, *one.claimed.values()}
    _tell_figures_as_names(one, rows, c, reading)
    for row in one.rows:
        for column in one.columns.values():
            where = row, column.number
            reading.seen.setdefault(one.sheet.name, set()).add(where)
            if column.number in aside:
                continue
            by_column, by_row = columns.get(column.number), rows.get(row)
            variable = _variable(one, by_column, by_row)
            left = _left(by_column, by_row, newest, variable)
            raw = shown(one.sheet.cell(*where))
            if left is not None:
                if raw.strip():
                    reading.left.append(Left(one.sheet.name, address(*where), raw, left))
                if variable is not None and left.code == OLDER.code:
                    older.append(_taken(one, where, variable, by_column, by_row, column, named[row], dated, c, Reading()))
                continue
            silent = (by_column is None and one.table.columns) or (by_row is None and one.table.rows)
            if variable is None or silent:
                if figure_of(one.sheet, where, None, c.declared.marks, known=one.known).is_figure:
                    reading.tell("mapping_not_mapped", NOT_MAPPED(column="/".join(column.written) or "—",
                                 row="/".join(named[row].levels) or ROW_UNNAMED(row=row)), one.sheet.name, address(*where))
                continue
            made = _taken(one, where, variable, by_column, by_row, column, named[row], dated, c, reading)
            (found if made.value.value is not None or made.no_value is not None else reading.blank).append(made)
    reading.values += settled(found, lambda t: _share(one, t, columns, rows), c.bounds_for, older)


def _tell_figures_as_names(one: Placed, rows: Mapping[int, Said], c: Context, reading: Reading) -> None:
    """Of rows that may be called anything: a column of figures is most likely no column of names."""
    for row in one.rows:
        said, where = rows.get(row), (row, one.stubs[-1])
        text = one.sheet.text(*where)
        if said is not None and "entity" in said.line.captured and not periods_in(text) and not NUMBERED.match(
                squeezed(text)) and figure_of(one.sheet, where, None, c.declared.marks, known=one.known).is_figure:
            column = one.columns.get(where[1])
            reading.tell("mapping_not_mapped", FIGURE_AS_NAME(column="/".join(column.written) if column else "—"),
                         one.sheet.name, address(*where))


def told_missing(one: Placed, reading: Reading) -> None:
    """What `stub`, `codes` and `units` name and the table does not have."""
    for name in one.missing:
        there = tuple("/".join(c.levels) for c in one.columns.values() if c.levels)[:20]
        reading.tell("mapping_line_not_found", LINE_NOT_FOUND(wanted=name, there=there), one.sheet.name, address(*one.at))


_Called = Mapping[int, tuple[tuple[str, ...], str, str]]  # column or row -> levels, code, the innermost level as it is written


def of_columns(one: Placed) -> _Called:
    return {k.number: (k.levels, "", "".join(k.written[-1:])) for k in one.distinct.values()}


def of_rows(one: Placed) -> _Called:
    return {r.number: (r.levels, r.code, r.written) for r in one.named}


def said_of(one: Placed, lines: Iterable[Line], there: _Called, c: Context, reading: Reading, kind: str) -> dict[int, Said]:
    """Column or row -> what the mapping says of it. The closest of its lines counts; what none or several mean is told."""
    best: dict[int, list[tuple[float, Line, Found]]] = defaultdict(list)
    for line in lines:
        hits: list[tuple[float, int, Found]] = []
        for number, (levels, code, written) in there.items():
            if line.code is not None:
                if code and squeezed(line.code).casefold() == code.casefold():
                    hits.append((4, number, Found(4, {})))
            elif levels and (found := _meant(line, levels, written, one, kind)) is not None:
                hits.append((found.rank, number, found))
        wanted = line.code or "/".join(line.path)
        top = max((rank for rank, _, _ in hits), default=0)
        kept = [h for h in hits if h[0] == top or line.leave or line.captured or line.total]
        many = bool(line.leave or line.captured or line.total or any("*" in level for level in line.path))
        if not hits and not line.leave:
            reading.tell("mapping_line_not_found", LINE_NOT_FOUND(
                wanted=wanted, there=tuple(dict.fromkeys("/".join(levels) or code for levels, code, _ in there.values()))[:20]),
                one.sheet.name, address(*one.at))
        elif len(kept) > 1 and not many:
            why = LINES_ALIKE if len({there[n][:2] for _, n, _ in kept}) == 1 else LINE_TWICE
            reading.tell("mapping_line_twice", why(wanted=wanted, there=tuple(
                f"{_place(kind, n)} {'/'.join(there[n][0])}" for _, n, _ in kept)), one.sheet.name, address(*one.at))
            continue
        for rank, number, found in kept:
            best[number].append((rank, line, found))
    said: dict[int, Said] = {}
    for number, hits_of in best.items():
        top = max(rank for rank, _, _ in hits_of)
        first, *others = [(line, found) for rank, line, found in hits_of if rank == top]
        if others:
            reading.tell("mapping_meant_twice", MEANT_TWICE(there="/".join(there[number][0]), wanted=tuple(
                "/".join(line.path) or str(line.code) for line, _ in (first, *others))), one.sheet.name, address(*one.at))
        said[number] = _said(*first, c, one, there[number][0])
    return said


def _meant(line: Line, levels: tuple[str, ...], written: str, one: Placed, kind: str) -> Found | None:
    """A row of units of measure below the headings is no part of a column's name, unless the line says that it is."""
    found = meant(line.path, levels, one.known, written)
    if found is None and kind == "column" and len(levels) > 1 and unit_of(levels[-1], one.known):
        return meant(line.path, levels[:-1], one.known)
    return found


def _place(kind: str, number: int) -> str:
    return letters_of(number) if kind == "column" else str(number)


def _said(line: Line, found: Found, c: Context, one: Placed, levels: tuple[str, ...]) -> Said:
    caught = found.captured
    periods = periods_in(caught["period"]) if caught.get("period") else ()
    if caught.get("period") and not periods:
        year = year_of(one, levels, c.asked.file)
        periods = (made.period,) if year and (made := completed(caught["period"], year)) else ()
    period = as_reported(periods[0], c.asked.periodicity) if len(periods) == 1 else None
    entity = line.entity or caught.get("entity")
    return Said(line, entity and canonical(c.declared, entity), line.unit or (
        unit_of(caught["unit"], one.known) if caught.get("unit") else None), period, None if period else caught.get("period"))


def canonical(declared: Declared, name: str) -> str:
    """A place or unit as the mapping calls it, whatever blanks stand in its name."""
    bare = squeezed(name)
    return next((known for known, others in declared.entities.items()
                 if bare in {squeezed(n) for n in (known, *others)}), bare)


def _left(column: Said | None, row: Said | None, newest: Period | None, variable: str | None) -> Message | None:
    for said in (column, row):
        if said and said.line.leave:
            return LEFT_AS_SAID(why=said.line.leave)
    if column and column.period and column.line.take is Take.NEWEST and column.period != newest:
        return OLDER()
    for said in (column, row):
        if said and said.line.total and not (said.entity or said.line.variable or (said.line.variables and variable)):
            return TOTAL()
    return None


TOTAL = Code("mapping.total", "合计：不取，只作核对", "a total: checked, not taken")


def _variable(one: Placed, column: Said | None, row: Said | None) -> str | None:
    lines = [s.line for s in (row, column) if s]
    what = next((line.what for line in lines if line.what), "value")
    for line in lines:
        if line.variables:
            return line.variables.get(what)
    own = next((line.variable for line in lines if line.variable and (line.what or what == "value")), None)
    return own or (one.table.variable if what == "value" else None)


def _taken(one: Placed, where: tuple[int, int], variable: str, column: Said | None, row: Said | None, of_column: Column,
           of_row: Row, dated: Dated, c: Context, reading: Reading) -> Taken:
    cell = address(*where)
    entities = [s.entity for s in (column, row) if s and s.entity]
    entity = _one(entities, one, cell, reading) or (one.table.entity and canonical(c.declared, one.table.entity))
    by_line = _one([s.period for s in (column, row) if s and s.period], one, cell, reading)
    when = by_line or dated.period
    unit, doubt = unit_in(one, variable, column, row, of_column, of_row, c)
    made = figure_in(one, where, unit, (of_column.units, of_row.units, *(s and s.unit for s in (column, row))), c, settled=True)
    if made.blank and any(not squeezed(mark) for mark in c.declared.marks) and _has_figure(one, where[0]):  # no group's name
        made = blank_explained(made, unit, c.declared.marks)
    if made.blank:
        return Taken(variable, made.value, unit, when, entity, where[0])
    doubt = doubt or counts_others(made.unit, variable, c)
    if doubt is not None and made.unit is not None and unit is None and doubt.code in (NO_UNIT.code, UNIT_AMONG.code):
        doubt = None  # the cell itself says it
    if doubt is None and when is not None:
        doubt = misfit(variable, when, None if by_line else dated, of_column, of_row, c.asked)
    if doubt is not None and made.no_value is None:
        made = Figure(replace(made.value, value=None, problem=doubt), unit, NoValue.AMBIGUOUS)
    if when is None and made.no_value is None:
        told = undated(one, dated, (s.said for s in (column, row) if s and s.said), c.asked)
        made = Figure(replace(made.value, value=None, problem=told), unit, NoValue.AMBIGUOUS)
    return Taken(variable, made.value, made.unit, when, entity, where[0], no_value=made.no_value)


def _has_figure(one: Placed, row: int) -> bool:
    aside = {*one.stubs, *one.claimed.values()}
    return any(figure_of(one.sheet, (row, c), None, {}, known=one.known).is_figure for c in one.columns if c not in aside)


def figure_in(one: Placed, where: Position, unit: str | None, near: Iterable[object], c: Context, *, settled: bool = False
              ) -> Figure:
    """near: what says the unit of measure of its line; where nothing does, the cell's own counts before the title's."""
    def read(unit: str | None) -> Figure:
        return figure_of(one.sheet, where, unit, c.declared.marks, share_settled=settled, known=one.known)

    made = read(unit)
    other = made.value.problem is not None and made.value.problem.code in (PERCENT_MISFIT.code, TWO_UNITS.code)
    return read(None) if other and not any(near) else made


def _one(said: list[T], one: Placed, cell: str, reading: Reading) -> T | None:
    """What column and row say alike; None where neither says it, or they differ, which is told."""
    if len(said) == 2 and said[0] != said[1]:
        reading.tell("mapping_said_twice", SAID_TWICE(one=str(said[0]), other=str(said[1])), one.sheet.name, cell)
        return None
    return said[0] if said else None


def unit_in(one: Placed, variable: str, column: Said | None, row: Said | None, of_column: Column, of_row: Row | None, c: Context
            ) -> tuple[str | None, Message | None]:
    """The unit of measure of a cell, and why it is in doubt. What is written nearest wins; what the mapping says of the line
    counts before what the other side has written, and must not contradict its own heading. A group's （万元） is not of all that
    stands below it: 增速 is in what the mapping says."""
    wanted, names = c.unit_for(variable), c.names.get(variable, frozenset())
    perhaps = [_perhaps(of_column, names, one), _perhaps(of_row, names, one) if of_row else ((), None)]
    headings = of_column.units or perhaps[0][0], (of_row.units if of_row else ()) or perhaps[1][0]
    for said, units in zip((column, row), headings, strict=True):
        above = said is column and of_column.units_above
        if said and said.unit and units and not any(_same(said.unit, u) or (above and not measures.convertible(said.unit, u))
                                                    for u in units):
            return said.unit, UNITS_DIFFER(written="、".join(units), declared=said.unit)
    if declared := [s.unit for s in (row, column) if s and s.unit]:
        other = next((u for u in declared if not _same(u, declared[0])), None)
        return declared[0], SIDES_DIFFER(column=declared[-1], row=declared[0]) if other else None
    by_column, by_row = (_one_of(units, wanted) for units in headings)
    if by_column and by_row and not _same(by_column, by_row):
        shares = [u for u in (by_column, by_row) if measures.dimension(u) in _OF_SHARES]  # 增速% of what is in 亿元
        if len(shares) == 1 and (wanted is None or measures.convertible(shares[0], wanted)):
            return shares[0], None
        return None, SIDES_DIFFER(column=by_column, row=by_row)
    if by_row or by_column:
        return by_row or by_column, None
    if several := headings[1] or headings[0]:
        return None, UNIT_AMONG(units=several)
    if of_row and of_row.no_unit is not None and not one.table.unit:
        return None, NO_SUCH_UNIT(written=of_row.no_unit)
    unit, doubt = _of_table(one, wanted, c)
    for _, written in perhaps:
        if written and unit and not ((found := unit_of(written, one.known)) and _same(found, unit)):
            return None, UNIT_UNCLEAR(written=written, unit=unit)
    return unit, doubt


def counts_others(unit: str | None, variable: str, c: Context) -> Message | None:
    """Why a figure in that unit of measure is of other things than are asked for; a mapping that gives another settles it."""
    wanted = c.unit_for(variable)
    if unit is None or wanted is None:
        return None
    if not measures.convertible(unit, wanted):
        return UNIT_MISFITS(written=unit, unit=wanted)
    return None if measures.fits(unit, wanted) else UNIT_COUNTS_OTHERS(written=unit, unit=wanted)


def _perhaps(of: Column | Row, names: frozenset[str], one: Placed) -> tuple[tuple[str, ...], str | None]:
    """Where no unit of measure is set apart in a heading: that which stands behind the variable's own name, or else what may be
    one."""
    if of.units or not of.levels:
        return (), None
    for n in range(1, len(of.levels[-1])):
        if of.levels[-1][:n] in names and (unit := unit_of(of.levels[-1][n:], one.known)):
            return (unit,), None
    return (), unclear(of.written if isinstance(of, Row) else of.written[-1], one.known)


def _one_of(units: tuple[str, ...], wanted: str | None) -> str | None:
    """Of several units of measure the one that converts into what is asked for; of those that are worth the same, that one."""
    fitting = [u for u in units if measures.fits(u, wanted)] or [*units]
    if not all(_same(u, fitting[0]) for u in fitting[1:]):
        return None
    return next((u for u in fitting if u == wanted), fitting[0] if fitting else None)


def _of_table(one: Placed, wanted: str | None, c: Context) -> tuple[str | None, Message | None]:
    """What the title says, or the mapping of the whole table; of a list in the title each variable has its own."""
    title, declared = one.units, one.table.unit
    if declared and title and not any(_same(declared, u) for u in title):
        return declared, UNITS_DIFFER(written="、".join(title), declared=declared)
    named = _one_of(title, wanted)
    if declared and not (named and (wanted is None or measures.fits(named, wanted))):
        named = declared
    if named:
        return named, None
    if title:
        return None, UNIT_AMONG(units=title)
    return (c.declared.unit, None) if c.declared.unit else (None, NO_UNIT())


def _same(one: str, other: str) -> bool:
    return one == other or (measures.convertible(one, other) and measures.factor(one, other) == 1)


def _share(one: Placed, taken: Taken, columns: Mapping[int, Said], rows: Mapping[int, Said]) -> Share | None:
    where = row_and_column(taken.value.cell)
    said = (columns.get(where[1]), rows.get(where[0])) if where else ()
    return next((s.line.share for s in said if s and s.line.share), one.table.share)


def alike(one: Taken, other: Taken) -> bool:
    """Whether two cells say the same of one figure."""
    return isinstance(one.value.value, Decimal) and (one.value.value, one.unit_of_measure) == (other.value.value,
                                                                                               other.unit_of_measure)


def told_twice(values: list[Taken], reading: Reading) -> None:
    """The same figure at two places of what a mapping takes: neither is sure, and both are told."""
    first: dict[tuple[object, ...], Taken] = {}
    for taken in values:
        if taken.period is None:
            continue  # of which nobody knows: that is told
        key = taken.variable, taken.entity, taken.period, taken.part
        before = first.setdefault(key, taken)
        if before is not taken and not alike(before, taken):
            reading.tell("mapping_stands_twice", STANDS_TWICE(cell=before.value.cell), taken.value.sheet, taken.value.cell)
