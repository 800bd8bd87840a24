"""JSON as sheets: by the names of the way to each array, with the digits that were written."""

from __future__ import annotations

import json

import pytest

from gaoxin.containers.apart import open_book
from gaoxin.containers.model import Book


def opened(text: str) -> Book:
    return open_book(text.encode(), "x.json")


def test_each_array_of_records_is_a_sheet_by_its_way():
    book = opened('{"data": {"items": [{"a": 1.50, "b": {"c": "x"}}, {"d": true, "a": null}], "n": 2}, "of": [[1, 2], ["q"]]}')
    assert {name: [*sheet.rows] for name, sheet in book.sheets.items()} == {
        "data.items": [["a", "b.c", "d"], ["1.50", "x", None], [None, None, "true"]], "of": [["1", "2"], ["q"]]}


def test_answers_that_follow_one_another_are_told_apart_and_digits_stay():
    book = opened('[{"n": 1.52E+05}]\n[{"n": 12345678901234567890.10}]\n[{"n": 1.2E7, "m": -1.0E-4, "o": 1.25e+07}]')
    assert [(name, sheet.rows[1]) for name, sheet in book.sheets.items()] == [
        ("数据", ["1.52E+05"]), ("数据 (2)", ["12345678901234567890.10"]),
        ("数据 (3)", ["12000000", "-0.0001", "1.25e+07"])]  # as Java writes a double it is exact


@pytest.mark.parametrize(("text", "kind"), [
    ('[{"a": 1, "a": 2}]', "not_a_workbook"),  # either may be meant
    ('[{"a": NaN}]', "not_a_workbook"), ('[{"a": 1}', "not_a_workbook"), ("[" * 100_000, "not_a_workbook"),
    (json.dumps([{str(n): n} for n in range(2000)]), "oversized"),
])
def test_what_could_be_read_in_two_ways_or_not_at_all_is_refused(text: str, kind: str):
    book = opened(text)
    assert not book.sheets
    assert [p.kind for p in book.problems] == [kind]
