"""What a warning about a level scores, by what it says and what the other units report."""

from __future__ import annotations

from decimal import Decimal

from gaoxin.periods import Period
from gaoxin.quality.checks.jump import AGAINST, LEVEL, UNUSUAL
from gaoxin.quality.scored import score_of
from gaoxin.quality.wording import SHORT_WORDS


def jump(number: int, past: int, factor: int):
    level = LEVEL(many=3, centre=Decimal(past))
    return UNUSUAL(what=AGAINST(number=Decimal(number), unit="家", past_period=Period.parse("2024-03"), past=Decimal(past),
                                factor=Decimal(factor), level=level, most=Decimal(5), hint=None))


def test_a_small_units_tenfold_weighs_less_than_a_large_ones_doubling():
    others = [100.0, 200.0, 5000.0, 300.0, 400.0]
    small, large = score_of(jump(30, 3, 10), others), score_of(jump(8000, 1000, 8), others)
    assert 0 < small < large
    assert score_of(jump(30, 3, 10), others[:2]) > 1, "of too few it may be all of the whole"


def test_what_is_about_no_level_has_no_score():
    assert score_of(SHORT_WORDS(), [1.0] * 9) == 0
