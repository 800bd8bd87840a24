"""Warnings and cards (`reminders.cards`): entered in the ledger when they fall, each once, and told to whom the plan says.

They fall as reminders go out, which is each working day; a late run enters what fell meanwhile, each with the day on which it
fell. Without rules in the plan nothing happens here.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from gaoxin.campaign import deadlines
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.dated import Wanted
from gaoxin.campaign.handed import handed_in
from gaoxin.campaign.measuring import delivered_by, indicators_in
from gaoxin.campaign.results import TOLD_FOR
from gaoxin.campaign.stopping import Stops
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.deadlines.model import Kind, State
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.evaluate import ways
from gaoxin.plan.ladder import Card
from gaoxin.plan.model import Plan
from gaoxin.reminders.cards import Fallen, Lag, Thing, fallen
from gaoxin.reminders.model import Due, News, Section
from gaoxin.warehouse.cards import CardGiven
from gaoxin.warehouse.engine import Store

FORMS = {"blue": Text("蓝色预警", "blue warning"), "yellow": Text("黄色预警", "yellow warning"),
         "orange": Text("橙色预警", "orange warning"), "red": Text("红色预警", "red warning"),
         "yellow_card": Text("黄牌", "yellow card"), "red_card": Text("红牌", "red card"), "points": Text("扣分", "points"),
         "talk": Text("约谈", "interview")}
_TOLD = Code("carding.told", "{unit}：{form}（{name}）{points}，{day} 起：{why}",
             "{unit}: {form} ({name}){points}, from {day}: {why}", unit=Worded, form=Worded, name=Worded,
             points=Message | None, why=Message)
_POINTS = Code("carding.points", " {points} 分", " {points}", points=Decimal)


class CardTold(Answer):
    """form: blue, yellow, orange, red, yellow_card, red_card, points, talk. day: from which what it needs was so; recorded_at:
    when it was entered. to: the units that are told."""

    card: str
    name: Worded
    form: str
    called: Worded
    unit: str
    ref: str
    points: Decimal | None
    day: date
    why: Message
    to: Sequence[str]
    recorded_at: datetime


class Cards(Answer):
    """In the order in which they fell. unit: whose alone; None: everybody's."""

    campaign: str
    as_of: datetime
    unit: str | None
    cards: Sequence[CardTold]


def cards(w: Workplace, unit: str | None = None) -> Cards:
    """Those that were entered by `w.now`. Raises UsageError for an unknown unit."""
    if unit is not None:
        w.plan.unit(unit)
    with w.warehouse.read() as store:
        found = store.cards.known(w.plan.id, w.known)
    return Cards(w.plan.id, w.now, unit, [_told(w.plan, c) for c in found if unit in (None, c.unit)])


def enter(w: Workplace, since: date) -> int:
    """Enters what has fallen and was not entered; how many. since: the first day of the campaign here."""
    if not w.plan.cards:
        return 0
    with w.warehouse.read() as store:
        found = _fallen(w, store, since)
        known = {(c.card, c.unit, c.ref) for c in store.cards.known(w.plan.id, w.known)}
    new = [f for f in found if (f.card.id, f.unit, f.ref) not in known]
    if not new:
        return 0
    with w.warehouse.begin() as store:
        return sum(store.cards.give(w.plan.id, _given(f, w.now)) for f in new)


def _given(f: Fallen, at: datetime) -> CardGiven:
    return CardGiven(f.card.id, f.unit, f.ref, f.card.form, f.card.points, f.day, f.why, at)


def told(w: Workplace, store: Store) -> list[News]:
    """Word of what fell in the last fortnight, to whom the plan says."""
    found = store.cards.known(w.plan.id, w.known) if w.plan.cards else []
    first, news = local_day(w.now) - TOLD_FOR, list[News]()
    for one in (c for c in found if local_day(c.recorded_at) >= first):
        shown = _told(w.plan, one)
        unit = w.plan.unit(one.unit).name if any(u.id == one.unit for u in w.plan.units) else Text(one.unit, one.unit)
        points = _POINTS(points=one.points) if one.points else None
        said = _TOLD(unit=unit, form=shown.called, name=shown.name, points=points, day=one.day, why=one.why)
        kind = "indicator" if "@" in one.ref and "__" not in one.ref else "return"
        news += [News(kind, f"card~{one.card}~{one.unit}~{one.ref}~{who}", "given", who, Section.CARDS, said, one.day)
                 for who in shown.to]
    return news


def _fallen(w: Workplace, store: Store, since: date) -> list[Fallen]:
    today = local_day(w.now)
    triggers = {c.trigger for c in w.plan.cards}
    things = _late(w, store, today) if triggers & {"overdue", "times"} else []
    return fallen(w.plan, things, _lags(w, store) if "below" in triggers else [], today, _acts_since(w, store, since))


def _acts_since(w: Workplace, store: Store, since: date) -> dict[str, date]:
    """By rule the day on which the version came into force that brought it, as it is now: units knew of none before. since: the
    first day of the campaign here, for those of a plan that no version is yet."""
    found, versions = dict[str, date](), store.plans.versions(w.plan.id, w.known)  # the newest first
    for card in w.plan.cards:
        found[card.id] = since
        for version in versions:
            if not any(map(card.rules_as, version.plan.cards)):
                break
            found[card.id] = local_day(version.registered_at)
    return found


def _late(w: Workplace, store: Store, today: date) -> list[Thing]:
    """What is late, or was since the year before."""
    asked = {k for c in w.plan.cards for k in c.kinds} & {*Kind}
    wanted = Wanted(date(today.year - 1, 1, 1), today - timedelta(days=1), None, tuple(Kind(k) for k in sorted(asked)))
    found = [d for d in deadlines.listed(w, store, wanted) if d.state in (State.PASSED, State.MET_LATE, State.HANDED_IN)]
    dues = [Due(str(d.kind), d.ref, d.unit, d.what, w.limit_of(d.kind, d.ref, d.due, d.done_on or today)) for d in found]
    stops = Stops(w, store, dues, handed_in(w))
    return [Thing(d.kind, d.ref, d.unit, d.subject, d.due, done, stops.of(d))
            for d, done in zip(dues, (d.done_on for d in found), strict=True)]


def _lags(w: Workplace, store: Store) -> list[Lag]:
    results = indicators_in(w, store)
    found = ways(w.plan, store.facts.source(w.plan.id, w.known), results, None, delivered_by(w, store))
    return [Lag(r.id, r.name, w.plan.answerable(w.plan.indicator(r.id)), r.period, way.share * 100) for r in results
            if (way := found.get(r.id)) and way.share is not None and r.period]


def _told(plan: Plan, one: CardGiven) -> CardTold:
    card = next((c for c in plan.cards if c.id == one.card), None)
    name: Worded = card.name if card else Text(one.card, one.card)
    return CardTold(one.card, name, one.form, FORMS[one.form], one.unit, one.ref, one.points, one.day, one.why,
                    _whom(plan, card, one.unit) if card else [one.unit], one.recorded_at)


def _whom(plan: Plan, card: Card, unit: str) -> list[str]:
    g = plan.governance
    by = {"unit": unit, "office": g.office, "supervision": g.supervision or g.office, "leading_group": g.leading_group}
    return [*dict.fromkeys(who for role in card.to if (who := by[role]))]
