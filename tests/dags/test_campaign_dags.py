"""What must exist is computed from the plans, so that a new campaign is tested by standing in dags/."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gaoxin.blueprint.blueprint import blueprint
from gaoxin.clock import parse_as_of, wall_now
from gaoxin.i18n import Text
from gaoxin.plan.reading.loader import load_plan, plan_files
from tests.plan_texts import demo

ROOT = Path(__file__).resolve().parents[2]
FILES = {**plan_files(ROOT / "dags"), **plan_files(ROOT / "tests" / "plans")}


@pytest.fixture(scope="module", params=sorted(FILES))
def campaign(request):
    """(plan, DAGs by id) of each campaign."""
    from gaoxin.airflow.factory import campaign_dags

    return load_plan(FILES[request.param]), campaign_dags(FILES[request.param])


def test_there_are_campaigns():
    assert FILES


def test_one_dag_a_phase_and_four_for_the_campaign(campaign):
    plan, dags = campaign
    phases = {f"{plan.id}.phase{n:02d}.{p.id}" for n, p in enumerate(plan.phases, 1)}
    assert set(dags) == phases | {f"{plan.id}.{x}" for x in ("rehearsal", "statistics", "reminders", "supervision")}


def test_each_dag_has_owner_tags_names_and_documentation(campaign):
    plan, dags = campaign
    units = {u.id for u in plan.units}
    kinds = {p.id: p.kind for p in plan.phases}
    for dag_id, dag in dags.items():
        assert {"gaoxin", plan.id} <= dag.tags
        phase = dag_id.split(".")[-1]
        if phase in kinds:
            assert kinds[phase] in dag.tags
            assert plan.document.title in dag.doc_md
        assert any("\u4e00" <= c <= "\u9fff" for c in dag.dag_display_name), dag_id
        assert dag.doc_md
        for task in dag.tasks:
            assert task.owner in units, (dag_id, task.task_id)
            assert any("\u4e00" <= c <= "\u9fff" for c in task.task_display_name), (dag_id, task.task_id)


def test_every_task_is_bounded_and_work_is_retried(campaign):
    """A task without a timeout holds a slot for ever; one without retries turns a restart into a red DAG."""
    plan, dags = campaign
    told_as_failure = {step.id for flow in blueprint(plan).flows for step in flow.steps if step.alarms}
    assert told_as_failure <= {"hold", "alarm"}
    for dag_id, dag in dags.items():
        for task in dag.tasks:
            bound = task.response_timeout if task.task_id == "consent" else task.partial_kwargs["execution_timeout"] \
                if task.is_mapped else task.execution_timeout
            assert bound, (dag_id, task.task_id)
            retries = task.partial_kwargs["retries"] if task.is_mapped else task.retries
            assert retries >= 1 or task.task_id in told_as_failure, (dag_id, task.task_id)


def test_nothing_is_released_but_behind_its_gate(campaign):
    """A release that is not downstream of the gate, by every path, would pass a phase that nobody judged."""
    plan, dags = campaign
    for phase in plan.phases:
        dag = next(d for i, d in dags.items() if i.endswith(f".{phase.id}"))
        release = dag.get_task("release")
        assert "gate" in release.get_flat_relative_ids(upstream=True)
        assert set(release.upstream_task_ids) <= {"gate", "seal"}
        # Green is passed: a run ends by the release, or by the step that fails on purpose.
        makes = {"dossier"} if phase.kind == "application" else set()
        assert {t.task_id for t in dag.leaves} == {"open_next", "hold", *makes}
        assert all(dag.get_task(name).upstream_task_ids == {"release"} for name in makes)
        assert "late_returns" in dag.get_task("gate").upstream_task_ids
        outlets = [a.uri for a in release.outlets]
        assert outlets == [f"gaoxin://{plan.id}/gate/{phase.id}"]
        if any(c.kind == "approval" for c in phase.gate.criteria):
            from gaoxin.airflow.operators import ConsentOperator

            consent = dag.get_task("consent")
            assert isinstance(consent, ConsentOperator)
            assert consent.upstream_task_ids == {"gate"}
            assert consent.options == ["同意", "不同意"]
            assert list(consent.serialized_params) == ["reason"]
            assert f"](/plugin/gaoxin/gaoxin/{plan.id}/gate/{phase.id})" in (consent.body or "")
            assert "只待您同意" in consent.subject
            assert dag.get_task("seal").upstream_task_ids == {"consent"}
        else:
            assert "consent" not in dag.task_ids


def test_several_consents_are_asked_for_one_after_the_other(tmp_path):
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.airflow.operators import ConsentOperator

    file = tmp_path / "demo" / "plan.yaml"
    file.parent.mkdir()
    one = "        - {kind: approval, id: consent, by: government}\n"
    file.write_text(demo((one, "        - {kind: approval, id: looked_at, by: supervision}\n" + one)), encoding="utf-8")
    dag = campaign_dags(file)["demo.phase03.application"]
    first, second = (dag.get_task(id) for id in ("consent", "consent_2"))
    assert isinstance(first, ConsentOperator)
    assert isinstance(second, ConsentOperator)
    assert [first.by, second.by] == [("supervision",), ("government",)]
    assert [first.asked_by, second.asked_by] == ["gate", "gate"], "both are shown what the gate came to"
    assert [first.upstream_task_ids, second.upstream_task_ids] == [{"gate"}, {"consent"}]
    assert dag.get_task("seal").upstream_task_ids == {"consent_2"}
    assert [first.task_display_name, second.task_display_name] == ["区政府督查室审核同意", "区政府审核同意"]
    assert [s.subject.partition("只待您同意")[2] for s in (first, second)] == ["（区政府督查室审核同意）", "（区政府审核同意）"]


def test_a_request_shows_the_gate_as_it_stands_and_a_task_that_asks_nobody_says_why(monkeypatch):
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.airflow.operators import HITLOperator
    from gaoxin.campaign import flows, workplace

    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: SimpleNamespace(drill=True))
    monkeypatch.setattr(HITLOperator, "execute", lambda self, _: self.body)
    consent: Any = campaign_dags(FILES["demo"])["demo.phase03.application"].get_task("consent")
    page, context = consent.body.partition("\n\n")[0], {"params": {}, "ti": SimpleNamespace(xcom_pull=lambda **_: {"seal": "1"})}
    for told in ("前一单位已同意", "两家都已同意"):  # a run that is cleared asks once more
        monkeypatch.setattr(flows, "run", lambda *_, told=told: {"note": "已提请", "told": told})
        assert consent.execute(context) == f"{page}\n\n【演练】{told}"
    assert "headline" not in context
    monkeypatch.setattr(flows, "run", lambda *_: {"answered": True, "note": "现在不提请", "headline": "现在不提请"})
    assert consent.execute(context) is None
    assert context["headline"] == "【演练】现在不提请"


def test_only_the_accounts_of_the_consenting_unit_may_answer(monkeypatch, tmp_path):
    """Without the file any operator's account could answer for the government; with one that names nobody, nobody can."""
    from gaoxin.airflow.factory import NOBODY, campaign_dags
    from gaoxin.airflow.operators import ConsentOperator

    def consent() -> ConsentOperator:
        found = campaign_dags(FILES["demo"])["demo.phase03.application"].get_task("consent")
        assert isinstance(found, ConsentOperator)
        return found

    def people(*entries: str) -> None:
        file = tmp_path / "accounts.yaml"
        file.write_text("schema: 1\naccounts:\n" + "".join(f"  - {{{e}}}\n" for e in entries), encoding="utf-8")
        monkeypatch.setenv("GAOXIN_ACCOUNTS", str(file))

    people("airflow: mayor, roles: [leader], units: [government]", 'airflow: "7", roles: [leader], units: [government]',
           "airflow: elsewhere, roles: [leader], units: [government], campaigns: [kaizhou_2020]",
           "airflow: clerk, roles: [unit], units: [government]", "airflow: somebody, roles: [leader], units: [science]")
    assert [u["id"] for u in consent().assigned_users or ()] == ["mayor", "7"]
    people("airflow: clerk, roles: [unit], units: [government]")
    assert [u["id"] for u in consent().assigned_users or ()] == [NOBODY]
    people("airflow: mayor, roles: [leader], units: [government], nonsense: 1")
    assert [u["id"] for u in consent().assigned_users or ()] == [NOBODY], "a faulty file takes no DAG away"
    monkeypatch.delenv("GAOXIN_ACCOUNTS")
    assert not consent().assigned_users


def test_whoever_answered_acts_and_else_whoever_started_the_run(monkeypatch):
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.campaign import flows, workplace
    from gaoxin.ledger.actor import Way

    told: list[tuple[object, object, str]] = []
    opened = lambda *_, way, airflow, **__: SimpleNamespace(by=(way, airflow), drill=False)  # noqa: E731
    monkeypatch.setattr(workplace, "open_workplace", opened)

    def run(w: Any, use: str, asked: object) -> dict[str, Any]:
        told.append((*w.by, use))
        return {}

    monkeypatch.setattr(flows, "run", run)
    dags: dict[str, Any] = campaign_dags(FILES["demo"])
    consent = dags["demo.phase03.application"].get_task("consent")
    context: dict[str, Any] = {"params": {}, "ti": SimpleNamespace(xcom_pull=lambda **_: {"seal": "1"})}
    by_hand = context | {"dag_run": SimpleNamespace(triggering_user_name="op")}
    for user in ({"id": "7", "name": "mayor"}, None):
        event = {"chosen_options": ["同意"], "params_input": {}, "responded_at": wall_now(), "responded_by_user": user}
        consent.execute_complete(by_hand, event)
    for given in (by_hand, context | {"dag_run": SimpleNamespace(triggering_user_name=None)}, context):
        dags["demo.statistics"].get_task("pull").execute(given)
    assert told == [(Way.DAG, "7", "consent"), (Way.DAG, None, "consent"), (Way.DAG, "op", "pull"), (Way.DAG, None, "pull"),
                    (Way.DAG, None, "pull")]


def test_a_request_for_consent_is_looked_at_every_hour_and_an_answer_is_never_taken_away(monkeypatch):
    """It is parked again as it is: to make the request anew would clear an answer that came meanwhile."""
    from airflow.sdk.exceptions import TaskAwaitingInput

    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.campaign import flows, workplace

    asked: list[tuple[str, object]] = []
    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: SimpleNamespace(drill=False))

    def run(_: Any, use: str, given: Any) -> dict[str, Any]:
        asked.append((use, given.seal))
        return {"stands": stands, "note": ""}

    monkeypatch.setattr(flows, "run", run)
    consent: Any = campaign_dags(FILES["demo"])["demo.phase03.application"].get_task("consent")
    context: dict[str, Any] = {"params": {}, "ti": SimpleNamespace(xcom_pull=lambda **_: {"seal": "1"}), "run_id": "r"}
    event = {"error": "no answer", "error_type": "timeout"}
    stands = True
    with pytest.raises(TaskAwaitingInput) as parked:
        consent.execute_complete(context, event)
    assert (parked.value.method_name, parked.value.timeout) == ("execute_complete", timedelta(hours=1))
    stands = False
    assert consent.execute_complete(context, event) is None
    assert asked == [("still_asked", "1")] * 2


def test_a_run_that_is_overtaken_ends_with_its_gate(monkeypatch):
    """Neither released nor held: another does what follows."""
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.campaign import flows, workplace

    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: SimpleNamespace(drill=False))
    seal: Any = campaign_dags(FILES["demo"])["demo.phase03.application"].get_task("seal")
    context: dict[str, Any] = {"params": {}, "ti": SimpleNamespace(xcom_push=lambda **_: None)}
    for answer, chosen in ((None, None), ("release", "release"), ("consent", "hold")):
        monkeypatch.setattr(flows, "run", lambda *_, answer=answer: {"next": answer, "note": ""})
        assert seal.choose_branch(context) == chosen


def test_a_run_by_hand_is_named_after_the_campaigns_own_day_and_what_it_was_of(monkeypatch):
    """Airflow's id of it has the wall's time, and its note is what the last of these headlines says."""
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.campaign import flows, workplace
    from gaoxin.errors import Refused

    played = SimpleNamespace(drill=True, now=parse_as_of("2021-01-26T10:00"))
    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: played)
    answers: dict[str, dict[str, Any]] = {"report": {"note": "报告", "about": "2020-12 统计完成，未齐 3 份"},
                                          "gate": {"note": "判定", "headline": "申请：通过", "next": None}}
    monkeypatch.setattr(flows, "run", lambda _, use, __: dict(answers[use]))
    dags: dict[str, Any] = campaign_dags(FILES["demo"])
    report, gate, pull = (dags["demo.statistics"].get_task("report"), dags["demo.phase03.application"].get_task("gate"),
                          dags["demo.statistics"].get_task("pull"))

    def headed(run_id: str) -> list[object]:
        found: list[object] = []
        for call in (report.execute, gate.choose_branch):
            context: dict[str, Any] = {"params": {}, "run_id": run_id, "ti": SimpleNamespace(xcom_push=lambda **_: None)}
            call(context)
            found.append(context.get("headline"))
        return found

    assert headed("manual__2026-11-28T07:43:11+00:00") == ["【演练】2021-01-26 2020-12 统计完成，未齐 3 份",
                                                           "【演练】2021-01-26 申请：通过"]
    assert headed("due__2020-12") == [None, "【演练】申请：通过"], "its note says why it was started"

    def refused(*_: object) -> None:
        raise Refused(Text("2021-01 到 2021-01-31 才结束", "too early"), where="params.period", todo=Text("另选", "another"))

    monkeypatch.setattr(flows, "run", refused)
    ti = SimpleNamespace(rendered_map_index=None)
    with pytest.raises(SystemExit):
        pull.execute({"params": {}, "run_id": "manual__2026-11-28T07:43:11+00:00", "ti": ti})
    assert ti.rendered_map_index == "2021-01-26 2021-01 到 2021-01-31 才结束；另选"


def test_a_rehearsal_cannot_be_taken_for_a_decision(campaign):
    """It has a DAG of its own, which says what it is, and from which nothing is released, opened or started."""
    plan, dags = campaign
    dag = dags[f"{plan.id}.rehearsal"]
    assert dag.task_ids == ["late_returns", "rehearse"]
    assert not any(t.outlets for t in dag.tasks)
    assert "预演" in (dag.dag_display_name or "")
    assert "不作决定" in (dag.dag_display_name or "")


def test_a_period_is_chosen_and_nothing_else_is_typed(campaign):
    plan, dags = campaign
    for flow, dag in dags.items():
        assert set(dag.params) == ({"period"} if flow.endswith(".statistics") and plan.forms else set()), flow
    if not plan.forms:
        return
    param = dags[f"{plan.id}.statistics"].params.get_param("period")
    newest_first = [str(p) for p in sorted({p for f in plan.forms for p in f.periods()}, reverse=True)]
    assert param.schema["enum"] == [None, *newest_first]
    param.resolve(newest_first[-1])
    with pytest.raises(ValueError, match="is not one of"):
        param.resolve("June")


def test_a_period_that_no_form_is_asked_for_stops_no_run_of_supervision(monkeypatch):
    """A file with a wrong period on its cover is taken in and rejected; a choice would not even let the run begin."""
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.campaign import flows, workplace

    asked: list[str] = []
    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: SimpleNamespace(drill=False))

    def run(w: object, use: str, given: flows.Asked) -> dict[str, Any]:
        asked.append(str(given.period))
        return {}

    monkeypatch.setattr(flows, "run", run)
    dag: Any = campaign_dags(FILES["demo"])["demo.statistics"]
    for conf in ({"owed": "2031-01"}, {"period": "2024-03"}):
        params = copy.deepcopy(dag.params)
        params.update(conf)
        dag.get_task("pull").execute({"params": params.validate()})
    assert asked == ["2031-01", "2024-03"]


def test_a_drill_alone_asks_for_a_time_by_a_picker(monkeypatch):
    from gaoxin.airflow.factory import campaign_dags

    monkeypatch.setenv("GAOXIN_SCHEDULES", "0")
    dags = campaign_dags(FILES["demo"])
    assert all(dag.params.get_param("as_of").schema["format"] == "date-time" for dag in dags.values())


def test_runs_are_named_by_the_days_of_the_office(campaign):
    """Airflow's names bear UTC, in the morning the day before."""
    import pendulum
    from airflow.utils.types import DagRunType

    for dag in campaign[1].values():
        ticks = getattr(dag.timetable, "timetable", dag.timetable)  # of what files that come start, too
        named = ticks.generate_run_id(run_type=DagRunType.SCHEDULED, data_interval=None,
                                              run_after=pendulum.datetime(2020, 10, 30, 23, 0))
        assert named == "scheduled__2020-10-31T07:00"


def test_what_is_refused_is_said_once_and_not_tried_again(monkeypatch):
    """Airflow logs a traceback of each exception but the one that says that all is said."""
    from airflow.sdk import RetryAction

    from gaoxin.airflow import operators
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.airflow.operators import SaidAll
    from gaoxin.campaign import flows, workplace
    from gaoxin.errors import Refused, Transient
    from gaoxin.i18n import Text

    told = Text("有错", "it is wrong")
    answers: dict[str, Any] = {"hold": {"refused": True, "headline": "启动：不予通过，差 1 项", "note": "不予通过"},
                               "pull": Refused(told, todo=Text("写对", "write it right")), "check": Transient(told, todo=told)}

    def run(w: object, use: str, asked: object) -> Any:
        if isinstance(answers[use], Exception):
            raise answers[use]
        return dict(answers[use])

    monkeypatch.setattr(flows, "run", run)
    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: SimpleNamespace(drill=True))
    dags: dict[str, Any] = campaign_dags(FILES["demo"])
    monkeypatch.setattr(operators, "_servers", dict)
    logged: list[str] = []

    def ended(dag_id: str, use: str) -> tuple[BaseException, dict[str, Any]]:
        task = dags[dag_id].get_task(use)
        context: dict[str, Any] = {"params": {}, "ti": SimpleNamespace()}
        monkeypatch.setattr(type(task), "log", SimpleNamespace(error=lambda _, text: logged.append(text),
                                                               warning=lambda *_, **__: None))
        with pytest.raises(BaseException) as found:  # noqa: PT011 - what Airflow's runner catches
            task.execute(context)
        decision = task.retry_policy.evaluate(found.value, try_number=1, max_tries=2)
        assert (decision.action is RetryAction.FAIL) is isinstance(found.value, SaidAll)
        return found.value, context

    def shown(dag_id: str, use: str, context: dict[str, Any]) -> str:
        task = dags[dag_id].get_task(use)
        return task.dag.get_template_env().from_string(task.map_index_template).render(context)

    error, context = ended("demo.phase01.launch", "hold")
    assert isinstance(error, SaidAll)
    assert context["ti"].rendered_map_index == "【演练】启动：不予通过，差 1 项"
    assert shown("demo.phase01.launch", "hold", context) == context["ti"].rendered_map_index
    assert shown("demo.statistics", "pull", {}) == ""  # as Airflow renders it before the work, and where there is none
    error, context = ended("demo.statistics", "pull")
    assert isinstance(error, SaidAll)
    assert context["ti"].rendered_map_index == "有错；写对", "what the run's note then says"
    assert isinstance(ended("demo.statistics", "check")[0], Transient)
    assert [text.splitlines()[0] for text in logged] == ["【演练】不予通过", "有错"]


def test_statistics_go_in_one_line_and_announce_the_asset(campaign):
    plan, dags = campaign
    dag = dags[f"{plan.id}.statistics"]
    line = ["pull", "check", "load", "indicators", "report", "affected"]
    for before, after in pairwise(line):
        assert dag.get_task(after).upstream_task_ids == {before}
    assert [a.uri for a in dag.get_task("report").outlets] == [f"gaoxin://{plan.id}/statistics"]
    # Whatever step fails, gates are decided; and the run stays failed, since not all that ends it went well.
    assert dag.get_task("anyway").upstream_task_ids == set(line[:-1])
    assert dag.get_task("anyway").trigger_rule == "one_failed"
    assert {t.task_id for t in dag.leaves} == {"reevaluate", "decide_anyway"}
    assert dag.max_active_runs == 1
    assert dag.dagrun_timeout  # a run that hangs makes way for the next


def test_only_supervision_and_reminders_run_by_the_clock_and_only_within_the_campaign(campaign):
    from airflow.timetables.base import TimeRestriction

    from gaoxin.airflow.timetable import CampaignTimetable
    from gaoxin.clock import ZONE, local_day, wall_now

    plan, dags = campaign
    for dag_id, dag in dags.items():
        # A plan in which nothing is dated has no time to run in: it is started by hand.
        clocked = dag_id.split(".")[-1] in ("reminders", "supervision") and plan.starts is not None
        ticks = getattr(dag.timetable, "timetable", dag.timetable)
        assert isinstance(ticks, CampaignTimetable) is clocked, dag_id
        if not isinstance(ticks, CampaignTimetable):
            continue
        assert ticks.first == plan.starts
        assert ticks.last > plan.ends
        again = CampaignTimetable.deserialize(json.loads(json.dumps(ticks.serialize())))
        assert (again.first, again.last) == (ticks.first, ticks.last)
        info = again.next_dagrun_info(
            last_automated_data_interval=None, restriction=TimeRestriction(earliest=None, latest=None, catchup=False)
        )
        assert (info is None) is (local_day(wall_now()) > ticks.last)  # a campaign that is over asks for nothing
        future = CampaignTimetable("0 9 * * *", first=date(2090, 1, 1), last=date(2090, 1, 3))
        info = future.next_dagrun_info(
            last_automated_data_interval=None, restriction=TimeRestriction(earliest=None, latest=None, catchup=False)
        )
        assert info
        assert info.run_after.astimezone(ZONE).isoformat() == "2090-01-01T09:00:00+08:00"


def test_every_step_names_a_use_case(campaign):
    from gaoxin.campaign.flows import FLOWS

    plan, _ = campaign
    named = {s.use for f in blueprint(plan).flows for s in f.steps}
    assert named
    assert named <= set(FLOWS)


def test_every_campaign_has_the_same_stub():
    from gaoxin.launcher.session import STUB

    for file in FILES.values():
        assert file.with_name("campaign_dags.py").read_text(encoding="utf-8") == STUB, file


_SERIALISE = """
import json, sys
from pathlib import Path
from gaoxin.airflow.factory import campaign_dags
from airflow.models.serialized_dag import SerializedDagModel
from airflow.serialization.serialized_objects import DagSerialization
for file in sys.argv[1:]:
    dags = campaign_dags(Path(file))
    print(json.dumps({k: SerializedDagModel.hash(DagSerialization.to_dict(v)) for k, v in dags.items()}))
"""


@pytest.fixture(scope="module")
def serialised():
    """(a process, another one with another hash seed): each campaign's DAGs by Airflow's own hash of a serialised DAG, which
    is what makes, or does not make, a new DAG version."""
    import os

    def run(seed: str) -> dict[str, dict[str, str]]:
        told = subprocess.run(
            [sys.executable, "-c", _SERIALISE, *(str(FILES[n]) for n in sorted(FILES))], check=True, capture_output=True,
            text=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.splitlines()[-len(FILES):]
        return dict(zip(sorted(FILES), map(json.loads, told), strict=True))

    return run("1"), run("2")


@pytest.mark.parametrize("name", sorted(FILES))
def test_parsing_twice_gives_the_same_serialised_dags(serialised, name):
    """In two processes with different hash seeds: what comes out of a set or a clock would differ."""
    first, again = serialised
    assert first[name]
    assert first[name] == again[name]


def test_a_broken_plan_is_an_import_error_and_not_a_vanished_dag(tmp_path):
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.errors import PlanError

    broken = tmp_path / "demo" / "plan.yaml"
    broken.parent.mkdir()
    text = FILES["demo"].read_text(encoding="utf-8")
    broken.write_text(text.replace("at_least: 60}", "at_leest: 60}"), encoding="utf-8")
    with pytest.raises(PlanError, match="at_leest"):
        campaign_dags(broken)


def test_the_dags_of_a_plan_that_broke_stand_as_they_were_and_say_so(tmp_path, monkeypatch):
    """Else its supervision, which is to tell of it, would be gone with it."""
    from gaoxin.airflow.factory import campaign_dags

    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path / "home"))
    plan = tmp_path / "demo" / "plan.yaml"
    plan.parent.mkdir()
    text = FILES["demo"].read_text(encoding="utf-8")
    plan.write_text(text, encoding="utf-8")
    whole = campaign_dags(plan)
    plan.write_text(text.replace("at_least: 60}", "at_leest: 60}"), encoding="utf-8")
    stand = campaign_dags(plan)
    assert {i: d.task_ids for i, d in stand.items()} == {i: d.task_ids for i, d in whole.items()}
    assert all("at_leest" in (dag.doc_md or "") for dag in stand.values())
    plan.write_text(text, encoding="utf-8")
    assert not any("at_leest" in (dag.doc_md or "") for dag in campaign_dags(plan).values())


def test_a_dag_file_imports_nothing_heavy():
    """Parsing happens all the time and in every task: pandas, Great Expectations and drivers stay out."""
    code = (
        "import sys; from pathlib import Path; import airflow.sdk, airflow.providers.standard.operators.hitl; "
        "before = set(sys.modules); from gaoxin.airflow.factory import campaign_dags; "
        f"campaign_dags(Path({str(FILES['demo'])!r})); "
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    for heavy in ("great_expectations", "pandas", "openpyxl", "python_calamine", "psycopg2", "jinja2"):
        assert f"'{heavy}'" not in out, heavy


def test_the_plugins_folder_holds_the_plugin_files_and_nothing_else():
    """Airflow imports every .py at the top of plugins/ under its bare name; the library is kept out by .airflowignore."""
    top = {p.name for p in (ROOT / "plugins").glob("*.py")}
    assert top == {"gaoxin_scheduling.py", "gaoxin_ui.py"}
    assert (ROOT / "plugins" / ".airflowignore").read_text().split() == ["gaoxin/"]
