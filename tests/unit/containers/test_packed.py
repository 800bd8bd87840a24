"""Rows in pieces are the rows that they were made of, in this process and behind the pipe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.containers import opening, packed
from gaoxin.containers.apart import open_book
from gaoxin.containers.keeping import Kept
from gaoxin.containers.model import Book, Sheet
from gaoxin.containers.packed import Packed, PackedColumn, Packing, Piece, chosen, column_of, filled, held
from gaoxin.containers.wire import said, told
from tests import containers
from tests.containers import Cell, Page

CONTENT = st.sampled_from([None, "", "甲", "甲", "EQ", "a\nb",
                           "a\x1fb", "\ud800", "1", True, 1, 1.0, 0.0, -0.0, 12.5, float("inf"), 10**20,
                           date(2020, 2, 29), datetime.fromisoformat("2020-02-29"), datetime.fromisoformat("2020-02-29T09:30"),
                           time(9, 30), timedelta(hours=30)])
ROWS = st.lists(st.lists(CONTENT, max_size=5), min_size=1, max_size=30)
PIECE = 12


def packed_rows(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "PIECE", PIECE)
        made = Packing()
        for row in rows:
            made.add(row)
        return made.made()


def exactly(rows: Any) -> list[list[str]]:
    """With the kind of each content; empty cells at the end of a row say nothing."""
    found = [[repr(value) for value in row] for row in rows]
    for row in found:
        while row and row[-1] == "None":
            row.pop()
    return found


@given(rows=ROWS, data=st.data())
def test_rows_in_pieces_say_what_they_said(rows: list[list[Any]], data: st.DataObject):
    made = packed_rows(rows)
    many = max(1, max(map(len, rows))) * len(rows) > PIECE
    assert isinstance(made, Packed) is many
    assert (len(made), exactly(made)) == (len(rows), exactly(rows))
    places = data.draw(st.lists(st.integers(-len(rows), len(rows) - 1), max_size=8))
    assert exactly(made[place] for place in places) == exactly(rows[place] for place in places)
    assert exactly(made[1:3]) == exactly(rows[1:3])
    skipped, number = data.draw(st.integers(0, len(rows))), data.draw(st.integers(1, 6))
    column, wanted = column_of(made, number, skipped), column_of(rows, number, skipped)
    assert isinstance(column, PackedColumn) is many
    assert [*map(repr, column)] == [*map(repr, wanted)] == [repr(column[place]) for place in range(len(column))]
    which = data.draw(st.lists(st.booleans(), min_size=len(column), max_size=len(column)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "PIECE", 3)
        assert [*map(repr, chosen(column, which))] == [*map(repr, chosen(wanted, which))]
        assert isinstance(held(column), PackedColumn) is (len(column) > 2)


@given(sheets=st.lists(ROWS, max_size=3))
def test_they_come_whole_through_the_pipe(sheets: list[list[list[Any]]]):
    book = Book({str(at): Sheet(str(at), packed_rows(rows)) for at, rows in enumerate(sheets)})
    assert [exactly(sheet.rows) for sheet in told(said(book)).sheets.values()] == [*map(exactly, sheets)]


def test_a_large_file_is_kept_in_pieces_and_told_alike(tmp_path):
    content = b"".join(b"%d,%d,EQ\n" % (n, n % 7) for n in range(40_000))
    first, again = (Kept(tmp_path).open_book(content, "a.csv").sheets["数据"].rows for _ in range(2))
    assert isinstance(first, Packed)
    assert first == again == open_book(content, "b.csv").sheets["数据"].rows
    assert (len(again), [*again[39_999]]) == (40_000, ["39999", "1", "EQ"])
    assert len([*tmp_path.glob("*/*")]) == 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_is_read_in_pieces_as_it_is_read_whole(kind, monkeypatch):
    rows: list[list[Any]] = [[None, "甲", n, "EQ" if n % 2 else None, Cell(formula="C1*2", value=2)] for n in range(1, 9)]
    page = {"数据": Page([[None], *rows, [None, None, "合计"]])}
    content = containers.xlsx(page) if kind == "xlsx" else containers.text(page, "gb18030")
    whole = opening.open_book(content, f"a.{kind}").sheets["数据"]
    monkeypatch.setattr(packed, "PIECE", 15)
    pieces = opening.open_book(content, f"a.{kind}").sheets["数据"]
    assert isinstance(pieces.rows, Packed)
    assert exactly(pieces.rows) == exactly(whole.rows)
    assert (pieces.facts, pieces.merged) == (whole.facts, whole.merged)


@given(rows=ROWS, number=st.integers(1, 6), skipped=st.integers(0, 5))
def test_of_a_column_only_those_pieces_are_opened_that_reach_so_far(rows, number, skipped):
    """One figure far to the right of half a million rows: else each column before it would be asked of each row."""
    opened = list[int]()
    whole = packed_rows(rows)
    with pytest.MonkeyPatch.context() as patch:
        asked = Piece.column

        def column(self: Piece, at: int) -> list[Any]:
            opened.append(len(self.columns))
            return asked(self, at)

        patch.setattr(Piece, "column", column)
        found = {at: content for at, content in filled(whole, number, skipped) if content is not None}
    assert all(width >= number for width in opened)
    assert {at: repr(c) for at, c in found.items()} == {
        at: repr(c) for at, c in enumerate(column_of(whole, number, skipped)) if c is not None}
