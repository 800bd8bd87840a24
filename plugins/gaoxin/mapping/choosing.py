"""Which of a plan's mappings reads a file that has no cover, and the return that it then is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from hashlib import sha256

from gaoxin.containers.model import Book, Problem
from gaoxin.i18n import Code, Message, Worded
from gaoxin.mapping.dating import DOUBTS, period_unfit
from gaoxin.mapping.dating import NO_PERIOD as FIGURE_WITHOUT_PERIOD
from gaoxin.mapping.model import BY_HEADINGS, Left, NoValue, Reading, Taken
from gaoxin.mapping.taking import STANDS_TWICE, alike, canonical
from gaoxin.mapping.whole import read
from gaoxin.mapping.whose import another_unit
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.model import Plan
from gaoxin.returns.cover import CALLED_SO, not_asked
from gaoxin.returns.model import PROBLEMS, CellValue, Entry, ReadReturn, ReturnKey, SeriesValue
from gaoxin.returns.reader import NIL_WITH_RECORDS
from gaoxin.returns.text import squeezed

DRIFTED = "mapping_drifted"
MAPPING_DRIFTED = Code("mapping.drifted",
                       "表头与对照「{name}」不同，一个数也没有取：{changes:;}。单位不必改表，等办公室更新对照；"
                       "放在收件箱的到时自动收取，上传或提交的到时把同一份文件再交一次",
                       "the headings are not those of the mapping “{name}”, no figure was taken: {changes:;}. The unit need "
                       "change nothing, the office updates the mapping; what lies in the inbox is then taken, an upload is to "
                       "be sent again as it is", name=Worded, changes=tuple)
WHOSE = Code("mapping.whose", "{form} · {unit}", "{form} · {unit}", form=Worded, unit=Worded)
_CHANGE = Code("mapping.change", "「{sheet}」{cell} {what}", "{sheet}!{cell} {what}", what=Message)
NONE_FITS = Code("mapping.none_fits",
                 "没有封面，{form}{unit}的对照都读不了这个文件：{names:；}。请核对是否交错了文件；确是这张表的，按所列原因改正，"
                 "或请办公室修改对照；也可用下发的模板",
                 "no cover, and no mapping of {unit} {form} reads this file: {names:; }. Is it the right file? If so, mend what "
                 "is named, or let the office mend the mapping; or use the template",
                 form=str | Worded, unit=Worded, names=tuple)
WHY_NOT = Code("mapping.why_not", "「{name}」{why:；}", "“{name}”: {why:; }", name=Worded, why=tuple)
NO_MAPPING = Code("mapping.none_at_all",
                  "没有封面，{unit}也没有读这个文件的对照；请用下发的模板填报，或请办公室为单位自己的表做对照",
                  "no cover, and {unit} has no mapping for this file: use the template that was sent out, or ask the office for "
                  "a mapping of the unit's own table", unit=Worded)
SEVERAL_FIT = Code("mapping.several_fit", "几份对照都能读这个文件：{names}；请指明报表，或在对照里写 file、titled",
                   "several mappings read this file: {names}. Name the form, or give file or titled in the mappings", names=tuple)
NO_PERIOD = Code("mapping.period_not_told",
                 "表上看不出报告期；请在表的标题写明是哪一期，如“（2023年）”，或提交时指明报告期，或由办公室在对照里写 period",
                 "the table does not say its period: write it into the title, such as (2023), name it as you hand in, or the "
                 "office gives `period` in the mapping")
NO_FIGURES = Code("mapping.no_figures", "对照「{name}」没有取到 {unit} {period}的数；表上有：{there}",
                  "the mapping {name!r} takes no figure of {unit} for {period}; the table has: {there}", name=str,
                  unit=str, period=Period, there=tuple)
NO_ENTRIES = Code("mapping.no_entries", "对照「{name}」没有取到记录；本期确无记录的，在表头下一行写“零报告”",
                  "the mapping {name!r} takes no record; where there is none, write “nil report” in the row below the heads",
                  name=str)
_TOLD = 3  # changes of one mapping among several that do not fit
FIELD_NOT_TAKEN = Code("mapping.field_not_taken", "「{field}」必填，对照「{name}」却没有写从哪一栏取；请办公室补上",
                       "{field} is required, and the mapping {name!r} does not say from which column: the office adds it",
                       name=str, field=Worded)
OF_ANOTHER = Code("mapping.of_another", "不是本单位本期的数（{whose: · }），不进这份报表",
                  "not this unit's figure of this period ({whose: · }): no part of the return", whose=tuple)


@dataclass(frozen=True)
class From:
    """What is known of a file beside what stands in it: whose it is, and where somebody said so its form and period."""

    plan: Plan
    unit: str
    form: str | None = None
    period: Period | None = None


def mappings_for(known: From, name: str) -> list[Mapping]:
    """Those that read this unit's files of that name."""
    return [m for m in known.plan.mappings if known.unit in (m.units or known.plan.form(m.form).units)
            and known.form in (None,
                               m.form) and (m.file is None or fnmatchcase(squeezed(name).casefold(),
                                                                          squeezed(m.file).casefold()))]


def read_mapped(book: Book, content: bytes, name: str, known: From) -> ReadReturn:
    """The return that a file is by the one mapping that fits; with a problem, and no key, where none, several or a changed one
    does."""
    among = mappings_for(known, name)
    readings = {m.id: read(book, m, known.plan.form(m.form), name, known.plan.measures, known.period) for m in among}
    fit = [m for m in among if not _changes(readings[m.id])]
    blank = ReadReturn(name, sha256(content).hexdigest(), len(content), None)
    if not fit:
        near = _nearest(among, readings)
        if near:
            reading, of = readings[near[0].id], known.plan.form(near[0].form)
            told = MAPPING_DRIFTED(name=near[0].name, changes=tuple(map(_placed, _changes(reading))))
            period = known.period or reading.period
            asked = period if period and not_asked(of, period) is None else None
            whose = known.plan.unit(known.unit).name
            # What the unit alone can mend is told at once: it would be refused for it when the office is done.
            return replace(blank, problems=tuple(book.problems) or (Problem(DRIFTED, told),), meant=(of.id, asked),
                           called=CALLED_SO(form=of.name, unit=whose, period=asked) if asked else WHOSE(form=of.name, unit=whose))
        unit = known.plan.unit(known.unit).name
        told = NONE_FITS(form=known.plan.form(known.form).name if known.form else "", unit=unit,
                         names=tuple(_why_not(m, readings[m.id]) for m in among)) if among else NO_MAPPING(unit=unit)
        return replace(blank, problems=(*book.problems, Problem("mapping_none_fits", told)))
    if len(fit) > 1:
        return replace(blank, problems=(Problem("mapping_several_fit", SEVERAL_FIT(names=tuple(m.name for m in fit))),))
    return _as_return(readings[fit[0].id], fit[0], blank, known)


def _why_not(mapping: Mapping, reading: Reading) -> Message:
    """What keeps a mapping from reading a file, as `mapping try` tells it."""
    return WHY_NOT(name=mapping.name, why=tuple(dict.fromkeys(map(_placed, _changes(reading))))[:_TOLD])


def _nearest(among: list[Mapping], readings: dict[str, Reading]) -> list[Mapping]:
    """Of the mappings whose tables were found the one whose headings were most like these; none where two are alike."""
    def alike(mapping: Mapping) -> float:
        now = [name for names in readings[mapping.id].headings.values() for name in names]
        return SequenceMatcher(None, [n for t in mapping.tables for n in t.headings], now, autojunk=False).ratio()

    found = sorted(((alike(m), m.id, m) for m in among if readings[m.id].headings), reverse=True)
    return [found[0][2]] if found and (len(found) == 1 or found[0][0] > found[1][0]) else []


def reading_of(book: Book, name: str, known: From) -> tuple[Mapping, Reading] | None:
    """The one mapping that fits a file, and what it makes of it: the return has its unit's own figures of its period;
    others are left out."""
    plan = known.plan
    made = [(m, read(book, m, plan.form(m.form), name, plan.measures, known.period)) for m in mappings_for(known, name)]
    found = [(m, reading) for m, reading in made if not _changes(reading)]
    if len(found) != 1:
        return None
    mapping, reading = found[0]
    own, period = _own(mapping, known), known.period or reading.period
    if period is None:
        return mapping, reading
    mine, others = list[Taken](), list[Taken]()
    for taken in reading.values:
        (mine if _is_own(taken, own, period, mapping) else others).append(taken)
    left = [Left(t.value.sheet, t.value.cell, t.value.raw, OF_ANOTHER(
        whose=tuple(x for x in (t.entity, t.period) if x)), others=True) for t in others]
    return mapping, replace(reading, values=mine, left=[*reading.left, *left])


def _changes(reading: Reading) -> list[Problem]:
    """What is not as it was when the mapping was made."""
    return [*reading.drifted, *(p for p in reading.told if p.kind in BY_HEADINGS)]


def _placed(change: Problem) -> Message:
    at = change.sheet and change.cell
    return _CHANGE(sheet=change.sheet, cell=change.cell, what=change.message) if at else change.message


def _as_return(reading: Reading, mapping: Mapping, blank: ReadReturn, known: From) -> ReadReturn:
    form = known.plan.form(mapping.form)
    problems = [p for p in reading.told if p.kind in PROBLEMS]
    notes = [p for p in reading.told if p.kind not in PROBLEMS]
    problems += another_unit(reading, mapping, known.plan, known.unit)
    period = known.period or reading.period
    if undated := list(_undated(reading, mapping, known, period)):
        return replace(blank, problems=(*problems, *undated))
    if period is None:
        unfit = period_unfit(reading.spoken, form.periodicity) if reading.spoken else NO_PERIOD()
        return replace(blank, problems=(*problems, Problem("period_invalid", unfit)))
    if (told := not_asked(form, period)) is not None:
        return replace(blank, problems=(*problems, Problem("period_not_asked", told)))
    own = _own(mapping, known)
    values = [t for t in reading.values if _is_own(t, own, period, mapping)]
    made = replace(blank, key=ReturnKey(known.plan.id, form.id, known.unit, period), template=form.template,
                   called=CALLED_SO(form=form.name, unit=known.plan.unit(known.unit).name, period=period),
                   mapping=f"{mapping.id} v{mapping.version}")
    if isinstance(form, RegisterForm) and not reading.values:
        if not reading.nil:
            problems.append(Problem("mapping_no_figures", NO_ENTRIES(name=mapping.name.zh)))
    elif not values:
        there = tuple(dict.fromkeys(f"{t.entity or ''} {t.period or ''}".strip() for t in reading.values))[:12]
        problems.append(Problem("mapping_no_figures", NO_FIGURES(name=mapping.name.zh, unit=known.plan.unit(known.unit).name.zh,
                                                                 period=period, there=there)))
    problems += _twice(values, mapping)
    blanks = [t for t in reading.blank if _is_own(t, own, period, mapping)]
    if isinstance(form, RegisterForm):
        taken = {line.field for table in mapping.tables for line in table.columns}
        problems += [Problem("header_missing", FIELD_NOT_TAKEN(name=mapping.name.zh, field=f.name)) for f in form.fields
                     if f.required and f.id not in taken]
        entries = _entries([*values, *blanks], form)
        if reading.nil and entries:
            problems.append(Problem("nil_with_records", NIL_WITH_RECORDS(count=len(entries))))
        return replace(made, nil=reading.nil, entries=entries, problems=tuple(problems), notes=tuple(notes))
    return replace(made, series=_series([*values, *blanks], form), problems=tuple(problems), notes=tuple(notes))


def _undated(reading: Reading, mapping: Mapping, known: From, period: Period | None) -> Iterator[Problem]:
    """Why nobody can say of which period the unit's own figures are, or that they are of another stretch of time: once a cause,
    at the first of them."""
    if reading.doubt is not None:
        yield Problem("period_invalid", reading.doubt)
    own, told = _own(mapping, known), set[Message]()
    for taken in reading.values:
        why = taken.value.problem
        if why is None or why.code not in DOUBTS or why in told or not (taken.entity is None or taken.entity in own) or not (
                period is None or taken.period in (None, period)):
            continue
        told.add(why)
        if period is not None or why.code != FIGURE_WITHOUT_PERIOD.code:  # that of the whole table is said better
            yield Problem("period_invalid", why, taken.value.sheet, taken.value.cell)


def _twice(values: Iterable[Taken], mapping: Mapping) -> Iterator[Problem]:
    """One figure that stands under two names which are both the unit's own, and differs."""
    if any(table.is_register for table in mapping.tables):
        return
    first: dict[str, Taken] = {}
    for taken in values:
        before = first.setdefault(taken.variable, taken)
        if before is not taken and before.entity != taken.entity and not alike(before, taken):
            yield Problem("mapping_stands_twice", STANDS_TWICE(cell=before.value.cell), taken.value.sheet, taken.value.cell)


def _own(mapping: Mapping, known: From) -> frozenset[str]:
    """The names under which figures are the unit's own."""
    unit = known.plan.unit(known.unit)
    names = (mapping.entity,) if mapping.entity else (unit.id, unit.name.zh, *(a.name for a in unit.aliases))
    return frozenset(canonical(mapping, name) for name in names)


def _is_own(taken: Taken, own: frozenset[str], period: Period, mapping: Mapping) -> bool:
    if any(table.is_register for table in mapping.tables):
        return taken.period in (None, period)  # an entry's entity is its own key
    return (taken.entity is None or taken.entity in own) and taken.period in (None, period)


def _series(values: Iterable[Taken], form: SeriesForm) -> tuple[SeriesValue, ...]:
    found: dict[str, SeriesValue] = {}
    for taken in values:
        found.setdefault(taken.variable, SeriesValue(taken.variable, _explained(taken), taken.unit_of_measure))
    return tuple(found[v.id] for v in form.variables if v.id in found)


def _explained(taken: Taken) -> CellValue:
    """A mark that the mapping explains is no problem of the cell: there is no value, and the repair says why."""
    explained = taken.no_value in (NoValue.MISSING, NoValue.BELOW_SMALLEST_UNIT)
    return replace(taken.value, problem=None) if explained else taken.value


def _entries(values: Iterable[Taken], form: RegisterForm) -> tuple[Entry, ...]:
    rows: dict[tuple[int, int], dict[str, CellValue]] = {}
    for taken in values:
        value = _in_unit(taken, form)
        rows.setdefault((taken.row, taken.part), {}).setdefault(taken.variable, value)
    last = max((row for row, _ in rows), default=0)
    # Of several entries in one row the first keeps its number; the others come after the table, since a row is one entry's.
    return tuple(Entry(row if part == 0 else last + at, fields) for at,
                 ((row, part), fields) in enumerate(sorted(rows.items()), 1))


def _in_unit(taken: Taken, form: RegisterForm) -> CellValue:
    """A number of a register in its field's unit of measure."""
    from gaoxin import measures

    value, asked = _explained(taken), next((f for f in form.fields if f.id == taken.variable), None)
    if asked is None or asked.unit is None or taken.unit_of_measure is None or not isinstance(value.value, Decimal):
        return value
    if not measures.convertible(taken.unit_of_measure, asked.unit):
        return replace(value, value=None, problem=UNIT_MISFIT(written=taken.unit_of_measure, unit=asked.unit))
    return replace(value, value=measures.convert(value.value, taken.unit_of_measure, asked.unit).normalize() + 0)


UNIT_MISFIT = Code("mapping.unit_misfit", "计量单位 {written} 不能换算为 {unit}", "{written} cannot be converted to {unit}",
                   written=str, unit=str)

