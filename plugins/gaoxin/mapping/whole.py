"""A file read by a mapping, whole: its tables found, held against what they were when the mapping was made, and taken."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from gaoxin.containers.model import Book, Position, Problem, Sheet, address, letters_of, row_and_column, shown
from gaoxin.i18n import Code, Message
from gaoxin.mapping.dating import Asked, period_of
from gaoxin.mapping.figures import figure_of
from gaoxin.mapping.finding import find, sheets_for
from gaoxin.mapping.headings import meant
from gaoxin.mapping.merges import tell_merged
from gaoxin.mapping.model import BY_HEADINGS, LEFT_AS_SAID, Left, Reading, Titled
from gaoxin.mapping.places import Column, Placed, Row, merged_from
from gaoxin.mapping.registers import GROUP_CALLED, check_counts, take_entries
from gaoxin.mapping.taking import NOT_MAPPED, Context, take, told_twice
from gaoxin.mapping.totals import check_totals
from gaoxin.mapping.when import WHEN, periods_in
from gaoxin.measures import GENERAL, Table
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterField, RegisterForm, SeriesForm, VariableKind
from gaoxin.plan.mappings import Mapping as Declared
from gaoxin.returns.numbers import Bounds
from gaoxin.returns.text import squeezed

HEADINGS_CHANGED = Code("mapping.headings_changed", "表头「{before}」改成了「{now}」", "the heading {before!r} is {now!r} now",
                        before=str, now=str)
HEADING_GONE = Code("mapping.heading_gone", "少了「{before}」", "{before!r} is gone", before=str)
HEADING_NEW = Code("mapping.heading_new", "多了「{now}」", "{now!r} is new", now=str)
UNHEADED = Code("mapping.unheaded", "多了没有表头的一栏", "a column without a heading is new")
UNHEADED_GONE = Code("mapping.unheaded_gone", "少了原来没有表头的一栏", "a column without a heading is gone")
ORDER_CHANGED = Code("mapping.order_changed", "次序变了：原为 {before}，现为 {now}", "another order: was {before}, is {now}",
                     before=tuple, now=tuple)
BELOW = Code("mapping.below", "表格下方同样的栏里还有 {count} 个数没有取：{cells}；请核对表格是否到此为止",
             "below the table, in its columns, {count} figure(s) were not taken: {cells}. Does the table end there?",
             count=int, cells=str)
HIDDEN_ROW = Code("mapping.hidden_row", "第 {row} 行是隐藏的，照常读取", "row {row} is hidden; it was read all the same")
HIDDEN_COLUMN = Code("mapping.hidden_column", "第 {column} 列是隐藏的，照常读取",
                     "column {column} is hidden; it was read all the same",
                     column=str)
OUTSIDE = Code("mapping.outside", "{count} 个数在对照所列各表之外：{cells}",
               "{count} figure(s) outside of the mapping's tables: {cells}", count=int,
               cells=str)
OTHER_SHEET = Code("mapping.other_sheet",
                   "工作表「{sheet}」不在对照里，其中 {count} 个数没有取；如是更正后的或另一张表，请只报要报的表，"
                   "或请办公室补充对照",
                   "the mapping does not name sheet {sheet!r}, and {count} figure(s) there were not taken: where it is a "
                   "corrected or another table, hand in what is meant alone, or let the office complete the mapping",
                   sheet=str, count=int)
NOT_MAPPED_COLUMN = Code("mapping.not_mapped_column", "栏「{column}」对照没有说明，其中 {count} 个数没有取：{cells}",
                         "the mapping does not say what column {column!r} is; {count} figures of it were not taken: {cells}",
                         column=str, count=int, cells=str)
NOT_MAPPED_ROW = Code("mapping.not_mapped_row", "行「{row}」对照没有说明，其中 {count} 个数没有取：{cells}",
                      "the mapping does not say what row “{row}” is; {count} figures of it were not taken: {cells}",
                      row=str | Message, count=int, cells=str)
COLUMN_NUMBER = Code("mapping.column_number", "栏号", "the number of a column")
NOT_FOUND = Code("mapping.not_found", "要读的表没有找到，没有取", "the table that is meant was not found, nothing was taken")
SHEET_NOT_READ = Code("mapping.sheet_not_read", "这张工作表不在对照里", "the mapping does not name this sheet")
SHEET_HIDDEN = Code("mapping.sheet_hidden", "隐藏的工作表，不读", "a hidden sheet, not read")


def read(book: Book, declared: Declared, form: SeriesForm | RegisterForm | None, file: str, known: Table = GENERAL,
         period: Period | None = None) -> Reading:
    """What the mapping makes of the file. form: what it is read as; None where no plan says it, and then units of measure and
    field types are those of the table. file: its name. known: the plan's units of measure. period: which somebody named; what the
    table says of its own goes before it. Never raises on bad content."""
    reading = Reading(told=list(book.problems))
    placed, wrong = find(book, declared.tables, known)
    unread: set[str] = set()
    for i, message in wrong.items():
        if declared.tables[i].leave is None:  # what is not there need not be left out
            reading.drifted.append(Problem("mapping_table_not_found", message))
            unread |= {sheet.name for sheet in sheets_for(book, declared.tables[i], known)}
    c = Context(declared, Asked(declared.periodicity or (form.periodicity if form else None), _kinds_of(form), file, period),
                _units_of(form), _bounds_of(form), _names_of(form))
    counted: list[tuple[Placed, int]] = []
    for i, one in placed:
        _hidden(one, reading)
        _leave_numbers(one, reading)
        if one.table.leave is not None:
            _leave(one, one.table.leave, reading)
            continue
        now = headings_at(one)
        reading.headings.setdefault(i, tuple(name for name, _ in now))
        differs = _drift(one, now, reading)
        dated = period_of(one, c.asked, reading.period)
        reading.period, reading.spoken = reading.period or dated.period, reading.spoken or dated.said
        reading.titles += [Titled(one.sheet.name, row, column, text, row < one.at[0]) for row, column, text in one.beside()]
        before, blank, told = len(reading.values), len(reading.blank), len(reading.told)
        if one.table.is_register:
            fields: Mapping[str, RegisterField] = {f.id: f for f in form.fields} if isinstance(form, RegisterForm) else {}
            entries = take_entries(one, fields, form.key if isinstance(form, RegisterForm) else (), dated, c, reading)
            counted.append((one, entries))
        else:
            take(one, dated, c, reading)
            check_totals(one, reading.values[before:], reading.blank[blank:], c, reading)
        if differs:  # which tells already why a line finds nothing, or several
            reading.told[told:] = [p for p in reading.told[told:] if p.kind not in BY_HEADINGS]
        reading.told[told:] = _gathered(reading.told[told:], reading)
        tell_merged(one, (*reading.values[before:], *reading.blank[blank:]), reading)
    check_counts(counted, reading)
    if not counted:
        told_twice(reading.values, reading)
    _outside(book, [one for _, one in placed], reading, known, unread)
    periods = {t.period for t in reading.values if t.period is not None}
    reading.period = max(periods) if periods else reading.period
    return reading


def _is_number(sheet: Sheet, where: Position, known: Table) -> bool:
    """A number, or a text that is nothing else; a title that holds a year is none."""
    figure = figure_of(sheet, where, None, {}, share_settled=True, known=known)
    return figure.value.value is not None and not periods_in(sheet.text(*where))


def _units_of(form: SeriesForm | RegisterForm | None) -> Callable[[str], str | None]:
    units = {item.id: item.unit for item in form.asked} if form else {}
    return units.get


def _kinds_of(form: SeriesForm | RegisterForm | None) -> Callable[[str], VariableKind | None]:
    kinds = {v.id: v.kind for v in form.variables} if form else {}
    return kinds.get


def _names_of(form: SeriesForm | RegisterForm | None) -> Mapping[str, frozenset[str]]:
    return {item.id: frozenset(squeezed(n) for n in (item.name.zh, *item.aliases)) for item in form.asked} if form else {}


def _bounds_of(form: SeriesForm | RegisterForm | None) -> Callable[[str], Bounds]:
    bounds = {v.id: (v.min, v.max) for v in form.variables if v.unit == "%"} if form else {}
    return lambda variable: bounds.get(variable, (None, None))


def _hidden(one: Placed, reading: Reading) -> None:
    facts = one.sheet.facts
    for row in sorted(facts.hidden_rows & set(one.rows)):
        reading.tell("hidden", HIDDEN_ROW(row=row), one.sheet.name, address(row, one.at[1]))
    for column in sorted(facts.hidden_columns & set(one.columns)):
        reading.tell("hidden", HIDDEN_COLUMN(column=letters_of(column)), one.sheet.name, address(1, column))


def _leave(one: Placed, why: str, reading: Reading) -> None:
    for row in (*range(one.first_header, one.last_header + 1), *one.rows):
        for number in one.columns:
            where = row, number
            reading.seen.setdefault(one.sheet.name, set()).add(where)
            if row > one.last_header and (raw := shown(one.sheet.cell(*where))).strip():
                reading.left.append(Left(one.sheet.name, address(*where), raw, LEFT_AS_SAID(why=why)))


def _leave_numbers(one: Placed, reading: Reading) -> None:
    """The row that numbers the columns: no figures, and no place called 甲."""
    for row in sorted(one.numbered):
        reading.seen.setdefault(one.sheet.name, set()).update((row, number) for number in one.columns)
        reading.left += [Left(one.sheet.name, address(row, number), raw, COLUMN_NUMBER()) for number in one.columns
                         if (raw := shown(one.sheet.cell(row, number))).strip()]


def headings_at(one: Placed) -> list[tuple[str, str]]:
    """What the mapping is made for, with the cell of each: each column by its path, each row that it names by its; periods and
    what a line captures stand as such, so that next month's are the same."""
    def said(path: tuple[str, ...], written: str, lines: tuple[tuple[str, ...], ...]) -> str:
        for line in lines:
            if any("{" in level for level in line) and meant(line, path, one.known, written):
                return "/".join(re.sub(WHEN, "{period}", level) if "{" not in level else level for level in line)
        return re.sub(WHEN, "{period}", "/".join(path))

    by_column = tuple(line.path for line in one.table.columns)
    def first(c: Column) -> str:
        if c.levels:
            return address(one.last_header, c.number)
        return address(next((r for r in one.rows if one.sheet.text(r, c.number).strip()), one.last_header), c.number)

    columns = [(said(c.levels, "".join(c.written[-1:]), by_column) + _measured(c), first(c)) for c in one.columns.values()]
    found = [one_of for one_of, after in zip_longest(columns, columns[1:]) if not (
        after and "{" in one_of[0] and one_of[0] == after[0])]
    if any(line.variable or line.variables for line in one.table.rows):
        by_row = tuple(line.path for line in one.table.rows if line.path)
        found += [(f"{r.code} {said(r.levels, r.written, by_row)}".strip() + _measured(r),
                   address(r.number, one.stubs[-1] if one.stubs else one.at[1])) for r in one.named if r.levels or r.code]
    return found


def headings_of(one: Placed) -> tuple[str, ...]:
    return tuple(name for name, _ in headings_at(one))


def _measured(line: Column | Row) -> str:
    return f"({'、'.join(line.units)})" if line.units and line.units != line.levels[-1:] else ""


def _drift(one: Placed, at: list[tuple[str, str]], reading: Reading) -> bool:
    """Tells each difference once, with its cell: where a heading over others was renamed, not theirs again. Whether there is
    any."""
    before, now = one.table.headings, tuple(name for name, _ in at)
    if not before or before == now:
        return False

    def tell(message: Message, cell: str) -> None:
        reading.drifted.append(Problem("mapping_headings_changed", message, one.sheet.name, cell))

    changed = [c for c in SequenceMatcher(None, before, now, autojunk=False).get_opcodes() if c[0] != "equal"]
    if sorted(before) == sorted(now):
        first, last = next(n for n, (a, b) in enumerate(zip(before, now, strict=True)) if a != b), changed[-1]
        end = max(last[2], last[4])
        tell(ORDER_CHANGED(before=before[first:end], now=now[first:end]), at[first][1])
        return True
    renamed: set[tuple[str, str]] = set()
    for _, i, j, k, m in changed:
        for was, new in zip_longest(before[i:j], at[k:m]):
            is_, cell = new or (None, at[min(m, len(at) - 1)][1] if at else address(*one.at))
            if was is not None and is_ is not None:
                alike = was.count("/") == is_.count("/")
                levels = [*zip(was.split("/"), is_.split("/"), strict=True)] if alike else [(was, is_)]
                differ = {(_bare(a), _bare(b)) for a, b in levels if a != b}
                if not differ <= renamed or any(a == b for a, b in differ):  # of another unit of measure each is told
                    tell(HEADINGS_CHANGED(before=was, now=is_) if was and is_ else HEADING_NEW(now=is_) if is_
                         else HEADING_GONE(before=was), cell)
                renamed |= differ
            elif is_ is not None:
                tell(HEADING_NEW(now=is_) if is_ else UNHEADED(), cell)
            else:
                tell(HEADING_GONE(before=was) if was else UNHEADED_GONE(), cell)
    return True


def _bare(level: str) -> str:
    """A heading without its unit of measure, which the one below it has in its stead."""
    return re.sub(r"\([^()]*\)$", "", level)


def _gathered(told: list[Problem], reading: Reading) -> list[Problem]:
    """A column or row that the mapping does not name is told once, at the first of its figures."""
    found = [p for p in told if p.kind == "mapping_not_mapped" and p.message.code == NOT_MAPPED.code and p.cell]
    others = [p.message.context for p in found if not _of_a_group(p)]
    of_all = "column" if len({c["column"] for c in others}) <= len({c["row"] for c in others}) else "row"
    groups: dict[tuple[str, str | Message], list[Problem]] = {}
    for p in found:
        by = "row" if _of_a_group(p) else of_all
        groups.setdefault((by, p.message.context[by]), []).append(p)
    made: dict[int, Problem | None] = {}
    for (by, name), several in groups.items():
        if len(several) > 1:
            first, cells = several[0], _some([p.cell or "" for p in several])
            message = (NOT_MAPPED_COLUMN(column=name, count=len(several), cells=cells) if by == "column" else
                       NOT_MAPPED_ROW(row=name, count=len(several), cells=cells))
            made |= {id(p): None for p in several} | {id(first): Problem(first.kind, message, first.sheet, first.cell)}
            reading.outside += [(p.sheet or "", at) for p in several if (at := row_and_column(p.cell or ""))]
    return [one for p in told if (one := made.get(id(p), p)) is not None]


def _of_a_group(told: Problem) -> bool:
    """Whether its row groups others in a register, and its column may well be known."""
    row = told.message.context["row"]
    return isinstance(row, Message) and row.code == GROUP_CALLED.code


def _some(cells: Sequence[str]) -> str:
    return "、".join(cells[:12]) + ("…" if len(cells) > 12 else "")


def _outside(book: Book, placed: list[Placed], reading: Reading, known: Table, unread: Collection[str]) -> None:
    """Figures of the file that lie in no table of the mapping. unread: sheets of tables that were not found, which is told."""
    for sheet in book.sheets.values():
        here = [one for one in placed if one.sheet is sheet]
        seen = reading.seen.get(sheet.name, set())
        merged = merged_from(sheet)
        found = [(r, c) for r, row in enumerate(sheet.rows, 1) for c, value in enumerate(row, 1)
                 if value is not None and value != "" and (r, c) not in seen and merged.get((r, c), (r, c)) == (r, c)
                 and not any(one.covers(r, c) for one in here) and _is_number(sheet, (r, c), known)]
        if not found:
            continue
        if here:
            below = [at for at in found if any(at[1] in one.columns and one.rows and at[0] > one.rows[-1] and not any(
                other.first_header > one.last_header and other.first_header <= at[0] for other in one.others) for one in here)]
            for kind, code, cells in (("mapping_below", BELOW, below), ("mapping_outside", OUTSIDE,
                                                                         [at for at in found if at not in below])):
                if cells:
                    named = _some([address(*where) for where in cells])
                    reading.tell(kind, code(count=len(cells), cells=named), sheet.name, address(*cells[0]))
                    reading.outside += [(sheet.name, at) for at in cells]
        else:
            here_meant = sheet.name in unread
            why = NOT_FOUND() if here_meant else SHEET_NOT_READ() if sheet.visible else SHEET_HIDDEN()
            if sheet.visible and not here_meant:  # a second table, or a corrected one, may lie there
                reading.tell("mapping_outside", OTHER_SHEET(sheet=sheet.name, count=len(found)), sheet.name, address(*found[0]))
            reading.left += [Left(sheet.name, address(*where), shown(sheet.cell(*where)), why) for where in found]
