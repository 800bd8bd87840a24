"""The lines of a drafted table of variables: what its columns are, and what its rows."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gaoxin.mapping.guessing import COMPARED, NEAR, PLACE, Guess, alike, guess, is_when, names_of
from gaoxin.mapping.headings import heading, unit_of
from gaoxin.mapping.heads import holds_figure
from gaoxin.mapping.places import Column, Placed, Row
from gaoxin.mapping.when import WHEN, completed, periods_in
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import SeriesForm
from gaoxin.returns.text import squeezed

TO_DECIDE = "【待定】"
_AGAIN = 2  # times
_OF_NOW = re.compile(r"(本期|本年|本月|本季|当期|当月|期末|年末|累计|自年初|数值|金额|实际|完成|绝对)")
# What a title may say before and after a variable's name and still be of that variable whole. Never gone back into: it is long.
_HAN = "[\\u4e00-\\u9fff]"
_WHOSE = re.compile(rf"(?:{WHEN}|[0-9]{{4}}[-—–~～至][0-9]{{4}}年?|历年|主要年份|指标(?=:)|[年及的]"
                    rf"|[分各]{_HAN}{{1,4}}|按{_HAN}{{1,4}}分|{_HAN}{{0,8}}[全区市县镇乡州省园]|\W)*+")
_SHOWN = re.compile(rf"(?:完成)?情况|一览|统计|汇总|表|按{_HAN}{{1,4}}分|\([^()]*\)|\W")
_INDICATORS = re.compile("指标|项目")  # what heads them
_BESIDE = frozenset({"序号", "备注", "说明"})  # columns that are nobody's
_TIME = re.compile("[年月季期]|时间")


def variables_of(one: Placed, form: SeriesForm, others: Sequence[Column]) -> tuple[list[str], list[str], list[str]]:
    """Columns, rows, and the variable of the whole table, as lines."""
    about = form.name.zh + "".join(squeezed(text) for _, _, text in one.title())
    with_figures = {r.levels for r in one.named if r.levels and _has_figures(one, r.number)}
    title, whose = one.units, not is_of_periods(one, one.columns[one.stubs[-1]])
    outer = _outer(one)

    def of_column(c: Column) -> Guess | None:
        levels = c.levels[:-1] if len(c.levels) > 1 and unit_of(c.levels[-1], one.known) else c.levels
        return guess(levels, form.asked, c.units or title, about,
                     lambda n: whose and PLACE.search(c.levels[n]) is not None)

    def of_row(r: Row) -> Guess | None:
        above = len(r.levels) - len(named[r.number].levels)
        return guess(named[r.number].levels, form.asked, r.units, about,
                     lambda n: r.levels[:above + n + 1] in with_figures)

    named = {r.number: replace(r, levels=r.levels[1:]) if outer and len(r.levels) > 1 else r for r in one.named}

    by_column = _once([(c, of_column(c)) for c in others if column_has_figures(one, c)])
    by_row = _once([(named[r.number], of_row(r)) for r in one.named if r.levels in with_figures and _has_figures(one, r.number)])
    if lone := _lone(one, form, others, [g for _, g in (*by_column, *by_row) if g]):
        columns, rows = _wide(one, form, others)
        said, doubt = f"variable: {lone.item.id}", f"{TO_DECIDE} 表上没有写明是不是{lone.item.name.zh}；是的去掉行首的 #"
        return columns, rows, [f"  {said}" if lone.sure else f"  # {said}  # {doubt}"]
    crossed = _crossed(form, others, by_row)
    if crossed or sum(g is not None for _, g in by_row) > sum(g is not None for _, g in by_column):
        columns, rows = _in_rows(one, form, others, by_row, crossed)
        return columns, [re.sub(r"\{at: \[?(.*?)\]?, (?=[a-z]+: )", rf'{{at: ["{outer}", \1], ', row, count=1) for row in rows
                         ] if outer else rows, []
    return ([*dict.fromkeys(line_of(c.levels, g, "variable", places=not whose) for c, g in by_column)], _whose(one, form), [])


def _outer(one: Placed) -> str:
    """What the first of two columns that name rows says, where the second says the same below each: 甲镇 产值, 乙镇 产值."""
    if len(one.stubs) < 2:
        return ""
    inner = Counter(r.levels[-1] for r in one.named if len(r.levels) > 1)
    if not inner or max(inner.values()) < _AGAIN:
        return ""
    return "{period}" if is_of_periods(one, one.columns[one.stubs[0]]) else "{entity}"


def _once(found: list[tuple[Any, Guess | None]]) -> list[tuple[Any, Guess | None]]:
    """Of what is called alike in several lines, none is sure; periods and places keep them apart."""
    def what(line: Any, one: Guess) -> tuple[str, str]:
        return one.item.id, path_of(line.levels) if "{" in path_of(line.levels) else ""

    sure = Counter(what(line, g)[0] for line, g in {(line.levels, g.item.id): (line, g) for line, g in found if g and g.sure
                                                     }.values()) if found else Counter[str]()
    paths = {(g.item.id, path_of(line.levels)) for line, g in found if g and g.sure}
    return [(line, Guess(g.item, False) if g and g.sure and sure[g.item.id] > 1 and sum(
        item == g.item.id for item, _ in paths) > 1 else g) for line, g in found]


def _crossed(form: SeriesForm, others: Sequence[Column], by_row: Sequence[tuple[Row, Guess | None]]) -> dict[int, dict[str, str]]:
    """Row -> a column's last words -> the variable that is called by both: 产值 and 累计."""
    found: dict[int, dict[str, str]] = {}
    for what in dict.fromkeys(c.levels[-1] for c in others if not is_when(c.levels[-1])):
        for row, _ in by_row:
            for item in form.asked:
                if {row.levels[-1] + what, what + row.levels[-1]} & {*names_of(item)}:
                    found.setdefault(row.number, {})[what] = item.id
    return found


def _in_rows(one: Placed, form: SeriesForm, others: Sequence[Column], by_row: Sequence[tuple[Row, Guess | None]],
             crossed: dict[int, dict[str, str]]) -> tuple[list[str], list[str]]:
    """Columns and rows of a table whose rows are the variables. A column that is named in them is `what`."""
    named = [c for c in others if column_has_figures(one, c) or is_when(c.levels[-1])]
    whats = {what for row in crossed.values() for what in row}
    of_now = [c for c in named if _OF_NOW.match(c.levels[-1]) and not COMPARED.search(c.levels[-1]) and c.levels[-1] not in whats]
    odd = _odd([c.levels for c in named], form)
    columns = [*dict.fromkeys(f"  - {{at: {path_of(c.levels)}, what: {quoted(c.levels[-1])}}}"
                              if c.levels[-1] in whats and not odd & {*c.levels} else _other(c, of_now, odd) for c in named)]
    alone = any("leave:" not in line and not (", what: " in line and "what: value" not in line) for line in columns)
    rows = []
    for row, found in by_row:
        sure = Guess(found.item, found.sure and (alone or not whats)) if found else None
        if row.number in crossed:
            both = crossed[row.number] | ({"value": sure.item.id} if sure and sure.sure else {})
            said = ", ".join(f"{quoted(what)}: {item}" for what, item in both.items())
            rows.append(f"  - {{at: {path_of(row.levels, whole=True)}, variables: {{{said}}}}}")
        else:
            rows.append(line_of(row.levels, sure, "variable", whole=True))
    return columns, [*dict.fromkeys(rows)]


def _lone(one: Placed, form: SeriesForm, others: Sequence[Column], guesses: Sequence[Guess]) -> Guess | None:
    """The variable of a table that is all of one, with periods on one side and units or industries on the other: the one that
    its title names; of a form with a single variable perhaps that. None where a heading is one, or neither side has periods."""
    across = any(is_when(c.levels[-1]) for c in others)
    sides = [[line.levels for line in lines if line.levels] for lines in (others, one.named)]
    if any(guess.sure for guess in guesses) or not (across or is_of_periods(one, one.columns[one.stubs[-1]])):
        return None
    # 工业 is hardly 工业总产值, and 工业总产值（现价） may well be.
    beside = any(name in levels[-1] or alike(levels[-1], name) >= NEAR for levels in sides[across] for item in form.asked
                 for name in names_of(item)) or bool(_INDICATORS.search(one.sheet.text(*one.at)))
    for title in (heading(text, one.known).name for _, _, text in one.title()):
        named = [(name, item) for item in form.asked for name in names_of(item) if name in title]
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


def _wide(one: Placed, form: SeriesForm, others: Sequence[Column]) -> tuple[list[str], list[str]]:
    """Columns and rows of a table of one variable, as lines."""
    odd = _odd([c.levels for c in others], form)
    if any(is_when(c.levels[-1]) for c in others):
        return ([*dict.fromkeys(_other(c, (), odd) if is_when(c.levels[-1]) else line_of(c.levels, None, "")
                                for c in others)], _whose(one, form))
    columns = []
    for column in others:
        own = _OF_NOW.match(column.levels[-1]) and not COMPARED.search(column.levels[-1])
        whose = column.levels[-1] not in _BESIDE and not COMPARED.search("".join(column.levels))
        each = '  - {at: "{entity}"}' if whose and column_has_figures(one, column) else line_of(column.levels, None, "")
        columns.append(_other(column, [column], odd) if own else each)
    return [*dict.fromkeys(columns)], _whose(one, form)


def _whose(one: Placed, form: SeriesForm) -> list[str]:
    """The lines of rows that are somebody's, or a period's, or both; what is compared and periods of another length are left."""
    kinds = ["{period}" if is_of_periods(one, one.columns[number]) else "{entity}" for number in one.stubs]
    when = kinds.index("{period}") if "{period}" in kinds else None
    named = [r for r in one.named if r.levels and _has_figures(one, r.number)]
    odd = _odd([r.levels[when:when + 1] for r in named if when is not None], form)
    lines = []
    if len(kinds) == 2 and "{period}" not in kinds:
        inner = [r.levels[-1] for r in named if len(r.levels) > 1]
        kinds = kinds if len({*inner}) < len(inner) else kinds[1:]
        lines = ['  - {at: "{entity}"}']
    lines.insert(0, f"  - {{at: {_as_list(kinds)}}}")
    for row in named:
        none = when is not None and len(row.levels) > when and not periods_in(row.levels[when]) and not is_when(row.levels[when])
        compared = COMPARED.search(row.levels[-1]) and not PLACE.search(row.levels[-1])
        if none or compared or any(level in odd for level in row.levels):
            lines.append(line_of(row.levels, None, "", whole=True))
    return [*dict.fromkeys(lines)]


def _odd(lines: Sequence[Sequence[str]], form: SeriesForm) -> frozenset[str]:
    """Of several periods those of another length than the form's, where some are of that: 一季度 among months."""
    lengths: dict[str, Periodicity] = {}
    for level in filter(None, (next((level for level in reversed(levels) if is_when(level)), "") for levels in lines)):
        if (found := periods_in(level) or tuple(one.period for one in [completed(level, Period.written("2024"))] if one)):
            lengths[level] = found[0].periodicity
    fitting = form.periodicity in lengths.values()
    return frozenset(level for level, length in lengths.items() if fitting and length is not form.periodicity)


def _other(column: Column, of_now: Sequence[Column], odd: frozenset[str]) -> str:
    """A column of a table whose rows are the variables: of a period, of somebody, of the period reported, or of another.
    of_now: those that may hold the period reported; of several (本月 beside 累计) it is not known which does."""
    last = column.levels[-1]
    whose = bool(PLACE.search(last)) and not COMPARED.search(last)
    levels = ["{period}" if is_when(level) else "{entity}" if PLACE.search(level) and not COMPARED.search(level) else
              as_glob(level) for level in column.levels]
    left_open = all("{" in level or level == "其中" for level in levels)
    if (is_when(last) or whose) and left_open and not any(level in odd for level in column.levels):
        return f"  - {{at: {_as_list(levels)}}}"
    if any(level in odd for level in column.levels):
        return f"  - {{at: {path_of(column.levels, whole=True)}, leave: {quoted(TO_DECIDE)}}}"
    if column in of_now and len(of_now) == 1 and not COMPARED.search("".join(column.levels)):
        return f"  - {{at: {_as_list(levels)}, what: value}}"
    maybe = f"{TO_DECIDE} 可能是 what: value（本期数）" if column in of_now else TO_DECIDE
    return f"  - {{at: {_as_list(levels)}, leave: {quoted(maybe)}}}"


def is_of_periods(one: Placed, column: Column) -> bool:
    """Whether a column says periods; plain numbers are years where its heading says so."""
    held = [text for row in one.rows if (text := squeezed(one.sheet.text(row, column.number)))]
    years = bool(_TIME.search("".join(column.levels)))
    said = sum(bool(is_when(text) or periods_in(text)) and (years or not text.isdigit()) for text in held)
    return bool(held) and 2 * said > len(held)


def line_of(levels: Sequence[str], found: Guess | None, key: str, *, whole: bool = False, places: bool = True) -> str:
    at = path_of(levels, whole=whole, places=places)
    if found is None:
        return f"  - {{at: {at}, leave: {quoted(TO_DECIDE)}}}"
    if not found.sure:  # taken only when somebody has decided it
        maybe = f"{TO_DECIDE} 可能是 {key}: {found.item.id}（{found.item.name.zh}）"
        return f"  - {{at: {at}, leave: {quoted(maybe)}}}"
    return f"  - {{at: {at}, {key}: {found.item.id}}}"


def path_of(levels: Sequence[str], *, whole: bool = False, places: bool = True) -> str:
    """A line's headings; periods and the places above as what they are, unless its words are to stand whole."""
    return _as_list([as_glob(level) if whole else "{period}" if is_when(level) else
                     "{entity}" if places and n < len(levels) - 1 and PLACE.search(level) else as_glob(level)
                     for n, level in enumerate(levels)])


def _as_list(levels: Sequence[str]) -> str:
    return quoted(levels[0]) if len(levels) == 1 else "[" + ", ".join(map(quoted, levels)) + "]"


def as_glob(text: str) -> str:
    """A heading as a mapping can say it: without signs that mean more there, and not too long."""
    return re.sub(r"[{}]", "*", text) if len(text) <= 150 else re.sub(r"[{}]", "*", text[:150]) + "*"


def _has_figures(one: Placed, row: int) -> bool:
    return any(holds_figure(one.sheet, (row, c)) for c in one.columns if c not in {*one.stubs, *one.claimed.values()})


def column_has_figures(one: Placed, column: Column) -> bool:
    return any(holds_figure(one.sheet, (row, column.number)) for row in one.rows)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
