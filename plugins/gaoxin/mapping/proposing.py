"""A draft of a mapping: tables found on the sheets, their headings matched with what a form asks. What is not sure is marked
【待定】 for a person to decide, and so is what the draft says nothing of; nothing of a draft is taken on trust."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import yaml
from pydantic import ValidationError

from gaoxin.containers.model import Book, Position, Problem, Sheet, address
from gaoxin.i18n import Code, Message
from gaoxin.mapping.drafting import TO_DECIDE, as_glob, column_has_figures, is_of_periods, line_of, path_of, quoted, variables_of
from gaoxin.mapping.finding import find
from gaoxin.mapping.guessing import guess, is_when
from gaoxin.mapping.headings import HAN, heading, unit_of, units_in
from gaoxin.mapping.heads import heads
from gaoxin.mapping.places import AS_ABOVE, Column, Placed
from gaoxin.mapping.when import WHEN, as_reported, periods_in, spoken_of
from gaoxin.mapping.whole import headings_of, read
from gaoxin.measures import GENERAL
from gaoxin.measures import Table as Units
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.mappings import Line, Mapping, Table
from gaoxin.returns.text import squeezed

_FIELDS = 2  # that a row must name, to be a register's head
_UNITS = frozenset({"单位", "计量单位"})
_CODES = frozenset({"代码", "指标代码", "编码", "编号", "代号", "指标代号", "统计代码"})
_NUMBERS = frozenset({"序号", "行次", "栏次", "序", "№"})
_SIGNS = ("、", "；", "、；", "\n", "、；\n")  # between names in one cell
# What is told of a file and not of a mapping: no draft could say it. Headings are those of a draft that is decided.
_OF_THE_FILE = frozenset({"hidden", "mapping_headings_changed", "mapping_total_differs", "mapping_count_differs"})
_MOST = 12  # cells that are named
_NO_PERIOD = f"  # period: {TO_DECIDE} 标题里没有看出报告期：表上没有的，写 file（看文件名），或写明一期"

NOT_KNOWN_APART = Code("proposing.not_known_apart",
                       "另有一张表从这里开始（{at}），草稿里没有：在附近找不到能认出它的标题，请补一张表",
                       "another table begins here ({at}) and is not in the draft: no title tells it apart. Add it", at=str)


def propose(book: Book, form: SeriesForm | RegisterForm, unit: str, file: str, known: Units = GENERAL) -> str:
    """The YAML of a mapping of this file. Every table that is found is in it; figures that it neither takes nor leaves out are
    named at its end. known: the plan's units of measure."""
    apart: list[Problem] = []
    tables = [made for sheet in book.sheets.values() if sheet.visible for made in _tables(sheet, form, known, apart)]
    for n, made in enumerate(tables):  # what says no period is of the one before
        if any(_NO_PERIOD not in before for before in tables[:n]):
            tables[n] = made.replace(_NO_PERIOD + "\n", "")
    stem = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in f"{form.id}_{unit}".lower())
    lines = [f"# {file}：草稿。{TO_DECIDE} 由办公室核定；核定后用 gaoxin mapping try 查看取到的数。", f"id: {stem}",
             f"name: {quoted(form.name.zh)}", "version: 1", f"form: {form.id}", f"units: [{unit}]", "marks: {}",
             *([] if isinstance(form, RegisterForm) else
               [f"# entity: {TO_DECIDE} 表上有几个地区或单位时，写哪一行或栏是本单位自己的，如 全区"]),
             "tables:", *(tables or [f"# {TO_DECIDE} 没有找到表", "- at: " + quoted(TO_DECIDE),
                                     f"  leave: {quoted(TO_DECIDE)}"])]
    return "\n".join([*lines, *_unsaid("\n".join(lines), apart, book, form, file, known)]) + "\n"


def _unsaid(draft: str, apart: Sequence[Problem], book: Book, form: SeriesForm | RegisterForm, file: str, known: Units
            ) -> Iterator[str]:
    """What trying the draft tells: each kind once, with its first cell and how many there are."""
    try:
        whole = draft.replace("\n  # variable:", "\n  variable:")  # that one is asked about at its place
        reading = read(book, Mapping.model_validate(yaml.safe_load(whole)), form, file, known)
    except ValidationError as error:  # a heading that no mapping can say
        yield f"# {TO_DECIDE} 草稿还不能用：{error.errors()[0]['msg']}"
        return
    found: list[tuple[str, str, Message]] = [(p.sheet or "", p.cell or "", p.message) for p in (
        *apart, *(p for p in (*reading.drifted, *reading.told) if p.kind not in _OF_THE_FILE))]
    found += [(t.value.sheet, t.value.cell, t.value.problem) for t in reading.values
              if t.value.problem is not None and t.value.problem.code.startswith("mapping.")]
    cells: dict[tuple[str, str], list[str]] = {}
    for sheet, cell, message in found:
        cells.setdefault((sheet, message.code), []).append(cell)
    for sheet, cell, message in found:
        if there := [*dict.fromkeys(filter(None, cells.pop((sheet, message.code), [])))]:
            others = f"（{'、'.join(there[:_MOST])}{f' 等 {len(there)} 处' if len(there) > _MOST else ''}）" if there[1:] else ""
            yield f"# {TO_DECIDE} {sheet}!{cell} {' '.join(message.zh.split())}{others}"


def _tables(sheet: Sheet, form: SeriesForm | RegisterForm, known: Units, apart: list[Problem]) -> Iterator[str]:
    """Each table of a sheet, as YAML. apart: takes those that begin where nothing tells them from others."""
    tables: list[Table] = []
    starts: list[Position] = []
    for at, deep, over in _register_heads(sheet, form) if isinstance(form, RegisterForm) else heads(sheet):
        above = [one for _, one in _placed(sheet, tables, known)]
        if any(at[0] in one.again and one.at[1] == at[1] for one in above):
            continue
        table = Table.model_validate({"at": as_glob(heading(sheet.text(*at)).name), "sheet": sheet.name, "header": deep,
                                      "above": over, "leave": TO_DECIDE})
        floor = max((one.rows[-1] for one in above if one.rows and one.rows[-1] < at[0]), default=0)
        tables.append(next((made for after in _afters(sheet, at, floor, above) for made in [
            table.model_copy(update={"after": after})] if (found := _placed(sheet, [made], known)) and found[0][1].anchor == at),
            table))  # what nothing tells from the others is the one that these leave
        starts.append(at)
    there = dict(_placed(sheet, tables, known))
    claiming = [table.model_copy(update=_claims(one)) if isinstance(form, SeriesForm) and (one := there.get(i)) and one.rows
                else table for i, table in enumerate(tables)]
    made = dict(_placed(sheet, claiming, known))
    for i, at in enumerate(starts):
        if (whole := made.get(i)) is not None and whole.anchor == at and whole.rows:
            yield _said(whole, form)
        else:
            apart.append(Problem("not_known_apart", NOT_KNOWN_APART(at=tables[i].at), sheet.name, address(*at)))


def _placed(sheet: Sheet, tables: Sequence[Table], known: Units) -> list[tuple[int, Placed]]:
    return find(Book({sheet.name: sheet}), tuple(tables), known)[0]


def _claims(one: Placed) -> dict[str, Any]:
    """What `units` and `codes` are to name: a column that is called so and holds them; and `stub` the columns behind codes and
    running numbers that name the rows: a group, or a period, and whose they are."""
    found: dict[str, Any] = {}
    named = [column for column in one.columns.values() if column.levels]
    for column in named:
        held = [text for row in one.rows if (text := squeezed(one.sheet.text(row, column.number)))]
        for name in {column.levels[-1], "".join(column.levels)} if held else set[str]():
            if name in _UNITS and all(unit_of(text, one.known) or text in AS_ABOVE for text in held):
                found.setdefault("units", name)
            elif name in _CODES:
                found.setdefault("codes", name)
    words: list[Column] = []
    for column in named:
        if {column.levels[-1], "".join(column.levels)} & {*found.values()} or column.levels[-1] in _NUMBERS or _runs(one, column):
            continue
        if column_has_figures(one, column) and not is_of_periods(one, column):
            break
        words.append(column)
    words = [c for c in words if any(HAN.search(one.sheet.text(r, c.number)) or is_when(one.sheet.text(r, c.number).strip())
                                     for r in one.rows)]
    if len(words) > 1 and not (is_of_periods(one, words[0]) or is_of_periods(one, words[1]) or _groups(one, words[0])):
        words = words[:1]
    words = words[:2]
    if words and tuple(c.number for c in words) != one.stubs:
        found["stub"] = tuple(dict.fromkeys(c.levels[-1] for c in words))
    return found


def _runs(one: Placed, column: Column) -> bool:
    """Whether a first column numbers its rows: 1, 2, 3."""
    held = [text for row in one.rows if (text := squeezed(one.sheet.text(row, column.number)))]
    numbers = [int(text) for text in held if text.isascii() and text.isdigit()]
    return column.number == one.at[1] and len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) and len(
        numbers) == len(held)


def _groups(one: Placed, column: Column) -> bool:
    """Whether a column names groups of rows: some of its cells are blank, or say the same."""
    held = [squeezed(one.sheet.text(row, column.number)) for row in one.rows]
    return "" in held or len({*held}) < len(held)


def _afters(sheet: Sheet, at: Position, floor: int, others: Sequence[Placed]) -> Iterator[str | None]:
    """By what one of several tables of that head may be known: nothing, the titles above it, the nearest first, those that stay
    the same before those with a period; or what stands in the head to the left of it. others: whose headings are no titles."""
    yield None
    titles = [text for row in range(at[0] - 1, floor, -1) for column in range(at[1], 0, -1)
              if (text := sheet.text(row, column).strip()) and not any(t.covers(row, column) for t in others)]
    plain = [squeezed(text) for text in titles if "单位:" not in squeezed(text) and HAN.search(text) and not units_in(text)]
    yield from (as_glob(text) for text in plain if not periods_in(text))
    yield from (re.sub(WHEN, "{period}", as_glob(text)) for text in plain if periods_in(text))
    yield from (as_glob(heading(text).name) for column in range(at[1] - 1, 0, -1) if (text := sheet.text(at[0], column).strip()))


def _register_heads(sheet: Sheet, form: RegisterForm) -> Iterator[tuple[Position, int, int]]:
    """Rows in which two cells at least are called as fields are; with what they are merged down to, and units below them."""
    row = 1
    while row <= len(sheet.rows):
        texts = {c: sheet.text(row, c) for c in range(1, len(sheet.rows[row - 1]) + 1) if sheet.text(row, c).strip()}
        if sum(guess((heading(text).name,), form.asked) is not None for text in texts.values()) < _FIELDS:
            row += 1
            continue
        last = max((b for top, left, b, _ in sheet.merged if top == row and left in texts), default=row)
        while last < len(sheet.rows) and (below := [t for c in range(1, len(sheet.rows[last]) + 1) if (
                t := sheet.text(last + 1, c).strip())]) and all(heading(t).units and not heading(t).name for t in below):
            last += 1
        over = [top for top, left, bottom, _ in sheet.merged if top < row <= bottom and sheet.text(top, left).strip()]
        top = min(over, default=row)  # what is merged down to here says whose head it is
        first = next(c for c in range(1, len(sheet.rows[top - 1]) + 1) if sheet.text(top, c).strip())
        yield (top, first), last - top + 1, 0
        row = last + 1


def _said(one: Placed, form: SeriesForm | RegisterForm) -> str:
    """One table as YAML."""
    table, claimed = one.table, {*one.stubs, *one.claimed.values()}
    others = [c for c in one.columns.values() if c.number not in claimed and c.levels]
    lines = [f"- at: {quoted(table.at)}", f"  sheet: {quoted(one.sheet.name)}"]
    if table.after:
        lines.append(f"  after: {quoted(table.after)}")
    lines.append(f"  header: {one.last_header - one.at[0] + 1}")
    lines += [f"  above: {table.above}"] if table.above else []
    lines += [f"  {key}: {quoted(name)}" for key, name in (("codes", table.codes), ("units", table.units)) if name]
    lines += [f"  stub: [{', '.join(map(quoted, table.stub))}]"] if table.stub else []
    rows: list[str] = []
    if isinstance(form, RegisterForm):
        columns = _fields(one, form)
    else:
        numbers = [c for c in others if c.levels[-1] in _NUMBERS or _runs(one, c)]
        others = [c for c in others if c not in numbers]
        lines += _period_line(one, form)
        columns, rows, of = variables_of(one, form, others)
        lines += of
        if of and not of[0].lstrip().startswith("#"):
            table = table.model_copy(update={"variable": of[0].split()[-1]})
        columns = [*(f"  - {{at: {path_of(c.levels)}, leave: 顺序号}}" for c in numbers), *columns]
    try:
        made = [quoted(name) for name in headings_of(replace(one, table=_with_lines(table, columns, rows)))]
    except ValidationError:  # which trying the draft tells
        made = []
    lines += ["  columns:", *columns] if columns else []
    return "\n".join([*lines, *(["  rows:", *rows] if rows else []), "  headings:", *(f"  - {name}" for name in made)])


def _period_line(one: Placed, form: SeriesForm) -> list[str]:
    """Where the period comes from if not from the title: the sheet's name, or somebody's word."""
    def said(periods: Sequence[Period]) -> bool:
        return any(as_reported(p, form.periodicity) for p in periods)

    lines = (*(c.levels for c in one.columns.values()), *(r.levels for r in one.named))
    title = [spoken.period for _, _, text in one.title() for spoken in spoken_of(text)]
    if said(title) or any(is_when(level) for levels in lines for level in levels):
        return []
    if said(periods_in(one.sheet.name)):
        return ["  period: sheet"]
    return [_NO_PERIOD]


def _fields(one: Placed, form: RegisterForm) -> list[str]:
    """Columns of a register; one that counts the names of its rows is held against them."""
    found = {c.number: guess(c.levels, form.asked, c.units) for c in one.columns.values() if c.levels}
    several = {number: parted for number, made in found.items() if made and (parted := _parted(one, number))}
    counts = {count for sign, count, _ in several.values() if count}
    lines = []
    for number, made in found.items():
        levels = one.columns[number].levels
        if number in counts:
            lines.append(f"  - {{at: {path_of(levels)}, total: all}}")
        elif made is None and levels[-1] in _NUMBERS:
            lines.append(f"  - {{at: {path_of(levels)}, leave: 顺序号}}")
        elif number in several and made and made.sure:
            sign, count, cell = several[number]
            split = f", split: {quoted(sign)}" if count else ""
            doubt = f"一格像有几个名称（如 {cell}）：" + ("核对 split" if count else f"是的加 split: {quoted(sign)}")
            lines.append(f"  - {{at: {path_of(levels)}, field: {made.item.id}{split}}}  # {TO_DECIDE} {doubt}")
        else:
            lines.append(line_of(levels, made, "field"))
    return lines


def _parted(one: Placed, column: int) -> tuple[str, int | None, str] | None:
    """What parts the names of a column's cells, the column that counts them, and the first such cell; None where each is one."""
    def names(row: int, sign: str) -> int:
        return len([part for part in re.split(f"[{sign}]", one.sheet.text(row, column)) if part.strip()])

    rows = [row for row in one.rows if one.sheet.text(row, column).strip()]
    first = next((row for row in rows if names(row, "、；;") > 1), None)
    if first is None:
        return None
    best: tuple[int, str, int | None] = (0, "、；", None)
    for number in one.columns:
        held = {row: int(text) for row in rows if (text := one.sheet.text(row, number).strip()).isascii() and text.isdigit()}
        for sign in _SIGNS:
            agree = sum(names(row, sign) == count for row, count in held.items())
            many = sum(names(row, sign) == count > 1 for row, count in held.items())
            if many and 2 * agree > len(rows) and agree > best[0]:
                best = agree, sign, number
    return best[1], best[2], address(first, column)


def _with_lines(table: Table, columns: Sequence[str], rows: Sequence[str]) -> Table:
    """The table with its lines read back, also those that are offered, for what it is made for."""
    def read_back(lines: Sequence[str]) -> list[Line]:
        offered = re.sub(rf'leave: "{TO_DECIDE} 可能是 (variable: \w+)[^"]*"', r"\1", "\n".join(lines))
        return [Line.model_validate(line) for line in yaml.safe_load(offered) or []] if lines else []

    return table.model_copy(update={"columns": tuple(read_back(columns)), "rows": tuple(read_back(rows)), "leave": None})


