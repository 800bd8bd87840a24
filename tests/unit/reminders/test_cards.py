from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gaoxin.periods import Period
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.plan.ladder import Card
from gaoxin.plan.reading.loader import load_plan
from gaoxin.reminders.cards import Lag, Thing, fallen
from gaoxin.reminders.waiting import Reason, Stop, late
from tests.said import said

PLAN = load_plan(Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml")
DUE = date(2024, 4, 17)  # a Wednesday
FIRST: dict[str, date] = defaultdict(lambda: date(2024, 1, 1))


def card(id: str, form: str, **more: Any) -> Card:
    return Card.model_validate({"id": id, "name": id, "form": form, "choice": "cadence", **more})


def plan(*cards: Card):
    return PLAN.model_copy(update={"cards": cards})


def thing(ref: str = "r", due: date = DUE, until: date | None = None, *stops: Stop, unit: str = "science") -> Thing:
    return Thing("return", ref, unit, said(ref, ref), due, until, stops)


COLOURS = plan(card("b", "blue", overdue=1), card("o", "orange", overdue=3), card("r", "red", overdue=5))


def test_a_thing_climbs_through_the_colours_on_its_own_days():
    assert [(f.card.id, f.day) for f in fallen(COLOURS, [thing()], [], date(2024, 4, 24), FIRST)] == [
        ("b", date(2024, 4, 18)), ("o", date(2024, 4, 22)), ("r", date(2024, 4, 24))]
    done = thing(until=date(2024, 4, 19))
    assert [f.card.id for f in fallen(COLOURS, [done], [], date(2024, 6, 3), FIRST)] == ["b"]
    waits = thing("r", DUE, None, Stop(Reason.QUESTION, date(2024, 4, 18)))
    assert fallen(COLOURS, [waits], [], date(2024, 6, 3), FIRST) == []
    began = dict.fromkeys("bor", date(2024, 6, 1))
    assert fallen(COLOURS, [thing()], [], date(2024, 6, 3), began) == [], "nothing fell before the first start"


def test_the_third_time_in_a_year_is_one_talk_and_the_next_year_counts_anew():
    talk = plan(card("t", "talk", times=3))
    days = [date(2024, 2, 20), date(2024, 5, 8), date(2024, 11, 6), date(2024, 12, 4), date(2025, 2, 12)]
    things = [thing(f"r{n}", day, day + timedelta(days=5)) for n, day in enumerate(days)]
    assert [(f.ref, f.day) for f in fallen(talk, things, [], date(2025, 6, 3), FIRST)] == [("2024", date(2024, 11, 7))]


def test_a_rule_acts_from_its_own_day_and_counts_nothing_before():
    later = {"b": date(2024, 1, 1), "o": date(2024, 4, 23), "r": date(2024, 4, 23)}
    assert [f.card.id for f in fallen(COLOURS, [thing()], [], date(2024, 4, 24), later)] == ["b", "r"]
    talk = plan(card("t", "talk", times=2))
    things = [thing(f"r{n}", day, day + timedelta(days=5)) for n, day in enumerate((
        date(2024, 2, 20), date(2024, 5, 8), date(2024, 11, 6), date(2024, 12, 4)))]
    assert [f.day for f in fallen(talk, things, [], date(2024, 12, 30), FIRST)] == [date(2024, 5, 9)]
    assert [f.day for f in fallen(talk, things, [], date(2024, 12, 30), {"t": date(2024, 5, 9)})] == [date(2024, 11, 7)]
    assert [f.day for f in fallen(talk, things, [], date(2024, 12, 30), {"t": date(2024, 5, 10)})] == [date(2024, 12, 5)]


def test_of_colours_below_a_trajectory_the_gravest_alone_falls_and_points_beside_it():
    rules = plan(card("o", "orange", below=80), card("r", "red", below=60), card("p", "points", below=70, points=1))

    def of(share: str) -> set[str]:
        lag = Lag("hnte", said("高企", "HNTE"), "science", Period.parse("2024-Q1"), Decimal(share))
        return {f.card.id for f in fallen(rules, [], [lag], DUE, FIRST)}

    assert (of("80"), of("79.9"), of("65"), of("59.9")) == (set(), {"o"}, {"o", "p"}, {"r", "p"})


def stop(since: int, length: int) -> Stop:
    return Stop(Reason.OFFICE, DUE + timedelta(days=since), DUE + timedelta(days=since + length))


stops = st.lists(st.builds(stop, st.integers(-3, 30), st.integers(0, 8)), max_size=3)


@given(stops, st.integers(0, 40), st.integers(0, 40))
def test_what_fell_stays_fallen_and_rests_on_own_days(found, ahead, more):
    one, today = thing("r", DUE, None, *found), DUE + timedelta(days=ahead)
    now = fallen(COLOURS, [one], [], today, FIRST)
    assert {*now} <= {*fallen(COLOURS, [one], [], today + timedelta(days=more), FIRST)}
    own = late(DUE, today, found, PUBLISHED.is_workday).own
    assert {f.card.id for f in now} == {c.id for c in COLOURS.cards if (c.overdue or 0) <= own}
