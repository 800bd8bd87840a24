"""Great Expectations is asked of each different value of a register once, and finds what it would find row by row."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import numpy
import pytest

from gaoxin.quality import asking
from gaoxin.quality.asking import asked_of
from gaoxin.quality.blocks import Spread
from gaoxin.quality.building import build_frame
from gaoxin.quality.check import BETWEEN, IN_SET, NOT_IN_SET, REGEX, UNIQUE
from gaoxin.quality.frames import Frame
from gaoxin.quality.history import History
from gaoxin.quality.runner import check_many
from gaoxin.quality.settling import settled
from gaoxin.quality.suites import build_suite
from tests.unit.quality.conftest import code


def failing(frame: Frame, kind: str, column: str, **kwargs: Any) -> set[int]:
    """The rows that a rule finds bad, one after another."""
    values = {row: value for row in range(frame.size) if (value := frame.columns[column].get(row)) is not None}
    match kind:
        case _ if kind == BETWEEN:
            least, most = kwargs.get("min_value"), kwargs.get("max_value")
            return {r for r, v in values.items() if (least is not None and v < least) or (most is not None and v > most)}
        case _ if kind == IN_SET:
            return {r for r, v in values.items() if v not in kwargs["value_set"]}
        case _ if kind == NOT_IN_SET:
            return {r for r, v in values.items() if v in kwargs["value_set"]}
        case _ if kind == REGEX:
            return {r for r, v in values.items() if not re.match(kwargs["regex"], v)}
    assert kind == UNIQUE
    return {r for r, v in values.items() if [*values.values()].count(v) > 1}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at_once", [asking._MANY, 7])
def test_each_rule_fails_where_its_rows_fail(seed, at_once, demo_plan, register, record, monkeypatch):
    monkeypatch.setattr(asking, "_MANY", at_once)
    monkeypatch.setattr(asking, "_FEW", 3 if at_once == 7 else asking._FEW)
    form, random = demo_plan.form("hnte_register"), Random(seed)
    held = [record(3 + at, credit_code=random.choice([code(1), code(2), code(3 + at), "91500154MA5U"]),
                   name=random.choice(["甲", None]), certificate=random.choice(["GR202251000001", "GR2022", None]),
                   industry=random.choice(["EQ", "XX", None]), revenue=random.choice([Decimal(-1), Decimal(5), None]),
                   issued=date(2024, 4, 2) - timedelta(random.choice([0, 3, 900]))) for at in range(6 * seed)]
    history = History({}, {(code(2),): ("science",)})
    frame, suite = build_frame(demo_plan, form, [(register(*held), history)]), build_suite(demo_plan, form)
    expected = [(e["meta"]["rule"], e["meta"].get("variables"), failing(frame, e["type"], **e["kwargs"]))
                for e in suite["expectations"] if "kinds" not in e["meta"]]
    (checked,) = check_many(demo_plan, [register(*held)], lambda _: history)
    found = {check.rule: check.failures for check in checked.checks}
    for rule, variables, rows in expected:
        by_variable = Counter(frame.place(row).variable for row in rows)
        wanted = {f"{v}.{rule}": by_variable[v] for v in variables} if variables else {rule: len(rows)}
        assert {name: found[name] for name in wanted} == wanted


def test_a_value_is_asked_once_and_stands_for_all_its_rows(demo_plan, register, record):
    form = demo_plan.form("hnte_register")
    frame = build_frame(demo_plan, form, [(register(*(record(3 + n, industry="XX") for n in range(300))), History())])
    suite = build_suite(demo_plan, form)
    number = next(n for n, e in enumerate(suite["expectations"]) if e["meta"]["rule"] == "industry.code")
    (asked,) = [one for one in asked_of(frame, suite["expectations"]) if number in one.numbers]
    place = [*asked.columns["industry"]].index("XX")
    rows = [*asked.rows(number, [place])]
    assert [*asked.columns["industry"]].count("XX") == 1
    assert [frame.place(row).cell for row in rows] == [f"E{3 + n}" for n in range(300)]


@pytest.mark.parametrize("seed", range(4))
def test_what_settles_a_rule_leaves_out_nothing_that_it_finds_bad(seed):
    random = Random(seed)
    numbers = [random.choice([None, random.uniform(-5, 5), 0.0, 1.0]) for _ in range(300)]
    codes = [random.choice([None, f"GR{random.randrange(50)}", "X\n", "GR1\n"]) for _ in range(300)]
    for kind, values, kwargs in ((BETWEEN, numbers, {"min_value": 0, "max_value": 1.0}), (BETWEEN, numbers, {"max_value": -9}),
                                 (REGEX, codes, {"regex": "^GR[0-9]$"}), (UNIQUE, codes, {})):
        frame = Frame()
        for value in values:
            frame.put(frame.row(0), "c", value)
        # With marks: what no other part holds.
        parts = [Spread(values[:100]), Spread(values[100:])] if kind != UNIQUE else [Spread(["Y", "Z", "Y"]), Spread(
            values, marks=partial(numpy.array, [hash(value) for value in values]))]
        begin = 3 if kind == UNIQUE else 0
        found = settled(kind, {"column": "c", **kwargs}, parts)
        assert found is not None
        good, bad = found
        wanted = failing(frame, kind, "c", **kwargs)
        assert {at - begin for at in bad} == (wanted | {-3, -1} if begin else wanted)
        assert not {*bad} & {*good}
    strict = settled(BETWEEN, {"column": "c", "min_value": 0, "strict_min": True}, [Spread(numbers)])
    assert strict is not None
    assert {*strict[1]} == {at for at, value in enumerate(numbers) if value is not None and value <= 0}


@pytest.mark.parametrize("few", [asking._FEW, 3])
@pytest.mark.parametrize("first", [UNIQUE, REGEX])
def test_rules_on_one_column_are_each_asked_of_their_own_values(demo_plan, register, record, monkeypatch, few, first):
    """Whichever comes first: one is asked of every record, the other of each different value."""
    monkeypatch.setattr(asking, "_FEW", few)
    codes = ["EQ", "EQ", "BIO", "IT"]
    held = register(*(record(3 + n, industry=code) for n, code in enumerate(codes)))
    frame = build_frame(demo_plan, demo_plan.form("hnte_register"), [(held, History())])
    given: list[dict[str, Any]] = [{"type": UNIQUE, "kwargs": {"column": "industry"}},
                                   {"type": REGEX, "kwargs": {"column": "industry", "regex": "^E"}}]
    given = sorted(given, key=lambda one: one["type"] != first)
    found: dict[str, set[str | None]] = {UNIQUE: set(), REGEX: set()}
    for one in asked_of(frame, given):
        for number in one.numbers:
            kind, values = given[number]["type"], [*one.columns["industry"]]
            bad = [at for at, value in enumerate(values) if value is not None and (
                values.count(value) > 1 if kind == UNIQUE else not value.startswith("E"))]
            found[kind] |= {frame.place(row).cell for row in one.rows(number, bad)}
    assert found == {UNIQUE: {"E3", "E4"}, REGEX: {"E5", "E6"}}


def test_a_rule_that_finds_bad_what_was_to_be_good_is_asked_of_every_value(demo_plan, register, record, monkeypatch):
    monkeypatch.setattr(asking, "_FEW", 20)
    held = register(*(record(3 + n, credit_code=code(n), revenue=Decimal(n)) for n in range(60)))
    frame, suite = build_frame(demo_plan, demo_plan.form("hnte_register"), [(held, History())]), \
        build_suite(demo_plan, demo_plan.form("hnte_register"))
    number = next(n for n, e in enumerate(suite["expectations"]) if e["meta"]["rule"] == "revenue.range")
    asked = asked_of(frame, suite["expectations"])
    first = next(one for one in asked if number in one.numbers)
    assert len([value for value in first.columns["revenue"] if value is not None]) <= 20
    assert len([*first.rows(number, [0])]) == 1
    again = next(one for one in asked if number in one.numbers)
    assert len(again.columns["revenue"]) == 60
