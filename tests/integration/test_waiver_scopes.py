"""Waivers with a scope on a real database: by whom, of what, where they were used, and when they hold again."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from gaoxin.campaign import decisions, gatekeeping, waiving
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.reporting import quality_report
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.waiving import Scope
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import GateVerdict
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.returns.model import Verdict
from tests.conftest import PLANS
from tests.integration.test_gatekeeping import finding, hand_in
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client

AT, UNTIL, MARCH = "2024-06-27", date(2024, 7, 10), Period.parse("2024-03")
WHY = "企业停产，当月无数"


@pytest.fixture
def at(settings, demo_workplace):
    demo_workplace("2024-03-01")

    def make(day: str = AT):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    return make


def criterion(w, id: str = "complete"):
    return next(c for c in gatekeeping.evaluate(w, "collection").criteria if c.id == id)


def waive(w, scope: Scope, id: str = "complete", by: str = "government"):
    return decisions.waive(w, "collection", id, by, WHY, UNTIL, scope=scope)


def test_one_month_of_one_unit_is_waived_and_all_else_holds(settings, at, tmp_path):
    w = at()
    before = criterion(w)
    assert len(before.shortfalls) > 3
    waive(w, Scope(unit="committee", period=MARCH))
    after = criterion(at())
    ref = "demo__industry__committee__2024-03"
    assert {s.ref for s in after.excused} == {ref}
    assert {s.ref for s in after.shortfalls} == {s.ref for s in before.shortfalls} - {ref}
    assert not after.opens
    result = gatekeeping.decide(at(), "collection")
    assert result.verdict is GateVerdict.HOLD
    (seen,) = waiving.waivers(at("2024-06-28")).waivers
    assert [(u.verdict, len(u.covered)) for u in seen.uses] == [("hold", 1)]
    assert [m.zh for m in seen.scope] == ["园区管委会", "2024-03"]
    assert seen.in_force
    assert not waiving.waivers(at("2024-07-11")).waivers[0].in_force
    expired = criterion(at("2024-07-11"))
    assert expired.excused == ()
    assert ref in {s.ref for s in expired.shortfalls}, "it holds again"
    (event,) = events(settings, EventKind.WAIVER_RECORDED)
    assert event.payload["within"] == ["unit=committee", "period=2024-03"]
    page = quality_report(at(), Period.parse("2024-06"), tmp_path / "out")[0].path.read_text(encoding="utf-8")
    assert "园区管委会 2024-03" in page, "told where it touches"
    assert verify_ledger(settings).intact


@pytest.mark.parametrize("scope", [Scope(unit="supervision"), Scope(period=Period.parse("2024-06")), Scope(indicator="hnte"),
                                   Scope(unit="science", period=MARCH), Scope(rule="gross_output.jump")])
def test_a_scope_in_which_nothing_is_lacking_is_refused_with_what_there_is(settings, at, scope):
    with pytest.raises(Refused, match="没有属于") as refused:
        waive(at(), scope)
    assert "unit committee, period 2024-03" in refused.value.todo.en
    assert "园区管委会（unit committee, period 2024-03" in refused.value.todo.zh
    assert not any(word in refused.value.what.zh for word in ("unit=", "period=", "indicator="))
    assert events(settings, EventKind.WAIVER_RECORDED) == []


def test_what_the_plan_does_not_have_is_no_scope(at):
    for scope in (Scope(unit="nobody"), Scope(indicator="nothing"), Scope(period=Period.parse("1999-01"))):
        with pytest.raises(UsageError):
            waive(at(), scope)
    with pytest.raises(UsageError):
        Scope.parse("colour=red")


def test_an_indicator_and_what_a_rule_found_are_waived_alone(at):
    hand_in(at(), "industry", "committee", "2024-03", {"gross_output": 9}, Verdict.REJECTED, [finding(Severity.ERROR)])
    hand_in(at(), "industry", "committee", "2024-04", {"gross_output": 9}, Verdict.REJECTED,
            [finding(Severity.ERROR), finding(Severity.ERROR, "D3")])
    waive(at(), Scope(rule="jump"), "clean")
    clean = criterion(at(), "clean")
    assert {s.ref for s in clean.excused} == {"demo__industry__committee__2024-03", "demo__industry__committee__2024-04"}
    waive(at(), Scope(indicator="hnte"), "targets")
    targets = criterion(at(), "targets")
    assert [s.ref for s in targets.excused] == ["hnte"]
    assert targets.shortfalls


def test_the_plan_says_by_whom_a_criterion_may_be_waived(settings_at, warehouse, tmp_path):
    folder = tmp_path / "plans" / "demo"
    shutil.copytree(PLANS / "demo", folder)
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    text = text.replace("id: complete}", "id: complete, waivable_by: [supervision]}").replace(
        "id: clean}", "id: clean, waivable_by: []}")
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    settings = settings_at(tmp_path / "home", folder.parent)
    register_plan(settings, "demo", parse_as_of("2023-12-01"), by="first act")

    def at():
        return open_workplace(settings, "demo", parse_as_of(AT), acts=True)

    with pytest.raises(NotAllowed, match="无权豁免") as refused:
        waive(at(), Scope())
    assert "督查室" in refused.value.todo.zh
    assert waive(at(), Scope(), by="supervision").given.by == "supervision"
    for by in ("government", "supervision"):
        with pytest.raises(NotAllowed) as refused:
            waive(at(), Scope(), "clean", by)
        assert "waivable_by" in refused.value.todo.zh
    assert waive(at(), Scope(), "explained").given.by == "government", "as before where the plan says nothing"


def test_by_command_line_a_scope_is_given_told_and_listed(settings, at, monkeypatch, capsys):
    at()
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(settings.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    args = ["waive", "demo", "collection", "complete", "--by", "government", "--reason", WHY, "--expires", "2024-07-10",
            "--as-of", AT, "--json"]
    assert run([*args, "--unit", "committee", "--period", "2024-03"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["unit"], told["period"], "rule" in told) == ("committee", "2024-03", False)
    assert run([*args, "--unit", "supervision"]) == 1
    assert "现缺" in capsys.readouterr().err
    assert run(["gate", "demo", "collection", "--as-of", AT, "--json"]) == 1
    complete = next(c for c in json.loads(capsys.readouterr().out)["criteria"] if c["id"] == "complete")
    assert [s["ref"] for s in complete["excused"]] == ["demo__industry__committee__2024-03"]
    assert run(["gate", "demo", "collection", "--as-of", AT]) == 1
    assert "限于园区管委会、2024-03" in "".join(capsys.readouterr().out.split())
    assert run(["waivers", "demo", "--as-of", AT, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["waivers"]
    assert (one["unit"], one["in_force"], one["scope"]) == ("committee", True, ["园区管委会", "2024-03"])
    assert run(["waivers", "demo", "--as-of", AT]) == 0
    assert WHY in capsys.readouterr().out


def test_a_leader_chooses_what_of_a_condition_is_waived_on_the_gates_page(settings, at, with_accounts):  # noqa: F811
    with at().warehouse.begin() as store:
        store.ledger.moment(parse_as_of(AT))
    registered = with_accounts("airflow: mayor, roles: [leader], units: [government]", "airflow: office, roles: [office]")
    mayor = client(registered, "mayor")
    page = mayor.get("/demo/gate/collection").text
    assert '<option value="unit=committee">限于 园区管委会（含以后新增）</option>' in page
    assert '<option value="period=2024-03">限于 2024-03（含以后新增）</option>' in page
    assert '<option value="indicator=hnte">' in page
    assert '<option value="later">整项条件，含以后新增</option>' in page
    assert "waive-consent" not in page
    data = {"criterion": "complete", "by": "government", "reason": WHY, "expires": "2024-07-10", "scope": "period=2024-03"}
    assert mayor.post("/demo/gate/collection/waive", data=data | {"scope": "colour=red"}).status_code == 404
    assert mayor.post("/demo/gate/collection/waive", data=data).status_code == 303
    page = mayor.get("/demo/gate/collection").text
    assert "经豁免 1 项" in page
    assert "限于2024-03" in "".join(page.split())
    assert WHY in page
    assert "waive-complete" in page, "what is left can still be waived"
