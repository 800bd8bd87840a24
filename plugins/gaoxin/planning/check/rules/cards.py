"""Rules on warnings and cards: what is graver falls later or lower, and no two fall for the same."""

from collections.abc import Iterator
from itertools import combinations

from gaoxin.plan.ladder import Card
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 141

CARDS_OUT_OF_ORDER = of_plan("cards_out_of_order", "warning", ("预警界限的次序不对", "thresholds of warnings out of order"),
                             ("让较重的预警逾期更久、进度更低才触发", "let the graver warning fall later, or lower"),
                             "{card} 比 {other} 重，却不更晚（更低）触发：{asked} 与 {given}",
                             "{card} is graver than {other}, and falls no later or lower: {asked} and {given}", card=str,
                             other=str, asked=str, given=str)
CARDS_ALIKE = of_plan("cards_alike", "warning", ("两条预警规定相同", "two warnings for the same"),
                      ("删去一条，或改其界限", "drop one, or give it another threshold"),
                      "{card} 与 {other} 的形式和触发条件相同", "{card} and {other} have one form and one threshold", card=str,
                      other=str)
CARD_TELLS_NOBODY = of_plan("card_tells_nobody", "warning", ("预警没有告知任何人", "a warning that nobody is told of"),
                            ("写 to", "say to whom, by `to`"), "{card} 没有写告知谁", "{card} says nobody to be told", card=str)

_RISING = (("blue", "yellow", "orange", "red"), ("yellow_card", "red_card"))


def order(plan: Plan) -> Iterator[PlanFinding]:
    """Among warnings of one trigger that may fall for one thing."""
    for one, other in combinations(plan.cards, 2):
        if one.trigger != other.trigger or not _meet(one, other):
            continue
        if (one.form, _limit(one)) == (other.form, _limit(other)):
            yield CARDS_ALIKE.warning(f"cards.{other.id}", card=other.id, other=one.id)
        for row in _RISING:
            if one.form in row and other.form in row and one.form != other.form:
                low, high = sorted((one, other), key=lambda c: row.index(c.form))
                if _limit(high) <= _limit(low):
                    yield CARDS_OUT_OF_ORDER.warning(f"cards.{high.id}", card=high.id, other=low.id, asked=_told(high),
                                                     given=_told(low))


def untold(plan: Plan) -> Iterator[PlanFinding]:
    for card in plan.cards:
        if not card.to:
            yield CARD_TELLS_NOBODY.warning(f"cards.{card.id}", card=card.id)


def _meet(one: Card, other: Card) -> bool:
    if one.trigger == "below":
        return not one.indicators or not other.indicators or not {*one.indicators}.isdisjoint(other.indicators)
    return not {*one.kinds}.isdisjoint(other.kinds)


def _limit(card: Card) -> float:
    """The greater the graver."""
    return -float(card.below) if card.below is not None else float(card.overdue or card.times or 0)


def _told(card: Card) -> str:
    return f"below {card.below}" if card.below is not None else f"{card.trigger} {card.overdue or card.times}"
