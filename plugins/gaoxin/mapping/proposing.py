"""A draft of a mapping: tables found on the sheets, their headings matched with what a form asks. What is not sure is marked
【待定】 for a person to decide; nothing of a draft is taken on trust."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from gaoxin.containers.model import Book, Position, Sheet
from gaoxin.mapping.figures import figure_of
from gaoxin.mapping.headings import heading, unit_of
from gaoxin.mapping.places import Column, Placed, Row, beside_the_table, find, merged_from
from gaoxin.mapping.when import SHORT, WHEN, periods_in
from gaoxin.mapping.whole import headings_of
from gaoxin.measures import GENERAL
from gaoxin.measures import Table as Units
from gaoxin.plan.forms import Item, RegisterForm, SeriesForm
from gaoxin.plan.mappings import Line, Table
from gaoxin.returns.text import squeezed

TO_DECIDE = "【待定】"
_SURE, _NEAR, _LIKELY = 0.999, 0.7, 0.55
_TALLEST_HEAD = 6
_FIELDS = 2  # that a row must name, to be a register's head
_PLACE = re.compile(r"(街道|镇|乡|区|县|市|园|合计|总计)$")
_OF_NOW = re.compile(r"(本期|本年|本月|本季|当期|当月|期末|年末|累计|自年初|数值|金额|实际|完成)")
_COMPARED = re.compile(r"比|增长|增减|增幅|上年|去年|同期")
# What a title may say before and after a variable's name and still be of that variable whole. Never gone back into: it is long.
_HAN = "[\\u4e00-\\u9fff]"
_WHOSE = re.compile(rf"(?:{WHEN}|[0-9]{{4}}[-—–~～至][0-9]{{4}}年?|历年|主要年份|指标(?=:)|[年及的]"
                    rf"|[分各]{_HAN}{{1,4}}|按{_HAN}{{1,4}}分|{_HAN}{{0,8}}[全区市县镇乡州省园]|\W)*+")
_SHOWN = re.compile(rf"(?:完成)?情况|一览|统计|汇总|表|按{_HAN}{{1,4}}分|\([^()]*\)|\W")
_INDICATORS = re.compile("指标|项目")  # what heads them
_BESIDE = frozenset({"序号", "备注", "说明"})  # columns that are nobody's


@dataclass(frozen=True)
class Guess:
    """What a heading may be. sure: it is called so."""

    item: Item
    sure: bool


def propose(book: Book, form: SeriesForm | RegisterForm, unit: str, file: str, known: Units = GENERAL) -> str:
    """The YAML of a mapping of this file. Every table that is found is in it. known: the plan's units of measure."""
    tables = [made for sheet in book.sheets.values() if sheet.visible for made in _tables(book, sheet, form, known)]
    stem = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in f"{form.id}_{unit}".lower())
    lines = [f"# {file}：草稿。{TO_DECIDE} 由办公室核定；核定后用 gaoxin mapping try 查看取到的数。", f"id: {stem}",
             f"name: {_quoted(form.name.zh)}", "version: 1", f"form: {form.id}", f"units: [{unit}]", "marks: {}",
             *([] if isinstance(form, RegisterForm) else
               [f"# entity: {TO_DECIDE} 表上有几个地区或单位时，写哪一行或栏是本单位自己的，如 全区"]),
             "tables:", *(tables or [f"# {TO_DECIDE} 没有找到表", "- at: " + _quoted(TO_DECIDE),
                                     f"  leave: {_quoted(TO_DECIDE)}"])]
    return "\n".join(lines) + "\n"


_UNITS = frozenset({"单位", "计量单位"})
_CODES = frozenset({"代码", "指标代码", "编码", "编号", "代号", "指标代号", "统计代码"})


def _tables(book: Book, sheet: Sheet, form: SeriesForm | RegisterForm, known: Units) -> Iterator[str]:
    row, anchors = 1, dict[str, int]()
    while (found := _head_of_register(sheet, row, form) if isinstance(form, RegisterForm) else _head(sheet, row)) is not None:
        at, depth = found
        name = sheet.text(*at)
        anchors[heading(name).name] = anchors.get(heading(name).name, 0) + 1
        table = Table.model_validate({"at": heading(name).name, "sheet": sheet.name, "header": depth,
                                      "leave": TO_DECIDE} | _after(sheet, at))
        one = _placed(sheet, table, known)
        if one is not None and not isinstance(form, RegisterForm) and (claims := _claims(one)):
            one = _placed(sheet, table.model_copy(update=claims), known)
        if one is None or one.at != at or not one.rows:
            row = at[0] + depth
            continue
        yield _said(one, form)
        row = max(one.rows[-1] + 1, at[0] + depth)


def _placed(sheet: Sheet, table: Table, known: Units) -> Placed | None:
    placed, _ = find(Book({sheet.name: sheet}), (table,), known)
    return placed[0][1] if placed else None


def _claims(one: Placed) -> dict[str, Any]:
    """What `units` and `codes` are to name: a column that is called so and holds them; and `stub` the one behind codes that stand
    before the rows' names."""
    found: dict[str, Any] = {}
    named = [column for column in one.columns.values() if column.levels]
    if len(named) > 1 and named[0].levels[-1] in _CODES:
        found = {"codes": named[0].levels[-1], "stub": (named[1].levels[-1],)}
    for column in named:
        if column.number in one.stubs or column.levels[-1] in found.get("stub", ()):
            continue
        held = [text for row in one.rows if (text := one.sheet.text(row, column.number).strip())]
        if column.levels[-1] in _UNITS and held and all(unit_of(text, one.known) for text in held):
            found.setdefault("units", column.levels[-1])
        elif column.levels[-1] in _CODES and held:
            found.setdefault("codes", column.levels[-1])
    return found


def _after(sheet: Sheet, at: Position) -> dict[str, str]:
    """The text by which one of several tables of that head is known: the nearest title above it."""
    own = heading(sheet.text(*at)).name
    same = [(r, c) for r, cells in enumerate(sheet.rows, 1) for c, v in enumerate(cells, 1)
            if isinstance(v, str) and heading(v).name == own]
    if len(same) < 2:
        return {}
    title = next((sheet.text(r, c) for r in range(at[0] - 1, 0, -1) for c in range(1, len(sheet.rows[r - 1]) + 1)
                  if sheet.text(r,
                                c).strip() and not periods_in(sheet.text(r, c)) and "单位" not in squeezed(sheet.text(r,
                                                                                                                    c))), None)
    return {"after": squeezed(title)} if title else {}


def _head(sheet: Sheet, start: int) -> tuple[Position, int] | None:
    """The next table's first header cell and how many rows of headings it has: what stands above the first row of figures."""
    merged = merged_from(sheet)
    for row in range(start, len(sheet.rows) + 1):
        figures = [c for c in range(1, len(sheet.rows[row - 1]) + 1) if _is_figure(sheet, (row, c))]
        if not figures or (len(figures) < 2 and _texts(sheet, row) > 3):
            continue
        top = row
        while top > start and row - top < _TALLEST_HEAD and _heads(sheet, top - 1, merged):
            top -= 1
        for head in range(top, row):
            first = next((c for c in range(1, len(sheet.rows[head - 1]) + 1) if sheet.text(head, c).strip()), None)
            if first is not None and _texts(sheet, head) >= 2:
                depth = row - head
                while depth > 1 and not any(sheet.text(head + depth - 1, c).strip() for c in range(1,
                                                                                                   len(sheet.rows[row - 1]) + 1)):
                    depth -= 1
                deep = next((b - t + 1 for t, left, b, _ in sheet.merged if (t, left) == (head, first)), 1)
                return (head, first), max(deep, depth if _texts(sheet, head + depth - 1) > 1 else 1)
    return None


def _head_of_register(sheet: Sheet, start: int, form: RegisterForm) -> tuple[Position, int] | None:
    """The next row in which two cells at least are called as fields are."""
    for row in range(start, len(sheet.rows) + 1):
        texts = {c: sheet.text(row, c) for c in range(1, len(sheet.rows[row - 1]) + 1) if sheet.text(row, c).strip()}
        if sum(_guess((heading(text).name,), form.asked) is not None for text in texts.values()) >= _FIELDS:
            return (row, min(texts)), 1
    return None


def _texts(sheet: Sheet, row: int) -> int:
    return sum(1 for c in range(1, len(sheet.rows[row - 1]) + 1) if sheet.text(row, c).strip() and not _is_figure(sheet,
                                                                                                                  (row, c)))


def _heads(sheet: Sheet, row: int, merged: object) -> bool:
    """Whether a row may be one of headings: words, no figures but periods, no note, and more than a title."""
    cells = [sheet.text(row, c) for c in range(1, len(sheet.rows[row - 1]) + 1)]
    written = [text for text in cells if text.strip()]
    if not written or beside_the_table(written[0]) or any("单位:" in squeezed(text) for text in written):
        return False
    figures = [c for c in range(1, len(cells) + 1) if _is_figure(sheet, (row, c)) and not periods_in(cells[c - 1])]
    wide = any(t <= row <= b and right - left + 1 >= len(written) and right > left and len(written) == 1 for t, left, b, right
               in sheet.merged)
    return not figures and not wide and (len(written) > 1)


def _is_figure(sheet: Sheet, where: Position) -> bool:
    return figure_of(sheet, where, None, {}).is_figure and not periods_in(sheet.text(*where))


def _said(one: Placed, form: SeriesForm | RegisterForm) -> str:
    """One table as YAML."""
    table, claimed = one.table, {*one.stubs, *one.claimed.values()}
    others = [c for c in one.columns.values() if c.number not in claimed]
    lines = [f"- at: {_quoted(table.at)}", f"  sheet: {_quoted(one.sheet.name)}"]
    if table.after:
        lines.append(f"  after: {_quoted(table.after)}")
    lines.append(f"  header: {one.last_header - one.at[0] + 1}")
    lines += [f"  {key}: {_quoted(name)}" for key, name in (("codes", table.codes), ("units", table.units)) if name]
    lines += [f"  stub: [{', '.join(map(_quoted, table.stub))}]"] if table.stub else []
    by_column = {c.number: _guess(c.levels, form.asked) for c in others}
    by_row = {r.number: _guess(r.levels, form.asked) for r in one.named}
    columns: list[str] = []
    rows: list[str] = []
    lone = None if isinstance(form, RegisterForm) else _lone(one, form, others)
    if isinstance(form, RegisterForm):
        columns = [_line(c, by_column.get(c.number) or _guess(c.levels, form.asked),
                         "field") for c in one.columns.values() if c.levels]
    elif lone:
        table = table.model_copy(update={"variable": lone.item.id})
        lines += [f"  variable: {lone.item.id}" if lone.sure else
                  f"  # variable: {lone.item.id}  # {TO_DECIDE} 表上没有写明是不是{lone.item.name.zh}；是的去掉行首的 #"]
        columns, rows = _wide(one, others)
    elif sum(g is not None for g in by_row.values()) > sum(g is not None for g in by_column.values()):
        named = [c for c in others if c.levels]
        of_now = [c for c in named if _OF_NOW.match(c.levels[-1]) and not _COMPARED.search(c.levels[-1])]
        columns = list(dict.fromkeys(_other(c, of_now) for c in named))
        rows = [_line(r, by_row[r.number], "variable") for r in one.named if r.levels and _has_figures(one, r.number)]
    else:
        columns = [_line(c, by_column[c.number], "variable") for c in others if c.levels and _column_has_figures(one, c)]
        columns = [*dict.fromkeys(columns)]
        rows = _each_period(one) or ['  - {at: "{entity}"}']
    made = _with_lines(table, columns, rows)
    lines += ["  columns:", *columns, *(["  rows:", *rows] if rows else []), "  headings:"]
    lines += [f"  - {_quoted(name)}" for name in headings_of(_as(one, made))]
    return "\n".join(lines)


def _lone(one: Placed, form: SeriesForm, others: Sequence[Column]) -> Guess | None:
    """The variable of a table that is all of one, with periods on one side and units or industries on the other: the one that
    its title names; of a form with a single variable perhaps that. None where a heading is one, or neither side has periods."""
    across = any(_says_period(c.levels[-1:]) for c in others)
    sides = [[line.levels for line in lines if line.levels] for lines in (others, one.named)]
    guesses = [guess for levels in (*sides[0], *sides[1]) if (guess := _guess(levels, form.asked))]
    if any(guess.sure for guess in guesses) or not (across or _each_period(one)):
        return None
    # 工业 is hardly 工业总产值, and 工业总产值（现价） may well be.
    beside = any(name in levels[-1] or _alike(levels[-1], name) >= _NEAR for levels in sides[across] for item in form.asked
                 for name in _names(item)) or bool(_INDICATORS.search(one.sheet.text(*one.at)))
    for title in (heading(text, one.known).name for _, _, text in one.title()):
        named = [(name, item) for item in form.asked for name in _names(item) if name in title]
        longest = max((name for name, _ in named), key=len, default="")
        if not longest or any(name not in longest for name, _ in named):
            continue
        item = next(item for name, item in named if name == longest)
        before, _, after = title.partition(longest)
        if _WHOSE.fullmatch(before) and not _SHOWN.sub("", after):
            return Guess(item, True)
        if not beside:
            return Guess(item, False)
    return Guess(form.asked[0], False) if len(form.asked) == 1 and not beside and not one.claimed else None


def _wide(one: Placed, others: Sequence[Column]) -> tuple[list[str], list[str]]:
    """Columns and rows of a table of one variable, as lines."""
    named = [c for c in others if c.levels]
    if any(_says_period(c.levels[-1:]) for c in named):
        compared = [r for r in one.named if r.levels and _COMPARED.search(r.levels[-1])]
        return ([*dict.fromkeys(_other(c, ()) if _says_period(c.levels[-1:]) else _line(c, None, "") for c in named)],
                ['  - {at: "{entity}"}', *dict.fromkeys(_line(r, None, "") for r in compared)])
    columns = []
    for column in named:
        own = _OF_NOW.match(column.levels[-1]) and not _COMPARED.search(column.levels[-1])
        whose = column.levels[-1] not in _BESIDE and not _COMPARED.search("".join(column.levels))
        each = '  - {at: "{entity}"}' if whose and _column_has_figures(one, column) else _line(column, None, "")
        columns.append(_other(column, [column]) if own else each)
    return [*dict.fromkeys(columns)], _each_period(one)


def _each_period(one: Placed) -> list[str]:
    """The lines of rows of which each is a period; none where no row is."""
    named = [r for r in one.named if r.levels]
    if not any(_says_period(r.levels[-1:]) for r in named):
        return []
    return [*dict.fromkeys('  - {at: "{period}"}' if _says_period(r.levels[-1:]) else _line(r, None, "") for r in named)]


def _says_period(levels: Sequence[str]) -> bool:
    return any(_is_period(level) or re.fullmatch(SHORT, level) for level in levels)


def _with_lines(table: Table, columns: Sequence[str], rows: Sequence[str]) -> Table:
    """The table with its lines read back, for what it is made for."""
    import yaml

    def read(lines: Sequence[str]) -> list[Line]:
        return [Line.model_validate(line) for line in yaml.safe_load("\n".join(lines)) or []] if lines else []

    return table.model_copy(update={"columns": tuple(read(columns)), "rows": tuple(read(rows)), "leave": None})


def _as(one: Placed, table: Table) -> Placed:
    return replace(one, table=table)


def _guess(levels: tuple[str, ...], asked: Sequence[Item]) -> Guess | None:
    """What the form calls so, or what is nearest to it."""
    if not levels:
        return None
    best: tuple[float, Item] | None = None
    for item in asked:
        score = max(_alike(said, name) for said in (levels[-1], "".join(levels)) for name in _names(item))
        if best is None or score > best[0]:
            best = score, item
    return Guess(best[1], best[0] >= _SURE) if best and best[0] >= _LIKELY else None


def _names(item: Item) -> list[str]:
    return [heading(n).name for n in (item.name.zh, item.name.en or "", item.id, *item.aliases) if n]


def _alike(one: str, other: str) -> float:
    return 1.0 if one.casefold() == other.casefold() else min(0.99, SequenceMatcher(None, one, other).ratio())


def _line(of: Column | Row, guess: Guess | None, key: str) -> str:
    levels = of.levels if isinstance(of, Row) else tuple("{period}" if _is_period(level) else level for level in of.levels)
    at = _quoted(levels[0]) if len(levels) == 1 else "[" + ", ".join(map(_quoted, levels)) + "]"
    if guess is None:
        return f"  - {{at: {at}, leave: {_quoted(TO_DECIDE)}}}"
    if not guess.sure:  # taken only when somebody has decided it
        maybe = f"{TO_DECIDE} 可能是 {key}: {guess.item.id}（{guess.item.name.zh}）"
        return f"  - {{at: {at}, leave: {_quoted(maybe)}}}"
    return f"  - {{at: {at}, {key}: {guess.item.id}}}"


def _is_period(level: str) -> bool:
    return bool(re.fullmatch(WHEN, level)) and bool(periods_in(level))


def _other(column: Column, of_now: Sequence[Column]) -> str:
    """A column of a table whose rows are the variables: of a period, of somebody, of the period reported, or of another.
    of_now: those that may hold the period reported; of several (本月 beside 累计) it is not known which does."""
    levels = ["{period}" if periods_in(level) or re.fullmatch(SHORT, level) else "{entity}" if _PLACE.search(level) else level
              for level in column.levels]
    at = _quoted(levels[0]) if len(levels) == 1 else "[" + ", ".join(map(_quoted, levels)) + "]"
    if "{" in levels[-1]:
        return f"  - {{at: {at}}}"
    if column in of_now and len(of_now) == 1:
        return f"  - {{at: {at}, what: value}}"
    maybe = f"{TO_DECIDE} 可能是 what: value（本期数）" if column in of_now else TO_DECIDE
    return f"  - {{at: {at}, leave: {_quoted(maybe)}}}"


def _has_figures(one: Placed, row: int) -> bool:
    return any(figure_of(one.sheet, (row, c), None, {}).is_figure for c in one.columns if c not in one.stubs)


def _column_has_figures(one: Placed, column: Column) -> bool:
    return any(figure_of(one.sheet, (row, column.number), None, {}).is_figure for row in one.rows)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
