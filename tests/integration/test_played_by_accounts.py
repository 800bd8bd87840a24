"""A campaign played where an accounts file says who may do what. The engine is played in this process: its runs are the use cases
that their steps name, by the right of the account that started them."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from gaoxin.blueprint.blueprint import ANSWERS, NOBODY
from gaoxin.campaign import casting, drilling, flows
from gaoxin.campaign.workplace import Workplace, accounts_of, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.drill import player as playing
from gaoxin.drill.airflow_api import Answered
from gaoxin.drill.player import Player
from gaoxin.drill.sample import load_spec, make_samples
from gaoxin.drill.scenario import Scenario
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import find_plan
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.browser.conftest import plan_text

ME = pwd.getpwuid(os.geteuid()).pw_name
WORKER = f"account: {ME}, roles: [system, unit], units: [committee, science]"
STATISTICS = ("pull", "check", "load", "indicators", "report")


@dataclass
class Engine:
    """What the player sees of Airflow. comes: after how many looks the mayor comes to consent."""

    settings: Settings
    comes: int = 3
    done: dict[tuple[str, str], tuple[str, list[str]]] = field(default_factory=dict)  # state, failed tasks
    asked: list[dict[str, Any]] = field(default_factory=list)
    looked: int = 0

    def start_run(self, dag: str, run: str, conf: dict[str, Any], note: str = "", at: object = None) -> bool:
        if (dag, run) in self.done:
            return False
        self.done[dag, run] = ("running", [])
        try:
            self.done[dag, run] = self._steps(dag.partition(".")[2], conf, dag, run)
        except NotAllowed:
            self.done[dag, run] = ("failed", ["refused"])
        return True

    def _steps(self, flow: str, conf: dict[str, Any], dag: str, run: str) -> tuple[str, list[str]]:
        def step(use: str, **more: Any) -> dict[str, Any]:
            w = self.at(conf["as_of"], "admin")
            return flows.run(w, use, flows.Asked(run=run, **more))

        if flow == "supervision":
            self._all(step("survey"))
        elif flow == "reminders":
            step("remind")
        elif flow == "rehearsal":
            step("rehearse")
        elif flow == "statistics":
            for use in STATISTICS:
                step(use, period=Period.parse(conf["owed"]))
            self._all(step("affected_phases"))
        else:
            return self._gate(conf, dag, run)
        return "success", []

    def _gate(self, conf: dict[str, Any], dag: str, run: str) -> tuple[str, list[str]]:
        def step(use: str, airflow: str = "admin", **more: Any) -> dict[str, Any]:
            asked = flows.Asked(phase="application", run=run, by=("government",), **more)
            return flows.run(self.at(conf["as_of"], airflow), use, asked)

        found = step("gate")
        if found["next"] == "consent":
            step("ask_consent", seal=found["seal"])
            named = accounts_of(self.settings)
            may = (named.deciders("demo", "government") if named else []) or [NOBODY]
            task = {"id": f"{dag} {run}", "dag_id": dag}
            self.asked.append({"task_instance": task, "subject": "申请：只待您同意", "go": (step, dag, run, found["seal"]),
                               "assigned_users": [{"id": a, "name": a} for a in may]})
            return "running", []
        if found["next"] == "release":
            self._all(step("release"))
            step("dossier")
            return "success", []
        step("hold")
        return "failed", ["hold"]

    def _all(self, answer: dict[str, Any]) -> None:
        for started in answer["runs"]:
            self.start_run(started["trigger_dag_id"], started["trigger_run_id"], started["conf"])

    def at(self, moment: str, airflow: str | None) -> Workplace:
        return open_workplace(self.settings, "demo", parse_as_of(moment), acts=True, late=True, in_force=True, way=Way.DAG,
                              airflow=airflow)

    def requests(self) -> list[dict[str, Any]]:
        self.looked += bool(self.asked)
        if self.looked > self.comes and self.asked:
            self._consent(self.asked[0], "mayor")
        return list(self.asked)

    def answer(self, request: dict[str, Any], option: str, reason: str | None = None) -> Answered:
        if "admin" not in [u["id"] for u in request["assigned_users"]]:
            return Answered.NOT_OURS
        assert option == ANSWERS["approve"]
        self._consent(request, "admin")
        return Answered.YES

    def _consent(self, request: dict[str, Any], who: str) -> None:
        self.asked.remove(request)
        step, dag, run, seal = request["go"]
        step("consent", who, decision="approve", seal=seal, user=who)
        assert step("gate")["next"] == "release"
        self.done[dag, run] = ("success", [])

    def runs(self, dags: list[str], states: list[str] | None = None) -> list[dict[str, Any]]:
        return [{"dag_id": dag, "dag_run_id": run, "state": state} for (dag, run), (state, _) in self.done.items()
                if dag in dags and (states is None or state in states)]

    def failed_tasks(self, dag: str, run: str) -> list[str]:
        return self.done[dag, run][1]

    def import_errors(self) -> list[str]:
        return []


@pytest.fixture
def plans(tmp_path):
    folder = tmp_path / "plans" / "demo"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(plan_text(), encoding="utf-8")
    return folder.parent


@pytest.fixture
def installed(settings_at, plans, tmp_path, warehouse) -> Callable[..., Settings]:
    """installed("account: root, roles: [office]", …): an installation with such an accounts file."""

    def make(*entries: str) -> Settings:
        file = tmp_path / "accounts.yaml"
        file.write_text("schema: 1\naccounts:\n" + "".join(f"  {e if e.startswith('- ') else f'- {{{e}}}'}\n" for e in entries),
                        encoding="utf-8")
        file.chmod(0o600)
        return settings_at(tmp_path / "home", plans).model_copy(update={"accounts": file})

    return make


def play(settings: Settings, *, others: bool = True) -> tuple[Player, list[str]]:
    """The play of the short campaign to its end, or as far as it goes, and what it told."""
    plan, said = find_plan(settings.plans, "demo"), list[str]()
    drilling.begin_drill(settings)
    player = Player(settings, plan, Scenario(seed=7), [], Engine(settings), lambda: None, said.append, others)  # type: ignore[arg-type]
    drilling.begin(open_workplace(settings, "demo", parse_as_of("2024-05-01"), acts=True, late=True))
    periods = sorted({item.key.period for item in owed(plan)})
    player.samples = make_samples(plan, load_spec(settings.plans / "demo" / "plan.yaml"), periods[0], periods[-1],
                                  settings.var / "samples", 7, [], corrections=True)
    try:
        for day in player.days():
            said.append(f"{day}")
            player.play_day(day)
    except Refused as error:
        said.append(error.render("zh"))
    return player, said


def events(settings: Settings, *kinds: EventKind) -> list:
    with Warehouse.open(settings).read() as store:
        return store.ledger.events(None, *kinds)


def names(*entries: str) -> set[str]:
    who = ("account", "airflow", "airflow_name")
    return {told for entry in entries for key, told in yaml.safe_load(entry).items() if key in who}


@pytest.mark.parametrize("entries", [
    (f"account: {ME}, roles: [system]", "airflow: inspector, roles: [auditor]"),
    (f"account: {ME}, roles: [office, unit, supervision, leader], units: [committee, science, government]",),
    (f"account: {ME}, airflow: admin, roles: [system, unit, leader], units: [committee, science, government]",),
    (WORKER, "airflow: admin, roles: [unit, leader, office], units: [committee, science, government]"),
    (f"{WORKER}, campaigns: [other]", "airflow: admin, roles: [leader, system], units: [government], campaigns: [other]"),
    (f"account: {ME}, roles: [auditor]", "airflow: admin, roles: [security]"),
    (f'account: {ME}, airflow: "7", roles: [unit], units: [science]', "airflow: a, airflow_name: admin, roles: [office]"),
], ids=["worker_only", "no_admin", "one_for_both", "decides_on_its_own", "other_campaign", "three_officers", "fab"])
def test_the_lines_that_are_told_are_all_that_is_missing(installed, entries):
    settings = installed(*entries)
    plan = find_plan(settings.plans, "demo")
    with pytest.raises(UsageError, match="GAOXIN_ACCOUNTS") as refused:
        casting.must_suffice(settings, plan, "admin", others=True)
    told = refused.value.render("zh")
    written = [line.partition("：- ")[2] for line in told.splitlines() if "：- " in line]
    assert written, told
    assert refused.value.render("en").count(": - {") == len(written)
    named = names(*written)
    kept = [entry for entry in entries if not names("{" + entry + "}") & named]
    settings = installed(*kept, *(f"- {one}" for one in written))
    assert casting.must_suffice(settings, plan, "admin", others=True) == {}
    found = accounts_of(settings)
    assert found
    assert found.deciders("demo", "government") == ["admin"]
    assert len(written) == 2 or kept, "what suffices is left as it is"


def test_with_what_the_check_lets_pass_a_play_ends_well_and_nothing_is_refused(installed):
    settings = installed(f"account: {ME}, roles: [office, unit, auditor], units: [committee, science]",
                         "airflow: admin, roles: [leader, system, office, supervision], units: [government]")
    assert casting.must_suffice(settings, find_plan(settings.plans, "demo"), "admin", others=False) == {}
    player, said = play(settings)
    assert player.outcome().wrong == (), said
    assert events(settings, EventKind.ACT_REFUSED) == []
    assert {e.actor["authenticated"] for e in events(settings) if e.actor and e.campaign} == {True}


def test_a_play_that_is_refused_says_why_and_ends_on_its_first_day(installed):
    settings = installed(WORKER, "airflow: mayor, roles: [leader], units: [government]")
    _, said = play(settings)
    assert len([line for line in said if line.startswith("2024-")]) == 2, said  # the second names the day on which it ended
    assert "账号 admin 不在账号文件中" in said[-1]
    assert "演练到此为止" in said[-1]

    settings = installed(WORKER, "airflow: admin, roles: [leader, office], units: [government]")
    player, said = play(settings)
    assert player.outcome().gates[0].passed, f"mended, the same command goes on where it ended: {said}"


def test_where_the_leader_is_somebody_else_nothing_is_called_consent_before_they_gave_it(installed, monkeypatch):
    monkeypatch.setattr(playing, "wait_until", quick(playing.wait_until))
    settings = installed(WORKER, "airflow: admin, roles: [office, supervision]",
                         "airflow: mayor, roles: [leader], units: [government]")
    plan = find_plan(settings.plans, "demo")
    assert casting.must_suffice(settings, plan, "admin", others=True) == {"government": ["mayor"]}
    with pytest.raises(UsageError, match="approve"):
        casting.must_suffice(settings, plan, "admin", others=False)
    player, said = play(settings)
    assert player.outcome().wrong == (), said
    waits, recorded = (next(n for n, line in enumerate(said) if word in line) for word in ("等待 mayor", "同意，已记入账本"))
    assert waits < recorded
    assert [line for line in said[:recorded] if "已答复同意" in line or "approved" in line] == []
    (given,) = events(settings, EventKind.APPROVAL_RECORDED)
    assert given.actor["airflow"] == "mayor"


def test_where_nobody_else_can_come_the_play_ends_and_names_who_is_to_consent(installed):
    settings = installed(WORKER, "airflow: admin, roles: [office]", "airflow: mayor, roles: [leader], units: [government]")
    _, said = play(settings, others=False)
    assert "应由 mayor 审批" in said[-1]
    assert events(settings, EventKind.APPROVAL_RECORDED) == []


def quick(wait: Callable[..., bool]) -> Callable[..., bool]:
    """Half a second where the player waits five minutes: for a person it waits again."""
    return lambda ready, *, seconds, check: wait(ready, seconds=0.5, each=0.2, check=check)
