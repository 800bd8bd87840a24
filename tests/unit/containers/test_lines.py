"""What is asked of many texts at once is what would be asked of each."""

from __future__ import annotations

import re
from datetime import date
from random import Random

import pytest

from gaoxin.containers import packed
from gaoxin.containers.lines import confined, every, lines, marks, tables, unlike
from gaoxin.containers.packed import Packing, column_of, held
from gaoxin.quality.checks import certificate, credit_code
from gaoxin.quality.known import FOLDED, entity_text
from gaoxin.returns.naming import SURELY_A_NAME

PATTERNS = ["^GR[0-9]{2}$", "GR|X1", "[A-Z]+", r"^\d{2}", r"A\.B", "(?:AB)?C", "G.", "[ -~]{2,3}", FOLDED, SURELY_A_NAME,
            credit_code.SHAPE, certificate.SHAPE]
TEXTS = ["GR12", "GR1", "X1", "ABC", "C", "12", "A.B", "G", "GX", "",
         "某某科技公司九号", "某某科技九号合计", "小某某科技公司九号", "某烫科技公司九号",
         "91500154MA5000001X", "GR202351000001"]
BESIDE = [None, "X1\n", "\n", "GR\x1f12", 5, date(2024, 1, 1), " "]


def columns(values: list, monkeypatch: pytest.MonkeyPatch) -> list:
    """The same values as they are, in pieces, and in pieces below a title of the sheet."""
    monkeypatch.setattr(packed, "PIECE", 7)
    packing = Packing()
    for row in [("代码",), ("名称",), *((value,) for value in values)]:
        packing.add(row)
    return [values, held(values), column_of(packing.made(), 1, 2)]


@pytest.mark.parametrize("seed", range(3))
def test_of_all_at_once_and_of_each(seed, monkeypatch):
    random = Random(seed)
    for pattern in PATTERNS:
        alone, good = re.compile(pattern).fullmatch, [text for text in TEXTS if re.fullmatch(pattern, text)]
        for chosen in (good, TEXTS, TEXTS + BESIDE):
            values = [random.choice(chosen) for _ in range(random.choice([0, 1, 30]))] if chosen else []
            wanted = [at for at, value in enumerate(values) if not (isinstance(value, str) and alone(value))]
            for column in columns(values, monkeypatch):
                assert [*column] == values
                assert unlike(pattern, column) == wanted, pattern
                assert every(pattern, column) is (not wanted), pattern


@pytest.mark.parametrize(("pattern", "found"), [
    ("^GR[0-9]$", True), (r"^\d{4}-\d{2}$", True), ("a|(?:b)", True), ("[一-龥]{2,}", True), (r"[\w.\-]+", True),
    ("[^x]", False), (r"\s", False), (r"\D", False), (r"\W", False), ("(?!a)b", False), ("(?s:.)", False), ("a\nb", False),
    (r"\n", False), (r"\x0a", False), (r"[\s]", False), (r"[\S]", False), (r"\Z", False), (r"(a)\1", False), ("[\t-~]", False)])
def test_which_patterns_stay_in_their_line(pattern, found):
    assert confined(pattern) is found


def test_a_pattern_that_would_look_into_the_next_line_is_none_that_stays():
    assert every("a[^b]*", ["ac", "xx"])  # what `confined` is for
    assert not confined("a[^b]*")


def test_marks_differ_only_where_texts_do(monkeypatch):
    same = ["GR202351000001", "GR202351000002", "GR202351000001", *(f"GR2023510{n:05d}" for n in range(3, 40))]
    for values in (same, [*same, "某某"], [*same, "GR2023510000031"], ["", ""], [], ["a" * 65, "a" * 65]):
        for column in columns(values, monkeypatch):
            found = marks(column).tolist()
            assert len(found) == len(values)
            assert all((found[a] == found[b]) >= (values[a] == values[b]) for a in range(len(values)) for b in range(a))
            assert len({*found}) == len({*values})


def test_tables_of_texts_that_are_all_as_wide(monkeypatch):
    for column in columns(["ab", "cd", "ab"] * 5, monkeypatch):
        found = tables(column)
        assert found is not None
        assert [bytes(line) for table in found for line in table] == [b"ab", b"cd", b"ab"] * 5
    for values in (["ab", "c"] * 5, ["ab", "a\n"] * 5, ["ab", "c", "def"], ["甲", "乙"], ["ab", None],
                   [*["ab"] * 9, "abc"], [""]):
        for column in columns(values, monkeypatch):
            assert tables(column) is None


def test_what_is_folded_already_is_left_as_it_is():
    assert all(entity_text(text) == text for text in TEXTS if re.fullmatch(FOLDED, text))


def test_lines_say_where_something_else_stands(monkeypatch):
    whole, pieces, _ = columns(["a", "b"] * 5 + [None], monkeypatch)
    assert [*lines(whole)] == [None]
    assert [*lines(pieces)] == ["a\nb\na\nb\na\nb\na\n", None]
    assert [*lines(pieces, each=False)] == ["a\nb\n", None]
