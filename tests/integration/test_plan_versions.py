"""Versions of a plan count: what they change of a gate within its decision window is named in its decision, deadlines are
those of then, and the units whose duties changed are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from gaoxin.campaign import (
    deadlines,
    decisions,
    delivering,
    flows,
    forms,
    gatekeeping,
    measuring,
    registering,
    reminding,
    reporting,
    standing,
    tracing,
)
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.intake import check_files
from gaoxin.campaign.preparing import SentReminder
from gaoxin.campaign.registering import Registered
from gaoxin.campaign.telling import tell_gate
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.channels.kinds.email import Email
from gaoxin.channels.office import Channels
from gaoxin.channels.port import Address, Letter, Outcome
from gaoxin.cli.main import run
from gaoxin.clock import LATEST, parse_as_of
from gaoxin.errors import SystemFault
from gaoxin.gates.model import GateResult
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm
from gaoxin.settings import Settings
from tests.conftest import PLANS

# A share that no check holds is an error of the plan.
SHARE_UNHELD = ("      - {kind: part_of, id: va_within_output, part: value_added, whole: gross_output}\n", "")


class Campaign:
    """The demo's plan, changed by replacing texts, each change registered at a time."""

    def __init__(self, settings: Settings, file: Path) -> None:
        self.settings, self.file = settings, file

    def register(self, as_of: str, *changes: tuple[str, str], reason: str | None = None) -> Registered:
        self.write(*changes)
        return registering.register_plan(self.settings, "demo", parse_as_of(as_of), by="committee", reason=reason)

    def write(self, *changes: tuple[str, str]) -> None:
        whole = self.file.read_text(encoding="utf-8")
        for old, new in changes:
            assert whole.count(old) == 1, old
            whole = whole.replace(old, new)
        self.file.write_text(whole, encoding="utf-8")

    def at(self, as_of: str, *, acts: bool = False) -> Workplace:
        return open_workplace(self.settings, "demo", parse_as_of(as_of), acts=acts)


@pytest.fixture
def campaign(settings_at: Callable[..., Settings], tmp_path: Path) -> Campaign:
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    found = Campaign(settings_at(tmp_path / "home", plans), plans / "demo" / "plan.yaml")
    assert found.register("2024-01-10").version == 1
    return found


GATE = "deadline: 2024-07"


def named(result: GateResult) -> list[tuple[int, str, str]]:
    return [(c.version, c.subject, c.field) for c in result.changed_within_window]


def test_a_gate_an_indicator_value_a_check_and_a_period_say_under_which_version(campaign, tmp_path):
    campaign.register("2024-03-20", ("at_least: 60", "at_least: 66"))
    for day, version in (("2024-03-15", 1), ("2024-03-25", 2)):
        w = campaign.at(day)
        answers = [standing.returns_status(w), measuring.indicators(w, None), tracing.trace(w, "gross_output"),
                   gatekeeping.shown(gatekeeping.evaluate(w, "collection"))]
        assert [as_json(a, "zh")["plan_version"] for a in answers] == [version] * 4
        page, told, _ = reporting.quality_report(w, Period.parse("2024-02"), tmp_path / day)
        assert f"第 {version} 版" in page.path.read_text(encoding="utf-8")
        assert f'"plan_version": {version}' in told.path.read_text(encoding="utf-8")
    w = campaign.at("2024-03-26", acts=True)
    gatekeeping.decide(w, "collection")
    measuring.store_indicators(w)
    with w.warehouse.begin() as store:
        assert store.decisions.gate_history("demo")[-1].plan_version == 2
        events = store.ledger.events("demo")
    assert {e.kind: e.payload.get("plan_version") for e in events if e.kind in ("gate.decided", "indicators.computed")} == {
        "gate.decided": 2, "indicators.computed": 2}
    with w.warehouse.engine.connect() as connection:
        kept = connection.execute(text("select distinct plan_version, plan_hash from gaoxin.indicator_values")).all()
    assert w.version
    assert kept == [(2, w.version.plan_hash)]


def test_a_report_under_a_former_version_no_longer_holds(campaign):
    (page, *_) = reporting.kept_report(campaign.at("2024-03-15"), Period.parse("2024-02"))
    campaign.register("2024-03-20", ("at_least: 60", "at_least: 66"))
    w = campaign.at("2024-03-21")
    since = reporting.kept_file(w, page.path.name).stale
    assert f"{since:%Y-%m-%d}" == "2024-03-20"
    reporting.renewed_reports(w)
    found = reporting.kept_file(w, page.path.name)
    assert found.stale is None
    assert "第 2 版" in found.content.decode()
    assert reporting.kept_file(w, page.path.name, page.sha256).superseded


def test_a_change_within_the_decision_window_is_named_and_voids_an_approval(campaign):
    w = campaign.at("2024-07-28", acts=True)
    decisions.approve(w, "application", "government", "approve", "同意")
    before = gatekeeping.evaluate(campaign.at("2024-07-28"), "application")
    assert named(before) == []
    campaign.register("2024-07-29", (GATE, "deadline: 2024-08-20"), reason="区政府同意延期")  # the launch's is 2024-02
    after = gatekeeping.evaluate(campaign.at("2024-08-19"), "application")
    assert named(after) == [(2, "phases.application", "gate.deadline")]
    (change,) = after.changed_within_window
    assert (str(change.day), change.by, "2024-07-31" in change.what.zh, "2024-08-20" in change.what.zh) == (
        "2024-07-29", "committee", True, True)
    consent = next(c for c in after.criteria if c.id == "consent")
    assert consent.passed is False
    assert "意见失效" in consent.detail.zh
    w = campaign.at("2024-08-19", acts=True)
    note = tell_gate(w, gatekeeping.decide(w, "application"))
    assert "判定期内方案改动（第 2 版，2024-07-29，园区管委会）" in note.zh
    with w.warehouse.begin() as store:
        assert named(store.decisions.gate_history("demo", "application")[-1]) == named(after)
        assert store.decisions.gate_history("demo", "application")[-1].changed_within_window == after.changed_within_window
    # What is approved with it stays approved.
    decisions.approve(w, "application", "government", "approve", "同意")
    again = gatekeeping.evaluate(campaign.at("2024-08-20"), "application")
    assert next(c for c in again.criteria if c.id == "consent").passed is True


@pytest.mark.parametrize(("day", "change", "expected"), [
    ("2024-07-20", ("at_least: 60", "at_least: 50"), []),  # before the window
    ("2024-07-27", ("at_least: 60", "at_least: 50"), [(2, "indicators.gross_output", "targets.0.target")]),
    ("2024-07-27", ("name: 申报材料}", "name: 申报书}"), [(2, "tasks.dossier", "deliverables.dossier.name")]),
    ("2024-07-27", ("max: 10000}", "max: 20000}"), [(2, "forms.industry", "variables.gross_output.max")]),
    ("2024-07-27", ("name: 区科技局}", "name: 区科技创新局}"), []),
    ("2024-07-27", ("name: 开展调研", "name: 开展实地调研"), []),  # of another gate
])
def test_only_what_changes_the_gate_within_its_window_is_named(campaign, day, change, expected):
    campaign.register(day, change)
    found = named(gatekeeping.evaluate(campaign.at("2024-07-30"), "application"))
    assert [(v, s, f if s != "indicators.gross_output" else "targets.0.target") for v, s, f in found] == expected


TASK = "due: 2024-07, phase: application"


def test_units_whose_duties_changed_are_told_once_and_others_are_not(campaign):
    found = campaign.register("2024-03-15", ("at_least: 60", "at_least: 66"), (TASK, "due: 2024-06-20, phase: application"),
                              ("name: 区科技局}", "name: 区科技创新局}"), reason="区政府批复")
    told = {t.unit: [c.subject for c in t.changes] for t in found.told}
    assert told == {"committee": ["tasks.dossier", "indicators.gross_output"],
                    "science": ["tasks.dossier", "indicators.gross_output"]}
    assert as_json(found, "zh")["told"][0]["unit"] == "committee"

    def notices(as_of: str, *, dry_run: bool = False) -> dict[str, SentReminder]:
        sent = reminding.remind(campaign.at(as_of, acts=not dry_run), dry_run)
        return {r.audience: r for r in sent if ".plan-v" in r.key}

    planned = notices("2024-03-17", dry_run=True)
    assert planned.keys() == told.keys(), "owed until they are sent"
    assert notices("2024-03-17").keys() == told.keys()
    assert {r.state for r in notices("2024-03-17").values()} == {"held"}, "a Sunday"
    sent = notices("2024-03-18")
    assert {u: r.state for u, r in sent.items()} == {"committee": "sent", "science": "sent"}
    assert sent["science"].headline == "【演练】【方案变更】示例园区创建工作第 2 版自 2024-03-15 起生效，涉及贵单位 2 处"
    body = sent["science"].body
    assert all(text in body.zh for text in ("区科技创新局：", "≥ 60", "≥ 66", "2024-06-20", "改动缘由：区政府批复"))
    assert all(text in body.en for text in ("Version 2", "in force from 2024-03-15", "区政府批复", "[DRILL]"))
    assert sent["science"].file
    assert sent["science"].file.exists()
    assert notices("2024-03-18") == notices("2024-03-19") == {}
    assert notices("2024-03-17", dry_run=True).keys() == told.keys(), "as it was known then"
    assert not campaign.register("2024-03-20", ("decision: 按月报送", "decision: 每月报送")).told
    assert notices("2024-03-20") == {}
    with campaign.at("2024-03-20").warehouse.begin() as store:
        registered = [e.payload.get("units_told") for e in store.ledger.events("demo") if e.kind == "plan.registered"]
        assert registered == [None, ["committee", "science"], None]
        assert store.ledger.verify().intact


def test_a_notice_that_could_not_be_sent_stays_owed_and_two_processes_send_it_once(campaign):
    campaign.register("2024-03-15", ("at_least: 60", "at_least: 66"))
    w = campaign.at("2024-03-18", acts=True)

    class Broken(Email):
        def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
            raise SystemFault(Text("邮件服务器不通", "no mail server"), todo=Text("稍后重试", "try later"))

    contacts = campaign.file.with_name("contacts.yaml")
    contacts.write_text("committee: {email: a@x.invalid}\nscience: {email: b@x.invalid}\n", encoding="utf-8")
    w = replace(w, settings=w.settings.model_copy(update={"contacts": contacts}))
    broken = Channels({"email": Broken("localhost", 25, sender="x@x.invalid")})
    failed = [r for r in reminding.remind(w, mailer=broken) if ".plan-v" in r.key]
    assert [r.state for r in failed] == ["failed", "failed"]
    with w.warehouse.begin() as store:
        owed = reminding.owed_notices(w, store)
    assert len(owed) == 2
    stale = [replace(SentReminder(**vars(r)), channel="outbox") for r in owed]
    first, again = delivering.deliver(w, stale, None, {}), delivering.deliver(w, stale, None, {})
    assert [r.detail for r in first] == [None, None]
    assert all(r.detail and "另一进程" in r.detail.zh for r in again)


def passed(campaign: Campaign) -> dict[str, list[str]]:
    with campaign.at("2024-12-31").warehouse.begin() as store:
        steps = store.plans.steps("demo", LATEST)
    return {ref: sorted(step for _, r, step in steps if r == ref and step.startswith("passed")) for _, ref, _ in steps}


def test_deadlines_are_those_of_then_and_pass_once(campaign):
    campaign.register("2024-03-15", (TASK, "due: 2024-06-20, phase: application"))
    with campaign.at("2024-03-15").warehouse.begin() as store:
        days = [next(str(d.due) for d in store.plans.deadlines("demo", parse_as_of(day)) if d.ref == "dossier")
                for day in ("2024-03-14", "2024-03-16")]
    assert days == ["2024-07-31", "2024-06-20"]
    # Brought forward: it has passed when its new day is over, whatever was sent of it before.
    reminding.remind(campaign.at("2024-06-17", acts=True))
    deadlines.mark_passed(campaign.at("2024-06-21", acts=True))
    assert passed(campaign)["dossier"] == ["passed +1d"]
    # Put off afterwards: it does not pass again.
    campaign.register("2024-06-25", ("due: 2024-06-20, phase: application", "due: 2024-07-10, phase: application"))
    deadlines.mark_passed(campaign.at("2024-07-15", acts=True))
    assert passed(campaign)["dossier"] == ["passed +1d"]


def test_the_ladder_leads_anew_to_a_day_that_was_moved(campaign):
    def asked(as_of: str) -> set[str]:
        sent = reminding.remind(campaign.at(as_of, acts=True))
        return {ref for r in sent for ref in r.refs if ref.startswith("dossier@")}

    assert asked("2024-07-26") == {"dossier@before3"}  # due on 07-31
    campaign.register("2024-07-29", (TASK, "due: 2024-08-30, phase: application"))
    assert asked("2024-07-30") == set()
    assert asked("2024-08-23") == {"dossier@before7~2024-08-30"}


def test_forms_and_templates_are_those_of_the_plan_in_force_and_an_old_template_is_told(campaign, tmp_path):
    def template(name: str) -> Path:
        by = forms.in_force(campaign.settings, "demo")
        told = forms.template(by, "industry", "committee", Period.parse("2024-02"), tmp_path / name, "zh")
        assert told.plan_version == by.version
        return told.file

    def findings(file: Path) -> list[str]:
        (checked,) = check_files(campaign.settings, [file], parse_as_of("2024-03-05"))
        return [str(f.rule) for f in checked.findings if f.rule and "template" in f.rule]

    def variables() -> list[str]:
        answer = forms.forms(forms.in_force(campaign.settings, "demo"))
        return [v.id for f in answer.forms if isinstance(f, SeriesForm) for v in f.variables]

    old = template("old.xlsx")
    assert findings(old) == []
    book = pytest.importorskip("openpyxl").load_workbook(old)
    assert "【演练】 园区工业月报" in [row[1].value for row in book["封面"].iter_rows()]
    assert [sheet.oddHeader.center.text for sheet in book.worksheets] == ["【演练】园区工业月报"] * 2
    by = forms.in_force(campaign.settings, "demo")
    assert (by.drill, by.unknown) == (True, False)
    (checked,) = check_files(campaign.settings, [old], parse_as_of("2024-03-05"))
    assert {str(f.rule).split(".")[-1] for f in checked.findings} == {"required"}, "its reader does not mind"
    after = "      - {id: enterprises, name: 规上企业数"
    more = (after, f"      - {{id: staff, name: 从业人员, unit: 人, kind: stock, required: false}}\n{after}")
    campaign.write(more)
    by = forms.in_force(campaign.settings, "demo")
    assert (by.version, by.file_differs, "staff" in variables()) == (1, True, False), "the file alone changes nothing"
    campaign.register("2024-03-01")
    by = forms.in_force(campaign.settings, "demo")
    assert (by.version, by.file_differs, "staff" in variables()) == (2, False, True)
    assert findings(old) == ["file.template_of_another_form"]
    assert findings(template("new.xlsx")) == []
    # As of the day before, it is the form of then.
    assert forms.in_force(campaign.settings, "demo", parse_as_of("2024-02-20")).version == 1
    # Another rule of judgement is no other template.
    campaign.register("2024-03-02", ("max: 10000}", "max: 10000, jump: 20}"))
    assert findings(template("newer.xlsx")) == findings(tmp_path / "new.xlsx") == []


def test_without_a_database_the_file_speaks_and_none_is_made(tmp_path):
    found = forms.in_force(Settings(home=tmp_path / "home", plans_=PLANS), "demo")
    assert (found.version, found.file_differs, found.plan.id) == (None, False, "demo")
    assert not (tmp_path / "home").exists()


def test_the_command_line_says_who_is_told_and_names_the_changes_of_a_gate(campaign, monkeypatch, capsys):
    settings = campaign.settings
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(settings.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    campaign.write((GATE, "deadline: 2024-08-20"))
    assert run(["plan", "register", "demo", "--by", "nobody"]) == 2
    capsys.readouterr()
    assert run(["plan", "register", "demo", "--by", "government", "--as-of", "2024-07-29"]) == 0
    assert "随下一次提醒告知职责有变的单位：区政府（1 处）、园区管委会（1 处）。" in capsys.readouterr().out
    assert run(["gate", "demo", "application", "--as-of", "2024-08-18", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["plan_version"] == 2
    (change,) = told["changed_within_window"]
    assert (change["version"], change["day"], change["by"], change["subject"], change["field"]) == (
        2, "2024-07-29", "government", "phases.application", "gate.deadline")
    assert run(["gate", "demo", "application", "--as-of", "2024-08-18"]) == 1
    shown = capsys.readouterr().out
    assert "判定期内方案改动" in shown
    assert "区政府" in next(line for line in shown.splitlines() if "2024-07-29" in line)
    campaign.write(("decision: 按月报送", "decision: 每月报送"))
    assert run(["plan", "register", "demo", "--as-of", "2024-08-19", "--lang", "en"]) == 0
    assert "nobody is told" in capsys.readouterr().out
    assert run(["plan", "register", "demo", "--as-of", "2024-08-19", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"]["error"] == 0
    campaign.write(SHARE_UNHELD)
    assert run(["plan", "register", "demo", "--as-of", "2024-08-20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["version"], found["findings"]["error"]) == (4, 1)
    assert run(["plan", "check", "demo", "--json"]) == 1
    totals = json.loads(capsys.readouterr().out)["totals"]
    assert found["findings"] == {"error": totals["error"], "warning": totals["warning"]}
    assert run(["plan", "register", "demo", "--as-of", "2024-08-21"]) == 0
    assert f"方案检查发现错误 1 处、警告 {totals['warning']} 处：gaoxin plan check demo。" in capsys.readouterr().out


def test_the_supervision_flow_puts_a_changed_file_into_force_and_says_whom_it_concerns(campaign):
    campaign.write(("at_least: 60", "at_least: 66"))
    asked = flows.Asked(period=Period.parse("2024-02"))
    note = flows.survey(campaign.at("2024-03-15", acts=True), asked)["note"]
    assert note.startswith("方案第 2 版生效，改动 1 处，随下一次提醒告知 园区管委会、区科技局。")
    assert "方案检查" not in note
    assert "生效" not in flows.survey(campaign.at("2024-03-15", acts=True), asked)["note"]
    w = campaign.at("2024-03-16", acts=True)
    flows.report(w, asked)
    with w.warehouse.begin() as store:
        version = store.plans.in_force("demo", w.known)
        (run_,) = [e for e in store.ledger.events("demo") if e.kind == "statistics.run"]
    assert version
    assert (version.registered_by, registering.who(w.plan, version.registered_by).to("zh")) == ("supervision flow", "督办流程")
    assert run_.payload["plan_version"] == 2
    campaign.write(SHARE_UNHELD)
    note = flows.survey(campaign.at("2024-03-17", acts=True), asked)["note"]
    assert "方案检查发现错误 1 处，请改正：gaoxin plan check demo。" in note
    note = flows.survey(campaign.at("2024-03-17", acts=True), asked)["note"]
    assert "方案检查" not in note
