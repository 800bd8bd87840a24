"""When something is recorded is the database's to say; reading writes nothing; what was known at a moment never changes."""

from __future__ import annotations

import json
import random
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from gaoxin.campaign import (
    correcting,
    decisions,
    deliverables,
    drilling,
    following,
    gatekeeping,
    measuring,
    registering,
    reporting,
    standing,
    tracing,
)
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.entering import Entered
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import end_of, local_day, parse_as_of, wall_now
from gaoxin.drill.sample import SampleSpec, make_samples
from gaoxin.errors import GaoxinError, Refused, UsageError
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import find_plan
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.conftest import PLANS

DAY = "2024-03-05"


@pytest.fixture
def real(empty_database, tmp_path) -> Settings:
    """An installation that is no drill."""
    return Settings(home=tmp_path, database_url=empty_database, plans_=PLANS, inbox_=tmp_path / "inbox")


def handed_in(folder: Path, content: bytes, period: str = "2024-02") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"demo__industry__committee__{period}.csv"
    file.write_bytes(content)
    return file


def rows_of(warehouse: Warehouse) -> dict[str, int]:
    with warehouse.engine.connect() as connection:
        tables = connection.execute(text("select tablename from pg_tables where schemaname = 'gaoxin'")).scalars().all()
        return {t: connection.execute(text(f"select count(*) from gaoxin.{t}")).scalar_one() for t in tables}


def asked(w: Workplace, out: Path) -> str:
    """Everything that is asked of a campaign, as one text."""
    told: list[object] = [as_json(standing.returns_status(w), "zh"), as_json(measuring.indicators(w, None), "zh")]
    told += [as_json(gatekeeping.shown(gatekeeping.evaluate(w, phase.id)), "zh") for phase in w.plan.phases]
    told += [as_json(tracing.trace(w, indicator.id), "zh") for indicator in w.plan.indicators]
    with w.warehouse.begin() as store:
        returns = [r.return_id for r in store.returns.all(w.plan.id, w.known)]
    told += [as_json(following.follow(w, return_id), "zh") for return_id in returns]
    told += [as_json(decisions.rectifications(w, everything=True), "zh"), as_json(correcting.corrections(w), "zh")]
    if standing.returns_status(w).completeness is not None:
        told += [f.path.read_text(encoding="utf-8") for f in reporting.quality_report(w, None, out) if f.path.suffix == ".json"]
    return json.dumps(told, ensure_ascii=False, default=str)


def test_reading_writes_nothing(real, tmp_path):
    w = open_workplace(real, "demo", parse_as_of("2024-04-20"))
    before = rows_of(w.warehouse)
    asked(w, tmp_path / "report")
    asked(open_workplace(real, "demo"), tmp_path / "report")
    assert rows_of(w.warehouse) == before
    assert before["ledger_events"] == before["plan_versions"] == 0


def test_outside_a_drill_nobody_dates_what_is_written(real, tmp_path, industry):
    file = handed_in(tmp_path / "f", industry(10.0))
    with pytest.raises(UsageError, match="dated by the system"):
        submit_files(real, [file], parse_as_of(DAY))
    with pytest.raises(UsageError, match="dated by the system"):
        open_workplace(real, "demo", parse_as_of(DAY), acts=True)
    before = wall_now()
    (taken,) = submit_files(real, [file])
    assert taken.verdict is Verdict.ACCEPTED
    w = open_workplace(real, "demo")
    with w.warehouse.begin() as store:
        events = store.ledger.events()
        (fact, *_) = store.facts.as_of("demo", w.known).series
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert all(a.at <= b.at for a, b in pairwise(events))
    assert before - timedelta(seconds=5) <= events[0].at <= fact.recorded_at <= wall_now() + timedelta(seconds=5)
    assert events[0].kind == "plan.registered"


def test_made_up_returns_are_refused_outside_a_drill(real, tmp_path):
    plan, period = find_plan(PLANS, "demo"), Period.parse("2024-02")
    sample, *_ = [s for s in make_samples(plan, SampleSpec(), period, period, tmp_path / "s", 1) if s.key.form == "industry"]
    (taken,) = submit_files(real, [sample.path])
    assert taken.verdict is Verdict.REJECTED
    assert [f.rule for f in taken.findings if f.level == 0] == ["file.made_up"]


def test_a_drill_is_for_good_and_begins_in_an_empty_installation(real, tmp_path, industry):
    assert drilling.begin_drill(real).begun
    assert not drilling.begin_drill(real).begun
    with Warehouse.open(real).engine.connect() as connection, pytest.raises(Exception, match="for good"):
        connection.execute(text("update gaoxin.installation set drill = false"))
    submit_files(real, [handed_in(tmp_path / "f", industry(10.0))], parse_as_of(DAY))
    with pytest.raises(UsageError, match="never runs backwards"):
        submit_files(real, [handed_in(tmp_path / "g", industry(11.0))], parse_as_of("2024-03-04"))
    assert open_workplace(real, "demo").now == parse_as_of(DAY), "without a time a drill stands at its played clock"
    with Warehouse.open(real).engine.connect() as connection, pytest.raises(Exception, match="for good"):
        connection.execute(text("update gaoxin.installation set played = null"))


def test_no_drill_begins_where_something_real_is(real, tmp_path, industry):
    submit_files(real, [handed_in(tmp_path / "f", industry(10.0))])
    with pytest.raises(Refused, match="real records"):
        drilling.begin_drill(real)


def test_a_changed_plan_comes_into_force_by_an_act(settings_at, tmp_path, industry):
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    file = plans / "demo" / "plan.yaml"
    settings = settings_at(tmp_path / "home", plans)
    first = registering.register_plan(settings, "demo", parse_as_of("2024-01-10"), by="office")
    assert (first.version, first.new, first.changes) == (1, True, ())
    file.write_text(file.read_text(encoding="utf-8").replace("at_least: 60", "at_least: 66"), encoding="utf-8")

    def goal(as_of: str) -> str:
        found = measuring.compute_indicators(open_workplace(settings, "demo", parse_as_of(as_of)))
        return next(r.target.zh for r in found if r.id == "gross_output")

    assert goal("2024-02-20") == "≥ 60 亿元", "the file alone changes nothing"
    # Nor how a return is read: a form that the file has lost or changed is what it was.
    whole = file.read_text(encoding="utf-8")
    changed = whole.replace("id: enterprises,", "id: companies,").replace("units: [committee]", "units: [science]")
    file.write_text(changed, encoding="utf-8")
    (taken,) = submit_files(settings, [handed_in(tmp_path / "f", industry(10.0))], parse_as_of("2024-02-09T09:00"))
    assert "file.period_not_over" in {f.rule for f in taken.findings}
    assert not any("enterprises" in f.rule or f.rule.startswith("file.cover") for f in taken.findings), taken.findings
    file.write_text(whole, encoding="utf-8")
    second = registering.register_plan(settings, "demo", parse_as_of("2024-02-10"), by="office", reason="区政府批复")
    assert (second.version, [c.subject for c in second.changes]) == (2, ["indicators.gross_output"])
    assert (goal("2024-02-09"), goal("2024-02-20")) == ("≥ 60 亿元", "≥ 66 亿元")
    assert registering.register_plan(settings, "demo", parse_as_of("2024-02-11"), by="office").version == 2


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_known_at_a_moment_never_changes(seed, settings_at, tmp_path, industry):
    """A random history of returns, corrections, explanations, evidence, approvals, waivers, decisions and plan versions."""
    dice = random.Random(seed)
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    file = plans / "demo" / "plan.yaml"
    # A target falls due within the history, so that its verdict is kept.
    early = file.read_text(encoding="utf-8").replace("at_least: 60}, due: 2024-07", "at_least: 60}, due: 2024-03")
    file.write_text(early, encoding="utf-8")
    settings = settings_at(tmp_path / "home", plans)
    registering.register_plan(settings, "demo", parse_as_of("2024-02-01"), by="office")

    def submit(at: datetime) -> None:
        period = dice.choice(["2024-02", "2024-03", "2024-04", "2024-05"])
        content = industry(round(dice.uniform(5, 40), 2), **({"value_added": 0} if dice.random() < 0.2 else {}))
        submit_files(settings, [handed_in(tmp_path / "f", content, period)], at, reason="更正差错")

    def settle(w: Workplace) -> None:
        found = [c for c in correcting.corrections(w).corrections if any(a.state == "open" for a in c.affected)]
        if found:
            outcome = dice.choice(["reopen", "erratum", "unaffected"])
            correcting.decide_correction(w, dice.choice(found).id, outcome, "supervision", "已核对")

    def acting(act: Callable[[Workplace], object]) -> Callable[[datetime], None]:
        def run(at: datetime) -> None:
            act(open_workplace(settings, "demo", at, acts=True))
        return run

    def explain(w: Workplace) -> None:
        with w.warehouse.begin() as store:
            known = [(r.return_id, f.rule) for r in store.returns.all("demo") for f in store.returns.findings(r.return_id)
                     if f.severity == "warning"]
        if known:
            decisions.explain(w, *dice.choice(known), f"属实 {dice.random()}", "committee")

    def change_plan(at: datetime) -> None:
        goal = dice.randrange(40, 90)
        file.write_text(early.replace("at_least: 60", f"at_least: {goal}"), encoding="utf-8")
        registering.register_plan(settings, "demo", at, by="office")

    def afterwards(w: Workplace) -> Entered:
        return Entered(local_day(w.now) - timedelta(days=dice.randrange(1, 40)), "纸质已交")

    def waive(w: Workplace) -> None:
        decisions.waive(w, "collection", dice.choice(["complete", "clean"]), "government", "同意", date(2025, 1, 1))

    acts = [
        submit, submit, submit, acting(explain), change_plan, acting(waive),
        acting(lambda w: deliverables.record_evidence(w, "survey", "report", f"{dice.random()}".encode(), "r.txt", "committee")),
        acting(lambda w: decisions.approve(w, "application", "government", dice.choice(["approve", "reject"]), "阅")),
        acting(lambda w: decisions.approve(w, "application", "government", "approve", "阅", afterwards(w))),
        acting(lambda w: deliverables.record_evidence(w, "dossier", "dossier", f"{dice.random()}".encode(), "d.txt", "committee",
                                                   afterwards(w))),
        acting(lambda w: gatekeeping.decide(w, dice.choice(["launch", "collection", "application"]))),
        acting(measuring.store_indicators), acting(settle),
        acting(measuring.keep_verdicts),
    ]
    day, remembered = date(2024, 3, 2), {}
    for number in range(14):
        day += timedelta(days=dice.randrange(0, 9))
        with suppress(GaoxinError):  # what may not be done is no history
            dice.choice(acts)(end_of(day))
        if number % 4 == 3:
            remembered[day] = asked(open_workplace(settings, "demo", end_of(day)), tmp_path / "report")
            day += timedelta(days=1)  # the day is over: what follows belongs to a later one
    assert len(remembered) == 3
    for asked_for, told in remembered.items():
        assert asked(open_workplace(settings, "demo", end_of(asked_for)), tmp_path / "report") == told, asked_for
    with Warehouse.open(settings).begin() as store:
        assert store.ledger.verify().intact


def test_what_is_refused_puts_no_plan_into_force(real, tmp_path, industry):
    w = open_workplace(real, "demo", acts=True)
    with pytest.raises(UsageError):
        deliverables.record_evidence(w, "nothing", "report", b"1", "r.pdf", "committee")
    with pytest.raises(Refused):
        decisions.approve(w, "application", "science", "approve", "好")
    with w.warehouse.read() as store:
        assert (store.ledger.count(), store.plans.in_force("demo", w.known)) == (0, None)
    deliverables.record_evidence(w, "survey", "report", b"1", "r.pdf", "committee")
    with w.warehouse.read() as store:
        assert [str(e.kind) for e in store.ledger.events()][:1] == ["plan.registered"]
    assert open_workplace(real, "demo").plan_version == 1


def test_no_drill_begins_on_what_somebody_is_recording(real):
    w = open_workplace(real, "demo", acts=True)
    begun: list[object] = []

    def begin() -> None:
        try:
            begun.append(drilling.begin_drill(real))
        except Refused as error:
            begun.append(error)

    other = threading.Thread(target=begin)
    with w.warehouse.begin() as store:
        store.ledger.moment(w.now)  # the plan's first version is recorded, and not committed yet
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(20)
    assert isinstance(begun[0], Refused)
