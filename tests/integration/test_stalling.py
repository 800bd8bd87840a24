"""Nothing stalls unseen: what failed is owed again, no gate waits for it, and supervision is red until it is made good.

The engine is played here by a table of how its runs stand, which is all that the use cases know of one; tests/faults breaks a
real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from gaoxin.blueprint.attempts import Seen
from gaoxin.campaign import alarming, dispatch, flows
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import ZONE, parse_as_of
from gaoxin.errors import SystemFault
from gaoxin.i18n import Text
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.settings import Settings
from tests.stored import as_role

FEBRUARY = Period.parse("2024-02")


class Engine:
    """How the runs stand that were started: the part of an engine that the use cases see."""

    def __init__(self, workplace: Callable[[str], Workplace]) -> None:
        self.workplace, self.runs = workplace, dict[tuple[str, str], Seen]()

    def tick(self, at: str) -> list[str]:
        """One supervision: what was started, by flow and run."""
        w = self.workplace(at)
        looks = flows.look(w, flows.Asked())["looks"]
        seen = {(flow, run): self.runs.get((flow, run), Seen()) for flow, run in looks}
        runs = flows.survey(w, flows.Asked(seen=seen))["runs"]
        started = [(r["trigger_dag_id"], r["trigger_run_id"]) for r in runs]
        self.runs |= dict.fromkeys((key for key in started if key not in self.runs), Seen("queued"))
        return [f"{flow.partition('.')[2]} {run}" for flow, run in started]

    def end(self, run: str, state: str, *steps: str) -> None:
        found = [key for key in self.runs if key[1] == run]
        assert found
        self.runs |= dict.fromkeys(found, Seen(state, steps))

    def alarm(self, at: str) -> dict:
        return flows.alarm(self.workplace(at), flows.Asked())


@pytest.fixture
def engine(settings: Settings, demo_workplace) -> Engine:
    def at(moment: str) -> Workplace:
        return open_workplace(settings, "demo", parse_as_of(moment), acts=True, late=True, in_force=True)

    return Engine(at)


@pytest.fixture
def february(drop, industry) -> None:
    drop("demo__industry__committee__2024-02.csv", industry())


def _run(engine: Engine, at: str, period: Period = FEBRUARY, *, until: str = "report") -> None:
    for step in (flows.pull, flows.check, flows.load, flows.indicators, flows.report):
        step(engine.workplace(at), flows.Asked(period=period))
        if step.__name__ == until:
            return


def _mails(settings: Settings, word: str) -> list[str]:
    return sorted(f.name for f in settings.outbox.glob("*.eml") if word in f.name)


def test_a_failed_run_is_owed_again_under_an_id_of_its_own_though_its_files_are_gone(engine, february, settings, warehouse):
    flows.gate(engine.workplace("2024-03-01T10:00"), flows.Asked(phase="launch"))  # held, but in time
    [first] = [r for r in engine.tick("2024-03-05T10:00") if r.startswith("statistics")]
    run = first.split()[1]
    assert run.startswith("files__2024-02__")
    _run(engine, "2024-03-05T10:00", until="indicators")  # pulled and loaded, but the report was not written
    assert not [r for r in engine.tick("2024-03-05T11:00") if r.startswith("statistics")]  # it is still going
    engine.end(run, "failed", "report")
    assert f"statistics {run}__2" in engine.tick("2024-03-05T12:00")
    engine.end(f"{run}__2", "failed", "report")
    assert f"statistics {run}__3" not in engine.tick("2024-03-05T12:30")  # it waits an hour now
    assert f"statistics {run}__3" in engine.tick("2024-03-05T13:30")

    red = engine.alarm("2024-03-05T13:30")
    assert red["refused"]
    assert f"{run}__2" in red["note"]
    assert "report" in red["note"]
    told = _mails(settings, "alarm")
    assert [name.split(".")[1] for name in told] == ["committee", "system"]
    assert engine.alarm("2024-03-05T14:00")["refused"]
    assert _mails(settings, "alarm") == told  # once

    _run(engine, "2024-03-05T14:00")
    engine.end(f"{run}__3", "success")
    engine.tick("2024-03-05T15:00")
    assert not engine.alarm("2024-03-05T15:00")["refused"]
    assert len(_mails(settings, "alarm")) == 4  # and once that it has healed
    assert not [r for r in engine.tick("2024-03-05T16:00") if r.startswith("statistics")]
    with warehouse.read() as store:
        kinds = [str(e.kind) for e in store.ledger.events("demo", EventKind.RUN_STARTED, EventKind.RUN_FAILED,
                                                          EventKind.STATISTICS_RUN, EventKind.ALARM_CHANGED)
                 if e.payload.get("subject", "2024-02") == "2024-02"]
        assert store.ledger.verify().intact
    assert kinds == ["run.started", "run.failed", "run.started", "run.failed", "run.started", "alarm.changed", "statistics.run",
                     "alarm.changed"]


def test_what_cannot_succeed_is_not_tried_all_day_long(engine, february):
    tried = []
    for hour in range(24 * 4):
        moment = (datetime(2024, 3, 5, tzinfo=ZONE) + timedelta(hours=hour)).isoformat()
        started = [r.split()[1] for r in engine.tick(moment) if r.startswith("statistics")]
        tried += started
        for run in started:
            engine.end(run, "failed", "pull")
    assert 5 <= len(tried) <= 10
    assert len(set(tried)) == len(tried)


def test_phases_wait_for_fresh_statistics_and_for_no_others(engine, february):
    fresh = engine.tick("2024-03-05T10:00")
    assert [r.split(".")[0].split()[0] for r in fresh] == ["statistics"]
    # It hangs: nobody says anything of it any more.
    later = engine.tick("2024-03-05T11:00")
    assert any(r.startswith("phase01.launch gate__2024-03-05") for r in later)


def test_a_gate_that_holds_on_purpose_is_done_and_one_that_broke_is_tried_again(engine):
    def gates(at: str) -> list[str]:
        return [r.split()[1] for r in engine.tick(at) if r.startswith("phase01.launch")]

    [first] = gates("2024-02-28T10:00")
    engine.end(first, "failed", "hold")
    assert gates("2024-02-28T11:00") == []
    assert not engine.alarm("2024-02-28T11:00")["refused"]
    [next_day] = gates("2024-02-29T10:00")
    engine.end(next_day, "failed", "late_returns")
    assert gates("2024-02-29T11:00") == [f"{next_day}__2"]
    assert "late_returns" in engine.alarm("2024-02-29T11:00")["note"]
    engine.end(f"{next_day}__2", "failed", "hold")
    assert gates("2024-02-29T12:00") == []
    assert not engine.alarm("2024-02-29T12:00")["refused"]


def test_a_deadline_that_passes_undecided_is_told_until_it_is_decided(engine):
    for run in engine.tick("2024-02-20T10:00"):
        engine.end(run.split()[1], "success")
    engine.tick("2024-02-29T10:00")
    assert not engine.alarm("2024-03-01T09:00")["refused"]  # its first day
    red = engine.alarm("2024-03-02T12:00")
    assert red["refused"]
    assert "2024-02-29" in red["note"]
    assert "gate__2024-02-29" in red["note"], "it was started, and never ended"
    flows.gate(engine.workplace("2024-03-02T13:00"), flows.Asked(phase="launch"))
    assert "时限 2024-02-29 已过" not in engine.alarm("2024-03-02T14:00")["note"]
    for _, run in [*engine.runs]:
        engine.end(run, "failed", "hold")
    for run in engine.tick("2024-03-02T15:00"):
        engine.end(run.split()[1], "failed", "hold")
    assert not engine.alarm("2024-03-02T15:30")["refused"]


def _ended(engine: Engine, started: list[str], *but: str) -> list[str]:
    """Ends what was started, gates as held ones do, but for flows of these names; returns these runs."""
    left = []
    for flow, run in (r.split() for r in started):
        if flow.startswith(but or "-"):
            left.append(run)
        elif "phase" in flow:
            engine.end(run, "failed", "hold")
        else:
            engine.end(run, "success")
    return left


def test_runs_that_are_started_day_by_day_and_never_end_are_told(engine):
    """Its DAG was paused after the gate had been decided, once, after its deadline."""
    flows.gate(engine.workplace("2024-02-29T10:00"), flows.Asked(phase="launch"))
    told, queued = [], []
    for day in ("2024-03-01", "2024-03-02", "2024-03-03"):
        queued += _ended(engine, engine.tick(f"{day}T10:00"), "phase01")
        told.append("gate__2024-03-01" in engine.alarm(f"{day}T12:00")["note"])
    assert told == [False, True, True]
    assert len(queued) == 3
    for run in queued:  # it goes on again
        engine.end(run, "failed", "hold")
    _ended(engine, engine.tick("2024-03-04T11:00"))
    assert "gate__2024-03-01" not in engine.alarm("2024-03-04T12:00")["note"]


def test_files_whose_run_never_leaves_the_queue_are_told(engine, february, drop, industry):
    flows.gate(engine.workplace("2024-02-29T10:00"), flows.Asked(phase="launch"))
    [first] = _ended(engine, engine.tick("2024-03-05T10:00"), "statistics")
    _run(engine, "2024-03-05T10:00")
    engine.end(first, "success")
    drop("demo__industry__committee__2024-02.csv", industry(gross=11.0))
    [second] = _ended(engine, engine.tick("2024-03-06T10:00"), "statistics")
    assert second not in engine.alarm("2024-03-06T12:00")["note"]
    assert not _ended(engine, engine.tick("2024-03-07T12:00"), "statistics")
    assert second in engine.alarm("2024-03-07T12:30")["note"]


def test_statistics_end_their_own_run_and_not_the_one_that_waits_behind_it(engine, drop, industry, warehouse):
    """The second one fails after the first has reported: its failure is noted, told, and owed again."""
    flows.gate(engine.workplace("2024-02-29T10:00"), flows.Asked(phase="launch"))
    [first] = _ended(engine, engine.tick("2024-03-12T10:00"), "statistics")
    drop("demo__industry__committee__2024-02.csv", industry())
    [second] = _ended(engine, engine.tick("2024-03-12T11:00"), "statistics")
    flows.report(engine.workplace("2024-03-12T11:01"), flows.Asked(period=FEBRUARY, run=first))
    engine.end(first, "success")
    flows.pull(engine.workplace("2024-03-12T11:02"), flows.Asked(period=FEBRUARY, run=second))
    engine.end(second, "failed", "check")
    assert f"statistics {second}__2" in engine.tick("2024-03-12T12:00")
    assert second in engine.alarm("2024-03-12T12:30")["note"]
    _run(engine, "2024-03-12T13:00")
    assert not _ended(engine, engine.tick("2024-03-12T14:00"), "statistics")
    assert second not in engine.alarm("2024-03-12T14:30")["note"]


@pytest.mark.parametrize("judged", [False, True])
def test_what_landed_and_was_left_there_is_owed_statistics(engine, february, drop, industry, warehouse, judged):
    """Whoever took it died: by the command line, by a page, or by a run that nobody started again."""
    flows.gate(engine.workplace("2024-02-29T10:00"), flows.Asked(phase="launch"))
    [first] = _ended(engine, engine.tick("2024-03-05T10:00"), "statistics")
    _run(engine, "2024-03-05T10:00")
    engine.end(first, "success")
    _ended(engine, engine.tick("2024-03-05T11:00"))
    drop("demo__industry__committee__2024-02.csv", industry(gross=11.0))
    flows.pull(engine.workplace("2024-03-06T10:00"), flows.Asked(period=FEBRUARY))
    if judged:
        flows.check(engine.workplace("2024-03-06T10:01"), flows.Asked(period=FEBRUARY))
    assert not _ended(engine, engine.tick("2024-03-06T10:02"), "statistics"), "somebody is at it"
    [left] = _ended(engine, engine.tick("2024-03-06T11:00"), "statistics")
    assert left.startswith("landed__2024-02__")
    assert not _ended(engine, engine.tick("2024-03-06T12:00"), "statistics"), "it is going"
    _run(engine, "2024-03-06T12:00")
    engine.end(left, "success")
    assert not _ended(engine, engine.tick("2024-03-06T13:00"), "statistics")
    with warehouse.read() as store:
        assert [r.version for r in store.returns.all("demo") if r.loaded_at] == [1, 2]


def test_an_attempt_has_an_id_of_its_own_whatever_was_started_in_between(engine, february, drop, industry):
    """Statistics of a due day failed three times; then those of a file fail once: the next try of the first is a fourth."""
    flows.gate(engine.workplace("2024-02-29T10:00"), flows.Asked(phase="launch"))
    [first] = _ended(engine, engine.tick("2024-03-05T10:00"), "statistics")
    _run(engine, "2024-03-05T10:00")
    engine.end(first, "success")
    tried = []
    for hour in (7, 8, 9, 11):
        started = _ended(engine, engine.tick(f"2024-04-11T{hour:02}:00"), "statistics")
        for run in started:
            engine.end(run, "failed", "report")
        tried += [run for run in started if "2024-03" in run]
    assert tried == ["due__2024-03", "due__2024-03__2", "due__2024-03__3"]
    drop("demo__industry__committee__2024-03.csv", industry())
    [of_file] = [run for run in _ended(engine, engine.tick("2024-04-11T12:00"), "statistics") if run.startswith("files__")]
    flows.pull(engine.workplace("2024-04-11T12:01"), flows.Asked(period=Period.parse("2024-03"), run=of_file))
    engine.end(of_file, "failed", "check")
    later = [run for hour in range(13, 24) for run in _ended(engine, engine.tick(f"2024-04-11T{hour:02}:00"), "statistics")
             if "2024-03" in run]
    assert later, "it is owed"
    assert not {*later} & {*tried, of_file}, "no id is given twice"


def test_gates_do_not_wait_hour_after_hour_for_statistics_that_do_not_run(engine, drop, industry):
    """Files keep coming, and the runs for them stay in the queue."""
    judged = []
    for hour in range(8, 14):
        drop("demo__industry__committee__2024-02.csv", industry(gross=10 + hour / 100))
        judged += [r for r in engine.tick(f"2024-02-29T{hour:02}:00") if r.startswith("phase01")]
    assert judged


def test_a_start_that_comes_to_nothing_is_not_noted_hour_by_hour(engine, february, warehouse):
    for hour in range(24):
        engine.tick(f"2024-03-05T{hour:02}:00")
        engine.runs.clear()  # what was to start it fails
    with warehouse.read() as store:
        noted = [e for e in store.ledger.events("demo", EventKind.RUN_STARTED) if e.payload["run"].startswith("files__")]
    assert 4 <= len(noted) <= 8


def test_the_end_of_a_run_is_noted_though_another_was_started_since(engine, warehouse):
    [first] = _ended(engine, engine.tick("2024-02-28T10:00"), "phase01")
    [second] = _ended(engine, engine.tick("2024-02-29T10:00"), "phase01")
    engine.end(second, "failed", "hold")
    _ended(engine, engine.tick("2024-02-29T11:00"))
    engine.end(first, "failed", "late_returns")
    engine.tick("2024-02-29T12:00")
    with warehouse.read() as store:
        ends = {e.payload["run"]: str(e.kind) for e in store.ledger.events("demo", EventKind.RUN_FAILED, EventKind.RUN_ENDED)
                if e.payload["subject"] == "launch"}
    assert ends == {second: "run.ended", first: "run.failed"}


def test_what_is_known_to_have_ended_is_not_started_again(engine, warehouse):
    """Nor noted as started: the engine would refuse it, hour by hour."""
    [rehearsal] = _ended(engine, engine.tick("2024-02-01T10:00"), "rehearsal")
    engine.end(rehearsal, "success")
    for hour in range(11, 17):
        assert not _ended(engine, engine.tick(f"2024-02-01T{hour}:00"), "rehearsal")
    with warehouse.read() as store:
        kinds = [str(e.kind) for e in store.ledger.events("demo", EventKind.RUN_STARTED, EventKind.RUN_ENDED)
                 if e.payload["run"] == rehearsal]
    assert kinds == ["run.started", "run.ended"]


def test_results_follow_what_was_loaded_though_whoever_loaded_it_was_killed(engine, february, warehouse):
    flows.pull(engine.workplace("2024-03-05T10:00"), flows.Asked(period=FEBRUARY))
    flows.check(engine.workplace("2024-03-05T10:01"), flows.Asked(period=FEBRUARY))
    flows.load(engine.workplace("2024-03-05T10:02"), flows.Asked(period=FEBRUARY))
    for minute in (10, 20):
        flows.late_returns(engine.workplace(f"2024-03-05T10:{minute}"), flows.Asked(phase="launch"))
        with warehouse.read() as store:
            assert len(store.ledger.events("demo", EventKind.INDICATORS_COMPUTED)) == 1


def test_a_failed_rehearsal_is_told_as_long_as_there_is_something_to_rehearse(engine):
    [run] = _ended(engine, engine.tick("2024-02-01T10:00"), "rehearsal")
    engine.end(run, "failed", "rehearse")
    _ended(engine, engine.tick("2024-02-01T11:00"), "rehearsal")
    assert "关口预演失败" in engine.alarm("2024-02-01T12:00")["note"]
    assert "关口预演失败" not in engine.alarm("2024-12-31T12:00")["note"]


def test_statistics_that_hang_are_told_when_they_are_late_by_more_than_a_day(engine):
    """In a drill from the second supervised day on: time leaps there."""
    flows.verify(engine.workplace("2024-03-12T09:00"), flows.Asked())
    assert any(r.startswith("statistics due__2024-02") for r in engine.tick("2024-03-12T10:00"))
    assert "2024年2月统计" not in engine.alarm("2024-03-12T10:00")["note"]
    flows.verify(engine.workplace("2024-03-14T09:00"), flows.Asked())
    engine.tick("2024-03-14T10:00")
    flows.verify(engine.workplace("2024-03-15T09:00"), flows.Asked())
    red = engine.alarm("2024-03-15T10:00")
    assert "2024年2月统计逾期" in red["note"]


def test_a_survey_that_always_fails_is_told_and_one_that_misses_an_hour_is_not(engine, monkeypatch):
    engine.tick("2024-02-05T10:00")

    def broken(w: Workplace) -> int:
        raise SystemFault(Text("坏了", "broken"), where="verdicts", todo=Text("修", "mend it"))

    works = flows.measuring.keep_verdicts
    monkeypatch.setattr(flows.measuring, "keep_verdicts", broken)
    for day in ("2024-02-05T11", "2024-02-06T10", "2024-02-07T10"):
        flows.verify(engine.workplace(f"{day}:00"), flows.Asked())
        with pytest.raises(SystemFault, match="verdicts"):
            engine.tick(f"{day}:10")
        assert "survey" not in alarming.standing(engine.workplace(f"{day}:20")), "a drill: by the days on which it looked"
    real = replace(engine.workplace("2024-02-07T11:00"), drill=False)
    assert "survey" in alarming.standing(real), "all of yesterday none came to its end"
    assert "survey" not in alarming.standing(replace(real, now=parse_as_of("2024-02-06T23:00")))
    flows.verify(engine.workplace("2024-02-08T10:00"), flows.Asked())
    red = engine.alarm("2024-02-08T10:20")
    assert red["refused"]
    assert "督查调度自 2024-02-05 起没有完成过" in red["note"]
    monkeypatch.setattr(flows.measuring, "keep_verdicts", works)
    engine.tick("2024-02-08T11:10")
    engine.tick("2024-02-08T12:10")
    w = engine.workplace("2024-02-08T12:20")
    assert "survey" not in alarming.standing(w)
    with w.warehouse.read() as store:
        noted = [e.payload["day"] for e in store.ledger.events("demo", EventKind.SURVEYED)]
    assert noted == ["2024-02-05", "2024-02-08"], "once a day"


def test_a_broken_plan_is_told_and_the_version_in_force_goes_on(settings_at, demo_workplace, tmp_path, drop, industry):
    import shutil

    from tests.integration.conftest import PLANS

    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    settings = settings_at(tmp_path, plans)
    at = Engine(lambda moment: open_workplace(settings, "demo", parse_as_of(moment), acts=True, late=True, in_force=True))
    at.tick("2024-02-20T10:00")
    plan = plans / "demo" / "plan.yaml"
    good = plan.read_text(encoding="utf-8")
    plan.write_text(good.replace("at_least: 60}", "at_leest: 60}"), encoding="utf-8")
    drop("demo__industry__committee__2024-02.csv", industry())
    assert any(r.startswith("statistics files__2024-02") for r in at.tick("2024-03-05T10:00"))
    red = at.alarm("2024-03-05T10:00")
    assert red["refused"]
    assert "at_leest" in red["note"]
    plan.write_text(good, encoding="utf-8")
    at.tick("2024-03-05T11:00")
    assert "at_leest" not in at.alarm("2024-03-05T11:00")["note"]


def test_the_newest_time_counts(engine, warehouse):
    """A clock that was set back once dated the newer entry before the older: then the period seemed not to be done."""
    assert FEBRUARY in dispatch.lacking(engine.workplace("2024-03-12T10:00"))
    _run(engine, "2024-03-12T11:00")
    with as_role(warehouse).begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(
            "insert into gaoxin.ledger_events (seq, campaign, kind, at, payload, prev_hash, hash) select seq + 1, campaign, kind,"
            " timestamptz '2024-03-05 10:00+08', payload, hash, 'x' from gaoxin.ledger_events order by seq desc limit 1"))
    assert FEBRUARY not in dispatch.lacking(engine.workplace("2024-03-12T12:00"))
