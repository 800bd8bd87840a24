"""Text in columns, of whatever size."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from gaoxin.containers import texts
from gaoxin.containers.opening import open_book
from gaoxin.containers.refusing import ROWS_LIMIT


@given(st.text(alphabet='ab,"\n\r\u2028\x0b', max_size=30))
def test_lines_are_those_of_a_file(text: str):
    assert [*texts._lines(text)] == [*io.StringIO(text, newline="")]


def test_a_register_of_as_many_rows_as_are_taken_and_one_more():
    row = b"1,2\n"
    assert len(open_book(row * ROWS_LIMIT, "a.csv").sheets[texts.SHEET].rows) == ROWS_LIMIT
    (problem,) = open_book(row * (ROWS_LIMIT + 1), "a.csv").problems
    assert problem.kind == "oversized"
