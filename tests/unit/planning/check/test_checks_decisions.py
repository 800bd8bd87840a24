"""What the office decided: the finding stays, with who, when and why beside it; nothing else is silenced by it."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import date

import pytest
import yaml
from rich.cells import cell_len

from gaoxin.cli.main import run
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.planning.check.checks import FINDINGS, check_plan, worst
from tests.plan_texts import demo
from tests.unit.planning.check.checked_plans import checked, found, indicator, the, with_indicators

RATE = {"code": "two_values", "subject": "indicators.value_added_rate"}


def choice(*settles, name="annex_binds", **fields):
    made = {
        "id": name, "subject": "正文与附件不一致", "decision": {"zh": "以附件为准", "en": "The annex binds"},
        "reason": {"zh": "附件落到单位", "en": "It names the units"}, "decided_by": "committee", "decided_on": "2024-01-15",
        "settles": list(settles),
    } | fields
    return lambda data: data["choices"].append(made)


def test_a_settled_finding_stays_and_shows_the_decision():
    [finding] = found("two_values", choice(RATE))
    assert finding.state == "decided"
    d = finding.decision
    assert d is not None
    assert (d.choice, d.by.zh, d.on) == ("annex_binds", "园区管委会", date(2024, 1, 15))
    assert (d.decision.zh, d.reason.en) == ("以附件为准", "It names the units")


def test_a_decision_settles_only_the_code_and_the_subject_that_it_names():
    before = [f for f in checked() if f.code != "two_values"]
    after = [f for f in checked(choice(RATE)) if f.code != "two_values"]
    assert before == after


def test_a_decision_on_nothing_is_told_with_what_there_is():
    [finding] = found("decision_without_finding", choice(RATE | {"subject": "indicators.hnte"}))
    assert finding.subject == "choices.annex_binds"
    assert "indicators.value_added_rate" in finding.decide.zh
    [finding] = found("decision_without_finding", choice(RATE | {"code": "two_years"}))
    assert "two_dates" in finding.decide.zh  # what that indicator has
    assert found("decision_without_finding", choice(RATE)) == []


def test_an_error_cannot_be_settled():
    def broken(data):
        the(data, "indicators", "gross_output")["measures"][0]["formula"] = "gross_output +"
    here = {"code": "formula_unreadable", "subject": "indicators.gross_output.measures.value"}
    findings = checked(broken, choice(here))
    assert [f.state for f in findings if f.code == "formula_unreadable"] == ["open"]
    assert [(str(f.severity), f.subject) for f in findings if f.code == "error_cannot_be_settled"] == [
        ("error", "choices.annex_binds"),
    ]


def test_a_finding_is_decided_once():
    edits = choice(RATE), choice(RATE, name="main_text_binds", decision="以正文为准")
    [finding] = found("two_values", *edits)
    assert finding.decision is not None
    assert finding.decision.choice == "annex_binds"
    [twice] = found("decided_twice", *edits)
    assert twice.subject == "choices.main_text_binds"


def test_a_rhythm_that_a_dated_choice_set_is_decided_and_without_a_date_it_is_not():
    [undated] = found("cadence_by_choice")
    assert (undated.state, undated.decision) == ("open", None)
    assert "decided_on" in undated.decide.zh
    [dated] = found("cadence_by_choice", lambda data: the(data, "choices", "cadence").update(decided_on="2024-01-05"))
    assert dated.decision is not None
    assert (dated.state, dated.decision.on) == ("decided", date(2024, 1, 5))


def test_what_is_decided_makes_no_plan_fail():
    settle = [choice(*({"code": f.code, "subject": f.subject} for f in checked() if f.severity == "warning"))]
    findings = checked(*settle)
    assert worst(findings) == "info"
    assert {f.state for f in findings if f.severity == "warning"} == {"decided"}


def test_who_decides_is_named_and_whoever_keeps_the_plan_mends_it():
    for finding in checked(choice(RATE | {"subject": "indicators.hnte"})):
        about = FINDINGS[finding.code].about
        assert finding.decide.zh.startswith("园区管委会决定：" if about == "document" else "改方案："), finding


# the command

@pytest.fixture
def draft(tmp_path):
    def write(*edits):
        data = yaml.safe_load(demo())
        for edit in edits:
            edit(data)
        file = tmp_path / "draft.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return str(file)
    return write


def answer(capsys, *args):
    status = run(["plan", "check", *args, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_json_tells_state_decision_and_what_to_decide(capsys, draft):
    status, said = answer(capsys, draft(choice(RATE)), "--lang", "en")
    assert status == 0
    by_code = {f["code"]: f for f in said["findings"]}
    assert by_code["two_values"]["state"] == "decided"
    assert by_code["two_values"]["decision"] == {
        "choice": "annex_binds", "by": "园区管委会", "on": "2024-01-15", "reason": "It names the units",
        "decision": "The annex binds",
    }
    assert by_code["two_dates"]["decision"] is None
    assert by_code["two_dates"]["state"] == "open"
    assert "2024-07, or 2024-12" in by_code["two_dates"]["decide"]
    assert said["totals"]["decided"] == 1
    assert said["totals"]["open"] == len(said["findings"]) - 1


def test_open_lists_only_what_is_open(capsys, draft):
    _, said = answer(capsys, draft(choice(RATE)), "--open")
    assert "two_values" not in {f["code"] for f in said["findings"]}
    assert said["totals"]["decided"] == 1


def test_strict_asks_only_for_what_is_open(capsys, draft):
    settle = choice(*({"code": f.code, "subject": f.subject} for f in check_plan(parse_plan(demo())) if f.severity == "warning"))
    assert answer(capsys, draft(), "--strict")[0] == 1
    assert answer(capsys, draft(settle), "--strict")[0] == 0


def test_for_people_every_finding_its_subject_and_the_totals_are_there(capsys, draft):
    assert run(["plan", "check", draft(choice(RATE))]) == 0
    out = capsys.readouterr().out
    for f in check_plan(parse_plan(demo())):
        assert f.message.zh in out
        assert f.subject in out
    assert "✓ 已决定：以附件为准（园区管委会，2024-01-15，annex_binds）；理由：附件落到单位" in out
    assert "→ 园区管委会决定：" in out
    assert "两" not in out.splitlines()[0]
    assert "\x1b" not in out
    assert [line for line in out.splitlines() if "two_values" in line][-1].split()[-2:] == ["0", "1"]


def test_what_is_decided_in_the_same_words_is_told_once(capsys, draft):
    def years(data):
        for name in ("gross_output", "hnte"):
            targets = the(data, "indicators", name)["targets"]
            targets[0]["binding"] = True
            targets.append({**targets[0], "binding": False, "due": "2025-12", "source": "正文 一"})
    run(["plan", "check", draft(years)])
    out = capsys.readouterr().out
    assert out.count("2024-07，还是 2025-12") == 1
    assert out.count("有不同的完成时间") == 3


# a terminal

@pytest.fixture
def in_a_terminal(draft, monkeypatch):
    """What `plan check` prints into a window of so many columns, colours taken off."""
    def shown(columns, *edits):
        class Window(io.StringIO):
            def isatty(self):
                return True
        window = Window()
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stdout", window)
        run(["plan", "check", draft(*edits)])
        return re.sub(r"\x1b\[[0-9;]*m", "", window.getvalue())
    return shown


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_is_never_overrun(in_a_terminal, columns):
    lines = in_a_terminal(columns, choice(RATE)).splitlines()
    assert len(lines) > 20
    assert [line for line in lines if cell_len(line) > columns] == []


def test_what_many_findings_say_alike_is_said_once_in_a_terminal(in_a_terminal):
    def undated(data):
        for name in ("gross_output", "value_added_rate", "hnte"):
            the(data, "indicators", name)["targets"][0].pop("due")
    out = in_a_terminal(100, undated, with_indicators(indicator()))
    assert out.count("永远不会到期") == 1
    assert "…的目标没有完成时间，永远不会到期" in out
    for told in ("年工业总产值（附件 第1项）  indicators.gross_output", "高新技术企业（附件 第3项）  indicators.hnte"):
        assert told in out
