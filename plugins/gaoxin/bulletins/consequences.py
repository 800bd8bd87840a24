"""What the plan says follows from ranks, and of whom a yearly bulletin proposes it. It proposes and people decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from gaoxin.i18n import Code, Message
from gaoxin.plan.offices import ConsequenceRule

ONLY_YEARLY = Code("bulletins.only_yearly", "按年度通报的名次判断，本期不作判断",
                   "it goes by the ranks of yearly bulletins: this one does not tell")
NO_BULLETIN = Code("bulletins.no_bulletin_of", "没有发布过 {years} 的年度通报，无法判断",
                   "no yearly bulletin of {years} was released: it cannot be told", years=tuple)

Places = Mapping[str, int]  # by unit


@dataclass(frozen=True)
class Proposal:
    """units: of whom it is proposed. untold: units that are ranked now and were not in each year that counts. why: for which
    nothing can be told of anybody, None where it can."""

    units: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    why: Message | None = None


def proposed(rule: ConsequenceRule, year: int | None, now: Places, earlier: Mapping[int, Places]) -> Proposal:
    """year: of the bulletin, None where it is not a yearly one. now: its places, earlier: those of the yearly bulletins that were
    released before, by year."""
    moves = rule.rank_falls or rule.rank_rises
    assert moves
    if year is None:
        return Proposal(why=ONLY_YEARLY())
    years = range(year - moves.years, year)
    if missing := [str(one) for one in years if one not in earlier]:
        return Proposal(why=NO_BULLETIN(years=missing))
    units, untold = list[str](), list[str]()
    for unit in now:
        places = [*(earlier[one].get(unit) for one in years), now[unit]]
        known = [place for place in places if place is not None]
        if len(known) < len(places):
            untold.append(unit)
        elif all(after > before if rule.rank_falls else after < before for before, after in pairwise(known)):
            units.append(unit)
    return Proposal(tuple(units), tuple(untold))
