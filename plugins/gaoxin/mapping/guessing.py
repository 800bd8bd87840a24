"""What a heading may be of what a form asks. Sure is only what is called so, and is of the same kind of unit of measure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gaoxin import measures
from gaoxin.mapping.headings import heading
from gaoxin.mapping.when import SHORT, WHEN, periods_in
from gaoxin.plan.forms import Item

NEAR = 0.7
_LIKELY = 0.55
PLACE = re.compile(r"(街道|镇|乡|区|县|市|园|合计|总计)$")
COMPARED = re.compile(r"比|增长|增减|增幅|增速|上年|去年|同期|占|人均|位次|排名|[±%％]")
# Of a heading above or below that leaves what it stands with whole.
_WHOLE = re.compile(r"合计|总计|全部|小计|总量|绝对[数值]|本期[数值]?|数[值额]|金额|完成[数值]?|实际[数值]?")
_COLUMN_NUMBER = re.compile(r"\(?[0-9]{1,2}\)?|[甲乙丙丁戊己庚]")  # that a row below the headings has
_GENERAL = re.compile(r"其中|.*指标|.*情况|主要.*|基本.*|综合.*|总体.*|总量|合计|总计|全部")


@dataclass(frozen=True)
class Guess:
    """What a heading may be. sure: it is called so."""

    item: Item
    sure: bool


def is_period(level: str) -> bool:
    return bool(re.fullmatch(WHEN, level)) and bool(periods_in(level))


def is_when(level: str) -> bool:
    return is_period(level) or re.fullmatch(SHORT, level) is not None


def names_of(item: Item) -> list[str]:
    return [heading(n).name for n in (item.name.zh, item.name.en or "", item.id, *item.aliases) if n]


def alike(one: str, other: str) -> float:
    return 1.0 if one.casefold() == other.casefold() else min(0.99, SequenceMatcher(None, one, other).ratio())


def guess(levels: Sequence[str], asked: Sequence[Item], units: Sequence[str] = (), about: str = "",
          narrows: Callable[[int], bool] = lambda n: False) -> Guess | None:
    """What the form calls so, or what is nearest to it. units: of measure that the table says it may be in. about: what the table
    as a whole is of. narrows: whether the level at that place has figures of its own, of which these are a part, or is else no
    part of the name."""
    said = [(n, level) for n, level in enumerate(levels) if not is_when(level) and not (n and _COLUMN_NUMBER.fullmatch(level))]
    while len(said) > 1 and _WHOLE.fullmatch(said[-1][1]):
        said.pop()
    if not said:
        return None
    words = [level for _, level in said]
    for n in range(len(words)):
        for item in asked:
            called = {name.casefold() for name in names_of(item)}
            if {"".join(words[n:]).casefold(), "".join(reversed(words[n:])).casefold()} & called:
                above = all(not narrows(place) and _says_nothing(level, item, about) for place, level in said[:n])
                return Guess(item, above and _fits(item, units))
    said_so = {words[-1], "".join(words[-2:]), "".join(words)}
    near: list[tuple[float, Item]] = [(max(alike(one, name) for one in said_so for name in names_of(item)), item)
                                      for item in asked if _fits(item, units)]
    best = max(near, key=lambda one: one[0], default=None)
    return Guess(best[1], False) if best is not None and best[0] >= _LIKELY else None


def _says_nothing(level: str, item: Item, about: str) -> bool:
    """Whether a heading above leaves open nothing: 指标, the place whose it is, what the table or the variable is of anyhow."""
    return bool(_GENERAL.fullmatch(level) or PLACE.search(level)) or level in about or any(
        len(level) > 1 and level in name for name in names_of(item))


def _fits(item: Item, units: Sequence[str]) -> bool:
    return not units or not item.unit or any(measures.fits(unit, item.unit) for unit in units)
