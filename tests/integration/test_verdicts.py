"""A target has its day: what each binding value came to on it is kept, and what became of it since is told beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from gaoxin.campaign import correcting, deliverables, flows, gatekeeping, measuring, registering
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.feasibility import look_ahead
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.indicators.due import came_to
from gaoxin.indicators.model import DueVerdict, IndicatorResult, KeptVerdict, Status
from gaoxin.ledger.kinds import EventKind
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from tests.certain import certain
from tests.stored import as_role

OUTPUT = {"id": "value", "unit": "亿元", "formula": "v", "inputs": {"v": {"variable": "output"}}}
FIRMS = {"id": "value", "unit": "家", "formula": "v", "inputs": {"v": {"variable": "firms"}}}


def bound(at_least: float, due: str) -> dict:
    return {"target": {"at_least": at_least}, "due": due, "binding": True, "worded_as": "达到", "source": f"正文 {due}"}


def gate(deadline: str, **criterion) -> dict:
    return {"deadline": deadline, "criteria": [{"kind": "targets_met", "id": "targets", **criterion}]}


PLAN = {
    "schema": 1, "id": "years", "name": "分年目标",
    "document": {"title": "虚构方案", "issuer": "government", "issued": "2025-01-10"},
    "zone": {"id": "z", "name": "园区"},
    "units": [{"id": "government", "kind": "government", "name": "区政府"}, {"id": "north", "name": "北片"},
              {"id": "south", "name": "南片"}, {"id": "office", "name": "办公室"}],
    "governance": {"office": "office", "consent": "government", "source": "一"},
    "indicators": [
        {"id": "output", "name": "工业总产值", "lead": "office", "measures": [OUTPUT], "source": "一",
         "targets": [bound(400, "2025"), bound(500, "2026"), bound(600, "2027")]},
        {"id": "firms", "name": "优质企业数", "lead": "office", "measures": [FIRMS], "source": "一",
         "targets": [{"target": {"at_least": 95}, "due": "2025", "worded_as": "达到", "source": "二"}]},
        {"id": "survey", "name": "调研", "lead": "office", "source": "一",
         "targets": [{"target": {"milestone": "report"}, "due": "2025-06", "source": "三"}]},
    ],
    "tasks": [{"id": "report", "name": "调研报告", "lead": "office", "due": "2025-06", "source": "三",
               "deliverables": [{"id": "report", "name": "报告"}]}],
    "phases": [
        {"id": "first", "kind": "collection", "name": "首年", "starts": "2025-01", "ends": "2025-12", "source": "四",
         "gate": gate("2026-02", indicators=["output", "firms"])},
        {"id": "strict", "kind": "collection", "name": "从严", "starts": "2025-01", "ends": "2025-12", "source": "四",
         "gate": gate("2026-02", indicators=["output", "firms"], judged="when_due")},
        {"id": "middle", "kind": "collection", "name": "年中", "starts": "2026-01", "ends": "2026-06", "source": "四",
         "gate": gate("2026-06", indicators=["output"], not_yet_due="on_track", choice="progress")},
        {"id": "last", "kind": "review", "name": "末年", "starts": "2026-01", "ends": "2027-12", "source": "四",
         "gate": gate("2028-02", indicators=["output"])},
    ],
    "choices": [{"id": "progress", "subject": "年中", "decision": "看进度", "reason": "方案未定", "decided_by": "office"}],
    "forms": [{"id": "yearly", "kind": "series", "name": "年报", "periodicity": "year", "first": "2025", "last": "2027",
               "units": ["north", "south"], "due": {"days": 25}, "variables": [
                   {"id": "output", "name": "工业总产值", "unit": "亿元", "kind": "cumulative"},
                   {"id": "firms", "name": "优质企业数", "unit": "家", "kind": "stock", "integer": True}]}],
}


class Campaign:
    """The campaign of years in a drill; each unit hands in half of a figure."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder, self.plan = settings, folder, yaml.safe_load(yaml.safe_dump(PLAN, allow_unicode=True))
        self.register("2025-01-15")

    def register(self, day: str) -> None:
        file = self.settings.plans / "years" / "plan.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(self.plan, allow_unicode=True), encoding="utf-8")
        registering.register_plan(self.settings, "years", parse_as_of(day), by="office")

    def hand_in(self, day: str, year: int, output: float, firms: int, units: tuple[str, ...] = ("north", "south"),
                reason: str = "") -> None:
        for unit in units:
            half = firms // 2 + firms % 2 * (unit == "north")
            file = self.folder / f"years__yearly__{unit}__{year}.csv"
            file.write_text("code,name,unit_of_measure,value,note\n"
                            f"output,工业总产值,亿元,{output / 2},\nfirms,优质企业数,家,{half},\n",
                            encoding="utf-8")
            (taken,) = submit_files(self.settings, [file], parse_as_of(day), reason=reason)
            assert taken.verdict is not Verdict.REJECTED, taken.findings

    def at(self, day: str, *, acts: bool = False) -> Workplace:
        return open_workplace(self.settings, "years", parse_as_of(day), acts=acts)

    def survey(self, day: str) -> None:
        flows.survey(self.at(day, acts=True), flows.Asked())

    def seen(self, day: str, indicator: str) -> IndicatorResult:
        return next(r for r in measuring.compute_indicators(self.at(day)) if r.id == indicator)

    def path(self, day: str, indicator: str) -> list[tuple]:
        """Of each binding value its year, the status, the verdict and since when it is otherwise."""
        return [(one.due.year, str(one.status), one.at_due and one.at_due.verdict, one.at_due and one.at_due.since)
                for one in self.seen(day, indicator).path if one.due]

    def kept(self, day: str) -> dict[str, KeptVerdict]:
        w = self.at(day)
        with w.warehouse.begin() as store:
            found = store.results.verdicts("years", w.known)
        return {f"{name} {due.year}": kept for (name, due), kept in found.items()}

    def criterion(self, day: str, phase: str):
        return gatekeeping.evaluate(self.at(day), phase).criteria[0]


@pytest.fixture
def campaign(settings_at: Callable[..., Settings], warehouse, tmp_path: Path) -> Campaign:
    return Campaign(settings_at(tmp_path, tmp_path / "plans"), tmp_path)


def test_what_is_due_next_is_judged_and_each_value_on_its_own_day(campaign):
    assert [(r.due.year, r.target.en) for r in [campaign.seen("2025-12-31", "output")]] == [(2025, "≥ 400 亿元")]
    campaign.hand_in("2026-01-20", 2025, 380, 90)
    found = campaign.seen("2026-01-21", "output")
    assert (found.due.year, found.target.en, found.gap, found.at_due) == (2026, "≥ 500 亿元", 120, None)
    assert campaign.path("2026-01-21", "output") == [
        (2025, "off_track", "missed", None), (2026, "at_risk", None, None), (2027, "at_risk", None, None)]
    assert (found.forecast, found.on_path.asked, found.on_path.value) == (None, 400, 380), "5 % below where its path stands"
    campaign.hand_in("2027-01-20", 2026, 510, 97)
    assert campaign.path("2027-01-21", "output") == [
        (2025, "met_late", "missed", date(2026, 12, 31)), (2026, "met", "met", None), (2027, "on_track", None, None)]
    told = json.loads(json.dumps(as_json(campaign.seen("2027-01-21", "output"), "en"), default=str))
    assert [(one["due"], one["verdict"], one["verdict_value"], one["value"]) for one in told["path"]] == [
        ("2025-12-31", "missed", 380, 510), ("2026-12-31", "met", 510, 510), ("2027-12-31", None, None, 510)]
    assert [one["met_late_on"] for one in told["path"]] == ["2026-12-31", None, None]
    firms = as_json(campaign.seen("2027-01-21", "firms"), "en")
    assert [firms[name] for name in ("status", "verdict", "met_late_on", "lost_on")] == ["met_late", "missed", "2026-12-31", None]


def test_a_verdict_is_kept_for_good(campaign):
    campaign.hand_in("2026-01-20", 2025, 380, 96)
    assert campaign.kept("2026-01-21") == {}, "asking keeps nothing"
    campaign.survey("2026-01-21")
    kept = campaign.kept("2026-01-22")
    assert {name: (str(one.verdict), one.value) for name, one in kept.items()} == {
        "output 2025": ("missed", 380), "firms 2025": ("met", 96), "survey 2025": ("missed", 0)}
    assert campaign.kept("2026-01-20") == {}, "as of a day before nothing was kept"
    campaign.survey("2026-01-23")
    measuring.store_indicators(campaign.at("2026-01-24", acts=True))
    w = campaign.at("2026-01-25")
    with w.warehouse.begin() as store:
        events = store.ledger.events("years", EventKind.VERDICT_KEPT)
        assert store.ledger.verify().intact
    assert sorted((e.payload["indicator"], e.payload["verdict"]) for e in events) == [
        ("firms", "met"), ("output", "missed"), ("survey", "missed")], "each once"
    with as_role(w.warehouse).begin() as connection:
        (measures, known), *_ = connection.execute(text(
            "select measures, known_seq from gaoxin.target_verdicts where indicator = 'output'")).all()
        assert {f["unit"] for i in measures[0]["inputs"] for f in i["facts"]} == {"north", "south"}
        assert known == events[0].seq - 1
        with pytest.raises(Exception, match="append-only"):
            connection.execute(text("update gaoxin.target_verdicts set verdict = 'met'"))
    # A correction of the year itself, and the evidence that came late: told beside, and nothing is rewritten.
    before = json.dumps(as_json(measuring.indicators(campaign.at("2026-02-28"), None), "zh"), default=str)
    campaign.hand_in("2026-03-02", 2025, 402, 80, reason="更正")
    deliverables.record_evidence(campaign.at("2026-03-03", acts=True), "report", "report", b"x", "r.txt", "office")
    campaign.survey("2026-03-04")
    assert {name: one.verdict_id for name, one in campaign.kept("2026-03-05").items()} == {
        name: one.verdict_id for name, one in kept.items()}
    assert campaign.path("2026-03-05", "output")[0] == (2025, "met_late", "missed", None)
    assert campaign.path("2026-03-05", "firms") == [(2025, "since_lost", "met", None)]
    assert campaign.path("2026-03-05", "survey") == [(2025, "met_late", "missed", date(2026, 3, 3))]
    found = campaign.seen("2026-03-05", "output").path[0].at_due
    assert (found.verdict, found.told, found.value, found.kept.value) == ("missed", "met", 380, 380)
    assert json.dumps(as_json(measuring.indicators(campaign.at("2026-02-28"), None), "zh"), default=str) == before
    told = correcting.corrections(campaign.at("2026-03-05")).corrections
    corrected = [a for c in told for a in c.affected if a.kind == "verdict"]
    assert {(a.id, a.old, a.new, a.because) for a in corrected} == {
        ("output@2025-12-31", "missed", "met", None), ("firms@2025-12-31", "met", "missed", None)}


def test_met_and_since_lost(campaign):
    campaign.hand_in("2026-01-20", 2025, 410, 97)
    campaign.survey("2026-01-21")
    campaign.hand_in("2027-01-20", 2026, 420, 93)
    assert campaign.path("2027-01-21", "firms") == [(2025, "since_lost", "met", date(2026, 12, 31))]
    assert campaign.path("2027-01-21", "output")[0] == (2025, "met", "met", None), "a year that met it is not undone by the next"
    assert {r.id: str(r.status) for r in measuring.store_indicators(campaign.at("2027-01-22", acts=True))} == {
        "output": "off_track", "firms": "since_lost", "survey": "off_track"}
    assert campaign.kept("2027-01-23")["output 2026"].verdict is DueVerdict.MISSED


def test_what_is_missing_when_due_is_not_evaluated_and_told_once_it_comes(campaign):
    campaign.hand_in("2026-01-20", 2025, 410, 97, units=("north",))
    campaign.survey("2026-01-21")
    awaited = campaign.seen("2026-01-26", "firms").at_due
    assert (awaited.verdict, list(campaign.kept("2026-01-26"))) == (None, ["survey 2025"])
    assert "南片" in awaited.reason.zh
    campaign.survey("2026-01-27")  # the returns were due on the 26th, the 25th being a Sunday
    assert {k: str(v.verdict) for k, v in campaign.kept("2026-01-27").items() if k != "survey 2025"} == {
        "output 2025": "unknown", "firms 2025": "unknown"}
    assert campaign.seen("2026-01-28", "firms").status is Status.UNKNOWN, "not evaluated is neither met nor missed"
    campaign.hand_in("2026-02-10", 2025, 410, 97, units=("south",))
    assert campaign.seen("2026-02-11", "firms").at_due.verdict is DueVerdict.MET
    late = as_json(campaign.seen("2026-02-11", "firms"), "zh")["path"][0]
    assert (late["verdict"], late["verdict_recorded_at"], late["verdict_unevaluated_at"][:10]) == ("met", None, "2026-01-27")
    assert "尚未记录" in certain(came_to(campaign.seen("2026-02-11", "firms"))).zh
    campaign.survey("2026-02-12")
    told = campaign.kept("2026-02-13")["firms 2025"]
    assert (told.verdict, told.unevaluated_at.date()) == ("met", date(2026, 1, 27))
    assert campaign.kept("2026-02-11")["firms 2025"].verdict is DueVerdict.UNKNOWN
    measuring.store_indicators(campaign.at("2026-02-13", acts=True))
    assert campaign.kept("2026-02-14")["firms 2025"].verdict_id == told.verdict_id
    # Told late, it stays told: what a correction makes of it is told beside it.
    campaign.hand_in("2026-03-10", 2025, 390, 90, reason="更正")
    campaign.survey("2026-03-11")
    assert campaign.path("2026-03-12", "firms") == [(2025, "since_lost", "met", None)]
    affected = {a.id for c in correcting.corrections(campaign.at("2026-03-12")).corrections for a in c.affected
                if a.kind == "verdict"}
    assert affected == {"firms@2025-12-31", "output@2025-12-31"}


def test_a_correction_rewrites_no_verdict_that_nobody_had_kept(campaign):
    campaign.hand_in("2026-01-20", 2025, 410, 92, units=("north",))
    campaign.hand_in("2026-01-21", 2025, 410, 92, units=("north",), reason="更正")
    assert campaign.kept("2026-01-22") == {}, "the figures of the day are awaited: there is nothing to keep"
    campaign.hand_in("2026-02-10", 2025, 410, 92, units=("south",))
    assert campaign.kept("2026-02-11") == {}, "a first version rewrites nothing"
    campaign.hand_in("2026-03-10", 2025, 380, 97, reason="更正")
    kept = campaign.kept("2026-03-11")
    assert {name: (str(one.verdict), one.value) for name, one in kept.items()} == {
        "output 2025": ("met", 410), "firms 2025": ("missed", 92)}, "what rests on no figure of the form is left to supervision"
    assert campaign.path("2026-03-11", "firms") == [(2025, "met_late", "missed", None)]
    assert campaign.path("2026-03-11", "output")[0] == (2025, "since_lost", "met", None)
    affected = {(a.id, a.old, a.new) for c in correcting.corrections(campaign.at("2026-03-11")).corrections for a in c.affected
                if a.kind == "verdict"}
    assert affected == {("output@2025-12-31", "met", "missed"), ("firms@2025-12-31", "missed", "met")}


@pytest.mark.parametrize("deadline", ["2025-12-31", "2026-01-15"])
def test_no_gate_passes_on_the_figures_of_the_year_before(campaign, deadline):
    campaign.plan["forms"][0]["first"] = "2024"
    campaign.plan["phases"][0]["gate"] = gate(deadline, indicators=["firms"])
    campaign.register("2025-01-16")
    campaign.hand_in("2025-01-20", 2024, 380, 97)
    for day, verdict in (("2026-01-16", None), ("2026-02-05", "unknown")):
        campaign.survey(day)
        found = campaign.criterion(f"{day}T20:00", "first")
        assert campaign.seen(f"{day}T20:00", "firms").at_due.verdict == verdict
        assert (found.passed, len(found.shortfalls)) == (None, 1)
        assert "0 of 1 indicators met, 1 unknown" in found.detail.en
        assert "：达标" not in found.shortfalls[0].subject.zh
        assert "2025-12-31 已到期" in found.shortfalls[0].subject.zh
    campaign.hand_in("2026-02-10", 2025, 380, 95)
    assert campaign.criterion("2026-02-11", "first").passed is True


def test_a_gate_judges_what_fell_due_by_its_deadline_and_names_what_came_late(campaign):
    campaign.hand_in("2026-01-20", 2025, 380, 97)
    held = campaign.criterion("2026-02-20", "first")
    assert (held.passed, [s.ref for s in held.shortfalls]) == (False, ["output"])
    assert "≥ 400" in held.shortfalls[0].subject.zh, "not the value of the year after"
    campaign.hand_in("2027-01-20", 2026, 470, 93)
    first, strict = campaign.criterion("2027-01-25", "first"), campaign.criterion("2027-01-25", "strict")
    assert (first.passed, [s.ref for s in first.shortfalls]) == (False, ["firms"])
    assert "met late on 2026-12-31" in first.detail.en
    assert "2026-12-31 起不再达标" in first.shortfalls[0].subject.zh
    assert (strict.passed, [s.ref for s in strict.shortfalls]) == (False, ["output"]), "by the verdicts on their day"
    campaign.hand_in("2028-01-20", 2027, 610, 99)
    assert campaign.criterion("2028-01-25", "last").passed is True
    assert campaign.criterion("2028-01-25", "first").passed is True


def test_between_two_values_a_gate_asks_that_the_one_was_met_and_the_next_is_on_its_way(campaign):
    campaign.hand_in("2026-01-20", 2025, 402, 97)
    on_its_way = campaign.criterion("2026-06-20", "middle")
    assert (on_its_way.passed, on_its_way.shortfalls) == (True, ())
    assert "1 项的完成时间为 2026-12-31，比本关口时限 2026-06-30 晚 6 个月" in on_its_way.detail.zh
    campaign.hand_in("2026-06-21", 2025, 396, 97, reason="更正")
    short = campaign.criterion("2026-06-22", "middle")
    assert (short.passed, "≥ 400" in short.shortfalls[0].subject.zh) == (False, True)


def test_a_goal_that_is_moved_after_its_day_is_judged_as_it_was_on_that_day(campaign):
    firms = campaign.plan["indicators"][1]["targets"]
    firms[0]["target"] = {"at_least": 92}
    campaign.register("2026-01-10")
    campaign.hand_in("2026-01-20", 2025, 410, 93)
    found = campaign.seen("2026-01-21", "firms")
    assert (found.status, found.truth, found.at_due.verdict, found.at_due.since) == ("met_late", "met", "missed", None)
    told = certain(came_to(found))
    assert ("到期未达标" in told.zh, "当时目标 ≥ 95 家" in told.zh, "met by the target of now" in told.en) == (True, True, True)
    campaign.survey("2026-01-22")
    kept = campaign.kept("2026-01-23")["firms 2025"]
    assert (str(kept.verdict), kept.target.en) == ("missed", "≥ 95 家")
    assert campaign.seen("2026-01-23", "firms").at_due.asked_for.en == "≥ 95 家"
    firms[0]["target"] = {"at_least": 99}  # a change before the day is the goal of that day
    firms.append(bound(120, "2026") | {"source": "二 2026"})
    firms[0]["binding"] = True
    campaign.register("2026-12-31")
    campaign.hand_in("2027-01-20", 2026, 510, 121)
    assert campaign.path("2027-01-21", "firms")[1] == (2026, "met", "met", None)


def test_a_day_that_the_plan_forgets_after_it_was_over_has_its_verdict(campaign):
    campaign.plan["indicators"][1]["targets"][0]["due"] = "2027"
    del campaign.plan["indicators"][0]["targets"][0]
    campaign.register("2026-01-10")
    campaign.survey("2026-01-11")
    assert {name for name in campaign.kept("2026-01-12") if name != "survey 2025"} == set(), "its figures are awaited"
    campaign.hand_in("2026-01-20", 2025, 380, 93)
    campaign.survey("2026-01-21")
    kept = campaign.kept("2026-01-22")
    assert {name: (str(kept[name].verdict), kept[name].target.en) for name in ("firms 2025", "output 2025")} == {
        "firms 2025": ("missed", "≥ 95 家"), "output 2025": ("missed", "≥ 400 亿元")}
    assert [(k.due, str(k.verdict)) for k in campaign.seen("2026-01-22", "firms").verdicts] == [(date(2025, 12, 31), "missed")]
    campaign.survey("2026-01-23")
    assert {n: k.verdict_id for n, k in campaign.kept("2026-01-24").items()} == {n: k.verdict_id for n, k in kept.items()}
    campaign.hand_in("2026-03-10", 2025, 402, 97, reason="更正")
    assert campaign.kept("2026-03-11")["firms 2025"].verdict is DueVerdict.MISSED


def test_feasibility_projects_nothing_whose_day_is_over(campaign):
    campaign.hand_in("2026-01-20", 2025, 380, 97)
    w = campaign.at("2026-03-01")
    found = {i.indicator.id: i for i in look_ahead(w.settings, w.plan, w.now, facts=True).indicators}
    firms, (output, later, _) = found["firms"], certain(found["output"].path)
    assert (str(firms.verdict), firms.need.value, firms.need.shortfall, firms.need.paces) == ("met", 97, None, ())
    assert (str(output.verdict), output.need.value) == ("infeasible", 380)
    assert "2025-12-31 到期未达标" in certain(output.reason).zh
    assert str(later.verdict) != "met", "380 of the year before"


def test_a_plan_that_moves_a_date_does_not_hide_what_was_missed(campaign):
    campaign.hand_in("2026-01-20", 2025, 410, 90)
    campaign.survey("2026-01-21")
    campaign.plan["indicators"][1]["targets"][0]["due"] = "2027"
    campaign.register("2026-02-01")
    found = campaign.seen("2026-02-02", "firms")
    assert found.at_due is None
    assert [(v.due.year, str(v.verdict)) for v in found.verdicts] == [(2025, "missed")]
    campaign.plan["indicators"][1]["targets"][0] |= {"due": "2025", "target": {"at_least": 88}}
    campaign.register("2026-02-02T20:00")
    lowered = campaign.seen("2026-02-02T21:00", "firms")
    assert (lowered.status, lowered.at_due.verdict) == (Status.MET_LATE, "missed"), "a lower target makes nobody meet the old one"
    told = certain(came_to(lowered)).zh
    assert "当时目标 ≥ 95 家" in told
    assert "按现行目标为达标" in told
    del campaign.plan["indicators"][1]
    for phase in campaign.plan["phases"][:2]:
        phase["gate"]["criteria"][0]["indicators"] = ["output"]
    campaign.register("2026-02-03")
    answer = measuring.indicators(campaign.at("2026-02-04"), None)
    assert [(k.indicator, str(k.verdict)) for k in answer.former or ()] == [("firms", "missed")]
    assert measuring.indicators(campaign.at("2026-02-02"), None).former is None
