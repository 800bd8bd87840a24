"""A declared check is a draft, is tried over what came, judges from a period on, and is retired; each period keeps its rules."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from gaoxin.campaign import registering, ruling
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import PlanError, Refused, UsageError
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality.model import Outcome
from gaoxin.returns.model import ReturnKey, Verdict
from tests.plan_texts import demo
from tests.sums import workbook

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05")


class Campaign:
    """The demo with a form of one figure, and a check whose life is written anew."""

    def __init__(self, settings: Any, plans: Path, folder: Path) -> None:
        self.settings, self.plans, self.folder = settings, plans, folder

    def write(self, **life: Any) -> None:
        data = yaml.safe_load(demo())
        check = {"kind": "holds", "id": "few", "says": {"zh": "人数不超过 200", "en": "at most 200"}, "holds": "staff <= 200",
                 "severity": "warning", **life}
        data["forms"].append({
            "id": "staff", "name": "从业人员", "kind": "series", "periodicity": "month", "first": "2024-01", "last": "2024-06",
            "units": ["committee"], "due": {"days": 40}, "checks": [check],
            "variables": [{"id": "staff", "name": "从业人员", "unit": "人", "kind": "stock", "integer": True, "jump": None}]})
        (self.plans / "demo").mkdir(parents=True, exist_ok=True)
        (self.plans / "demo" / "plan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    def register(self, day: str, **life: Any) -> None:
        self.write(**life)
        registering.register_plan(self.settings, "demo", parse_as_of(day), by="government", reason="规则调整")

    def at(self, day: str) -> Any:
        return open_workplace(self.settings, "demo", parse_as_of(day), in_force=True)

    def hand_in(self, day: str, period: str, figure: int) -> Verdict | None:
        w = self.at(day)
        file = self.folder / f"{period}-{figure}.xlsx"
        file.write_bytes(workbook(w, "staff", "committee", period, {"staff": figure}))
        return submit_files(w.settings, [file], w.now)[0].verdict

    def outcome(self, day: str, period: str) -> tuple[Outcome, str] | None:
        """Of the return in force, what became of the check, and why nothing did; None where it is none of its rules."""
        key = ReturnKey("demo", "staff", "committee", Period.parse(period))
        with self.at(day).warehouse.read() as store:
            item = [i for i in store.returns.all("demo") if i.key == key and i.loaded_at][-1]
            found = [c for c in store.returns.checks(item.return_id) if c.rule == "check.few"]
        return (found[0].outcome, found[0].reason.zh if found[0].reason else "") if found else None

    def tried(self, day: str) -> ruling.Tried:
        return ruling.try_rule(self.at(day), find_plan(self.plans, "demo"), "staff", "few")


@pytest.fixture
def campaign(settings_at, tmp_path) -> Campaign:
    made = Campaign(settings_at(tmp_path / "home", tmp_path / "plans"), tmp_path / "plans", tmp_path)
    made.register("2024-01-02", draft=True)
    return made


def test_a_check_is_tried_as_a_draft_judges_from_its_period_and_is_retired(campaign, capsys, monkeypatch):
    assert campaign.hand_in("2024-02-03", "2024-01", 150) is Verdict.ACCEPTED
    assert campaign.hand_in("2024-03-03", "2024-02", 500) is Verdict.ACCEPTED
    assert campaign.hand_in("2024-03-05", "2024-02", 180) is Verdict.ACCEPTED
    assert campaign.hand_in("2024-04-03", "2024-03", 300) is Verdict.ACCEPTED
    assert campaign.outcome("2024-04-03", "2024-03") is None, "a draft judges nothing"

    before = campaign.tried("2024-04-04")
    assert [(h.return_id[-11:], h.fate) for h in before.hits] == [("2024-02__v1", "mended"), ("2024-03__v1", "stands")]
    assert (before.judged, before.in_force, before.mended, before.stands, before.open) == (4, 3, 1, 1, 0)
    assert before.false_alarms == Decimal("0.3333")
    assert [(str(p.period), p.hits) for p in before.periods] == [("2024-01", 0), ("2024-02", 1), ("2024-03", 1)]
    assert campaign.tried("2024-03-04").open + campaign.tried("2024-03-04").stands == 1, "what was not corrected yet stands"
    [state] = [r.state for r in ruling.rules(campaign.at("2024-04-04")).rules if r.check == "few"]
    assert state == "draft"

    campaign.register("2024-04-10", since="2024-04")
    with campaign.at("2024-04-10").warehouse.read() as store:
        told = {n.unit: " ".join(c.zh for c in n.changes) for n in store.plans.notices("demo", parse_as_of("2024-04-10"))}
    assert "人数不超过 200”的施行期由 未写 改为 2024-04" in told["committee"], "its units are told before it judges"
    assert campaign.hand_in("2024-04-11", "2024-03", 310) is Verdict.ACCEPTED
    assert campaign.outcome("2024-04-11", "2024-03") == (Outcome.NOT_EVALUATED, "本规则自2024年4月起施行")
    assert campaign.hand_in("2024-05-03", "2024-04", 400) is Verdict.ACCEPTED_WITH_WARNINGS
    assert campaign.outcome("2024-05-03", "2024-04") == (Outcome.FAILED, "")

    campaign.register("2024-05-10", since="2024-04", until="2024-04")
    assert campaign.hand_in("2024-06-03", "2024-05", 400) is Verdict.ACCEPTED
    assert campaign.outcome("2024-06-03", "2024-05") == (Outcome.NOT_EVALUATED, "本规则施行到2024年4月为止")
    states = {day: [r.state for r in ruling.rules(campaign.at(day)).rules if r.check == "few"]
              for day in ("2024-04-12", "2024-05-03", "2024-06-03")}
    assert states == {"2024-04-12": ["announced"], "2024-05-03": ["in_force"], "2024-06-03": ["retired"]}
    assert campaign.tried("2024-06-04").stands == 3, "tried over all periods, whatever its life says"

    monkeypatch.setenv("GAOXIN_PLANS", str(campaign.plans))
    monkeypatch.setenv("GAOXIN_HOME", str(campaign.settings.home))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", campaign.settings.database_url.get_secret_value())
    assert run(["rules", "try", "demo", "staff", "few", "--as-of", "2024-06-04", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["stands"], shown["in_force"], len(shown["periods"])) == (3, 5, 5)
    assert run(["rules", "list", "demo", "--as-of", "2024-06-04"]) == 0
    told = capsys.readouterr().out
    assert ("已废止" in told, "警告" in told, "warning" in told) == (True, True, False)
    for lang, words in (("zh", "误报率至多 60%"), ("en", "at most 60% are false alarms")):
        assert run(["rules", "try", "demo", "staff", "few", "--as-of", "2024-06-04", "--lang", lang]) == 0
        told = capsys.readouterr().out
        assert (words in told, "False" in told, "\n0\n" in told, "\n—\n" in told) == (True, False, False, False)


def test_a_draft_is_nobodys_duty_and_what_it_says_of_periods_must_fit(campaign):
    campaign.register("2024-01-05", draft=True, severity="error")
    with campaign.at("2024-01-05").warehouse.read() as store:
        assert not any(n.unit == "committee" for n in store.plans.notices("demo", parse_as_of("2024-01-05")))
    for life in ({"since": "2024-Q1"}, {"since": "2024-03", "until": "2024-02"}, {"since": "2024-07"}, {"until": "2023-12"}):
        campaign.write(**life)
        with pytest.raises(PlanError) as refused:
            find_plan(campaign.plans, "demo")
        assert "few" in str(refused.value)
    campaign.write()
    with pytest.raises(UsageError, match="few"):
        ruling.try_rule(campaign.at("2024-02-01"), find_plan(campaign.plans, "demo"), "staff", "many")


def test_a_rule_that_reaches_judged_periods_says_so_as_it_is_registered_and_at_what_is_judged_anew(campaign, capsys, monkeypatch):
    campaign.register("2024-01-05", since="2024-03")
    assert campaign.hand_in("2024-02-03", "2024-01", 300) is Verdict.ACCEPTED
    assert campaign.hand_in("2024-03-03", "2024-02", 150) is Verdict.ACCEPTED
    monkeypatch.setenv("GAOXIN_PLANS", str(campaign.plans))
    monkeypatch.setenv("GAOXIN_HOME", str(campaign.settings.home))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", campaign.settings.database_url.get_secret_value())
    campaign.write(since="2024-02")
    assert run(["plan", "register", "demo", "--as-of", "2024-03-05", "--json"]) == 0
    [reached] = json.loads(capsys.readouterr().out)["reached"]
    assert (reached["check"], reached["form"], reached["periods"], reached["returns"]) == ("few", "staff", ["2024-02"], 1)
    campaign.write()
    assert run(["plan", "register", "demo", "--as-of", "2024-03-06"]) == 0
    assert "审核到已审核过的报告期：从业人员 2024-01，共 1 份" in capsys.readouterr().out.replace("\n", "")

    def told(day: str, period: str) -> list[str]:
        key = ReturnKey("demo", "staff", "committee", Period.parse(period))
        with campaign.at(day).warehouse.read() as store:
            item = [i for i in store.returns.all("demo") if i.key == key][-1]
            return [f.message.zh for f in store.returns.findings(item.return_id) if f.rule == "file.rules_changed"]

    assert campaign.hand_in("2024-03-07", "2024-01", 310) is Verdict.ACCEPTED_WITH_WARNINGS
    [note] = told("2024-03-07", "2024-01")
    assert "此前按方案第 2 版审核，现按第 4 版；本期新施行的规则：人数不超过 200" in note
    assert campaign.hand_in("2024-03-08", "2024-01", 320) is Verdict.ACCEPTED_WITH_WARNINGS
    assert told("2024-03-08", "2024-01") == [], "the version before was judged by the same rules"
    campaign.register("2024-03-09", severity="error")
    for day, figure, verdict in (("2024-03-09", 330, Verdict.REJECTED), ("2024-03-10", 150, Verdict.ACCEPTED)):
        assert campaign.hand_in(day, "2024-01", figure) is verdict
        assert "此前按方案第 4 版审核，现按第 5 版" in told(day, "2024-01")[0], "against the version in force"


def test_an_override_is_a_draft_is_tried_judges_its_periods_and_is_retired(campaign):
    def write(**life: Any) -> None:
        written = {"id": "cap", "form": "staff", "kind": "tighter", "rule": "staff.range", "max": 250, "by": "committee",
                   "on": "2024-01-02", "why": "多写一个零", **life}
        text = yaml.safe_dump({"overrides": [written]}, allow_unicode=True)
        (campaign.plans / "demo" / "overrides.yaml").write_text(text, encoding="utf-8")

    write(draft=True)
    campaign.register("2024-01-05", draft=True)
    assert campaign.hand_in("2024-02-03", "2024-01", 300) is Verdict.ACCEPTED
    w = campaign.at("2024-02-04")
    tried = ruling.try_rule(w, find_plan(campaign.plans, "demo"), "staff", "cap")
    assert [(h.return_id[-11:], h.cell, h.fate) for h in tried.hits] == [("2024-01__v1", "D2", "stands")]
    assert (tried.draft, tried.title.zh, tried.false_alarms) == (True, "staff.range 收紧为 0–250", Decimal(1))

    write(since="2024-02", until="2024-03")
    campaign.register("2024-02-10", draft=True)
    verdicts = [campaign.hand_in(day, period, 300) for day, period in (
        ("2024-02-11", "2024-01"), ("2024-03-03", "2024-02"), ("2024-04-03", "2024-03"), ("2024-05-03", "2024-04"))]
    assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.REJECTED, Verdict.ACCEPTED]
    states = {day: [r.state for r in ruling.rules(campaign.at(day)).rules if r.check == "cap"]
              for day in ("2024-02-12", "2024-03-03", "2024-05-03")}
    assert states == {"2024-02-12": ["announced"], "2024-03-03": ["in_force"], "2024-05-03": ["retired"]}
    for life, why in (({"since": "2024-Q1"}, "不是本表的报告期"), ({"since": "2024-07"}, "永远不审核")):
        write(**life)
        with pytest.raises(Refused, match=why):
            campaign.register("2024-05-10", draft=True)
