"""A table that was found on a sheet: its columns with the path of their headings, its rows, what stands beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from gaoxin.containers.model import Position, Sheet
from gaoxin.mapping.headings import HAN, heading, indent, unit_of, units_in
from gaoxin.measures import GENERAL
from gaoxin.measures import Table as Units
from gaoxin.plan.mappings import Table
from gaoxin.returns.text import plain, squeezed

_NOTE = re.compile(r"^\(?(注|备注|说明|附注|资料来源|数据来源|来源|填表人?|制表人?|审核人?|复核人?|单位负责人|统计负责人|负责人"
                   r"|填报|联系|报出)"
                   r"[^:：]{0,6}[:：]")
_BELOW = 6  # rows in which it may be said who filled a table in
AS_ABOVE = frozenset({"〃", "同上", "″", '"', "''", "”"})
_UNITS = re.compile(r"^\(?[\u4e00-\u9fff]{0,3}单位:")  # 金额单位, 计量单位


def beside_the_table(text: str) -> bool:
    """Whether a row that begins so is no row of a table: a note, who filled it in."""
    return bool(_NOTE.match(plain(text)))


@dataclass(frozen=True)
class Column:
    """levels: its headings, outermost first, each once, blank ones left out. written: the same with their units of measure.
    units: of measure, those of the innermost level that names any. units_above: that is a group's heading, not its own."""

    number: int
    levels: tuple[str, ...]
    written: tuple[str, ...]
    units: tuple[str, ...] = ()
    units_above: bool = False


@dataclass(frozen=True)
class Row:
    """levels: what it is called, its parents first. units: of measure, in their column or its name. no_unit: what stands in
    the column of units of measure and is none; None where there is no such column."""

    number: int
    levels: tuple[str, ...]
    written: str
    units: tuple[str, ...] = ()
    code: str = ""
    no_unit: str | None = None


@dataclass
class Placed:
    """A table that was found. at: its first cell. anchor: the one that it was found by, which is another where its corner is
    blank. known: units of measure. claimed: what `codes` and `units` name -> its column. rows: that are not
    blank."""

    table: Table
    sheet: Sheet
    at: Position
    last_header: int
    columns: dict[int, Column]
    known: Units = GENERAL
    anchor: Position = (0, 0)
    claimed: dict[str, int] = field(default_factory=dict)
    stubs: tuple[int, ...] = ()
    rows: list[int] = field(default_factory=list)
    others: list["Placed"] = field(default_factory=list)  # on its sheet
    missing: tuple[str, ...] = ()  # of what `stub`, `codes` and `units` name
    title_at: int | None = None    # the row of the text that `after` names
    again: frozenset[int] = frozenset()  # rows in which its heading stands again, at the top of a page
    numbered: frozenset[int] = frozenset()  # rows that number its columns: 甲 1 2

    @property
    def first_header(self) -> int:
        return self.at[0] - self.table.above

    @cached_property
    def named(self) -> tuple[Row, ...]:
        """Its rows with the path of what they are called: by number and indentation, and from left to right."""
        return tuple(_rows(self))

    @cached_property
    def merged(self) -> dict[Position, Position]:
        return merged_from(self.sheet)

    @cached_property
    def distinct(self) -> dict[int, Column]:
        """Its columns without the blank ones that share all headings with one that is not: 产值 merged over two, of which one is
        filled."""
        by_heads: dict[tuple[Position, ...], list[int]] = {}
        for number in self.columns:
            heads = tuple(self.merged.get((row, number), (row, number)) for row in range(self.first_header, self.last_header + 1))
            by_heads.setdefault(heads, []).append(number)
        filled = {n for several in by_heads.values() if len(several) > 1 for n in several if any(
            self.sheet.cell(row, n) is not None or self.sheet.trouble(row, n) for row in self.rows)}
        blank = {n for several in by_heads.values() if not filled.isdisjoint(several) for n in several if n not in filled}
        return {number: column for number, column in self.columns.items() if number not in blank}

    def covers(self, row: int, column: int) -> bool:
        return column in self.columns and (self.first_header <= row <= self.last_header or row in self._body)

    @cached_property
    def _body(self) -> frozenset[int]:
        return frozenset(self.rows)

    def title(self) -> Iterator[tuple[int, int, str]]:
        """The texts above it with row and column, the nearest first; those of its own columns before others of the same row, and
        last what stands beside its head."""
        left, right = min(self.columns), max(self.columns)
        above = takewhile(lambda row: not any(t.covers(row, c) for t in self.others for c in self.columns),
                          range(self.first_header - 1, 0, -1))  # what stands above another table is that one's title
        for row in (*above, self.first_header):
            width = len(self.sheet.rows[row - 1]) if row <= len(self.sheet.rows) else 0
            cells = [c for c in range(1, width + 1) if not any(t.covers(row, c) for t in (self, *self.others))]
            for column in sorted(cells, key=lambda c: (not left <= c <= right, c)):
                if isinstance(value := self.sheet.cell(row, column), str) and value.strip():
                    yield row, column, value

    def beside(self) -> Iterator[tuple[int, int, str]]:
        """Its title, and the texts in the rows below it."""
        yield from self.title()
        below = (self.rows[-1] if self.rows else self.last_header) + 1
        for row in range(below, min(below + _BELOW, len(self.sheet.rows) + 1)):
            for column in range(1, len(self.sheet.rows[row - 1]) + 1):
                if isinstance(value := self.sheet.cell(row, column), str) and value.strip():
                    yield row, column, value

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units of measure that its corner names as 单位：万元, or its title: those of the nearest text that names any. What
        stands above a table beside it comes last, and not at all where that table, or this one, has a title of its own."""
        corner = [text for c in self.stubs for row in range(self.first_header, self.last_header + 1)
                  if _UNITS.match(squeezed(text := self.sheet.text(row, c)))]
        own, shared = list[str](), list[str]()
        for row, column, text in self.title():
            if re.search(r"单\s*位\s*[:：]\s*$", text):  # in a cell of its own, and what it is in the next
                text += next((said for c in range(column + 1, len(self.sheet.rows[row - 1]) + 1)
                              if (said := self.sheet.text(row, c)).strip()), "")
            near = next((t for t in self.others if column in t.columns and column not in self.columns
                         and row < t.first_header and overlap(self, t)), None)
            reaches = near and any(self.merged.get((row, c)) == (row, column) for c in self.columns)
            if near is None or reaches:
                own.append(text)
            elif not (near.has_title if near.at[1] > self.at[1] else self.has_title and not self.continues):
                shared.append(text)
        return next((units for text in (*corner, *own, *shared) if (units := units_in(text, self.known))), ())

    @cached_property
    def has_title(self) -> bool:
        """Whether words of its own stand above it, beside those that say in what it is measured."""
        return any(column in self.columns and row < self.first_header and HAN.search(text) and not _UNITS.match(squeezed(text))
                   for row, column, text in self.title())

    @cached_property
    def continues(self) -> bool:
        """Whether these words say that it goes on with another: 续表."""
        return any(column in self.columns and "续" in text for _, column, text in self.title())


def merged_from(sheet: Sheet) -> dict[Position, Position]:
    """Cell -> the first cell of what it is merged with, for merged parts of a size that headings have."""
    return {(r, c): (top, left) for top, left, bottom, right in sheet.merged if (bottom - top + 1) * (right - left + 1) <= 20_000
            for r in range(top, bottom + 1) for c in range(left, right + 1)}


def overlap(one: Placed, other: Placed) -> bool:
    """Whether two tables stand side by side; their heads need not begin in the same row."""
    return abs(other.at[0] - one.at[0]) <= max(3, one.last_header - one.first_header + 1)


def _rows(one: Placed) -> Iterator[Row]:
    table, sheet = one.table, one.sheet
    merged = merged_from(sheet)
    stack: list[tuple[tuple[int, int], str]] = []
    before: dict[int, str] = {}
    beyond: list[str] = []
    unit_at, code_at, above = one.claimed.get(table.units or ""), one.claimed.get(table.codes or ""), ""
    for row in one.rows:
        outer: list[str] = []
        last = one.stubs[-1]
        origins = {merged.get((row, last), (row, last))}  # 合计 that is merged over two of them is one level
        for number in reversed(one.stubs[:-1]):
            origin = merged.get((row, number), (row, number))
            text = sheet.text(*origin).strip() or before.get(number, "")
            before[number] = text
            if text and origin not in origins:
                outer.insert(0, heading(text, one.known).name)
            origins.add(origin)
        written = sheet.text(*(merged.get((row, last), (row, last)) if len(one.stubs) > 1 else (row, last)))
        if table.is_register and not table.stub:  # what stands beside a blank number
            written = next((text for c in one.columns if (text := sheet.text(row, c)).strip()), "")
        if not written.strip() and len(one.stubs) == 1:  # 合计 where the others have a running number
            written = next((text for c in one.columns if c < last and HAN.search(text := sheet.text(row, c))), "")
        if outer != beyond:  # a row of one group is never part of one of another
            stack.clear()
        beyond = outer
        found, levels = heading(written, one.known), tuple(outer)
        if written.strip():
            depth = indent(written)
            while stack and stack[-1][0] >= depth:
                stack.pop()
            levels += (*(name for _, name in stack), found.name)
            stack.append((depth, found.name))
        said = squeezed(sheet.text(*merged.get((row, unit_at), (row, unit_at)))) if unit_at else ""
        said = above if said in AS_ABOVE else said
        above = said
        beside = unit_of(said, one.known)
        yield Row(row, levels, squeezed(written), tuple(dict.fromkeys((*((beside,) if beside else ()), *found.units))),
                  squeezed(sheet.text(row, code_at)) if code_at else "",
                  None if not unit_at or beside else said or "")
