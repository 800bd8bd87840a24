"""Ranks: places and ties, what cannot be told, what follows from ranks over the years, which bulletins are due, texts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.bulletins.consequences import NO_BULLETIN, proposed
from gaoxin.bulletins.due import cadences, day_of, due, newest
from gaoxin.bulletins.ranking import Matter, Score, by_order, by_progress, ranked
from gaoxin.bulletins.texts import must_resolve, resolved
from gaoxin.errors import UsageError
from gaoxin.i18n import Message
from gaoxin.periods import Period
from gaoxin.plan.offices import ConsequenceRule
from gaoxin.plan.reading.loader import load_plan

DAGS = Path(__file__).resolve().parents[3] / "dags"
SHARES = st.fractions(0, 1, max_denominator=9)
UNITS = st.text("abcdefgh", min_size=1, max_size=2)
PLACES = st.dictionaries(UNITS, st.integers(1, 9), max_size=5)


@cache
def plan_of(campaign):
    return load_plan(DAGS / campaign / "plan.yaml")


@given(st.dictionaries(UNITS, SHARES, max_size=9))
def test_a_place_is_one_more_than_how_many_are_better(shares):
    found = ranked({unit: Score(share, 3) for unit, share in shares.items()})
    assert {p.unit: p.place for p in found.placed} == {
        unit: 1 + sum(other > share for other in shares.values()) for unit, share in shares.items()}
    places = [p.place for p in found.placed]
    assert places == sorted(places)
    assert all(places[place - 1] == place for place in places)  # the next place is left out for each tie


@given(st.dictionaries(UNITS, SHARES, min_size=1, max_size=9), st.randoms())
def test_the_order_in_which_units_come_gives_nobody_another_place(shares, chance):
    mixed = list(shares.items())
    chance.shuffle(mixed)
    one, other = (ranked({u: Score(s, 1) for u, s in found}) for found in (shares.items(), mixed))
    assert one.places == other.places


@given(st.lists(st.sampled_from([True, False, None]), max_size=9))
def test_what_cannot_be_judged_counts_for_nothing(states):
    known, found = [s for s in states if s is not None], by_order(Matter("u", "task", str(n), s) for n, s in enumerate(states))
    if not known:
        assert isinstance(found, Message)
    else:
        assert isinstance(found, Score)
        assert (found.share, found.of, found.good) == (Fraction(known.count(True), len(known)), len(known), known.count(True))


@given(st.lists(st.one_of(st.none(), st.decimals(0, 100, places=2)), max_size=6))
def test_a_unit_that_told_of_some_of_its_tasks_alone_is_not_ranked(told):
    found = by_progress(told)
    if not told or None in told:
        assert isinstance(found, Message)
        assert ranked({"a": found}).placed == ()
        assert set(ranked({"a": found}).unranked) == {"a"}
    else:
        assert isinstance(found, Score)
        assert found.share == sum(map(Fraction, told)) / len(told) / 100


def test_a_rank_is_compared_with_the_bulletin_before():
    found = ranked({u: Score(Fraction(s, 10), 10) for u, s in {"a": 5, "b": 9, "c": 9, "d": 1}.items()}, {"a": 1, "b": 2, "d": 4})
    assert [(p.unit, p.place, p.rose) for p in found.placed] == [("b", 1, 1), ("c", 1, None), ("a", 3, -2), ("d", 4, 0)]


@given(PLACES, st.dictionaries(st.integers(2018, 2022), PLACES), st.integers(1, 3), st.booleans())
def test_a_consequence_is_proposed_of_those_alone_who_moved_every_year(now, earlier, years, falls):
    rule = ConsequenceRule.model_validate({"rank_falls" if falls else "rank_rises": {"years": years}})
    found = proposed(rule, 2023, now, earlier)
    if any(year not in earlier for year in range(2023 - years, 2023)):
        assert (found.why is None, found.units, found.untold) == (False, (), ())
        return
    for unit in now:
        series = [earlier[year].get(unit) for year in range(2023 - years, 2023)] + [now[unit]]
        whole = None not in series
        moved = whole and all((b > a) if falls else (b < a) for a, b in pairwise(series))
        assert (unit in found.units, unit in found.untold) == (moved, not whole)


def test_lianyungang_has_a_talk_for_two_falls_and_praise_for_rises_and_no_bulletin_of_a_month_tells():
    plan = plan_of("lianyungang")
    praise, talk, tied = plan.governance.consequences
    assert (talk.rule.rank_falls.years, praise.rule.rank_rises.years, tied.rule) == (2, 2, None)
    years = {2021: {"counties": 2, "customs": 3}, 2022: {"counties": 3, "customs": 2}}
    assert proposed(talk.rule, 2023, {"counties": 4, "customs": 1}, years).units == ("counties",)
    assert proposed(praise.rule, 2023, {"counties": 4, "customs": 1}, years).units == ("customs",)
    assert proposed(talk.rule, 2023, {"counties": 4}, {2022: {}}).why == NO_BULLETIN(years=["2021"])
    assert proposed(talk.rule, None, {"counties": 4}, years).why is not None


def test_kundulun_has_bulletins_of_every_length_each_once_on_its_day():
    plan = plan_of("kundulun_2021")
    assert [str(length) for length in cadences(plan)] == ["month", "quarter", "half", "year"]
    found = due(plan, date(2021, 12, 31), date(2022, 12, 31))
    assert len(found) == len({one.period for one in found}) == 12 + 4 + 2 + 1
    assert all(date(2021, 12, 31) < one.day <= date(2022, 12, 31) for one in found)
    assert all(one.day == day_of(plan, one.cadence, one.period) > one.period.end for one in found)
    assert [str(one.period) for one in found][:4] == ["2021-12", "2021-Q4", "2021-H2", "2021"]


def test_what_a_cadence_is_says_whether_it_gives_bulletins_and_its_name_only_where_it_does_not_say():
    plan = plan_of("kundulun_2021")

    def given(**kinds):
        routine = plan.name.model_copy(update={"zh": "例行工作"})
        made = [c.model_copy(update={"id": name, "name": routine, "kind": kind, "every": "month"})
                for (name, kind), c in zip(kinds.items(), plan.cadences, strict=False)]
        return [c.id for c in cadences(plan.model_copy(update={"cadences": tuple(made)})).values()]

    assert given(first="meeting", second="bulletin") == ["second"]
    assert given(first="report") == given(monthly_bulletin="report") == [], "its name does not make a report one"
    assert given(first=None) == []
    assert given(first="evaluation", monthly_bulletin=None) == ["monthly_bulletin"]


@pytest.mark.parametrize(("campaign", "today", "period"), [
    ("kaizhou_2020", date(2020, 7, 19), "2020-05"), ("kaizhou_2020", date(2020, 7, 20), "2020-06"),
    ("kaizhou_2020", date(2024, 7, 20), "2021-01"), ("lianyungang", date(2023, 1, 19), "2021"),
    ("quanzhou", date(2024, 1, 1), None),
])
def test_the_newest_that_is_due(campaign, today, period):
    found = newest(plan_of(campaign), today)
    assert (found and found.period) == (period and Period.parse(period))


def test_every_plan_of_the_house_can_be_asked():
    assert {path.parent.name for path in DAGS.glob("*/plan.yaml") if cadences(plan_of(path.parent.name))} == {
        "fujian", "kaizhou_2020", "kundulun_2021", "lianyungang", "wansheng_2022", "zhengzhou_2008"}


@given(st.dictionaries(st.from_regex(r"[a-z]+:[a-z_]+", fullmatch=True), st.text("0123456789.% ", max_size=6), max_size=5))
def test_a_figure_stands_where_its_placeholder_does(figures):
    text = "，".join(f"甲{{{name}}}乙" for name in figures)
    must_resolve(text, figures)
    assert resolved(text, figures) == (resolved("，".join(f"甲{told}乙" for told in figures.values()), {}))


@pytest.mark.parametrize("text", ["{indicator:none}", "{}", "a { b", "}{", "{indicator:gdp}{x:y}"])
def test_a_placeholder_that_nothing_stands_for_is_refused(text):
    with pytest.raises(UsageError):
        must_resolve(text, {"indicator:gdp": "1 亿元", "count:tasks": "3"})


def test_progress_in_percent_is_a_share():
    assert by_progress([Decimal(100), Decimal(50)]) == Score(Fraction(3, 4), 2)
