"""Sums: which figure of a broken one was mistyped, what is let pass, and what a blank part leaves to judge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gaoxin.plan.checks import mistyped
from gaoxin.plan.checks.base import Judged
from gaoxin.plan.checks.beside import Reported
from gaoxin.plan.checks.sum_of import SumOf
from tests.said import said


@pytest.mark.parametrize(("written", "wanted", "how"), [
    ("5312.4", "5132.4", mistyped.SWAPPED), ("132.5", "732.5", mistyped.DIGIT), ("12345", "1234.5", mistyped.POINT),
    ("1.2", "12000", mistyped.POINT), ("-40", "40", mistyped.SIGN), ("1345", "12345", mistyped.MISSING),
    ("1233", "123", mistyped.TWICE), ("1234", "8765", None), ("100", "100", None), ("5", "0", None), ("-5", "7", None)])
def test_one_slip_of_the_hand_is_recognised(written, wanted, how):
    assert mistyped.slip(Decimal(written), Decimal(wanted)) is how


def reported(name: str, value: str | None, **more: Any) -> Reported:
    number = None if value is None else Decimal(value)
    return Reported(said(name, name), more.pop("unit", "万元"), number, f"D{len(name)}", number, **more)


def judged(total: Reported, *parts: Reported, **check: Any) -> Judged:
    names = [f"p{n}" for n in range(len(parts))]
    sums = SumOf(kind="sum_of", id="adds", total="t", parts=tuple(names), **check)
    found = sums.judge({"t": total, **dict(zip(names, parts, strict=True))})
    assert isinstance(found, Judged)
    return found


@given(st.lists(st.integers(10_000, 999_999), min_size=3, max_size=5), st.integers(0, 4), st.integers(0, 4))
def test_two_digits_interchanged_in_one_part_name_that_part(figures, which, at):
    digits = list(str(figures[which % len(figures)]))
    place = at % (len(digits) - 1)
    assume(digits[place] != digits[place + 1])
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    assume(digits[0] != "0")
    total = reported("总计", str(sum(figures)), integer=True)
    parts = [reported(f"分项{n}", str(v), integer=True) for n, v in enumerate(figures)]
    wrong = which % len(figures)
    parts[wrong] = replace(parts[wrong], value=Decimal("".join(digits)))
    suspects = judged(total, *parts).context["suspects"]
    if suspects is not None:  # none is named where more than two could be it
        assert f"分项{wrong}" in suspects.zh
        assert str(figures[wrong]) in suspects.zh


def test_what_lies_within_a_hundred_thousandth_passes_but_of_whole_numbers():
    parts = reported("甲", "333570680"), reported("乙", "10.5")
    assert judged(reported("合计", "333570700"), *parts).amount == 0
    assert judged(reported("合计", "333580700"), *parts).amount > 0
    assert judged(reported("合计", "333570700"), *parts, tolerance=0, relative=0).amount == Decimal("9.5")
    counts = {"合计": "900001", "甲": "500000", "乙": "400000"}
    whole = [reported(name, value, integer=True, unit="家") for name, value in counts.items()]
    assert judged(*whole).amount == 1


def test_persons_are_rounded_unless_the_plan_says_that_they_are_whole():
    """Full-time equivalents of three kinds, each rounded to a whole."""
    people = [reported(name, value, unit="人") for name, value in (("合计", "1001"), ("甲", "500"), ("乙", "300"), ("丙", "200"))]
    assert judged(*people).amount == 0
    assert judged(*[replace(p, integer=True) for p in people]).amount == 1


def test_a_blank_part_leaves_that_the_others_may_not_exceed_the_total():
    total, known, blank = reported("合计", "5000"), reported("甲", "5100"), reported("乙", None, blank=True)
    assert judged(total, known, blank, tolerance=0).amount == 100
    names = ("t", "p0", "p1")
    sums = SumOf(kind="sum_of", id="adds", total="t", parts=("p0", "p1"))
    for parts in ((replace(known, value=Decimal(100)), blank), (known, replace(blank, signed=True)),
                  (known, replace(blank, blank=False))):
        assert not isinstance(sums.judge(dict(zip(names, (total, *parts), strict=True))), Judged)
