"""What is asked of the database about how returns stand, against a plain model of it over random histories."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gaoxin.campaign import extending, gatekeeping, overseeing, registering
from gaoxin.campaign.paging import Page
from gaoxin.campaign.reminding import owed_dues
from gaoxin.campaign.standing import Overview, returns_status
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import local_day, parse_as_of
from gaoxin.errors import Refused
from gaoxin.gates.model import GateResult, OwedReturn
from gaoxin.indicators.source import InMemory
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan, plan_hash
from gaoxin.quality.model import Checked, Finding
from gaoxin.returns.model import CellValue, ReadReturn, ReturnKey, ReturnState, SeriesValue, Verdict
from gaoxin.returns.schedule import owed
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.process import of_process
from tests.conftest import PLANS
from tests.said import said

UNITS = ["committee", "science", "supervision"]
RULES = ["jump", "fall", "range"]


@dataclass
class Version:
    """A return as the model has it."""

    key: ReturnKey
    version: int
    came: datetime
    checks: list[tuple[datetime, Verdict, list[Finding]]] = field(default_factory=list)
    explained: list[tuple[datetime, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    reviewed: list[tuple[datetime, int, date | None]] = field(default_factory=list)  # which explanation, until when accepted
    loaded: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.key}__v{self.version}"

    def check(self, at: datetime) -> tuple[Verdict | None, list[Finding]]:
        known = [(verdict, findings) for time, verdict, findings in self.checks if time <= at]
        return known[-1] if known else (None, [])

    def counted(self, at: datetime) -> tuple[int, int, int, int, int, int]:
        """Errors, warnings; of these explained, waiting for a reviewer, sent back, and of which the explanation has expired."""
        findings = self.check(at)[1]
        warnings = [f for f in findings if f.severity is Severity.WARNING]
        errors = sum(f.severity is Severity.ERROR for f in findings)
        stands = Counter(self.answered(f.rule, at) for f in warnings)
        return errors, len(warnings), stands["accepted"], stands["waiting"], stands["sent_back"], stands["expired"]

    def words(self, at: datetime) -> str | None:
        """What was said and accepted, whether or not it holds."""
        said = sorted(f"{f.rule} {self.texts[self.last(f.rule, at)]}" for f in self.check(at)[1]
                      if f.severity is Severity.WARNING and self.answered(f.rule, at) in ("accepted", "expired"))
        return sha256("\n".join(said).encode()).hexdigest() if said else None

    def last(self, rule: str, at: datetime) -> int:
        return max(n for n, (time, of) in enumerate(self.explained) if of == rule and time <= at)

    def answered(self, rule: str, at: datetime) -> str:
        """What was said last of a rule, once a check had found anything by it."""
        found = min((time for time, _, findings in self.checks if any(f.rule == rule for f in findings)), default=None)
        said = [n for n, (time, of) in enumerate(self.explained) if of == rule and found and found <= time <= at]
        if not said:
            return "silent"
        words = [until for time, of, until in self.reviewed if of == said[-1] and time <= at]
        if not words:
            return "waiting"
        return "sent_back" if words[-1] is None else "expired" if words[-1] < local_day(at) else "accepted"


@dataclass
class PutOff:
    """A request that was granted, as the model has it."""

    number: int
    key: ReturnKey
    due: date
    at: datetime
    day: date


def days_before(key: ReturnKey, plans: list[tuple[datetime, Plan]], now: datetime) -> list[tuple[date, datetime]]:
    """The days that versions of the plan gave a return before another gave another, and when that was."""
    days = [(since, {item.key: item.due for item in owed(plan)}.get(key)) for since, plan in plans if since <= now]
    return [(before, since) for (_, before), (since, day) in pairwise(days) if before and day and before != day]


def expected(w: Workplace, history: list[Version], put_off: list[PutOff], plans: list[tuple[datetime, Plan]]) -> list[OwedReturn]:
    """What OwedReturn says of itself, in as plain words as Python has."""
    rows = []
    for item in owed(w.plan):
        key = item.key
        granted = [one for one in put_off if one.key == key and one.at <= w.now]
        due = max([item.due, *(one.day for one in granted)])
        came = sorted((v for v in history if v.key == key and v.came <= w.now), key=lambda v: v.version)
        good = [v for v in came if v.check(w.now)[0] in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS)]

        moved_days = days_before(key, plans, w.now)

        def late(until: datetime, limit=item.due, granted=granted, stood=moved_days) -> int:
            """By the first limit that was over when it was moved, else by the one that stood when it came."""
            for day, moved in stood:
                came_before = local_day(until) <= local_day(moved)
                then = max([day, *(one.day for one in granted if one.at < moved and (one.at < until or not came_before))])
                if came_before or then < local_day(moved):
                    return max(0, (local_day(until) - then).days)
            # Nobody was late by a day before the version that moved it into the past.
            by = [limit, *(one.day for one in granted if one.at < until), *(local_day(moved) for _, moved in stood)]
            return max(0, (local_day(until) - max(by)).days)

        def extended(before: datetime | None, granted=granted) -> dict[str, Any]:
            late = [max(0, (local_day(one.at) - one.due).days) for one in granted if before is None or one.at < before]
            return {"due_before": granted[0].due, "extension": granted[-1].number, "late_before": max(late, default=0)
                    } if granted else {}

        about = (key.unit, key.form, key.period, due)
        if not came:
            state = ReturnState.NOT_DUE if local_day(w.now) <= key.period.end else (
                ReturnState.DUE if local_day(w.now) <= due else ReturnState.OVERDUE)
            rows.append(OwedReturn(*about, state, None, late(w.now), **extended(None)))
            continue
        counts = (good or came)[-1]
        verdict = counts.check(w.now)[0]
        state = ReturnState.RECEIVED if verdict is None else ReturnState.ACCEPTED if good else ReturnState.REJECTED
        first = next((v for v in came if v in good or (v.loaded and v.loaded <= w.now)), None)
        until = first.came if good and first else counts.came if state is ReturnState.RECEIVED else w.now
        newer = [v.version for v in came if good and v.version > counts.version and v.check(w.now)[0] is Verdict.REJECTED]
        unseen = [v.version for v in came if good and v.version > counts.version and v.check(w.now)[0] is None]
        rows.append(OwedReturn(*about, state, counts.version, late(until), counts.id, counts.came, newer[-1] if newer else None,
                               unseen[-1] if unseen else None, *counts.counted(w.now), words=counts.words(w.now),
                               business_day=local_day(counts.came), account=of_process().account,
                               **extended(None if state is ReturnState.REJECTED else until)))
    return sorted(rows, key=lambda row: (row.due, row.form, row.unit, row.period))


@pytest.fixture
def plans(tmp_path) -> Path:
    """The demo with three units to a form, and short periods."""
    shutil.copytree(PLANS / "demo", tmp_path / "plans" / "demo")
    file = tmp_path / "plans" / "demo" / "plan.yaml"
    text = file.read_text(encoding="utf-8")
    three = text.replace("units: [committee]", f"units: [{', '.join(UNITS)}]")
    three = three.replace("units: [committee, science]", f"units: [{', '.join(UNITS)}]")
    file.write_text(three.replace("kind: cumulative", "kind: cumulative, combine: sum"), encoding="utf-8")
    return file


class Player:
    """Acts at random, and remembers what it did as the model has it."""

    def __init__(self, settings, plan_file: Path, dice: random.Random) -> None:
        self.settings, self.file, self.dice, self.history = settings, plan_file, dice, list[Version]()
        self.given = 0
        self.others, self.waiting = random.Random(len(UNITS)), list[tuple[ReturnKey, extending.Asked]]()
        self.put_off, self.too_late = list[PutOff](), 0
        self.plans = [(parse_as_of("2024-02-01"), load_plan(plan_file))]

    def play(self, at: datetime) -> None:
        act: Callable[[Workplace], None] = self.dice.choice([
            self.hand_in, self.hand_in, self.hand_in, self.check, self.check, self.check, self.explain, self.explain, self.review,
            self.review, self.load, self.change
        ])
        act(open_workplace(self.settings, "demo", at, acts=True))

    def hand_in(self, w: Workplace) -> None:
        key = self.dice.choice([item.key for item in owed(w.plan)])
        self.given += 1
        raw = f"{self.given}".encode()
        read = ReadReturn("f.csv", sha256(raw).hexdigest(), len(raw), key, 1)
        with w.warehouse.begin() as store:
            store.returns.land(raw, "f.csv", w.now, "test")
            added = store.returns.add(read, w.now, plan_hash(w.plan))
        self.history.append(Version(key, added.version, w.now))

    def check(self, w: Workplace) -> None:
        todo = [v for v in self.history if not v.checks] or self.history
        if not todo:
            return
        item = self.dice.choice(todo)
        verdict = self.dice.choice([Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS, Verdict.REJECTED])
        severities = {Verdict.ACCEPTED: [Severity.INFO], Verdict.REJECTED: [Severity.ERROR, Severity.WARNING]}
        findings = [
            Finding(rule, 2, self.dice.choice(severities.get(verdict, [Severity.WARNING, Severity.WARNING, Severity.ERROR])),
                    "数据", "D2", None, str(self.dice.random()), said("有误"))
            for rule in self.dice.sample(RULES, self.dice.randrange(0, 3))
        ]
        read = ReadReturn("f.csv", "", 0, item.key, 1)
        with w.warehouse.begin() as store:
            changed = store.returns.save_check(item.id, Checked(read, verdict, tuple(findings), (), "s", "1"), w.now)
        if changed:
            item.checks.append((w.now, verdict, findings))

    def explain(self, w: Workplace) -> None:
        warned = [v for v in self.history if v.counted(w.now)[1]]
        if warned:
            item, rule = self.dice.choice(warned), self.dice.choice(RULES)
            with w.warehouse.begin() as store:
                store.returns.explain(item.id, rule, text := f"属实 {self.dice.random()}", item.key.unit, w.now)
            item.explained.append((w.now, rule))
            item.texts.append(text)

    def review(self, w: Workplace) -> None:
        said = [v for v in self.history if v.explained]
        if said:
            item = self.dice.choice(said)
            at = self.dice.randrange(len(item.explained))
            until = self.dice.choice([None, *(local_day(w.now) + timedelta(days=days) for days in (0, 9, 40, 900))])
            with w.warehouse.begin() as store:
                given = store.returns.explanations(item.id)[at]
                if until:
                    store.reviews.accept_explanation("demo", given, "supervision", None, until, w.now)
                else:
                    store.reviews.send_explanation_back("demo", given, "supervision", "写明原因", w.now)
            item.reviewed.append((w.now, at, until))

    def load(self, w: Workplace) -> None:
        ready = [v for v in self.history if v.check(w.now)[0] not in (None, Verdict.REJECTED) and not v.loaded]
        if ready:
            item = self.dice.choice(ready)
            with w.warehouse.begin() as store:
                stored = store.returns.get(item.id)
                read = ReadReturn("f.csv", stored.sha256, 1, item.key, 1)
                store.returns.load(item.id, read, w.plan, w.now)
            item.loaded = w.now

    def put_off_some(self, at: datetime) -> None:
        act: Callable[[Workplace], None] = self.others.choice([self.ask, self.ask, self.rule])
        act(open_workplace(self.settings, "demo", at, acts=True))

    def ask(self, w: Workplace) -> None:
        """For another day, of what is due about now."""
        near = [(item.key, w.due(item.key)) for item in owed(w.plan) if abs((w.due(item.key) - local_day(w.now)).days) < 25]
        if not near:
            return
        key, due = self.others.choice(near)
        try:
            until = due + timedelta(days=self.others.randrange(1, 30))
            found = extending.ask(w, f"{key.form}@{key.period}", until, "数据未汇总完", key.unit)
        except Refused:
            self.too_late += local_day(w.now) > due
            return
        assert local_day(w.now) <= due, "asked for in time"
        self.waiting.append((key, found.given))

    def rule(self, w: Workplace) -> None:
        if not self.waiting:
            return
        key, asked = self.waiting.pop(self.others.randrange(len(self.waiting)))
        (by, *_) = extending.deciders(w.plan, key.unit)
        with contextlib.suppress(Refused):
            if self.others.random() < 0.2:
                extending.refuse(w, asked.number, "应按期报送", by)
                return
            day = asked.wished - timedelta(days=self.others.choice([0, 0, 3]))
            extending.grant(w, asked.number, "情况属实", by, day)
            self.put_off.append(PutOff(asked.number, key, asked.due, w.now, day))

    def change(self, w: Workplace) -> None:
        """Other due days, and for a while a unit fewer."""
        text = self.file.read_text(encoding="utf-8")
        whole = f"units: [{', '.join(UNITS)}]"
        fewer = f"units: [{', '.join(UNITS[:2])}]"
        text = text.replace(whole, fewer) if self.dice.random() < 0.5 else text.replace(fewer, whole)
        for days in (8, 10, 25):
            text = text.replace(f"due: {{days: {days}}}", "due: {days: DAYS}")
        self.file.write_text(text.replace("DAYS", str(self.dice.choice([8, 10, 25]))), encoding="utf-8")
        registering.register_plan(self.settings, "demo", w.now, by="office")
        self.plans.append((w.now, load_plan(self.file)))


def told(result: GateResult) -> list[object]:
    return [result.verdict, [(c.id, c.passed, c.detail, c.shortfalls) for c in result.criteria]]


def on_the_wall(w: Workplace, rows: list[OwedReturn]) -> None:
    """The map counts what the rows say, and what units owe is what they are reminded of."""
    wall, today = overseeing.wall(w), local_day(w.now)
    counted: dict[tuple[str, str], Counter[ReturnState]] = defaultdict(Counter)
    for row in rows:
        if row.period.start <= today:
            counted[row.unit, f"{row.period.end:%Y-%m}"][row.state] += 1
    states = [state for state in ReturnState if state is not ReturnState.NOT_DUE]
    assert {(c.unit, c.month): [c.owed, *(getattr(c, state) for state in states)] for c in wall.map.cells} == {
        key: [sum(found.values()), *(found[state] for state in states)] for key, found in counted.items()}
    of_one = {(row.unit, f"{row.period.end:%Y-%m}"): row.return_id for row in rows if row.period.start <= today}
    assert all(c.return_id == of_one[c.unit, c.month] for c in wall.map.cells if c.owed == 1)
    dues = [d for d in owed_dues(w) if d.due <= wall.soon_until or d.rejected]
    assert {o.unit: o.overdue + o.soon for o in wall.owes} == Counter(d.unit for d in dues)
    assert {o.unit: o.sent_back for o in wall.owes if o.sent_back} == Counter(d.unit for d in dues if d.rejected)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_the_database_says_of_returns_is_what_a_plain_model_says(seed, plans, settings_at, tmp_path, monkeypatch):
    dice = random.Random(seed)
    settings = settings_at(tmp_path / "home", plans.parents[1])
    registering.register_plan(settings, "demo", parse_as_of("2024-02-01"), by="office")
    player, at, moments = Player(settings, plans, dice), parse_as_of("2024-02-20T09:00"), []
    for number in range(110):
        player.play(at)
        player.put_off_some(at + timedelta(minutes=20))
        if number % 9 == 8:
            moments.append(at)
        at += timedelta(hours=dice.randrange(1, 60))
    plan_versions, states, seals = set(), set(), set()
    for moment in moments:
        w = open_workplace(settings, "demo", moment)
        plan_versions.add(plan_hash(w.plan))
        rows = expected(w, player.history, player.put_off, player.plans)
        states |= {row.state for row in rows}
        due = [row for row in rows if row.due <= local_day(moment)]
        good = [row for row in due if row.state is ReturnState.ACCEPTED]
        shares = tuple(Decimal(part) / len(due) if due else None for part in (len(good), sum(not row.late_days for row in good)))
        whole = returns_status(w)
        assert list(whole.rows) == rows
        assert (whole.completeness, whole.timeliness) == shares
        assert (whole.total, whole.next) == (len(rows), None)
        paged: list[OwedReturn] = []
        after: int | None = 0
        while after is not None:
            part = returns_status(w, page=Page(4, after))
            assert len(part.rows) <= 4
            assert (part.completeness, part.timeliness) == shares
            paged, after = [*paged, *part.rows], part.next
        assert paged == rows
        for period in {row.period for row in rows}:
            assert list(returns_status(w, period).rows) == [row for row in rows if row.period == period]
        with w.warehouse.begin() as store:
            lacking = {(r.form, r.period) for r in Overview(w, store).incomplete}
            assert store.standing.handed_in("demo", "science", w.known) == any(
                v.key.unit == "science" and v.came <= moment for v in player.history)
        assert lacking == {(row.form, row.period) for row in rows if row.state is not ReturnState.ACCEPTED}
        asked_for = {d.ref for d in owed_dues(w) if d.kind == "return"}
        wanted = (ReturnState.DUE, ReturnState.OVERDUE, ReturnState.REJECTED)
        assert asked_for == {f"demo__{r.form}__{r.unit}__{r.period}" for r in rows if r.state in wanted}
        on_the_wall(w, rows)
        listed = gatekeeping.evaluate(w, "collection")
        monkeypatch.setattr(gatekeeping, "LISTED", -1)
        counted = gatekeeping.evaluate(w, "collection")
        monkeypatch.undo()
        assert told(counted) == told(listed)
        seals.add((plan_hash(w.plan), listed.seal, counted.seal))
    assert len(plan_versions) > 1
    assert states == set(ReturnState) - {ReturnState.WAITING}, "the histories are too tame"  # that needs a mapping
    assert len(player.put_off) > 3, "the histories are too tame"
    assert player.too_late, "the histories are too tame"
    # What changes the one seal changes the other.
    assert len({one for _, one, _ in seals}) == len({other for _, _, other in seals}) == len(seals) > 3
    with Warehouse.open(settings).begin() as store:
        waiting = {r.return_id for r in store.returns.pending("demo")}
        assert waiting == {v.id for v in player.history if not v.checks}
        ready = {r.return_id for r in store.returns.checked_not_loaded("demo", Period.parse("2024-03"))}
        assert ready == {v.id for v in player.history if str(v.key.period) == "2024-03" and not v.loaded
                         and v.check(at)[0] not in (None, Verdict.REJECTED)}


def test_a_gate_that_counts_says_how_many_and_shows_every_change(plans, settings_at, tmp_path, monkeypatch):
    """Of a period whose returns are all accepted the evidence is one line; a correction of any of them changes line and seal."""
    settings = settings_at(tmp_path / "home", plans.parents[1])
    monkeypatch.setattr(gatekeeping, "LISTED", 2)
    registering.register_plan(settings, "demo", parse_as_of("2024-02-01"), by="office")

    def hand_in(at: str, unit: str, content: str, period: str = "2024-02") -> None:
        w = open_workplace(settings, "demo", parse_as_of(at), acts=True)
        key = ReturnKey("demo", "industry", unit, Period.parse(period))
        read = ReadReturn("f.csv", sha256(content.encode()).hexdigest(), 1, key, 1)
        with w.warehouse.begin() as store:
            store.returns.land(content.encode(), "f.csv", w.now, "test")
            added = store.returns.add(read, w.now, plan_hash(w.plan))
            store.returns.save_check(added.return_id, Checked(read, Verdict.ACCEPTED, (), (), "s", "1"), w.now)

    def judged(at: str) -> tuple[str, tuple[str, ...]]:
        result = gatekeeping.evaluate(open_workplace(settings, "demo", parse_as_of(at)), "collection")
        return result.seal, next(c.evidence for c in result.criteria if c.id == "complete")

    for day, unit in enumerate(UNITS, 1):
        hand_in(f"2024-03-0{day}", unit, unit)
    before, (line,) = judged("2024-03-20")
    assert line.startswith("returns:3:sha256:")
    monkeypatch.setattr(gatekeeping, "LISTED", 3)
    assert judged("2024-03-20")[1] == tuple(f"demo__industry__{unit}__2024-02__v1" for unit in UNITS), "few are listed"
    monkeypatch.setattr(gatekeeping, "LISTED", 2)
    assert judged("2024-03-25")[0] == before, "time alone changes nothing"
    hand_in("2024-03-26", "science", "corrected")
    after, (corrected,) = judged("2024-03-27")
    assert corrected.startswith("returns:3:sha256:")
    assert corrected != line
    assert after != before
    assert judged("2024-03-20") == (before, (line,))


def test_sums_of_the_database_are_those_of_the_facts(plans, settings_at, tmp_path):
    """Also where a correction drops a variable, and where a unit leaves one blank or gives it in another unit of measure."""
    dice, settings = random.Random(5), settings_at(tmp_path / "home", plans.parents[1])
    registering.register_plan(settings, "demo", parse_as_of("2024-02-01"), by="office")
    variables = {"gross_output": "亿元", "value_added": "亿元", "enterprises": "家"}
    at = parse_as_of("2024-03-02T09:00")
    for number in range(40):
        w = open_workplace(settings, "demo", at, acts=True)
        key = ReturnKey("demo", "industry", dice.choice(UNITS), Period.parse(dice.choice(["2024-02", "2024-03"])))
        given = tuple(
            SeriesValue(v, CellValue("数据", f"D{i}", "", Decimal(dice.randrange(1, 10**6)) / 100),
                        "万元" if unit == "亿元" and dice.random() < 0.1 else unit)
            for i, (v, unit) in enumerate(variables.items(), 2) if dice.random() < 0.9)
        raw = f"{number}".encode()
        read = ReadReturn("f.csv", sha256(raw).hexdigest(), len(raw), key, 1, given)
        with w.warehouse.begin() as store:
            store.returns.land(raw, "f.csv", w.now, "test")
            added = store.returns.add(read, w.now, plan_hash(w.plan))
            store.returns.save_check(added.return_id, Checked(read, Verdict.ACCEPTED, (), (), "s", "1"), w.now)
            store.returns.load(added.return_id, read, w.plan, w.now)
        at += timedelta(hours=5)
    w, partial, whole = open_workplace(settings, "demo", at), 0, 0
    for hours in (20, 90, 200):
        moment = parse_as_of("2024-03-02T09:00") + timedelta(hours=hours)
        with w.warehouse.begin() as store:
            asked, known = store.facts.source("demo", moment), InMemory(store.facts.as_of("demo", moment))
            assert {p: set(u) for p, u in asked.received("industry").items()} == dict(known.received("industry"))
            for variable in variables:
                assert asked.figures("industry", variable) == known.figures("industry", variable)
                for units in (UNITS, UNITS[:2]):
                    totals = asked.totals("industry", variable, units)
                    assert totals == known.totals("industry", variable, units)
                    partial += any(t.units < len(units) for t in totals.values())
                    whole += any(t.units == len(units) for t in totals.values())
    assert partial > 3
    assert whole > 3
