"""Made-up series of six classes, and the faults that are put into them one at a time. Same seed, same figures.

smooth     sales of a month: a season, slow growth, little noise
stock      what stands at a month's end: it moves by a hundredth
cumulative from January on, with none for January alone
lumpy      contracted investment: each month another size, with a spread of 0.8 on logarithms
fiscal     a budget: December is five times the other months
zeros      events, of which two months in five have none
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

CLASSES = ("smooth", "stock", "cumulative", "lumpy", "fiscal", "zeros")
MONTHS = 24


@dataclass(frozen=True)
class Fault:
    """done: the value that is typed in place of a true one, given the unit's earlier ones; None where it cannot be made.
    where: months in which it is made; gap: months before it that are missing."""

    name: str
    done: Callable[[Decimal, list[Decimal]], Decimal | None]
    where: Callable[[int], bool] = lambda month: month > 0
    gap: int = 0


def _times(factor: str) -> Callable[[Decimal, list[Decimal]], Decimal | None]:
    return lambda value, before: value * Decimal(factor) if value else None


def _copied(value: Decimal, before: list[Decimal]) -> Decimal | None:
    return before[-1] if before and len(before[-1].normalize().as_tuple().digits) >= 5 and before[-1] != value else None


FAULTS = (
    Fault("×10", _times("10")), Fault("÷10", _times("0.1")), Fault("×100", _times("100")), Fault("×10,000", _times("10000")),
    Fault("×100 first", _times("100"), lambda month: month == 0),
    Fault("×10,000 first", _times("10000"), lambda month: month == 0),
    Fault("×10,000 after a gap", _times("10000"), lambda month: month > 3, gap=2),
    Fault("nought", lambda value, before: Decimal(0) if value else None),
    Fault("copied ≥ 5 digits", _copied),
)


def made(units: int, seed: int) -> dict[str, list[list[Decimal | None]]]:
    """class -> unit -> month -> value in 万元, of events a number; None where none is asked for."""
    drawn = Random(seed)
    return {name: [_series(name, drawn) for _ in range(units)] for name in CLASSES}


def _series(name: str, drawn: Random) -> list[Decimal | None]:
    size, found = math.exp(drawn.gauss(7, 1)), list[Decimal | None]()
    running, level, rate = 0.0, size, math.exp(drawn.gauss(1.2, 0.7))
    for month in range(MONTHS):
        season = 1 + 0.25 * math.sin(2 * math.pi * month / 12 + 1)
        match name:
            case "smooth":
                value = size * season * 1.01**month * math.exp(drawn.gauss(0, 0.08))
            case "stock":
                level *= math.exp(drawn.gauss(0.005, 0.01))
                value = level
            case "cumulative":
                running = (running if month % 12 else 0) + size * season * math.exp(drawn.gauss(0, 0.15))
                value = running
            case "lumpy":
                value = size * math.exp(drawn.gauss(0, 0.8))
            case "fiscal":
                value = size * (5 if month % 12 == 11 else 1) * math.exp(drawn.gauss(0, 0.2))
            case _:
                found.append(Decimal(0 if drawn.random() < 0.4 else _poisson(rate * math.exp(drawn.gauss(0, 0.3)), drawn)))
                continue
        found.append(None if name == "cumulative" and month % 12 == 0 else Decimal(f"{value:.2f}"))
    return found


def _poisson(mean: float, drawn: Random) -> int:
    limit, count, product = math.exp(-mean), 0, drawn.random()
    while product > limit:
        count, product = count + 1, product * drawn.random()
    return count
