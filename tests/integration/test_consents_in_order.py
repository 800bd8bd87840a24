"""Several consents to one gate: one is asked for after the other, of who may decide; silence is reminded, and no more."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from gaoxin.campaign import decisions, deliverables, extending, flows, gatekeeping, gateviewing, problems, reminding, upkeep
from gaoxin.campaign.flows import Asked
from gaoxin.campaign.voiding import voided
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import ApprovalEvidence, GateVerdict
from gaoxin.gates.stands import Stands
from gaoxin.people.acts import NotAllowed
from gaoxin.problems.model import Found
from gaoxin.warehouse import landing
from tests.integration.test_dossier import built, rows_of
from tests.integration.test_gatekeeping import launch, register
from tests.integration.test_rehearsal import all_but_consent, reported
from tests.pages import client
from tests.plan_texts import demo

FIRST, SECOND = ("supervision",), ("government", "cabinet")


@pytest.fixture
def settings(settings_at, tmp_path: Path):
    """The demo, of whose application the supervision office decides first, and then the government or, for it, its office."""
    science = "  - {id: science, name: 区科技局}\n"
    text = demo((science, science + "  - {id: cabinet, name: 区政府办公室}\n"),
                ("        - {kind: approval, id: consent, by: government}\n",
                 "        - {kind: warnings_explained, id: explained}\n"
                 "        - {kind: rectifications_closed, id: inspected, origins: [inspection]}\n"
                 "        - {kind: approval, id: looked_at, by: supervision}\n"
                 "        - {kind: approval, id: consent, by: government, deputies: [cabinet], answer_days: 5}\n"))
    file = tmp_path / "plans" / "demo" / "plan.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return settings_at(tmp_path / "home", tmp_path / "plans")


def say(w: Workplace, by: str, decision: str = "approve", reason: str = "") -> None:
    decisions.approve(w, "application", by, decision, reason)


def ask(w: Workplace, units: tuple[str, ...], seal: str) -> bool:
    """Whether somebody is asked by it."""
    return not flows.ask_consent(w, Asked(phase="application", by=units, seal=seal, run="one")).get("answered")


def waited_for(w: Workplace) -> list[tuple[str, date]]:
    return [(d.unit, d.due) for d in reminding.owed_dues(w) if d.kind == "consent"]


def stands(w: Workplace) -> Stands:
    return gateviewing.gate_seen(w, "application").stands


def test_consents_are_asked_for_in_order_by_who_may_decide(demo_workplace):
    all_but_consent(demo_workplace)
    w = demo_workplace
    first = flows.gate(w("2024-07-29T11:00"), Asked(phase="application"))
    assert first["next"] == "consent"
    assert waited_for(w("2024-07-29T11:00")) == []
    with pytest.raises(Refused, match="区政府督查室尚未同意"):
        say(w("2024-07-29T11:01"), "government")
    with pytest.raises(NotAllowed):
        say(w("2024-07-29T11:01"), "committee")
    assert not ask(w("2024-07-29T11:02"), SECOND, first["seal"])
    assert ask(w("2024-07-29T11:02"), FIRST, first["seal"])
    assert waited_for(w("2024-07-29T12:00")) == [("supervision", date(2024, 7, 31))]
    assert flows.gate(w("2024-07-29T12:00"), Asked(phase="application"))["next"] == "hold", "asked for already"
    assert waited_for(w("2024-08-09T12:00")) == [("supervision", date(2024, 7, 31))], "reminded, and never taken for a consent"
    assert gatekeeping.evaluate(w("2024-08-09T12:00"), "application").verdict is GateVerdict.HOLD

    say(w("2024-07-30T09:00"), "supervision")
    at = w("2024-07-30T09:05")
    assert flows.gate(at, Asked(phase="application"))["next"] == "consent"
    nobody = flows.ask_consent(at, Asked(phase="application", by=FIRST, seal=first["seal"], run="one"))
    assert (nobody["answered"], nobody["headline"]) == (True, "申请阶段：已表态，不再提请")
    shown = flows.ask_consent(at, Asked(phase="application", by=SECOND, seal=first["seal"], run="one"))
    assert "headline" not in shown
    assert "区政府督查室于 2024-07-30 同意" in shown["told"], "whoever signs second sees who has signed"
    assert waited_for(w("2024-07-30T10:00")) == [("government", date(2024, 7, 31)), ("cabinet", date(2024, 7, 31))]
    seen = {c.unit: c for c in gateviewing.gate_seen(w("2024-07-30T10:00"), "application").consents}
    assert (seen["government"].ready, seen["government"].after, seen["government"].until) == (True, None, date(2024, 7, 31))

    say(w("2024-07-31T09:00"), "supervision", "reject", "附件未盖章")
    assert stands(w("2024-07-31T09:01")) is Stands.REFUSED
    assert not flows.still_asked(w("2024-07-31T09:01"), Asked(phase="application", by=SECOND, seal=first["seal"]))["stands"]
    assert waited_for(w("2024-07-31T09:01")) == []
    with pytest.raises(Refused, match="逐级"):
        say(w("2024-07-31T09:02"), "cabinet")
    say(w("2024-07-31T10:00"), "supervision", "approve", "已补盖章")
    say(w("2024-07-31T11:00"), "cabinet")
    result = gatekeeping.decide(w("2024-07-31T11:01"), "application")
    assert result.verdict is GateVerdict.PASS
    told = next(c.detail for c in result.criteria if c.id == "consent")
    assert told.zh.startswith("区政府办公室（代区政府）于 2024-07-31 同意")


def test_who_is_asked_and_what_was_refused_is_told_at_once_and_no_message_says_that_more_is_missing(demo_workplace):
    all_but_consent(demo_workplace)
    w = demo_workplace
    for at in ("2024-07-30T10:00", "2024-07-30T10:30"):  # the digests of the day have gone out
        reminding.remind(w(at))
    first = flows.gate(w("2024-07-30T11:00"), Asked(phase="application"))
    assert ask(w("2024-07-30T11:01"), FIRST, first["seal"])
    (told,) = reminding.tell_results(w("2024-07-30T12:00"))
    assert told.audience == "supervision"
    assert "请审批表态" in told.body.zh
    assert "补发" not in told.body.zh, "nothing was missed before it was asked for"
    assert not reminding.tell_results(w("2024-07-30T12:10"))

    say(w("2024-07-30T13:00"), "supervision", "reject", "附件未盖章")
    held = flows.gate(w("2024-07-30T13:01"), Asked(phase="application"))
    assert "附件未盖章" in held["why"]
    (told,) = reminding.tell_results(w("2024-07-30T14:00"))
    assert told.audience == w("2024-07-30").plan.governance.office
    assert "区政府督查室于 2024-07-30 不同意“申请阶段”关口，理由：附件未盖章" in told.body.zh
    assert not reminding.tell_results(w("2024-07-30T14:10"))
    sent = [r for r in reminding.remind(w("2024-07-31T10:00")) if "阶段“申请阶段”" in r.body.zh]
    assert sent
    (said,) = {line.strip() for r in sent for line in r.body.zh.splitlines() if "关口判定" in line}
    assert said == "关口判定（2024-07-30）：其余条件均已具备，区政府督查室于 2024-07-30 不同意：附件未盖章"


def test_a_consent_before_all_else_is_met_is_told_to_be_early(demo_workplace):
    w = demo_workplace
    given = decisions.approve(w("2024-07-29T11:00"), "application", "supervision", "approve", "同意")
    assert {"dossier", "targets"} <= {c.criterion for c in given.early}
    assert not {"looked_at", "consent"} & {c.criterion for c in given.early}


def test_what_stands_is_not_said_again_and_nothing_is_said_to_a_gate_that_has_passed(demo_workplace, settings, tmp_path):
    all_but_consent(demo_workplace)
    sheet = tmp_path / "签章页.pdf"
    sheet.write_bytes(b"%PDF-1.7 sealed")
    w = demo_workplace
    say(w("2024-07-29T11:00"), "supervision")
    with pytest.raises(Refused, match="区政府督查室已于 2024-07-29 同意这些数据"):
        say(w("2024-07-29T11:01"), "supervision", reason="再次同意")
    assert gateviewing.gate_seen(w("2024-07-29T11:01"), "application").waited_for == ["government"]
    page = client(settings).get("/demo/gate/application").text
    assert page.count('id="consent"') == 1, "one is asked"
    assert "区政府督查室已同意" in page
    assert "补交签章页" in page
    decisions.approve(w("2024-07-29T11:02"), "application", "supervision", "approve", scan=sheet)  # that brings something
    say(w("2024-07-29T11:03"), "cabinet", "reject", "等常务会议")
    assert gateviewing.gate_seen(w("2024-07-29T11:03"), "application").waited_for == ["cabinet"], "it refused"
    say(w("2024-07-29T11:04"), "government", "approve", "会议已过")
    with w("2024-07-29T11:05").warehouse.read() as store:
        before = store.decisions.approvals("demo", w("2024-07-29T11:05").now)
    assert gatekeeping.decide(w("2024-07-29T11:05"), "application").verdict is GateVerdict.PASS
    for decision in ("reject", "approve"):
        with pytest.raises(Refused, match="关口已通过"):
            say(w("2024-07-30T09:00"), "government", decision, "另有考虑")
    with w("2024-07-30T09:01").warehouse.read() as store:
        assert store.decisions.approvals("demo", w("2024-07-30T09:01").now) == before


def test_a_dossier_names_as_open_no_word_that_was_answered_and_no_request_that_came_to_nothing(demo_workplace, tmp_path):
    """A deputy's word that is void once its unit has consented anew; a request for a later day, of what came before anybody
    decided. What a correction touches is told in words."""
    w = demo_workplace
    extending.ask(w("2024-01-10T09:00"), "dossier", date(2024, 8, 5), "申报书需要专家再核", "committee")
    all_but_consent(w)
    say(w("2024-07-29T11:00"), "supervision")
    say(w("2024-07-29T11:01"), "cabinet")
    reported(w("2024-07-29T12:00"), "2024-06", 62)

    def points(files: dict[str, bytes]) -> list[dict[str, str]]:
        return json.loads(files["manifest.json"])["open_points"]

    open_ = points(built(w("2024-07-29T12:30"), tmp_path))
    assert {p["who"] for p in open_ if p["kind"] == "void_approval"} == {"区政府督查室", "区政府办公室"}
    [correction] = [p["what"] for p in open_ if p["kind"] == "open_correction"]
    assert "区政府办公室对“申请阶段”关口的意见" in correction
    assert "approval:" not in correction
    say(w("2024-07-29T13:00"), "supervision")
    say(w("2024-07-29T13:01"), "government")
    files = built(w("2024-07-29T13:30"), tmp_path)
    assert not {"void_approval", "extension_waits"} & {p["kind"] for p in points(files)}
    assert rows_of(files["registers.xlsx"], "延期")[0]["批复"] == "已报送或办结，不再批复"


def test_a_deputys_refusal_holds_until_somebody_who_may_takes_it_back(demo_workplace):
    all_but_consent(demo_workplace)
    say(demo_workplace("2024-07-29T11:00"), "supervision")
    say(demo_workplace("2024-07-29T12:00"), "cabinet", "reject", "等政府常务会议")
    assert stands(demo_workplace("2024-07-29T12:01")) is Stands.REFUSED
    say(demo_workplace("2024-07-30T08:00"), "government", "reject", "会议未通过")
    with pytest.raises(Refused, match="区政府已就这些数据表态"):
        say(demo_workplace("2024-07-30T08:30"), "cabinet", "approve", "代为同意")
    say(demo_workplace("2024-07-30T09:00"), "government", "approve", "常务会议已通过")
    assert gatekeeping.decide(demo_workplace("2024-07-30T09:01"), "application").verdict is GateVerdict.PASS


def test_a_deputy_does_not_get_round_a_refusal_once_anything_has_changed(demo_workplace):
    all_but_consent(demo_workplace)
    w = demo_workplace
    say(w("2024-07-29T11:00"), "supervision")
    say(w("2024-07-29T11:10"), "government", "reject", "材料不实")
    deliverables.record_evidence(w("2024-07-29T12:00"), "dossier", "dossier", b"one byte more", "申报书.docx", "science")
    say(w("2024-07-29T12:10"), "supervision")
    answer = flows.gate(w("2024-07-29T12:20"), Asked(phase="application"))
    assert ask(w("2024-07-29T12:21"), SECOND, answer["seal"])
    assert [unit for unit, _ in waited_for(w("2024-07-29T12:30"))] == ["government"], "its deputy is told of no request"
    assert gateviewing.gate_seen(w("2024-07-29T12:30"), "application").consents[1].deputies == ()
    with pytest.raises(Refused, match=r"区政府于 2024-07-29 不同意：材料不实；.*代理单位不能代其同意"):
        say(w("2024-07-29T12:40"), "cabinet")
    say(w("2024-07-29T12:50"), "government", "approve", "已改")
    assert gatekeeping.decide(w("2024-07-29T12:51"), "application").verdict is GateVerdict.PASS


def test_a_refusal_is_not_taken_back_without_a_reason(demo_workplace):
    all_but_consent(demo_workplace)
    w = demo_workplace
    say(w("2024-07-29T11:00"), "supervision", "reject", "材料有误")
    with pytest.raises(Refused, match="撤回不同意须写理由"):
        say(w("2024-07-29T11:10"), "supervision", "approve", " ")
    deliverables.record_evidence(w("2024-07-29T11:12"), "dossier", "dossier", b"one byte more", "申报书.docx", "science")
    with pytest.raises(Refused, match="撤回不同意须写理由"):  # to other figures, too: it stands until then
        say(w("2024-07-29T11:15"), "supervision", "approve", " ")
    say(w("2024-07-29T11:20"), "supervision", "approve", "已改正")


def test_a_void_consent_tells_which_figures_and_records_another_version_changed(demo_workplace):
    """Also those that no target asks for, of which the indicators say nothing."""
    all_but_consent(demo_workplace)
    w = demo_workplace
    say(w("2024-07-29T11:00"), "supervision")
    reported(w("2024-07-29T11:10"), "2024-06", 61, 13)
    register(w("2024-07-29T11:20"), "committee", "2024-Q2", "A", "B", "F", "G")
    problems.add(w("2024-07-29T11:25"), Found("台账不全", "committee", "补齐", date(2024, 7, 31), "inspection", "七月检查",
                                              date(2024, 7, 29)), "supervision")
    (void,) = voided(w("2024-07-29T11:30"), gatekeeping.evaluate(w("2024-07-29T11:30"), "application"))
    told = {d.about.zh: d.after.zh for d in void.differences if d.after}
    assert told["园区管委会《园区工业月报》2024-06"].endswith("；工业增加值 12.2 亿元 → 13 亿元")
    assert told["园区管委会《高新技术企业名录》2024-Q2"].endswith("；名录新增 2 条、减少 1 条、改动 0 条")
    assert any(about.startswith("未销号整改：台账不全") for about in told), told
    page = client(w("2024-07-29T11:30").settings).get("/demo/gate/application?as_of=2024-07-29T11:30").text
    assert "第 2 步，共 2 步" in page


def test_what_was_said_before_a_refusal_of_one_that_comes_first_is_said_anew(demo_workplace):
    all_but_consent(demo_workplace)
    w = demo_workplace
    for at, by, decision in (("11:00", "supervision", "approve"), ("11:10", "government", "approve"),
                             ("11:20", "supervision", "reject"), ("11:30", "supervision", "approve")):
        say(w(f"2024-07-29T{at}"), by, decision, "材料有误" if decision == "reject" else "已核")
    result = gatekeeping.evaluate(w("2024-07-29T11:31"), "application")
    told = {c.id: (c.passed, c.detail.zh) for c in result.criteria if c.kind == "approval"}
    assert told["looked_at"][0] is True
    assert told["consent"] == (None, "区政府于 2024-07-29 表态之后，区政府督查室曾不同意；待前一审批同意后重新提请")
    answer = flows.gate(w("2024-07-29T11:32"), Asked(phase="application"))
    assert answer["next"] == "consent"
    assert ask(w("2024-07-29T11:33"), SECOND, answer["seal"])
    assert flows.still_asked(w("2024-07-29T12:00"), Asked(phase="application", by=SECOND, seal=answer["seal"]))["stands"]
    say(w("2024-07-29T13:00"), "government", "approve", "已核")
    assert gatekeeping.decide(w("2024-07-29T13:01"), "application").verdict is GateVerdict.PASS


def test_a_waiver_that_runs_out_beside_one_that_stands_voids_no_consent(demo_workplace):
    """The government's word to figures that a waiver of the leading group let pass stands while that waiver does."""
    w = demo_workplace
    launch(w)
    until = {"short": date(2024, 6, 28), "long": date(2024, 7, 20)}
    for name, day in until.items():
        decisions.waive(w("2024-06-26T09:00"), "collection", "complete", "government", f"{name}：企业报表系统升级", day)
    days = ("2024-06-28T20:00", "2024-06-29T08:00", "2024-07-20T20:00", "2024-07-21T08:00")
    seals = {day: gatekeeping.evaluate(w(day), "collection").seal for day in days}
    assert seals["2024-06-28T20:00"] == seals["2024-06-29T08:00"], "what ran out let nothing pass"
    assert seals["2024-07-20T20:00"] != seals["2024-07-21T08:00"]


def test_a_scan_of_the_sealed_sheet_is_kept_by_its_hash_beside_the_seal_of_the_figures(demo_workplace, settings, tmp_path):
    all_but_consent(demo_workplace)
    sheet, words = tmp_path / "签章页.pdf", tmp_path / "sheet.pdf"
    sheet.write_bytes(b"%PDF-1.7 sealed")
    words.write_text("sealed, believe me: hello %PDF-1.7", encoding="utf-8")
    for file, error in ((words, Refused), (tmp_path / "nowhere.pdf", UsageError), (Path("/dev/null"), UsageError)):
        with pytest.raises(error):
            decisions.approve(demo_workplace("2024-07-29T11:00"), "application", "supervision", "approve", scan=file)
    given = decisions.approve(demo_workplace("2024-07-29T11:00"), "application", "supervision", "approve", scan=sheet).given
    assert isinstance(given, ApprovalEvidence)
    assert given.scan == sha256(sheet.read_bytes()).hexdigest()
    w = demo_workplace("2024-07-29T11:01")
    with w.warehouse.read() as store:
        [kept] = store.decisions.approvals("demo", w.now)
        assert (kept.scan, kept.seal, store.returns.content(kept.scan or "")) == (given.scan, given.seal, sheet.read_bytes())
    deliverables.record_evidence(demo_workplace("2024-07-29T11:02"), "dossier", "dossier", b"other", "申报书.docx", "science")
    with pytest.raises(Refused, match=r"签章页已由区政府督查室于 2024-07-29 用于另外的数据（application"):
        decisions.approve(demo_workplace("2024-07-29T11:03"), "application", "supervision", "approve", scan=sheet)
    assert given.scan
    assert upkeep.verify_ledger(settings).intact
    landing.place(settings.landing, given.scan).chmod(0o600)
    landing.place(settings.landing, given.scan).write_bytes(b"%PDF-1.7 another seal")
    assert not upkeep.verify_ledger(settings).intact
    with pytest.raises(Refused, match="与账本不符"):
        gatekeeping.decide(w, "application")
