"""A phase's runs are decisions, green passed and red held; whatever else is asked of a gate is a rehearsal's, which has runs of
its own and decides nothing (docs/decisions/074)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gaoxin.campaign import decisions, deliverables, dispatch, flows, gatekeeping, gateviewing, outlooks, reviewing
from gaoxin.campaign.flows import Asked
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused
from gaoxin.gates.model import GateVerdict, Mode
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from tests.integration.test_gatekeeping import finding, hand_in, history, launch, months, register
from tests.integration.test_gatekeeping import industry as reported
from tests.integration.test_stalling import Engine

HOST = "http://gaoxin.example"


@pytest.fixture
def engine(settings: Settings, warehouse) -> Engine:
    return Engine(lambda moment: open_workplace(settings, "demo", parse_as_of(moment), acts=True, late=True))


def gates(engine: Engine, at: str) -> list[str]:
    return [run for run in engine.tick(at) if run.startswith(("phase", "rehearsal"))]


def rectifications(w: Workplace) -> int:
    with w.warehouse.read() as store:
        return len(store.decisions.rectifications("demo", w.now))


def all_but_consent(workplace) -> Workplace:
    """The application's gate on 29 July: all conditions met, and nobody has consented."""
    launch(workplace)
    months(workplace, 17, 26, 35, 44)
    ours = {"committee": ("A", "B", "C"), "science": ("D", "E")}
    for unit, codes in ours.items():
        register(workplace("2024-04-08"), unit, "2024-Q1", *codes)
    assert gatekeeping.decide(workplace("2024-06-27"), "collection").verdict is GateVerdict.PASS
    for unit, codes in ours.items():
        register(workplace("2024-07-05"), unit, "2024-Q2", *codes)
    reported(workplace("2024-07-05"), "2024-06", 61)
    w = workplace("2024-07-29T10:00")
    deliverables.record_evidence(w, "dossier", "dossier", b"dossier", "d.pdf", "committee")
    return w


def test_through_a_whole_campaign_phases_are_decided_and_rehearsals_rehearsed(engine, demo_workplace):
    """Each week, and each day around the windows. Every run of a phase that does not hold has passed; no rehearsal passes any."""
    days = {date(2024, 1, 2) + timedelta(days=n) for n in range(0, 214, 7)}
    days |= {date(2024, month, 23) + timedelta(days=n) for month in (2, 6) for n in range(6)}
    decided, rehearsed = 0, 0
    for day in sorted(days):
        at = f"{day}T10:00"
        started = gates(engine, at)
        for flow, run in (s.split() for s in started):
            w, before = engine.workplace(at), history(demo_workplace(at), "launch")
            if flow == "rehearsal":
                assert run.startswith(f"rehearsal__{day}__")
                passed_before = set(store_passed(w))
                answer = flows.rehearse(w, Asked())
                assert all(history(w, p)[-1].mode is Mode.REHEARSAL for p in answer["verdicts"])
                assert set(store_passed(w)) == passed_before
                rehearsed += len(answer["verdicts"])
            else:
                phase = w.plan.phase(flow.partition(".")[2])
                assert run.startswith(f"gate__{day}__due_{phase.gate.deadline}__")
                answer = flows.gate(w, Asked(phase=phase.id))
                assert (answer["next"] == "release") is (phase.id in store_passed(w)), (phase.id, before)
                assert answer["next"] in ("release", "hold")
                assert history(w, phase.id)[-1].mode is Mode.DECISION
                decided += 1
            engine.end(run, "success" if answer.get("next") != "hold" else "failed", *(["hold"] if "next" in answer else []))
        assert not started or not [s for s in gates(engine, f"{day}T12:00") if s in started], "once for the same standing"
        if day == date(2024, 2, 26):
            deliverables.record_evidence(engine.workplace(f"{day}T13:00"), "survey", "report", b"r", "r.pdf", "committee")
    assert decided
    assert rehearsed
    assert set(store_passed(demo_workplace("2024-08-02"))) == {"launch"}


def store_passed(w: Workplace) -> dict:
    with w.warehouse.read() as store:
        return store.decisions.passed("demo", w.known)


def test_a_gate_is_rehearsed_as_its_phase_begins_and_daily_before_its_window(engine):
    assert [run.rpartition("__")[0] for run in gates(engine, "2024-01-02T10:00")] == ["rehearsal rehearsal__2024-01-02"]
    flows.rehearse(engine.workplace("2024-01-02T10:05"), Asked())
    assert gates(engine, "2024-01-03T10:00") == []  # it was looked at; from 30 days before the deadline on it is again
    for day in ("2024-01-30", "2024-02-23"):
        assert [run.rpartition("__")[0] for run in gates(engine, f"{day}T10:00")] == [f"rehearsal rehearsal__{day}"]
    (decided,) = gates(engine, "2024-02-24T10:00")
    assert decided.startswith("phase01.launch gate__2024-02-24__due_2024-02-29__")


def test_a_rehearsal_says_what_would_be_who_must_act_and_that_it_decides_nothing(demo_workplace):
    launch(demo_workplace)
    w = demo_workplace("2024-06-12")
    answer = flows.rehearse(w, Asked(pages=f"{HOST}/air/"))
    assert answer["verdicts"] == {"collection": "hold"}
    assert answer["headline"].startswith("预演：若在今日，数据采集阶段：不予通过，差 ")
    assert answer["note"].startswith("数据采集阶段——预演：若在今日，不予通过（2024-06-12；时限 2024-06-30；预演不作决定）")
    assert f"{HOST}/air/gaoxin/demo/gate/collection" in answer["note"]
    assert "    - 园区管委会：" in answer["note"]
    assert "**" not in answer["note"]
    assert "refused" not in answer  # it has done what it is for
    assert rectifications(w) == 0
    assert flows.rehearse(demo_workplace("2024-06-27"), Asked())["verdicts"] == {}  # it is decided now


def test_a_rehearsal_never_decides_though_a_window_begins_before_it_runs(engine):
    """It was started before midnight."""
    (run,) = gates(engine, "2024-02-23T23:50")
    assert run.startswith("rehearsal rehearsal__2024-02-23")
    w = engine.workplace("2024-02-24T00:10")
    assert flows.rehearse(w, Asked())["verdicts"] == {}
    assert history(w, "launch") == []


@pytest.mark.parametrize("met", [False, True])
def test_a_phase_run_by_hand_before_the_window_lets_nothing_pass(demo_workplace, settings, met):
    w = demo_workplace("2024-02-20")
    if met:
        deliverables.record_evidence(w, "survey", "report", b"report", "report.pdf", "committee")
    judged = flows.gate(w, Asked(phase="launch"))
    assert judged["next"] == "hold"
    assert judged["headline"].startswith("预演：若在今日，启动阶段：" + ("通过" if met else "不予通过"))
    red = flows.hold(w, Asked(phase="launch"))
    assert red["refused"]
    assert red["note"].startswith("启动阶段：未到判定期，不作决定。2024-02-24 起判定；此前由 demo.rehearsal 每日预演")
    assert "its decision window has not begun" in red["note"]
    assert red["headline"].startswith("启动阶段：未到判定期")
    assert not list(settings.outbox.glob("*")), "nobody is reminded of it"
    assert store_passed(w) == {}
    assert rectifications(w) == 0


def test_a_hold_says_once_who_must_do_what_in_both_languages(demo_workplace):
    w = demo_workplace("2024-02-27")
    assert flows.gate(w, Asked(phase="launch"))["next"] == "hold"
    red = flows.hold(w, Asked(phase="launch", pages=HOST))
    zh, en = red["note"].split("\n\n")
    assert zh.splitlines()[0] == "启动阶段：不予通过（关口正式判定，2024-02-27；时限 2024-02-29）"
    assert zh.splitlines()[1].startswith("- ✗ ")
    assert zh.splitlines()[2].startswith("    - 园区管委会：")
    assert zh.splitlines()[-1] == f"详见 {HOST}/gaoxin/demo/gate/launch"
    assert "held (gate decided, 2024-02-27" in en
    assert red["headline"] == "启动阶段：不予通过，差 1 项"


def test_changed_figures_rehearse_before_the_window_and_decide_within(engine, demo_workplace):
    launch(demo_workplace)
    engine.tick("2024-06-03T09:00")  # statistics, for which gates wait when they start for the first time
    (first,) = gates(engine, "2024-06-03T10:00")
    assert gates(engine, "2024-06-03T11:00") == []
    reported(demo_workplace("2024-06-03T11:30"), "2024-05", 44)
    (again,) = [r["trigger_run_id"] for r in flows.affected_phases(engine.workplace("2024-06-03T12:00"), Asked())["runs"]]
    assert again.startswith("rehearsal__2024-06-03__")
    assert again != first.split()[1]
    gates(engine, "2024-06-26T10:00")
    reported(demo_workplace("2024-06-26T11:30"), "2024-04", 40)
    (decided,) = flows.affected_phases(engine.workplace("2024-06-26T12:00"), Asked())["runs"]
    assert decided["trigger_dag_id"] == "demo.phase02.collection"
    assert decided["trigger_run_id"].startswith("gate__2024-06-26__due_2024-06-30__")


def test_runs_bear_the_played_day_where_a_list_shows_their_time(engine):
    (run,) = flows.survey(engine.workplace("2024-01-30T17:00"), Asked())["runs"]
    assert run["run_after"] == run["conf"]["as_of"] == "2024-01-30T17:00:00+08:00"
    assert run["note"] == "2024-01-30 关口预演（不作决定）：启动阶段"


def test_what_a_release_lets_begin_is_rehearsed_on_the_same_day(engine, demo_workplace):
    """The phase behind it has begun by the calendar; what its gate looks at has changed by the passing alone."""
    for at in ("2024-03-01T10:00", "2024-03-01T11:00"):
        runs = gates(engine, at)
    assert runs == []
    w = engine.workplace("2024-03-01T12:00")
    deliverables.record_evidence(w, "survey", "report", b"report", "report.pdf", "committee")
    (decided,) = gates(engine, "2024-03-01T13:00")[:1]
    assert decided.startswith("phase01.launch gate__2024-03-01__due_2024-02-29__")
    assert flows.gate(engine.workplace("2024-03-01T13:05"), Asked(phase="launch"))["next"] == "release"
    (follows,) = flows.release(engine.workplace("2024-03-01T13:06"), Asked(phase="launch"))["runs"]
    assert follows["trigger_dag_id"] == "demo.rehearsal"
    assert follows["trigger_run_id"].endswith(".1")


def test_a_gate_that_waits_for_consent_alone_is_left_to_the_run_that_asked(engine, demo_workplace):
    all_but_consent(demo_workplace)
    engine.tick("2024-07-29T10:30")
    (run,) = gates(engine, "2024-07-29T11:00")
    asked = flows.gate(engine.workplace("2024-07-29T11:00"), Asked(phase="application", pages=HOST))
    assert asked["next"] == "consent"
    assert asked["note"].startswith("申请阶段：其余条件均已具备，只待审批同意（关口正式判定，2024-07-29")
    assert "不予通过" not in asked["note"] + asked["headline"]
    assert asked["note"].splitlines()[1].startswith("- …等候 ")
    assert "？无法评估" not in asked["note"], "whoever is asked has not failed to do anything"
    flows.ask_consent(engine.workplace("2024-07-29T11:01"), Asked(phase="application", by=("government",), seal=asked["seal"]))
    assert gates(engine, "2024-07-30T11:00") == []
    # A run that comes all the same, by hand or just then, ends red: green is passed.
    assert flows.gate(engine.workplace("2024-07-30T11:30"), Asked(phase="application"))["next"] == "hold"
    # The run that asked failed: nobody is being asked any more.
    engine.end(run.split()[1], "failed", "consent")
    flows.survey(engine.workplace("2024-07-30T12:00"), Asked(seen={("demo.phase03.application", run.split()[1]): engine.runs[
        "demo.phase03.application", run.split()[1]]}))
    assert flows.gate(engine.workplace("2024-07-30T12:05"), Asked(phase="application"))["next"] == "consent"
    flows.ask_consent(engine.workplace("2024-07-30T12:06"), Asked(phase="application", by=("government",), seal=asked["seal"]))
    with engine.workplace("2024-07-30T12:10").warehouse.read() as store:
        assert len(store.ledger.events("demo", EventKind.CONSENT_ASKED)) == 2
    # Other figures are another question.
    reported(demo_workplace("2024-07-30T12:30"), "2024-06", 62)
    assert [r.split("__")[0] for r in gates(engine, "2024-07-30T13:00")] == ["phase03.application gate"]
    w = engine.workplace("2024-07-30T13:05")
    decisions.approve(w, "application", "government", "reject", "再议")
    assert flows.gate(w, Asked(phase="application"))["next"] == "hold"
    assert "审批不同意" in flows.hold(w, Asked(phase="application"))["headline"]


def test_a_rehearsal_that_failed_is_tried_again_and_told(engine):
    (run,) = gates(engine, "2024-02-01T10:00")
    engine.end(run.split()[1], "failed", "rehearse")
    assert gates(engine, "2024-02-01T11:00") == [f"{run}__2"]
    red = engine.alarm("2024-02-01T11:00")
    assert red["refused"]
    assert f"关口预演失败，自 2024-02-01 起（demo.rehearsal 运行 {run.split()[1]}，步骤 rehearse）" in red["note"]
    assert "gates could not be rehearsed" in red["note"]
    engine.end(f"{run.split()[1]}__2", "success")
    assert gates(engine, "2024-02-01T12:00") == []
    assert not engine.alarm("2024-02-01T12:00")["refused"]


def test_statistics_of_a_period_that_is_not_over_are_refused_unless_something_came(engine, drop, industry, demo_workplace):
    asked = Asked(period=Period.parse("2024-05"))
    with pytest.raises(Refused, match="ends on 2024-05-31") as refused:
        flows.pull(engine.workplace("2024-05-30T10:00"), asked)
    assert "2024年5月到 2024-05-31 才结束" in refused.value.render("zh")
    flows.pull(engine.workplace("2024-05-31T10:00"), asked)  # an office closes its books before midnight
    early = Asked(period=Period.parse("2024-06"))
    drop("demo__industry__committee__2024-06.csv", industry())
    for _ in ("taken in", "and tried again, the inbox being empty"):
        flows.pull(engine.workplace("2024-06-01T10:00"), early)
    checked = [flows.check(engine.workplace("2024-06-01T10:05"), early)["note"].splitlines()[0] for _ in range(2)]
    assert checked[0].startswith("2024年6月：校核 1 份：")
    assert checked[1] == "2024年6月：校核 0 份"
    assert "{" not in checked[0]


def test_what_is_told_of_a_return_and_a_report_leads_to_its_page(demo_workplace):
    hand_in(demo_workplace("2024-03-05"), "industry", "committee", "2024-02", {"gross_output": 10})
    rejected = hand_in(demo_workplace("2024-03-06"), "industry", "committee", "2024-02", {"gross_output": 11},
                       verdict=Verdict.REJECTED, findings=[finding(Severity.ERROR)])
    w, asked = demo_workplace("2024-03-07"), Asked(period=Period.parse("2024-02"), pages=HOST)
    note = flows.check(w, asked)["note"].splitlines()
    assert note[1:] == [f"退回：园区管委会《园区工业月报》 {HOST}/gaoxin/demo/return/{rejected}"], note
    told = flows.report(w, asked)
    assert f"{HOST}/gaoxin/demo/report/demo__quality__2024-02.html" in told["note"]
    assert told["about"].startswith("2024年2月统计完成，未齐 ")


def test_rehearsals_and_decisions_are_started_once_each(engine):
    """Supervision that runs twice at a time starts nothing twice: ids follow from the standing alone."""
    w = engine.workplace("2024-01-30T10:00")
    ids = [[run.run_id for run in dispatch.gate_runs(w)] for _ in range(2)]
    assert ids[0] == ids[1]
    assert ids[0]


def asking(engine: Engine, at: str, run: str) -> flows.Answer:
    """The gate decided by a run, and consent asked for where that is next."""
    answer = flows.gate(engine.workplace(at), Asked(phase="application"))
    if answer["next"] == "consent":
        flows.ask_consent(engine.workplace(at), Asked(phase="application", by=("government",), seal=answer["seal"], run=run))
    return answer


def still(engine: Engine, at: str, seal: str) -> bool:
    return flows.still_asked(engine.workplace(at), Asked(phase="application", by=("government",), seal=seal))["stands"]


def test_a_request_for_consent_waits_no_longer_than_it_is_good_for(engine, demo_workplace):
    """Void ones hold no run: figures changed, it was asked anew, answered, or nobody answered in time."""
    all_but_consent(demo_workplace)
    first = asking(engine, "2024-07-31T10:00", "one")
    assert still(engine, "2024-07-31T11:00", first["seal"])
    reported(demo_workplace("2024-08-01T09:30"), "2024-06", 62)
    assert not still(engine, "2024-08-01T10:00", first["seal"]), "the figures are others"
    second = asking(engine, "2024-08-01T10:00", "two")
    assert second["next"] == "consent"
    assert not still(engine, "2024-07-31T11:00", first["seal"]), "in a drill a run lives at the time at which it was started"
    assert still(engine, "2024-08-14T10:00", second["seal"])
    assert not still(engine, "2024-08-16T10:00", second["seal"]), "asked again after so many days"
    decisions.approve(engine.workplace("2024-08-02T09:00"), "application", "government", "approve", seal=second["seal"])
    assert not still(engine, "2024-08-02T10:00", second["seal"])
    assert asking(engine, "2024-08-02T10:01", "two")["next"] == "release"


def test_one_consent_leads_to_one_continuation_of_the_runs_that_asked_for_it(engine, demo_workplace):
    """The figures changed while the first run waited, and the office asked anew: one word answers both."""
    def sealed(run: str, at: str = "2024-08-01T12:01") -> flows.Answer:
        return flows.gate(engine.workplace(at), Asked(phase="application", run=run))

    all_but_consent(demo_workplace)
    asking(engine, "2024-07-31T10:00", "one")
    reported(demo_workplace("2024-08-01T09:30"), "2024-06", 62)
    second = asking(engine, "2024-08-01T10:00", "two")
    decisions.approve(engine.workplace("2024-08-01T12:00"), "application", "government", "reject", "再议", seal=second["seal"])
    assert sealed("one")["next"] == sealed("two")["next"] == "hold", "green is passed"
    decisions.approve(engine.workplace("2024-08-01T12:10"), "application", "government", "approve", "同意", seal=second["seal"])
    for order in ("before the other", "and after it"):
        one = sealed("one", "2024-08-01T12:11")
        assert one["next"] is None, order
        assert "后来提请的运行 two 接着放行" in one["headline"]
        assert sealed("two", "2024-08-01T12:11")["next"] == "release"
    assert sealed("by_hand", "2024-08-01T12:11")["next"] == "release"
    with engine.workplace("2024-08-01T12:12").warehouse.begin() as store:
        told = {"flow": "demo.phase03.application", "subject": "application", "run": "two", "attempt": 1, "steps": ["seal"]}
        store.ledger.note("demo", EventKind.RUN_FAILED, parse_as_of("2024-08-01T12:12"), told)
    assert sealed("one", "2024-08-01T12:13")["next"] == "release", "what has failed overtakes nobody"


def test_a_request_whose_run_is_gone_from_the_engine_is_made_again(engine, demo_workplace):
    """A restored installation's Airflow is new: it has none of the runs that were going."""
    all_but_consent(demo_workplace)
    for started in engine.tick("2024-07-31T09:00"):  # statistics, for which gates wait
        engine.end(started.split()[1], "success")
    [run] = [r.split()[1] for r in gates(engine, "2024-07-31T10:00") if r.startswith("phase")]
    asking(engine, "2024-07-31T10:30", run)
    for started in engine.tick("2024-08-01T10:00"):
        assert not started.startswith("phase"), "it is asked for once"
        engine.end(started.split()[1], "success")
    assert run not in engine.alarm("2024-08-02T10:30")["note"], "it waits as it should"
    engine.runs.clear()
    [again] = [r.split()[1] for r in gates(engine, "2024-08-02T11:00")]
    assert again.startswith("gate__2024-08-02")
    assert run in engine.alarm("2024-08-02T11:30")["note"]
    assert asking(engine, "2024-08-02T11:40", again)["next"] == "consent"
    engine.end(again, "success")
    assert not gates(engine, "2024-08-02T12:00")
    assert run not in engine.alarm("2024-08-02T12:30")["note"]


def test_what_a_void_request_asked_for_is_asked_for_again_when_it_is_as_it_was(engine, demo_workplace):
    """Sent back, and taken back: the figures are those that consent was asked for, and the run that asked is over."""
    all_but_consent(demo_workplace)
    for started in engine.tick("2024-07-30T09:00"):
        engine.end(started.split()[1], "success")
    [run] = [r.split()[1] for r in gates(engine, "2024-07-30T10:00") if r.startswith("phase")]
    first = asking(engine, "2024-07-30T10:01", run)
    with engine.workplace("2024-07-30T10:02").warehouse.read() as store:
        june = [r.return_id for r in store.returns.all("demo") if str(r.key.period) == "2024-06" and r.key.form == "industry"][-1]
    reviewing.send_back(engine.workplace("2024-07-30T10:30"), june, "产值请再核对一下", by="supervision")
    assert not still(engine, "2024-07-30T11:01", first["seal"])
    assert asking(engine, "2024-07-30T11:02", run)["next"] == "hold"
    engine.end(run, "failed", "hold")

    def waits(at: str) -> bool:
        [asked] = gateviewing.gate_seen(engine.workplace(at), "application").consents
        return asked.asked_at is not None

    assert waits("2024-07-30T10:20")
    for started in gates(engine, "2024-07-30T11:10"):
        engine.end(started.split()[1], "failed", "hold")
    reviewing.take_back(engine.workplace("2024-07-30T12:00"), june, "核对无误", by="supervision")
    assert not waits("2024-07-30T12:05"), "the run that asked is over"
    [again] = [r.split()[1] for r in gates(engine, "2024-07-30T12:10") if r.startswith("phase")]
    second = asking(engine, "2024-07-30T12:11", again)
    assert (second["seal"], second["next"]) == (first["seal"], "consent")
    assert waits("2024-07-30T12:15")
    assert waits("2024-07-30T10:20"), "what was known then: it was going"


def test_a_run_that_waits_for_consent_hangs_not_when_its_figures_change(engine, demo_workplace):
    """Within the hour it looks whether its request still stands."""
    all_but_consent(demo_workplace)
    for started in engine.tick("2024-07-29T09:00"):
        engine.end(started.split()[1], "success")
    [run] = [r.split()[1] for r in gates(engine, "2024-07-29T10:00") if r.startswith("phase")]
    asking(engine, "2024-07-29T10:01", run)
    reported(demo_workplace("2024-07-31T12:00"), "2024-06", 62)
    engine.tick("2024-07-31T13:00")
    assert run not in engine.alarm("2024-07-31T13:01")["note"]


def test_a_rehearsal_tells_what_changed_since_yesterday_and_what_is_foreseen_for_the_deadline(demo_workplace):
    launch(demo_workplace)
    for period, day, output in (("2024-02", "03-05", 17), ("2024-03", "04-08", 26), ("2024-04", "05-08", 35)):
        reported(demo_workplace(f"2024-{day}"), period, output)
    flows.rehearse(demo_workplace("2024-06-04T09:00"), Asked())
    assert "此前没有预演过" in flows.rehearse(demo_workplace("2024-06-04T10:00"), Asked())["note"]
    for unit, codes in {"committee": ("A", "B", "C"), "science": ("D", "E")}.items():
        register(demo_workplace("2024-06-05T09:00"), unit, "2024-Q1", *codes)
    found = outlooks.rehearsed(demo_workplace("2024-06-05T10:00"), "collection").ahead
    assert found is not None
    assert found.since is not None
    assert found.since.date() == date(2024, 6, 4)
    assert {s.ref for s in found.gone if s.owner == "science"} == {"demo__hnte_register__science__2024-Q1", "hnte"}
    foreseen = found.foreseen
    assert foreseen is not None
    assert (foreseen.coming, foreseen.first_due) == (1, date(2024, 6, 11)), "May's; what is overdue already is not to come"
    [targets] = foreseen.targets
    assert sum(map(len, (targets.reached, targets.at_risk, targets.off_track, targets.unknown))) == 3
    note = flows.rehearse(demo_workplace("2024-06-05T10:00"), Asked())["note"]
    assert "与 2024-06-04 相比：" in note
    assert "至时限 2024-06-30 还有 1 份报表到期（2024-06-11 起）" in note
    assert "按目前走势，3 项指标中" in note
    assert outlooks.rehearsed(demo_workplace("2024-06-27"), "collection").ahead is None, "it is decided now"
