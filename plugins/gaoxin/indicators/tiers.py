"""Tiers over a portfolio: how many of the places that a target asks for are filled.

Each zone fills one place, of a class that it reaches; where a class names its zones, only those fill its places, each its
own. As many places as possible are filled (a maximum matching): without names and with one direction of comparison that
is the cumulative count from the highest class down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gaoxin.indicators.model import Truth
from gaoxin.plan.targets import ZoneClass


def filled(classes: Sequence[ZoneClass], reached: Mapping[str, Sequence[Truth]]) -> tuple[int, int]:
    """The places that are surely filled, and those that may be: an unknown zone as reaching nothing, and everything.

    reached: zone -> for each class whether it reaches it.
    """
    return _matched(classes, reached, (Truth.MET,)), _matched(classes, reached, (Truth.MET, Truth.UNKNOWN))


def _matched(classes: Sequence[ZoneClass], reached: Mapping[str, Sequence[Truth]], counts: tuple[Truth, ...]) -> int:
    options: list[list[str]] = []
    for at, one in enumerate(classes):
        able = [zone for zone, truths in reached.items() if truths[at] in counts]
        options += [[z] if z in able else [] for z in one.named] or [able] * one.zones
    holder: dict[str, int] = {}
    return sum(_seated(place, options, holder, set()) for place in range(len(options)))


def _seated(place: int, options: list[list[str]], holder: dict[str, int], tried: set[str]) -> bool:
    """Finds a zone for a place, moving another zone to another place where that helps (Kuhn's augmenting path)."""
    for zone in options[place]:
        if zone in tried:
            continue
        tried.add(zone)
        if zone not in holder or _seated(holder[zone], options, holder, tried):
            holder[zone] = place
            return True
    return False
