"""The way from a value to a target, year by year: how many steps, what they come to, how large they must be. Pure arithmetic.

A yearly step is made once for every calendar year after the last one that was over at the start, up to and with the year of
the target: from the end of 2020 to a day in 2023 these are three. A value of a month or quarter leaves that year's step still
to be made.
"""

from decimal import Decimal

from gaoxin.periods import Period


def closed_year(on: Period) -> int:
    """The last year that was over at the end of a period."""
    return on.year if on.end.month == 12 else on.year - 1


def steps_to(on: Period, year: int) -> int:
    """How many yearly steps lead from a period's value to a year; 0 or less when the year was over by then."""
    return year - closed_year(on)


def grown(start: Decimal, rate: Decimal, years: int) -> Decimal:
    """What a value comes to that grows by a rate in % a year, compound."""
    return start * (1 + rate / 100) ** years


def growth_needed(start: Decimal, goal: Decimal, years: int) -> Decimal | None:
    """The yearly growth in %, compound, that arrives at the goal; None between figures that no rate connects."""
    return 100 * ((goal / start) ** (Decimal(1) / years) - 1) if start > 0 and goal > 0 else None
