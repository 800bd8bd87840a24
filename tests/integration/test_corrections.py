"""Corrections have consequences: what used the old figures is listed until a role decides; a reopened gate stops what follows."""

from __future__ import annotations

import re
import threading
from datetime import date
from pathlib import Path

import pytest

from gaoxin.campaign import correcting, decisions, deliverables, dispatch, flows, gatekeeping, measuring, reminding, reviewing
from gaoxin.campaign.correcting import Affected, Corrected
from gaoxin.campaign.entering import Entered
from gaoxin.campaign.intake import check_pending, load_accepted, pull, submit_files, take_in
from gaoxin.campaign.telling import tell_gate
from gaoxin.campaign.workplace import deciding, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import GateVerdict
from gaoxin.periods import Period
from gaoxin.returns.model import Verdict
from tests.integration.test_gatekeeping import hand_in, launch, register
from tests.pages import client

MAY = "demo__industry__committee__2024-05.csv"


def handed_in(settings, folder: Path, content: bytes, as_of: str, name: str = MAY, reason: str | None = None):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return submit_files(settings, [folder / name], parse_as_of(as_of), reason=reason)[0]


def collected(settings, demo_workplace, folder: Path, industry) -> None:
    launch(demo_workplace)
    for period, day, output in (("02", "03-05", 17.0), ("03", "04-08", 26.0), ("04", "05-08", 35.0), ("05", "06-06", 44.0)):
        taken = handed_in(settings, folder, industry(output), f"2024-{day}", MAY.replace("2024-05", f"2024-{period}"))
        assert taken.verdict is Verdict.ACCEPTED, taken.findings


def registered(demo_workplace, day: str) -> None:
    for unit, codes in {"committee": "ABC", "science": "DE"}.items():
        register(demo_workplace(day), unit, "2024-Q1", *codes)


@pytest.fixture
def played(settings, demo_workplace, tmp_path, industry):
    """A campaign whose collection has passed, with a kept report of May and indicators."""
    collected(settings, demo_workplace, tmp_path / "f", industry)
    registered(demo_workplace, "2024-06-07")
    w = open_workplace(settings, "demo", parse_as_of("2024-06-20"), acts=True)
    flows.report(w, flows.Asked(period=Period.parse("2024-05")))
    measuring.store_indicators(w)
    assert gatekeeping.decide(demo_workplace("2024-06-27"), "collection").verdict is GateVerdict.PASS
    return demo_workplace


def only(w) -> Corrected:
    (found,) = correcting.corrections(w).corrections
    return found


def items(found: Corrected) -> dict[str, Affected]:
    return {f"{a.kind}:{a.id}": a for a in found.affected}


def test_a_late_correction_says_why(settings, played, tmp_path, industry, drop):
    refused = handed_in(settings, tmp_path / "f", industry(40.0), "2024-07-02")
    assert refused.verdict is Verdict.REJECTED
    (why,) = (f for f in refused.findings if f.severity == "error")
    assert (why.rule, "2024-06-11" in why.message.zh) == ("file.correction_unexplained", True), why
    assert correcting.corrections(played("2024-07-02")).corrections == []
    for silent in ("无", "—"):
        assert handed_in(settings, tmp_path / "f", industry(40.0), "2024-07-02", reason=silent).verdict is Verdict.REJECTED
    again = handed_in(settings, tmp_path / "f", industry(40.0), "2024-07-02", reason="4 月漏报一家")
    assert again.verdict is not Verdict.REJECTED, again.findings
    assert (only(played("2024-07-02")).reason, only(played("2024-07-02")).late) == ("4 月漏报一家", True)
    # What is dropped says it beside its figures.
    content = industry(41.0).replace("enterprises,规上企业数,家,20,".encode(), "enterprises,规上企业数,家,20,又漏一家".encode())
    assert content != industry(41.0)
    drop(MAY.replace(".csv", "__v2.csv"), content)
    w = open_workplace(settings, "demo", parse_as_of("2024-07-03"), acts=True)
    pull(w)
    check_pending(w)
    assert load_accepted(w) == 5
    assert [c.reason for c in correcting.corrections(played("2024-07-03")).corrections] == ["4 月漏报一家", "又漏一家"]


def test_two_versions_in_one_pull_are_told_as_they_came_out(settings, demo_workplace, industry, drop):
    for name, output in (("2024-02.csv", 17.0), ("2024-02__v2.csv", 18.0)):
        drop(f"demo__industry__committee__{name}", industry(output))
    told = take_in(open_workplace(settings, "demo", parse_as_of("2024-03-20"), acts=True), None, check=True)
    assert (told.checked, told.facts, told.exit_status) == ({"accepted": 1, "rejected": 1}, 5, 1), "late, and no word of why"


def test_in_time_a_correction_needs_no_reason_and_equal_figures_correct_nothing(settings, played, tmp_path, industry):
    june = MAY.replace("2024-05", "2024-06")
    handed_in(settings, tmp_path / "f", industry(50.0), "2024-07-03", june)
    measuring.store_indicators(played("2024-07-03"))
    same = handed_in(settings, tmp_path / "f", industry(50.0) + b"\n", "2024-07-04", june)
    assert (same.verdict, same.version) == (Verdict.ACCEPTED, 2)
    assert correcting.corrections(played("2024-07-05")).corrections == []
    handed_in(settings, tmp_path / "f", industry(50.0, enterprises=21), "2024-07-05", june)
    found = only(played("2024-07-05"))
    assert (found.late, found.reason, found.variables, found.affected) == (False, None, ("enterprises",), ())


def test_a_correction_lists_what_used_the_old_figures_and_nothing_else(settings, played, tmp_path, industry):
    handed_in(settings, tmp_path / "f", industry(40.0, enterprises=20), "2024-07-02", reason="重复统计")
    w = played("2024-07-02")
    found = only(w)
    assert (found.return_id, found.replaces, found.version) == (MAY[:-4] + "__v2", MAY[:-4] + "__v1", 2)
    assert found.variables == ("gross_output", "heavy_output", "light_output", "value_added")
    touched = items(found)
    # The register's indicator used none of it; the launch's gate asks for no figures.
    assert set(touched) == {"indicator:gross_output", "indicator:value_added_rate", "gate:collection",
                            "report:demo__quality__2024-05.html"}
    assert (touched["indicator:gross_output"].old, touched["indicator:gross_output"].new) == ("44 亿元", "40 亿元")
    assert touched["gate:collection"].old == "pass"
    assert {a.state for a in found.affected} == {"open"}
    (reminder,) = [r for r in reminding.remind(played("2024-07-05"), dry_run=True) if r.audience == "supervision"]
    assert "4 项用过原数据" in reminder.body.zh, "the office handed it in, so the next role is asked"
    assert "4 项" in flows.survey(open_workplace(settings, "demo", parse_as_of("2024-07-03"), acts=True), flows.Asked())["note"]
    # A figure that changes one variable alone leaves alone what did not use that variable; the gate and the report looked at the
    # return as a whole.
    handed_in(settings, tmp_path / "f", industry(40.0, enterprises=21), "2024-07-04", reason="企业数有误")
    second = correcting.corrections(played("2024-07-04")).corrections[1]
    assert (second.variables, set(items(second))) == (("enterprises",), {"gate:collection", "report:demo__quality__2024-05.html"})


def test_a_reopened_gate_stops_what_follows_until_it_passes_again(settings, played, tmp_path, industry, demo_workplace):
    deliverables.record_evidence(played("2024-07-01"), "dossier", "dossier", b"dossier", "d.pdf", "committee")
    handed_in(settings, tmp_path / "f", industry(40.0), "2024-07-02", reason="重复统计")
    correction = only(played("2024-07-02")).id
    w = played("2024-07-05")
    with pytest.raises(Refused, match="may not decide"):
        correcting.decide_correction(w, correction, "reopen", "science", "数据有变")
    with pytest.raises(Refused, match="handed it in"):
        correcting.decide_correction(w, correction, "reopen", "office", "数据有变")
    with pytest.raises(Refused, match="reason"):
        correcting.decide_correction(w, correction, "reopen", "supervision", "无")
    with pytest.raises(UsageError, match="no such outcome"):
        correcting.decide_correction(w, correction, "forget", "supervision", "数据有变")
    with pytest.raises(UsageError, match="not open"):
        correcting.decide_correction(w, correction, "reopen", "supervision", "数据有变", ["gate:launch"])
    with pytest.raises(UsageError, match="no correction"):
        correcting.decide_correction(w, correction + "9", "reopen", "supervision", "数据有变")

    def predecessors(as_of: str) -> bool | None:
        result = gatekeeping.evaluate(demo_workplace(as_of), "application")
        return next(c for c in result.criteria if c.id == "predecessors").passed

    assert predecessors("2024-07-05") is True
    before = gatekeeping.evaluate(demo_workplace("2024-07-04"), "application")
    told = correcting.decide_correction(w, correction, "reopen", "supervision", "数据有变", ["gate:collection"])
    assert told.items == ("gate:collection",)
    assert predecessors("2024-07-05T23:59:59") is False
    assert gatekeeping.evaluate(demo_workplace("2024-07-04"), "application") == before, "what was known does not change"
    states = {key: (a.state, a.by) for key, a in items(only(played("2024-07-06"))).items()}
    assert states["gate:collection"] == ("reopened", told.by)
    assert states["indicator:gross_output"] == ("open", None)
    runs = dispatch.gate_runs(demo_workplace("2024-07-06"))
    assert any("collection" in r.flow and r.run_id.startswith("gate__2024-07-06") for r in runs), runs
    correcting.decide_correction(played("2024-07-06"), correction, "erratum", "leading_group", "月度指标另行更正")
    assert {a.state for a in only(played("2024-07-07")).affected} == {"reopened", "erratum"}
    with pytest.raises(Refused, match="nothing of this correction is open"):
        correcting.decide_correction(played("2024-07-07"), correction, "erratum", "supervision", "再来一次")
    held = gatekeeping.decide(demo_workplace("2024-07-08"), "collection")
    assert held.verdict is GateVerdict.HOLD, "40 of 60 by May is not on track"
    assert [c.id for c in held.criteria if not c.opens] == ["targets"]
    decisions.waive(played("2024-07-08"), "collection", "targets", "government", "不影响后续", date(2024, 12, 31))
    assert gatekeeping.decide(demo_workplace("2024-07-09"), "collection").verdict is GateVerdict.WAIVED
    assert predecessors("2024-07-10") is True


@pytest.mark.parametrize("day", ["2024-06-27", "2024-07-02"])  # of the gate's own moment, too
def test_a_correction_is_not_blamed_for_what_another_act_does(settings, played, tmp_path, industry, day):
    """A figure that leaves the gate open; then a person sends it back. The gate would hold, and that is the sending back's doing;
    the figure itself is the correction's. Taken back, nothing is to be told of it any more."""
    version = f"{MAY[:-4]}__v2"
    handed_in(settings, tmp_path / "f", industry(44.1), day, reason="尾数")
    found = items(only(played(day)))
    assert [(found[k].new, found[k].because) for k in ("gate:collection", "indicator:gross_output")] == [
        ("pass", None), ("44.1 亿元", None)]
    reviewing.send_back(open_workplace(settings, "demo", parse_as_of(day), acts=True), version, "与统计局的数不一致")
    corrected = only(played(day))
    gate, figure = (items(corrected)[k] for k in ("gate:collection", "indicator:gross_output"))
    assert (gate.old, gate.new, gate.because) == ("pass", "hold", "sent_back")
    assert (figure.old, figure.new, figure.because) == ("44 亿元", "44.1 亿元", None)
    assert [(s.act, s.return_id, s.on) for s in corrected.since] == [("sent_back", version, date.fromisoformat(day))]
    page = client(settings).get("/audit/corrections", params={"campaign": "demo", "lang": "zh"}).text
    assert f"这一版已于 {day} 退回修改" in page
    assert page.count("起因：") == 1
    reviewing.take_back(open_workplace(settings, "demo", parse_as_of("2024-07-03"), acts=True), version, "核对无误")
    corrected = only(played("2024-07-03"))
    assert (corrected.since, items(corrected)["gate:collection"].new) == ((), "pass")
    assert only(played(day)).since, "what was known does not change"


def test_what_a_correction_does_itself_is_its_own_whatever_comes_of_it_then(settings, played, tmp_path, industry):
    """By 40 of 60 the gate holds, sent back or not. What was decided stays told as it was; a later version is named where it
    touches the same."""
    first, later = (f"{MAY[:-4]}__v{n}" for n in (2, 3))
    handed_in(settings, tmp_path / "f", industry(40.0), "2024-07-02", reason="重复统计")
    reviewing.send_back(open_workplace(settings, "demo", parse_as_of("2024-07-03"), acts=True), first, "与统计局的数不一致")
    gate = items(only(played("2024-07-03")))["gate:collection"]
    assert (gate.old, gate.new, gate.because) == ("pass", "hold", None)
    correcting.decide_correction(played("2024-07-04"), first, "erratum", "supervision", "另行更正", ["gate:collection"])
    handed_in(settings, tmp_path / "f", industry(44.2), "2024-07-05", reason="核对后再报")
    one, two = correcting.corrections(played("2024-07-06")).corrections
    assert [(s.act, s.return_id) for s in one.since] == [("sent_back", first), ("replaced", later)]
    told = [(a.new, a.because) for a in (items(one)[k] for k in ("gate:collection", "indicator:gross_output"))]
    assert told == [("hold", None), ("44.2 亿元", "replaced")]
    assert two.since == ()
    assert {a.because for a in two.affected} == {None}


def test_head_and_chart_of_an_indicator_are_of_the_same_figures(settings, played, tmp_path, industry):
    """What statistics recorded stays what it was; what the figures now make stands beside it, of earlier periods too."""
    measuring.store_indicators(played("2024-06-28"), Period.parse("2024-04"))
    ask, april = client(settings), MAY.replace("2024-05", "2024-04")
    before = ask.get("/demo/indicator/gross_output", params={"lang": "zh"}).text
    assert 'id="current"' not in before
    handed_in(settings, tmp_path / "f", industry(43.0), "2024-07-02", reason="重复统计")
    handed_in(settings, tmp_path / "f", industry(34.0), "2024-07-02", april, reason="重复统计")
    page = ask.get("/demo/indicator/gross_output", params={"lang": "zh"}).text
    dots = re.findall(r'<circle class="dot".*?<title>(.*?)</title>', page)
    assert dots == ["2024-04：34 亿元", "2024-05：43 亿元"]
    told = re.search(r'id="current">(.*?)</p>', page, re.S)
    assert told
    assert "2024年4月 记录 35 亿元，现为 34 亿元" in told[1]
    assert "2024年5月 记录 44 亿元，现为 43 亿元" in told[1]
    measuring.store_indicators(played("2024-07-03"))
    measuring.store_indicators(played("2024-07-03"), Period.parse("2024-04"))
    assert 'id="current"' not in ask.get("/demo/indicator/gross_output", params={"lang": "zh"}).text


def test_a_decision_is_one_snapshot_and_says_up_to_where_it_knew(settings, demo_workplace, monkeypatch):
    """Somebody records while a gate is judged: it waits, and the decision knows nothing of it; the next one does."""
    w = demo_workplace("2024-02-27")
    asked, go, done = threading.Event(), threading.Event(), threading.Event()
    gather = gatekeeping.gather

    def slow(*given):
        found = gather(*given)
        asked.set()
        assert go.wait(20)
        return found

    def record():
        deliverables.record_evidence(w, "survey", "report", b"report", "report.pdf", "committee")
        done.set()

    monkeypatch.setattr(gatekeeping, "gather", slow)
    deciding_ = threading.Thread(target=gatekeeping.decide, args=(w, "launch"))
    deciding_.start()
    assert asked.wait(20)
    recording = threading.Thread(target=record)
    recording.start()
    assert not done.wait(1), "who records waits until the decision is stored"
    go.set()
    deciding_.join(20)
    assert done.wait(20)
    recording.join(20)
    monkeypatch.undo()
    with w.warehouse.begin() as store:
        (kept,) = store.decisions.gate_history("demo", "launch")
        events = store.ledger.events("demo")
    recorded = next(e.seq for e in events if e.kind == "evidence.recorded")
    assert kept.verdict is GateVerdict.HOLD
    assert kept.known_seq is not None
    assert kept.known_seq < recorded
    after = gatekeeping.decide(w, "launch")
    assert (after.verdict, after.known_seq) == (GateVerdict.PASS, max(e.seq for e in events))
    assert "通过" in tell_gate(w, gatekeeping.kept(w, "launch")).zh


def test_a_decision_waits_for_what_others_are_recording(demo_workplace):
    w = demo_workplace("2024-02-27")
    seen: list[int] = []

    def decide():
        with deciding(w) as (_, store):
            seen.append(len(store.decisions.evidence("demo", w.known)))

    with w.warehouse.begin() as store:
        from gaoxin.gates.model import DeliverableEvidence

        sha256 = store.returns.land(b"report", "report.pdf", w.now, "evidence")
        store.decisions.add_evidence("demo", DeliverableEvidence("survey", "report", sha256, w.now, "committee"))
        other = threading.Thread(target=decide)
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(20)
    assert seen == [1], "the snapshot is not older than the wait"


def test_a_verdict_that_used_corrected_figures_is_kept_and_listed(settings, played, tmp_path, industry):
    """Met by June's figures, and missed by those that correct them: what was told stays told, and a role decides of it."""
    june = MAY.replace("2024-05", "2024-06")
    handed_in(settings, tmp_path / "f", industry(61.0), "2024-07-05", june)
    measuring.store_indicators(played("2024-08-05"))
    handed_in(settings, tmp_path / "f", industry(59.0), "2024-08-20", june, reason="剔除跨区企业")
    verdict = items(only(played("2024-08-21")))["verdict:gross_output@2024-07-31"]
    assert (verdict.old, verdict.new, verdict.state) == ("met", "missed", "open")
    measuring.store_indicators(played("2024-08-22"))
    with played("2024-08-23").warehouse.begin() as store:
        kept = store.results.verdicts("demo", parse_as_of("2024-08-23"))
    assert str(kept["gross_output", date(2024, 7, 31)].verdict) == "met"


def test_what_rests_on_an_earlier_version_is_found_by_every_later_correction(settings, played, tmp_path, industry):
    """A harmless version in between hides nothing, and what was decided of the first correction stays what it was."""
    handed_in(settings, tmp_path / "f", industry(44.0) + b"\n", "2024-07-01", reason="重报")
    handed_in(settings, tmp_path / "f", industry(44.0, enterprises=21), "2024-07-02", reason="企业数有误")
    handed_in(settings, tmp_path / "f", industry(43.9, enterprises=21), "2024-07-03", reason="四舍五入")
    third = items(correcting.corrections(played("2024-07-03")).corrections[1])
    assert (third["gate:collection"].old, third["indicator:gross_output"].old) == ("pass", "44 亿元")
    correcting.decide_correction(played("2024-07-04"), f"{MAY[:-4]}__v4", "unaffected", "supervision", "差额可忽略")
    handed_in(settings, tmp_path / "f", industry(40.0, enterprises=21), "2024-07-05", reason="重复统计")
    *_, decided, last = correcting.corrections(played("2024-07-06")).corrections
    assert {a.new for a in decided.affected if a.id == "gross_output"} == {"43.9 亿元"}, "as it was when that was decided"
    assert {(a.kind, a.id, a.state) for a in last.affected} == {
        ("gate", "collection", "open"), ("indicator", "gross_output", "open"), ("indicator", "value_added_rate", "open"),
        ("report", "demo__quality__2024-05.html", "open")}
    # One period's value is decided on by itself.
    told = correcting.decide_correction(played("2024-07-07"), f"{MAY[:-4]}__v5", "erratum", "supervision", "另行更正",
                                        ["indicator:gross_output@2024-05"])
    assert told.items == ("indicator:gross_output@2024-05",)
    # Once recorded anew, the value of before stands no more.
    measuring.store_indicators(played("2024-07-08"))
    handed_in(settings, tmp_path / "f", industry(39.0, enterprises=21), "2024-07-09", reason="再核")
    newest = items(correcting.corrections(played("2024-07-10")).corrections[-1])
    assert (newest["indicator:gross_output"].old, newest["gate:collection"].old) == ("40 亿元", "pass")


def test_to_reopen_a_decision_that_held_the_gate_takes_nothing_back(settings, demo_workplace, tmp_path, industry):
    collected(settings, demo_workplace, tmp_path / "f", industry)
    assert gatekeeping.decide(demo_workplace("2024-06-25"), "collection").verdict is GateVerdict.HOLD, "the registers are missing"
    handed_in(settings, tmp_path / "f", industry(46.0), "2024-06-26", reason="漏统计一家")
    registered(demo_workplace, "2024-06-26")
    again = gatekeeping.decide(demo_workplace("2024-06-27"), "collection")
    assert again.verdict is GateVerdict.PASS, [c.detail.zh for c in again.criteria if not c.opens]
    found = only(demo_workplace("2024-06-28"))
    assert items(found)["gate:collection"].old == "hold"
    correcting.decide_correction(demo_workplace("2024-06-28"), found.id, "reopen", "supervision", "数据有变")
    w = demo_workplace("2024-06-29")
    with w.warehouse.read() as store:
        assert "collection" in store.decisions.passed("demo", w.known), "it passed on the corrected figures"


def test_a_reopened_approval_has_to_be_given_anew(settings, played, tmp_path, industry):
    deliverables.record_evidence(played("2024-07-01"), "dossier", "dossier", b"dossier", "d.pdf", "committee")
    decisions.approve(played("2024-07-02"), "application", "government", "approve", "同意")
    handed_in(settings, tmp_path / "f", industry(44.5), "2024-07-03", reason="四舍五入")
    handed_in(settings, tmp_path / "f", industry(44.6), "2024-07-04", reason="再改")
    w = played("2024-07-05")
    correcting.decide_correction(w, f"{MAY[:-4]}__v3", "reopen", "supervision", "重新审批", ["approval:application/government"])
    with played("2024-07-06").warehouse.read() as store:
        assert store.decisions.approvals("demo", played("2024-07-06").known) == []
        assert len(store.decisions.approvals("demo", played("2024-07-04").known)) == 1


def test_no_late_correction_slips_in_beside_the_version_that_it_corrects(settings, demo_workplace, tmp_path, industry, drop):
    """Both in one call, both in one pull, and one that speaks of an earlier day: late counts from when it came."""
    w = demo_workplace("2024-04-20")
    files = []
    for number, output in enumerate((17.0, 16.0)):
        (tmp_path / str(number)).mkdir()
        files.append(tmp_path / str(number) / "demo__industry__committee__2024-02.csv")
        files[-1].write_bytes(industry(output))
    first, second = submit_files(settings, files, parse_as_of("2024-04-20"))
    assert (str(first.verdict), str(second.verdict), second.rows) == ("accepted", "rejected", None)
    assert [f.rule for f in second.findings if f.severity == "error"] == ["file.correction_unexplained"]
    drop("demo__industry__committee__2024-03.csv", industry(26.0))
    drop("demo__industry__committee__2024-03__v2.csv", industry(25.0))
    w = open_workplace(settings, "demo", parse_as_of("2024-04-21"), acts=True)
    pull(w)
    check_pending(w)
    assert load_accepted(w) == 5
    files[0].write_bytes(industry(15.0))
    entered = Entered(date(2024, 3, 9), "纸质报表先到")
    (third,) = submit_files(settings, files[:1], parse_as_of("2024-04-22"), entered)
    assert str(third.verdict) == "rejected"
    assert correcting.corrections(demo_workplace("2024-04-23")).corrections == []


def test_a_register_touches_the_counts_that_look_at_what_differs(settings, played, demo_workplace):
    """A name is of no count; a date is."""
    w = demo_workplace("2024-07-02")
    entry = {"credit_code": "D", "name": "企业D", "certificate": "GR2023D", "issued": date(2023, 10, 1), "industry": "EQ"}
    other = entry | {"credit_code": "E", "name": "企业E", "certificate": "GR2023E"}
    hand_in(w, "hnte_register", "science", "2024-Q1", [entry | {"name": "更名后"}, other])
    assert only(demo_workplace("2024-07-02")).variables == ()
    hand_in(demo_workplace("2024-07-03"), "hnte_register", "science", "2024-Q1", [entry | {"issued": date(2020, 1, 1)}, other])
    last = correcting.corrections(demo_workplace("2024-07-04")).corrections[-1]
    assert last.variables == ("hnte_count",)
    assert {"indicator:hnte", "gate:collection"} <= set(items(last))
