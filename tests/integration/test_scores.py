"""Score sheets of a pre-assessment: entered seat by seat, corrected, computed from indicators; what they come to as of any
time, what falls short, and the gate that asks for a score."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from gaoxin.campaign import dossiers, gatekeeping, problems, rechecking, scores, upkeep
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.plan.assessments import Assessment
from gaoxin.settings import Settings
from tests.conftest import PLANS
from tests.integration.test_people import with_accounts  # noqa: F401 - a fixture
from tests.pages import client

ASSESSMENT: dict[str, Any] = {
    "id": "first", "name": "专家初评", "seats": 3, "full": 100, "pass_mark": 60, "outlier": 15, "source": "附件",
    "parts": [
        {"id": "ground", "name": "基础", "points": 60, "items": [
            {"id": "plan", "name": "规划", "points": 40},
            {"id": "ledgers", "name": "台账", "points": 20, "kind": "deducted", "owner": "science", "standard": "无差错",
             "deductions": [{"id": "late", "name": "迟报", "points": 5}, {"id": "wrong", "name": "差错", "points": 2}]}]},
        {"id": "work", "name": "成效", "points": 40, "items": [
            {"id": "eia", "name": "环评", "points": 10, "kind": "all_or_nothing"},
            {"id": "labs", "name": "研发机构", "points": 30, "kind": "pro_rata", "of": 10}]}],
    "bonus": {"most": 5, "items": [{"id": "award", "name": "获奖", "points": 10}]},
}
GOOD = {"plan": "40", "ledgers.late": "0", "ledgers.wrong": "0", "eia": "1", "labs": "10"}


@pytest.fixture
def scored(settings: Settings, tmp_path) -> Settings:
    """The demonstration campaign with an assessment, which the gate of collection asks for."""
    return planned(settings, tmp_path)


def planned(settings: Settings, tmp_path: Path, **more: Any) -> Settings:
    folder = tmp_path / "plans" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    plan = yaml.safe_load((PLANS / "demo" / "plan.yaml").read_text(encoding="utf-8"))
    plan["assessments"] = [ASSESSMENT | more]
    plan["phases"][1]["gate"]["criteria"] = [{"kind": "score_reached", "id": "scored", "assessment": "first"}]
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    return settings.model_copy(update={"plans_": tmp_path / "plans"})


def at(settings: Settings, when: str, *, acts: bool = True) -> Workplace:
    return open_workplace(settings, "demo", parse_as_of(when), acts=acts)


def enter(settings: Settings, when: str, seat: str, reason: str | None = None, **changed: str) -> scores.SheetEntered:
    """Full marks but for what is changed (`ledgers__late`), each with words."""
    w = at(settings, when)
    lines = GOOD | {name.replace("__", "."): value for name, value in changed.items()}
    written = [f"{line}={value}:有差距" for line, value in lines.items()]
    return scores.enter(w, "first", seat, scores.lines_of(w.plan, "first", written), "committee", reason)


def seen(settings: Settings, when: str) -> scores.AssessmentSeen:
    return scores.scores(at(settings, when, acts=False)).assessments[0]


def test_several_experts_corrections_and_as_of(scored):
    assert enter(scored, "2024-04-01", "1").total == 100
    assert enter(scored, "2024-04-02", "2", plan="20", ledgers__late="2", ledgers__wrong="1").total == 68
    assert enter(scored, "2024-04-03", "3", eia="0", labs="4", award="8").total == 77
    now = seen(scored, "2024-04-04")
    assert now.total is not None
    assert now.spread is not None
    assert (round(now.total, 2), now.passed, now.missing) == (Decimal("81.67"), True, ())
    assert (now.spread.least, now.spread.most, round(now.spread.deviation, 2)) == (68, 100, Decimal("13.47"))
    assert now.outliers == ("1",)
    assert {i.id: (i.least, i.most) for i in now.items}["labs"] == (12, 30)
    assert (seen(scored, "2024-04-02").total, seen(scored, "2024-04-02").missing) == (84, ("3",))
    with pytest.raises(Refused, match="needs a reason"):
        enter(scored, "2024-04-05", "1", plan="30")
    fixed = enter(scored, "2024-04-05", "1", "笔误", plan="30")
    assert (fixed.version, fixed.total) == (2, 90)
    assert enter(scored, "2024-04-06", "1", "笔误", plan="30").there_before
    after = seen(scored, "2024-04-07")
    assert [(s.version, s.counts, s.total) for s in after.sheets if s.seat == "1"] == [(1, False, None), (2, True, 90)]
    assert seen(scored, "2024-04-04") == now, "what was known then"
    with at(scored, "2024-04-07", acts=False).warehouse.read() as store:
        assert [e.payload["version"] for e in store.ledger.events("demo", EventKind.SCORE_ENTERED)] == [1, 1, 1, 2]
    assert upkeep.verify_ledger(scored).exit_status == 0


def test_what_falls_short_is_opened_when_the_last_sheet_is_in_and_once(scored):
    enter(scored, "2024-04-01", "1", ledgers__late="3")
    enter(scored, "2024-04-01", "2", ledgers__late="3")
    assert problems.problems(at(scored, "2024-04-01", acts=False)).problems == []
    done = enter(scored, "2024-04-02", "3", ledgers__late="2")
    (one,) = problems.problems(at(scored, "2024-04-02", acts=False)).problems
    assert done.opened == [one.id]
    assert (one.origin, one.owner, one.finder, one.standard, one.phase) == (
        "assessment", "science", "committee", "无差错", "collection")
    assert "台账：得 6.67 分，满分 20 分" in str(one.text)
    assert "专家 1 号" in str(one.text)
    assert scores.conclude(at(scored, "2024-04-03"), "first", "committee").opened == []
    enter(scored, "2024-04-04", "3", "重评", ledgers__late="4")
    assert len(problems.problems(at(scored, "2024-04-05", acts=False)).problems) == 1
    rechecking.hand_in(at(scored, "2024-04-06"), one.id, [("a", b"a")], "science")
    assert rechecking.recheck(at(scored, "2024-04-07"), one.id, "accepted", "已补", "committee").problem.state == "closed"
    assert scores.conclude(at(scored, "2024-04-08"), "first", "committee").opened == [], "of sheets from before it was closed"
    enter(scored, "2024-04-09", "2", "复评", ledgers__late="0")
    assert enter(scored, "2024-04-10", "3", "复评", ledgers__late="3").opened == [one.id], "a newer sheet finds it amiss again"
    (again,) = problems.problems(at(scored, "2024-04-11", acts=False)).problems
    assert again.state == "open"
    assert upkeep.verify_ledger(scored).exit_status == 0


def test_what_falls_short_is_opened_as_soon_as_the_gate_has_the_sheets_that_it_asks_for(settings, tmp_path):
    few = planned(settings, tmp_path)
    file = few.plans / "demo" / "plan.yaml"
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    plan["phases"][1]["gate"]["criteria"][0]["sheets"] = 2
    file.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    assert enter(few, "2024-04-01", "1", ledgers__late="3").opened == ()
    assert len(enter(few, "2024-04-02", "3", ledgers__late="3").opened) == 1


def test_a_consent_is_sealed_to_the_mark_that_the_score_had_to_reach(settings, tmp_path):
    def seal(when: str) -> str:
        return gatekeeping.evaluate(at(settings.model_copy(update={"plans_": tmp_path / "plans"}), when, acts=False),
                                    "collection").seal

    with_mark = planned(settings, tmp_path)
    for seat in "123":
        enter(with_mark, "2024-04-01", seat)
    before = seal("2024-04-02")
    planned(settings, tmp_path, pass_mark=20)
    register_plan(with_mark, "demo", parse_as_of("2024-04-03"), by="office", reason="降低合格分")
    assert seal("2024-04-04") != before


def test_nobody_assesses_twice():
    doubled = {k: v for k, v in ASSESSMENT.items() if k != "seats"} | {"by": "units", "assessors": ["science", "science"]}
    with pytest.raises(ValueError, match="science"):
        Assessment.model_validate(doubled)


def test_nobody_re_checks_what_the_office_owes_itself(scored):
    enter(scored, "2024-04-01", "1", plan="10")
    opened = scores.conclude(at(scored, "2024-04-01"), "first", "committee").opened
    (one,) = problems.problems(at(scored, "2024-04-02", acts=False)).problems
    assert (opened, one.owner, one.finder) == ([one.id], "committee", "supervision")


@pytest.mark.parametrize(("sheets", "passed"), [
    ([], None), (["40", "40"], None), (["40", "40", "40"], True), (["0", "0", "0"], True),
])
def test_a_gate_asks_for_the_score_of_whole_sheets(scored, sheets, passed):
    for seat, plan in enumerate(sheets, 1):
        enter(scored, "2024-04-01", str(seat), plan=plan)
    result = gatekeeping.evaluate(at(scored, "2024-04-02", acts=False), "collection")
    (criterion,) = [c for c in result.criteria if c.id == "scored"]
    assert criterion.passed is passed
    assert len(criterion.shortfalls) == (0 if passed else 3 - len(sheets))


def test_a_score_below_what_is_asked_holds_and_is_sealed(settings, tmp_path):
    scored = planned(settings, tmp_path, seats=1, pass_mark=80)
    seals = []
    for day, plan, reason in (("2024-04-01", "10", None), ("2024-04-02", "20", "重评")):
        enter(scored, day, "1", reason, plan=plan)
        result = gatekeeping.evaluate(at(scored, day, acts=False), "collection")
        (criterion,) = [c for c in result.criteria if c.id == "scored"]
        assert criterion.passed is (plan == "20")
        seals.append(result.seal)
    assert seals[0] != seals[1]


def test_an_item_that_is_computed_is_never_typed_and_its_missing_figure_holds(settings, tmp_path):
    parts = [{"id": "p", "name": "p", "points": 100, "items": [
        {"id": "plan", "name": "规划", "points": 50},
        {"id": "output", "name": "产值", "points": 50, "kind": "pro_rata", "indicator": "gross_output"}]}]
    scored = planned(settings, tmp_path, parts=parts, bonus=None, seats=1)
    w = at(scored, "2024-04-01")
    done = scores.enter(w, "first", "1", scores.lines_of(w.plan, "first", ["plan=50"]), "committee")
    assert done.total is None
    with pytest.raises(UsageError, match="is no number") as raised:
        scores.lines_of(w.plan, "first", ["plan=NaN"])
    assert "改正分数" in raised.value.todo.to("zh"), "the line is right, and the number is not"
    typed = scores.enter(w, "first", "1", scores.lines_of(w.plan, "first", ["plan=50", "output=40"]), "committee")
    assert [f.message.code for f in typed.faults] == ["scoring.computed"]
    now = seen(scored, "2024-04-02")
    assert (now.total, now.incomplete, now.unknown) == (None, (), ("output",)), "the expert filled in all that is asked"
    result = gatekeeping.evaluate(at(scored, "2024-04-02", acts=False), "collection")
    (criterion,) = [c for c in result.criteria if c.id == "scored"]
    assert (criterion.passed, [s.ref for s in criterion.shortfalls]) == (None, ["first~output"])
    assert criterion.detail.code == "gates.score_no_figure"


def test_by_its_target_an_item_is_computed(settings, tmp_path, industry):
    from gaoxin.campaign.intake import submit_files

    parts = [{"id": "p", "name": "p", "points": 100, "items": [
        {"id": "plan", "name": "规划", "points": 50},
        {"id": "output", "name": "产值", "points": 50, "kind": "pro_rata", "indicator": "gross_output"}]}]
    scored = planned(settings, tmp_path, parts=parts, bonus=None, seats=1)
    file = tmp_path / "demo__industry__committee__2024-02.csv"
    file.write_bytes(industry(30.0))
    (taken,) = submit_files(scored, [file], parse_as_of("2024-03-05"))
    assert taken.verdict.value.startswith("accepted")
    w = at(scored, "2024-04-01")
    done = scores.enter(w, "first", "1", scores.lines_of(w.plan, "first", ["plan=50"]), "committee")
    assert done.total == 75, "30 of 60 亿元"


def test_a_figure_that_falls_short_after_the_sheets_holds_the_gate_until_it_is_opened(settings, tmp_path, industry):
    from gaoxin.campaign.intake import submit_files

    parts = [{"id": "p", "name": "p", "points": 100, "items": [
        {"id": "plan", "name": "规划", "points": 50},
        {"id": "output", "name": "产值", "points": 50, "kind": "pro_rata", "indicator": "gross_output"}]}]
    scored = planned(settings, tmp_path, parts=parts, bonus=None, seats=1)
    w = at(scored, "2024-03-01")
    scores.enter(w, "first", "1", scores.lines_of(w.plan, "first", ["plan=50"]), "committee")
    with pytest.raises(Refused, match="has no value"):
        scores.conclude(at(scored, "2024-03-02"), "first", "committee")
    file = tmp_path / "demo__industry__committee__2024-02.csv"
    file.write_bytes(industry(24.0))
    submit_files(scored, [file], parse_as_of("2024-03-05"))

    def judged(when: str) -> tuple[Any, list[str]]:
        (criterion,) = (c for c in gatekeeping.evaluate(at(scored, when, acts=False), "collection").criteria if c.id == "scored")
        return criterion.passed, [s.subject.code for s in criterion.shortfalls]

    assert (seen(scored, "2024-03-06").total, seen(scored, "2024-03-06").unopened) == (70, ("output",))
    assert judged("2024-03-06") == (False, ["gates.score_unopened"])
    assert len(scores.conclude(at(scored, "2024-03-07"), "first", "committee").opened) == 1
    assert judged("2024-03-08") == (True, [])
    assert judged("2024-03-06") == (False, ["gates.score_unopened"]), "as of then it was not opened"


def test_a_sheet_counts_for_the_points_that_it_was_given_for(scored, tmp_path):
    """Thirty points of forty are not thirty of thirty: neither on a sheet that is recorded, nor on one that was sent out."""
    for seat in ("1", "2", "3"):
        enter(scored, "2024-03-01", seat, plan="30")
    sent = filled(at(scored, "2024-03-01"), "1", {"plan": 30, "ledgers.late": 0, "ledgers.wrong": 0, "eia": "是", "labs": 10},
                  {"plan": "有差距"})
    parts = [ASSESSMENT["parts"][0] | {"name": "工作基础", "items": [
        {"id": "plan", "name": "规划", "points": 30}, ASSESSMENT["parts"][0]["items"][1] | {"points": 30}]},
        ASSESSMENT["parts"][1]]
    planned(scored, tmp_path, parts=parts)
    register_plan(scored, "demo", parse_as_of("2024-03-02"), by="office", reason="改分值")
    now = seen(scored, "2024-03-03")
    assert (now.total, now.outdated) == (None, ("1", "2", "3"))
    (held,) = (c for c in gatekeeping.evaluate(at(scored, "2024-03-03", acts=False), "collection").criteria if c.id == "scored")
    assert (held.passed, {s.subject.code for s in held.shortfalls}) == (None, {"gates.score_outdated"})
    assert seen(scored, "2024-03-01").total == 90
    stale = load(at(scored, "2024-03-04"), sent, reason="按新分值重评")
    assert {f.cell: f.message.code for f in stale.faults} == {f"评分表!E{row}": "scoring.other_points" for row in (2, 3, 4)}
    assert not enter(scored, "2024-03-05", "1", "按新分值重评", plan="30").there_before
    assert (seen(scored, "2024-03-06").outdated, seen(scored, "2024-03-06").total) == (("2", "3"), 100)
    planned(scored, tmp_path, parts=parts, pass_mark=50)
    register_plan(scored, "demo", parse_as_of("2024-03-07"), by="office", reason="改合格分")
    assert seen(scored, "2024-03-08").outdated == ("2", "3"), "what it was given for stands"


def test_who_may(scored):
    w = at(scored, "2024-04-01")
    lines = scores.lines_of(w.plan, "first", [f"{line}={value}" for line, value in GOOD.items()])
    with pytest.raises(NotAllowed):
        scores.enter(w, "first", "1", lines, "science")
    with pytest.raises(NotAllowed):
        scores.conclude(w, "first", "science")
    for seat in ("4", "0", "张三"):
        with pytest.raises(UsageError):
            scores.enter(w, "first", seat, lines, "committee")


def test_a_units_sheet_is_its_own(settings, tmp_path):
    asked = {name: value for name, value in ASSESSMENT.items() if name != "seats"}
    planned(settings, tmp_path)
    folder = tmp_path / "plans"
    plan = yaml.safe_load((folder / "demo" / "plan.yaml").read_text(encoding="utf-8"))
    plan["assessments"] = [asked | {"by": "units", "assessors": ["science", "supervision"]}]
    (folder / "demo" / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    w = at(settings.model_copy(update={"plans_": folder}), "2024-04-01")
    lines = scores.lines_of(w.plan, "first", [f"{line}={value}" for line, value in GOOD.items()])
    with pytest.raises(NotAllowed):
        scores.enter(w, "first", "science", lines, "supervision")
    assert scores.enter(w, "first", "science", lines, "science").total == 100


def filled(w: Workplace, seat: str, values: dict[str, Any], words: dict[str, str]) -> bytes:
    """The sheet as it is sent out, filled in."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(scores.template_bytes(w.plan, "first", seat)))
    sheet = book["评分表"]
    for row in range(2, sheet.max_row + 1):
        line = str(sheet.cell(row, 1).value)
        sheet.cell(row, 6).value, sheet.cell(row, 7).value = values.get(line), words.get(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def load(w: Workplace, content: bytes, **more: Any) -> scores.SheetEntered:
    return scores.load(w, Path("评分表.xlsx"), content, "评分表.xlsx", **more)


def test_a_sheet_by_workbook(scored):
    w = at(scored, "2024-04-01")
    content = filled(w, "2", {"plan": 30.5, "ledgers.late": 1, "ledgers.wrong": 0, "eia": "是", "labs": "７"},
                     {"plan": "定位不清", "ledgers.late": "迟报一次", "labs": "缺三家"})
    done = load(w, content)
    assert (done.faults, done.total, done.version, done.seat) == ((), Decimal("76.5"), 1, "2")
    assert load(w, content).there_before
    (sheet,) = seen(scored, "2024-04-02").sheets
    assert (sheet.sha256, sheet.by) == (done.sha256, "committee")
    assert (sheet.lines["labs"].value, sheet.lines["plan"].words) == (7, "定位不清")
    assert done.sha256 is not None
    with w.warehouse.read() as store:
        assert store.returns.content(done.sha256) == content


def test_what_is_wrong_with_a_sheet_is_told_at_its_cell(scored):
    w = at(scored, "2024-04-01")
    done = load(w, filled(w, "1", {"plan": 41, "ledgers.late": 0.5, "ledgers.wrong": -1, "eia": "也许", "labs": 4}, {}))
    assert [(f.cell, f.message.code) for f in done.faults] == [
        ("评分表!F5", "scoring.no_number"), ("评分表!F2", "scoring.out_of_bounds"), ("评分表!F3", "scoring.not_whole"),
        ("评分表!F4", "scoring.negative"), ("评分表!G6", "scoring.words_owed")]
    assert load(w, filled(w, "1", {"plan": 40}, {})).faults[0].message.code == "scoring.lacking"
    assert seen(scored, "2024-04-02").sheets == []
    with w.warehouse.read() as store:
        assert store.ledger.events("", EventKind.FILE_LANDED) == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"a,b\n1,2\n"])
def test_what_is_no_sheet_is_told(scored, content):
    done = load(at(scored, "2024-04-01"), content)
    assert done.faults
    assert done.exit_status == 1


def test_the_page_of_scores(scored):
    for seat, plan in (("1", "40"), ("2", "10"), ("3", "40")):
        enter(scored, "2024-04-01", seat, plan=plan)
    asked, w = client(scored), at(scored, "2024-04-02")
    page = asked.get("/demo/scores").text
    assert all(word in page for word in ("专家初评", "90", "专家 2 号", "偏离较大", "有差距", "获奖"))
    template = asked.get("/demo/scores/first/2.xlsx")
    assert template.content == scores.template_bytes(w.plan, "first", "2")
    values = {"plan": 20, "ledgers.late": 0, "ledgers.wrong": 0, "eia": "是", "labs": 10}
    content = filled(w, "2", values, {"plan": "重新评定"})
    said = {"by": "committee", "reason": "重评"}
    assert asked.post("/demo/scores/load", data=said, files={"file": ("a.xlsx", content)}).headers["location"].endswith(
        "seat=2&version=2")
    wrong = asked.post("/demo/scores/load", data=said, files={"file": ("a.xlsx", filled(w, "2", values | {"plan": 99}, {}))})
    assert (wrong.status_code, "评分表!F2" in wrong.text) == (422, True)
    assert "重评" in asked.get("/demo/scores?lang=en").text
    assert "专家 3 号" not in asked.get("/demo/scores?as_of=2024-03-01").text


def test_a_unit_that_assesses_has_its_own_sheet_and_no_others(settings, tmp_path, with_accounts):  # noqa: F811
    asked = {name: value for name, value in ASSESSMENT.items() if name not in ("seats", "pass_mark")}
    scored = planned(settings, tmp_path)
    file = tmp_path / "plans" / "demo" / "plan.yaml"
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    plan["assessments"] = [asked | {"by": "units", "assessors": ["science", "supervision"]}]
    plan["phases"][1]["gate"]["criteria"][0] |= {"at_least": 50}
    file.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    w = at(scored, "2024-04-01")
    for seat, points in (("science", "40"), ("supervision", "33")):
        written = [f"{line}={value}:看法{seat}" for line, value in (GOOD | {"plan": points}).items()]
        scores.enter(w, "first", seat, scores.lines_of(w.plan, "first", written), seat)
    assert "未设合格分" in client(scored).get("/demo/scores").text
    of = with_accounts("airflow: ours, roles: [unit], units: [science]", "airflow: others, roles: [unit], units: [committee]")
    named = scored.model_copy(update={"accounts": of.accounts})
    ours, others = client(named, "ours"), client(named, "others")
    page = ours.get("/demo/scores").text
    assert ("看法" in page, "93" in page, "督查" in page, "science.xlsx" in page) == (False, False, False, True)
    assert ours.get("/demo/scores/first/science.xlsx").status_code == 200
    said, wrong = {"by": "science", "reason": "重新评定"}, {"file": ("a.xlsx", b"nothing")}
    faulty = ours.post("/demo/scores/load", data=said, files=wrong)
    assert (faulty.status_code, "93" in faulty.text, "看法" in faulty.text) == (422, False, False)
    assert [ours.get("/demo/scores/first/supervision.xlsx").status_code, others.get("/demo/scores").status_code,
            others.get("/demo/scores/first/science.xlsx").status_code] == [403] * 3
    leaked = others.post("/demo/scores/load", data=said | {"by": "committee"}, files=wrong)
    assert (leaked.status_code, "93" in leaked.text, "看法" in leaked.text) == (403, False, False)


def test_by_the_command_line(scored, tmp_path, monkeypatch, capsys):
    """Sheets written, handed in and told, as a person at a terminal does and as a script reads it."""
    from openpyxl import load_workbook

    monkeypatch.setattr("gaoxin.cli.output.read_settings", lambda: scored)

    def told(status: int, *args: object) -> str:
        assert run([str(a) for a in args]) == status, capsys.readouterr()
        return capsys.readouterr().out

    file, day = tmp_path / "sheet.xlsx", ("--as-of", "2024-04-01")
    told(0, "score", "template", "demo", "first", "--seat", 1, "-o", file)
    assert "评分表有 5 处问题" in told(1, "score", "load", "demo", file, *day)
    book = load_workbook(file)
    values: list[Any] = [40, 0, 0, "是", 10]
    for row, value in enumerate(values, 2):
        book["评分表"].cell(row, 6).value = value
    book.save(file)
    assert "第 1 版：100 分" in told(0, "score", "load", "demo", file, *day)
    for seat in (2, 3):
        told(0, "score", "enter", "demo", "first", "plan=40", "ledgers.late=3:迟报三次", "ledgers.wrong=0", "eia=是", "labs=10",
             "--seat", seat, "--by", "committee", *day)
    said = json.loads(told(0, "score", "demo", "--json"))["assessments"][0]
    assert (said["total"], said["passed"], said["spread"]["least"], said["missing"]) == (90, True, 85, [])
    assert "standard deviation 7.0711" in told(0, "score", "demo", "--assessment", "first", "--lang", "en")
    conclusion = json.loads(told(0, "score", "conclude", "demo", "first", "--by", "committee", *day, "--json"))
    assert conclusion["opened"] == [], "10 of 20 points on the mean were opened with the last sheet"
    assert len(json.loads(told(0, "problems", "demo", "--open", "--json"))["problems"]) == 1


def test_the_dossier_has_the_scores_and_what_they_still_wait_for(scored, tmp_path):
    import openpyxl

    def built(when: str) -> tuple[Any, list[dict[str, Any]]]:
        folder = tmp_path / when
        dossiers.dossier(at(scored, when, acts=False), folder)
        points = json.loads((folder / "demo__dossier__manifest.json").read_bytes())["open_points"]
        return openpyxl.load_workbook(folder / "demo__dossier__registers.xlsx"), points

    enter(scored, "2024-04-01", "1", ledgers__late="3")
    enter(scored, "2024-04-02", "2", plan="20")
    books, points = built("2024-04-02")
    assert [p["ref"] for p in points if p["kind"] == "score_not_reached"] == ["first~3"]
    assert [c.value for c in books["初评结果"][4]][4:7] == [82.5, "合格", "完整 2 份，应有 3 份"]
    enter(scored, "2024-04-03", "3", plan="0", ledgers__late="4", eia="0", labs="0")
    books, points = built("2024-04-03")
    assert [p["ref"] for p in points if p["kind"] == "score_not_reached"] == ["first"], "58.33 of the 60 asked for"
    assert [c.value for c in books["初评结果"][4]][5] == "不合格"
    heads, *rows = books["初评逐项得分"].iter_rows(min_row=3, values_only=True)
    [ledgers] = [dict(zip(heads, row, strict=True)) for row in rows if row[2] == "台账"]
    assert (ledgers["分值"], ledgers["最低"], ledgers["最高"], ledgers["整改"]) == (20, 0, 20, "须整改")
    assert "专家 1 号" in ledgers["失分情况"]
