"""Gates decided on a real database: what is stored, opened, closed, sealed and refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from gaoxin.campaign import decisions, deliverables, explaining, gatekeeping, measuring, outlooks
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm, Severity
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.quality.model import Checked, Finding
from gaoxin.returns.model import CellValue, Entry, ReadReturn, ReturnKey, SeriesValue, Verdict
from tests.said import said
from tests.stored import indicator_values

SHEET = "数据"


def finding(severity: Severity, cell: str = "D2") -> Finding:
    return Finding("jump", 2, severity, SHEET, cell, "gross_output", "1", said("与上期相差过大", "far from the period before"))


def hand_in(w: Workplace, form: str, unit: str, period: str, content, verdict=Verdict.ACCEPTED, findings=()) -> str:
    """A return, landed, checked and loaded by hand; content: values by variable, or records. Returns its id."""
    key = ReturnKey(w.plan.id, form, unit, Period.parse(period))
    raw = f"{key}{content}{verdict}{findings}".encode()
    series: tuple[SeriesValue, ...] = ()
    entries: tuple[Entry, ...] = ()
    if isinstance(content, dict):
        asked = w.plan.form(form)
        assert isinstance(asked, SeriesForm)
        units = {v.id: v.unit for v in asked.variables}
        series = tuple(
            SeriesValue(v, CellValue(SHEET, f"D{i}", str(x), Decimal(str(x))), units[v])
            for i, (v, x) in enumerate(content.items(), 2)
        )
    else:
        entries = tuple(
            Entry(i, {k: CellValue(SHEET, f"{'ABCDEF'[n]}{i}", str(v), v) for n, (k, v) in enumerate(e.items())})
            for i, e in enumerate(content, 3)
        )
    read = ReadReturn("f.xlsx", sha256(raw).hexdigest(), len(raw), key, 1, series, entries)
    with w.warehouse.begin() as store:
        store.returns.land(raw, "f.xlsx", w.now, "test")
        added = store.returns.add(read, w.now, plan_hash(w.plan))
        store.returns.save_check(added.return_id, Checked(read, verdict, tuple(findings), (), "s", "1"), w.now)
        if verdict is not Verdict.REJECTED:
            store.returns.load(added.return_id, read, w.plan, w.now)
    return added.return_id


def industry(w: Workplace, period: str, output, added=None, **more) -> str:
    added = added if added is not None else Decimal(str(output)) / 5
    values = {"gross_output": output, "value_added": added, "light_output": 0, "heavy_output": output, "enterprises": 20}
    return hand_in(w, "industry", "committee", period, values, **more)


def register(w: Workplace, unit: str, period: str, *codes: str) -> str:
    records = [
        {"credit_code": c, "name": f"企业{c}", "certificate": f"GR2023{c}", "issued": date(2023, 10, 1), "industry": "EQ"}
        for c in codes
    ]
    return hand_in(w, "hnte_register", unit, period, records)


def launch(workplace) -> None:
    w = workplace("2024-02-27")
    deliverables.record_evidence(w, "survey", "report", b"report", "report.pdf", "committee")
    assert gatekeeping.decide(w, "launch").verdict is GateVerdict.PASS


def months(workplace, *outputs) -> None:
    """Returns of February to May, handed in on the day after each period."""
    for period, day, output in zip(
        ("2024-02", "2024-03", "2024-04", "2024-05"), ("03-05", "04-08", "05-08", "06-06"), outputs, strict=True
    ):
        industry(workplace(f"2024-{day}"), period, output)


def history(w: Workplace, phase: str) -> list[GateResult]:
    with w.warehouse.begin() as store:
        return store.decisions.gate_history("demo", phase, w.now)


def rectifications(w: Workplace, open_only: bool = True) -> list:
    with w.warehouse.begin() as store:
        return [r for r in store.decisions.rectifications("demo", w.now) if not (open_only and r.closed_at)]


def criterion(result, name):
    return next(c for c in result.criteria if c.id == name)


def test_evaluating_stores_nothing(demo_workplace):
    w = demo_workplace("2024-02-27")
    with w.warehouse.begin() as store:
        before = len(store.ledger.events())
    assert gatekeeping.evaluate(w, "launch").verdict is GateVerdict.HOLD
    with w.warehouse.begin() as store:
        assert len(store.ledger.events()) == before
    assert history(w, "launch") == []
    with pytest.raises(UsageError):
        gatekeeping.evaluate(w, "nowhere")


def test_a_hold_opens_rectifications_once_and_the_mended_gate_closes_them(demo_workplace):
    w = demo_workplace("2024-02-26")
    held = gatekeeping.decide(w, "launch")
    assert (held.verdict, held.mode) == (GateVerdict.HOLD, Mode.DECISION)
    (opened,) = rectifications(w)
    assert (opened.owner, opened.criterion, opened.ref) == ("committee", "work_done", "survey.report")
    assert opened.due <= date(2024, 2, 29)
    with w.warehouse.begin() as store:
        events = len(store.ledger.events())
    gatekeeping.decide(demo_workplace("2024-02-26T23:59:59"), "launch")
    with w.warehouse.begin() as store:
        assert len(store.ledger.events()) == events
    gatekeeping.decide(demo_workplace("2024-02-27"), "launch")
    assert len(rectifications(w, open_only=False)) == 1
    later = demo_workplace("2024-02-28")
    deliverables.record_evidence(later, "survey", "report", b"report", "report.pdf", "committee")
    assert gatekeeping.decide(later, "launch").verdict is GateVerdict.PASS
    assert rectifications(later) == []
    (closed,) = rectifications(later, open_only=False)
    assert closed.closed_at is not None
    with w.warehouse.begin() as store:
        assert set(store.decisions.passed("demo", later.now)) == {"launch"}
        assert store.decisions.passed("demo", demo_workplace("2024-02-27").now) == {}
        assert store.ledger.verify().intact
    assert [h.verdict for h in history(later, "launch")] == ["hold", "hold", "pass"]


def test_a_rehearsal_asks_nobody_for_anything(demo_workplace):
    launch(demo_workplace)
    w = demo_workplace("2024-06-12")
    result = gatekeeping.decide(w, "collection")
    assert (result.verdict, result.mode) == (GateVerdict.HOLD, Mode.REHEARSAL)
    assert rectifications(w) == []
    assert [h.mode for h in history(w, "collection")] == ["rehearsal"]


def test_the_collection_gate_passes_by_the_offices_choice_when_on_track(demo_workplace):
    launch(demo_workplace)
    months(demo_workplace, 17, 26, 35, 44)
    for unit, codes in (("committee", ("A", "B", "C")), ("science", ("C", "D", "E"))):
        register(demo_workplace("2024-04-08"), unit, "2024-Q1", *codes)
    w = demo_workplace("2024-06-27")
    result = gatekeeping.decide(w, "collection")
    targets = criterion(result, "targets")
    assert result.verdict is GateVerdict.PASS, result
    assert "按进度正常判断" in targets.detail.zh
    values = {r.id: r for r in measuring.store_indicators(w)}
    assert (values["gross_output"].value, values["gross_output"].status.value) == (44, "on_track")
    assert values["hnte"].value == 5
    assert len(indicator_values(w.warehouse, "demo", "hnte", w.now)) == 1


def test_another_file_than_the_one_on_which_a_gate_passed_is_a_rectification_that_people_close(demo_workplace, tmp_path):
    """No run of the gate closes it, though its criterion is met; what came while it is open is part of it."""
    launch(demo_workplace)
    w = demo_workplace("2024-03-04")

    def recorded(content: bytes) -> tuple[str, ...]:
        file = tmp_path / "r.pdf"
        file.write_bytes(content)
        return deliverables.record_files(w, "survey", "report", [file], "committee").gates

    assert recorded(b"report") == ()
    assert rectifications(w) == []
    assert recorded(b"another") == recorded(b"a third") == ("launch",)
    gatekeeping.decide(demo_workplace("2024-03-05"), "launch")
    (made,) = rectifications(demo_workplace("2024-03-05"))
    assert (made.owner, made.phase, made.criterion, made.ref) == ("committee", "launch", "work_done", "survey.report~replaced")
    assert "2024-02-27 通过后，任务“开展调研”的成果“调研报告”换了新件" in made.subject.zh
    with pytest.raises(Refused, match="may not close"):
        decisions.close_rectification(w, made.id, "只改了排版", "committee")
    decisions.close_rectification(demo_workplace("2024-03-06"), made.id, "只改了排版，结论不变", "government")
    assert rectifications(demo_workplace("2024-03-06")) == []


def test_an_approval_holds_for_exactly_what_stood_and_nobody_approves_their_own(demo_workplace):
    launch(demo_workplace)
    months(demo_workplace, 17, 26, 35, 44)
    ours = {"committee": ("A", "B", "C"), "science": ("D", "E")}
    for unit, codes in ours.items():
        register(demo_workplace("2024-04-08"), unit, "2024-Q1", *codes)
    assert gatekeeping.decide(demo_workplace("2024-06-27"), "collection").verdict is GateVerdict.PASS
    for unit, codes in ours.items():
        register(demo_workplace("2024-07-05"), unit, "2024-Q2", *codes)
    industry(demo_workplace("2024-07-05"), "2024-06", 61)
    w = demo_workplace("2024-07-29")
    deliverables.record_evidence(w, "dossier", "dossier", b"dossier", "d.pdf", "committee")
    waiting = gatekeeping.decide(w, "application")
    assert waiting.waits_only_for_approval
    assert rectifications(w) == []
    with pytest.raises(Refused, match="not asked"):
        decisions.approve(w, "application", "committee", "approve", "好")
    with pytest.raises(Refused, match="changed since"):
        decisions.approve(w, "application", "government", "approve", "好", seal="0" * 64)
    with pytest.raises(UsageError):
        decisions.approve(w, "application", "government", "perhaps", "好")
    decisions.approve(w, "application", "government", "approve", "同意上报", seal=waiting.seal)
    assert gatekeeping.evaluate(w, "application").verdict is GateVerdict.PASS
    corrected = demo_workplace("2024-07-30")
    industry(corrected, "2024-06", 62)
    void = gatekeeping.decide(corrected, "application")
    assert void.verdict is GateVerdict.HOLD
    assert "失效" in criterion(void, "consent").detail.zh
    decisions.approve(corrected, "application", "government", "approve", "更正后同意")
    assert gatekeeping.decide(corrected, "application").verdict is GateVerdict.PASS
    assert [h.verdict for h in history(corrected, "application")] == ["hold", "hold", "pass"]


def test_a_unit_that_submitted_may_not_approve(demo_workplace):
    w = demo_workplace("2024-04-08")
    asked = w.plan
    phases = asked.phases
    gate = phases[2].gate.model_copy(update={"criteria": (phases[2].gate.criteria[2].model_copy(update={"by": "science"}),)})
    own = asked.model_copy(update={"phases": (*phases[:2], phases[2].model_copy(update={"gate": gate}))})
    with w.warehouse.begin() as store:
        store.plans.register(own, plan_hash(own), w.now)
    decisions.approve(w, "application", "science", "approve", "尚未报送")
    with pytest.raises(Refused, match="not asked"):  # whatever the plan said when the page was opened
        decisions.approve(w, "application", "government", "approve", "好")
    register(w, "science", "2024-Q1", "A")
    with pytest.raises(Refused, match="submitted returns"):
        decisions.approve(w, "application", "science", "approve", "好")


def test_a_waiver_has_a_role_a_reason_and_an_end(demo_workplace):
    w = demo_workplace("2024-02-27")
    for by, reason, expires, error in (
        ("committee", "因", date(2024, 3, 1), Refused),
        ("government", " ", date(2024, 3, 1), Refused),
        ("government", "因", date(2024, 2, 26), Refused),
        ("nobody", "因", date(2024, 3, 1), UsageError),
    ):
        with pytest.raises(error):
            decisions.waive(w, "launch", "work_done", by, reason, expires)
    with pytest.raises(UsageError):
        decisions.waive(w, "collection", "predecessors", "government", "因", date(2024, 12, 1))
    decisions.waive(w, "launch", "work_done", "government", "报告已口头汇报", date(2024, 2, 28))
    assert gatekeeping.evaluate(w, "launch").verdict is GateVerdict.WAIVED
    assert gatekeeping.evaluate(demo_workplace("2024-02-29"), "launch").verdict is GateVerdict.HOLD
    assert gatekeeping.evaluate(demo_workplace("2024-02-26"), "launch").verdict is GateVerdict.HOLD


def test_a_gate_that_has_passed_names_the_decision_that_was_kept_beside_how_it_would_be_judged(demo_workplace):
    deliverables.record_evidence(demo_workplace("2024-03-03T09:00"), "survey", "report", b"content", "r.pdf", "committee")
    gatekeeping.decide(demo_workplace("2024-03-04T09:00"), "launch")
    passed = outlooks.rehearsed(demo_workplace("2024-03-20"), "launch").passed
    assert passed is not None
    assert (passed.verdict, passed.decided_as_of, passed.days_late) == (GateVerdict.PASS, parse_as_of("2024-03-04T09:00"), 4)
    assert outlooks.rehearsed(demo_workplace("2024-03-04T08:59"), "launch").passed is None, "as it was known then"


def test_evidence_is_kept_by_its_bytes(demo_workplace):
    w = demo_workplace("2024-02-27")
    found = deliverables.record_evidence(w, "survey", "report", b"content", "r.pdf", "committee")
    assert found.sha256 == sha256(b"content").hexdigest()
    with w.warehouse.begin() as store:
        assert store.returns.content(found.sha256) == b"content"
    for task, deliverable, content, by, error in (
        ("survey", "nothing", b"x", "committee", UsageError),
        ("nothing", "report", b"x", "committee", UsageError),
        ("survey", "report", b"", "committee", Refused),
        ("survey", "report", b"x", "nobody", UsageError),
    ):
        with pytest.raises(error):
            deliverables.record_evidence(w, task, deliverable, content, "x", by)


def test_warnings_are_explained_and_errors_are_not(demo_workplace):
    w = demo_workplace("2024-03-05")
    warned = industry(w, "2024-02", 17, verdict=Verdict.ACCEPTED_WITH_WARNINGS, findings=(finding(Severity.WARNING),))
    with pytest.raises(Refused):
        decisions.explain(w, warned, "another_rule", "新投产", "committee")
    with pytest.raises(Refused):
        decisions.explain(w, warned, "jump", "  ", "committee")
    with pytest.raises(UsageError):
        decisions.explain(w, "demo__industry__committee__2024-03__v1", "jump", "新投产", "committee")
    before = criterion(gatekeeping.evaluate(demo_workplace("2024-03-12"), "collection"), "explained")
    assert before.passed is False
    with pytest.raises(Refused):
        decisions.explain(w, warned, "jump", "经核实，情况属实，特此说明。", "committee")
    decisions.explain(w, warned, "jump", "新投产", "committee")
    waits = criterion(gatekeeping.evaluate(demo_workplace("2024-03-12"), "collection"), "explained")
    assert [(s.owner, s.ref) for s in waits.shortfalls] == [("supervision", "demo__industry__committee__2024-02~review")]
    explaining.accept(w, warned, by="supervision", until=date(2024, 3, 12))
    assert criterion(gatekeeping.evaluate(demo_workplace("2024-03-12"), "collection"), "explained").passed is True
    late = criterion(gatekeeping.evaluate(demo_workplace("2024-03-13"), "collection"), "explained")
    assert [(s.owner, "已过期 1 条" in s.subject.zh) for s in late.shortfalls] == [("committee", True)], "it holds no more"


def test_a_rectification_is_closed_by_others_than_its_owner(demo_workplace):
    w = demo_workplace("2024-02-27")
    gatekeeping.decide(w, "launch")
    (opened,) = rectifications(w)
    for by, because, error in (("committee", "已办", Refused), ("science", "已办", Refused), ("supervision", "", Refused)):
        with pytest.raises(error):
            decisions.close_rectification(w, opened.id, because, by)
    with pytest.raises(UsageError):
        decisions.close_rectification(w, "nothing", "已办", "supervision")
    decisions.close_rectification(w, opened.id, "现场核实", "supervision")
    assert rectifications(w) == []
    with w.warehouse.begin() as store:
        (closed,) = store.decisions.rectifications("demo", w.now)
    name = w.plan.unit("supervision").name
    assert (closed.closed_because.zh, closed.closed_because.en) == (f"{name.to('zh')}：现场核实", f"{name.to('en')}: 现场核实")
    with pytest.raises(Refused, match="closed already"):
        decisions.close_rectification(w, opened.id, "再办", "supervision")


def test_a_figure_is_traced_to_its_cells_and_to_what_was_found_there(demo_workplace):
    w = demo_workplace("2024-03-05")
    returned = industry(
        w,
        "2024-02",
        17,
        verdict=Verdict.ACCEPTED_WITH_WARNINGS,
        findings=(finding(Severity.WARNING), finding(Severity.INFO, "D3")),
    )
    found = trace(w, "gross_output")
    assert (found.value, found.unit, str(found.period), found.formula) == (17, "亿元", "2024-02", "gross_output")
    (cell,) = found.inputs
    assert (cell.return_id, cell.sheet, cell.cell, cell.submitted_by, cell.value) == (returned, SHEET, "D2", "committee", 17)
    assert [f.cell for f in cell.findings] == ["D2"]
    assert cell.recorded_at == w.now
    missing = trace(w, "hnte")
    assert missing.value is None
    assert missing.inputs[0].reason
    register(demo_workplace("2024-04-08"), "committee", "2024-Q1", "A", "B")
    register(demo_workplace("2024-04-08"), "science", "2024-Q1", "B")
    entries = trace(demo_workplace("2024-04-09"), "hnte")
    assert entries.value == 2
    assert [(i.submitted_by, i.cell, (i.entry or {})["credit_code"]) for i in entries.inputs] == [
        ("committee", "A3", "A"),
        ("committee", "A4", "B"),
        ("science", "A3", "B"),
    ]
    with pytest.raises(UsageError):
        trace(w, "nothing")


BOTH = ("returns_complete", "no_open_errors")


@pytest.mark.parametrize("listed", [1_000, -1])
@pytest.mark.parametrize("newer", ["named", "hold"])
def test_a_later_version_that_does_not_count_is_named_and_holds_by_the_plans_choice(newer, listed, demo_workplace, monkeypatch):
    monkeypatch.setattr(gatekeeping, "LISTED", listed)
    launch(demo_workplace)
    months(demo_workplace, 17, 26, 35, 44)
    for period, day in (("2024-Q1", "2024-04-08"),):
        for unit, codes in {"committee": ("A", "B", "C"), "science": ("D", "E")}.items():
            register(demo_workplace(day), unit, period, *codes)

    def judged(at: str):
        w = demo_workplace(at)
        asked = w.plan.phase("collection")
        changed = [c.model_copy(update={"newer": newer}) if c.kind in BOTH else c for c in asked.gate.criteria]
        gate = asked.gate.model_copy(update={"criteria": tuple(changed)})
        phase = asked.model_copy(update={"gate": gate})
        with w.warehouse.read() as store:
            result = evaluate_gate(w.plan, phase, gatekeeping.gather(w, phase, store))
        return [criterion(result, name) for name in ("complete", "clean", "explained", "targets")]

    assert all(c.passed and "较新" not in c.detail.zh for c in judged("2024-06-27"))
    industry(demo_workplace("2024-06-27T10:00"), "2024-04", 36, verdict=Verdict.REJECTED, findings=(finding(Severity.ERROR),))
    assert "作数的版本中退回未改正 0 份" in judged("2024-06-27T11:00")[1].detail.zh
    for found in judged("2024-06-27T11:00"):
        assert "另有较新的版本不作数的 1 份：" in found.detail.zh
        assert "2024年4月（期限 2024-05-10）：第 2 版被退回，仍用第 1 版" in found.detail.zh
        holds = found.kind in BOTH and newer == "hold"
        assert found.passed is not holds
        assert [(s.owner, s.ref) for s in found.shortfalls] == [
            ("committee", "demo__industry__committee__2024-04~newer")] * holds
    industry(demo_workplace("2024-06-27T12:00"), "2024-04", 35.5)
    assert all("较新" not in c.detail.zh for c in judged("2024-06-27T13:00"))
