"""The command line as users meet it: a process, a fresh installation, a campaign from its template to its ledger.

One story is played once, on a database of its own; the tests then look at what was answered.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

PLANS = Path(__file__).parents[1] / "plans"
GAOXIN = Path(sys.executable).with_name("gaoxin")


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@dataclass(frozen=True)
class Installation:
    home: Path
    database: str

    def run(self, *args: str | Path, **environment: str) -> Said:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GAOXIN_")}
        done = subprocess.run(
            [GAOXIN, *map(str, args)], capture_output=True, text=True, timeout=240, check=False, cwd=self.home,
            env=kept
            | {"GAOXIN_HOME": str(self.home), "GAOXIN_PLANS": str(PLANS), "GAOXIN_DATABASE_URL": self.database}
            | environment,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def here(cluster, tmp_path_factory) -> Installation:
    engine = create_engine(cluster.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("create database cli_story template template0"))
    found = Installation(tmp_path_factory.mktemp("home"), cluster.url("cli_story").render_as_string(hide_password=False))
    assert found.run("drill", "begin").status == 0
    return found


def filled(file: Path, values: dict[str, Any]) -> Path:
    """Fills a template as a unit would: finds each variable's row and writes its value."""
    import openpyxl

    book = openpyxl.load_workbook(file)
    sheet = book["数据"]
    assert sheet["D1"].value in ("数值", "value")
    for row in range(2, sheet.max_row + 1):
        code = str(sheet.cell(row, 1).value)
        if code in values:
            sheet.cell(row, 4).value = values[code]
    book.save(file)
    return file


GOOD = {"gross_output": 12.5, "value_added": 2.5, "light_output": 5, "heavy_output": 7.5, "enterprises": "30家"}
BAD = GOOD | {"value_added": 22.5}


@pytest.fixture(scope="module")
def story(here: Installation) -> dict[str, Said]:
    told: dict[str, Said] = {}

    def step(name: str, *args: str | Path, **environment: str) -> None:
        told[name] = here.run(*args, **environment)

    template = ("returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02", "-o")
    step("forms", "returns", "forms", "demo", "--json")
    step("template", *template, here.home / "good.xlsx", "--json")
    step("template again", *template, here.home / "good.xlsx")
    step("template bad", *template, here.home / "bad.xlsx", "--lang", "en")
    good, bad = filled(here.home / "good.xlsx", GOOD), filled(here.home / "bad.xlsx", BAD)
    (here.home / "corrupt.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    nowhere = {"GAOXIN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}  # check touches no database
    step("check", "returns", "check", good, bad, here.home / "corrupt.xlsx", "--json", **nowhere)
    step("check piped", "returns", "check", bad, **nowhere)
    step("gate held", "gate", "demo", "launch", "--as-of", "2024-02-27", "--json")
    report = here.home / "调研报告.txt"
    report.write_text("调研报告", encoding="utf-8")
    step("evidence", "evidence", "demo", "survey", report, "--by", "committee", "--as-of", "2024-02-27", "--json")
    step("gate", "gate", "demo", "launch", "--as-of", "2024-02-28", "--json")
    step("gate piped", "gate", "demo", "collection", "--as-of", "2024-02-28")
    step("wall", "wall", "demo", "--as-of", "2024-03-12", "--json")
    step("wall piped", "wall", "demo", "--as-of", "2024-03-12")
    at = ("--as-of", "2024-03-05", "--json")
    step("submit", "returns", "submit", good, *at)
    step("submit again", "returns", "submit", good, *at)
    step("status", "returns", "status", "demo", "--period", "2024-02", *at)
    step("status before", "returns", "status", "demo", "--period", "2024-02", "--as-of", "2024-03-01", "--json")
    step("status piped", "returns", "status", "demo", "--as-of", "2024-03-12")
    step("indicators", "indicators", "demo", *at)
    step("trace", "trace", "demo", "gross_output", *at)
    cell = ("trace", "demo", "--cell", "demo__industry__committee__2024-02__v1", "数据!D6")
    step("cell", *cell, *at)
    step("cell piped", *cell, "--as-of", "2024-03-05", "--lang", "en")
    step("trace nothing", "trace", "demo")
    step("trace piped", "trace", "demo", "gross_output", "--as-of", "2024-03-05")
    waiver = ("--by", "government", "--reason", "演练", "--expires", "2024-12-31")
    step("waive", "waive", "demo", "collection", "complete", *waiver, *at)
    step("rectifications", "rectification", "list", "demo", *at)
    step("dry run", "remind", "demo", "--dry-run", "--as-of", "2024-04-09", "--json")
    step("remind", "remind", "demo", "--as-of", "2024-04-09", "--json")
    step("remind again", "remind", "demo", "--as-of", "2024-04-09", "--json")
    step("sample", "sample", "demo", "--from", "2024-03", "--to", "2024-03", "-o", here.home / "var" / "inbox", "--json")
    step("inbox", "inbox", "pull", "demo", "--check", "--as-of", "2024-04-09", "--json")
    step("inbox again", "inbox", "pull", "demo", "--as-of", "2024-04-09", "--json")
    step("evidence late", "evidence", "demo", "survey", report, "--by", "committee", "--as-of", "2024-02-27")
    step("report", "report", "quality", "demo", "--period", "2024-02", "-o", here.home / "report", *at)
    step("report clean", "report", "quality", "demo", "--period", "2024-03", "-o", here.home / "clean", "--as-of", "2024-04-09",
         "--json")
    step("ledger", "ledger", "verify", "--json")
    step("ledger list", "ledger", "list", "--json")
    return told


NO = {"check", "check piped", "gate held", "gate piped"}
WRONG = {"template again", "evidence late", "trace nothing"}


def test_every_step_ends_with_its_exit_status(story):
    statuses = {name: said.status for name, said in story.items()}
    assert statuses == {name: 1 if name in NO else 2 if name in WRONG else 0 for name in story}, "\n".join(
        f"{name}: {said.err}" for name, said in story.items() if said.err
    )


def test_forms_list_what_is_asked(story):
    forms = {form["id"]: form for form in story["forms"].json["forms"]}
    assert set(forms) == {"industry", "hnte_register"}
    assert forms["industry"]["kind"] == "series"
    assert forms["industry"]["periodicity"] == "month"
    assert forms["industry"]["units"] == ["committee"]
    assert "gross_output" in [v["id"] for v in forms["industry"]["variables"]]
    assert "credit_code" in [v["id"] for v in forms["hnte_register"]["variables"]]


def test_a_template_is_not_written_over(story, here):
    assert Path(story["template"].json["file"]) == here.home / "good.xlsx"
    assert story["template again"].out == ""
    assert "--force" in story["template again"].err
    assert "gaoxin returns check" in story["template bad"].out


def test_every_file_is_answered_and_a_finding_names_its_cell(story):
    good, bad, corrupt = story["check"].json["returns"]
    assert good["verdict"] == "accepted"
    assert (good["campaign"], good["form"], good["unit"], good["period"]) == ("demo", "industry", "committee", "2024-02")
    assert bad["verdict"] == "rejected"
    assert any(f["severity"] == "error" and f["sheet"] == "数据" and f["cell"] for f in bad["findings"])
    assert corrupt["verdict"] == "rejected"
    assert corrupt["findings"]
    assert corrupt["findings"][0]["level"] == 0
    for finding in bad["findings"] + corrupt["findings"]:
        assert set(finding) >= {"rule", "level", "severity", "sheet", "cell", "variable", "value", "message"}


def test_people_get_a_table_with_the_cell_and_what_to_do(story):
    said = story["check piped"].out
    assert "✗ 退回" in said
    assert "数据!" in said
    assert "改正后重报" in said
    assert "\x1b" not in said


def test_a_return_is_recorded_once(story, here):
    (first,), (again,) = story["submit"].json["returns"], story["submit again"].json["returns"]
    assert first["verdict"] == "accepted"
    assert first["version"] == 1
    assert first["sha256"] == sha256((here.home / "good.xlsx").read_bytes()).hexdigest()
    assert (again["return_id"], again["version"]) == (first["return_id"], 1)


def test_status_tells_the_period_asked_for_as_of_the_time_asked_for(story):
    (row,) = story["status"].json["rows"]
    assert (row["unit"], row["form"], row["period"], row["state"]) == ("committee", "industry", "2024-02", "accepted")
    assert row["version"] == 1
    (before,) = story["status before"].json["rows"]
    assert before["state"] == "due"
    assert before["version"] is None
    assert "✓ 接收" in story["status piped"].out
    assert "报送率 100%，及时率 100%。" in story["status piped"].out


def test_indicators_carry_what_was_submitted(story):
    told = {i["id"]: i for i in story["indicators"].json["indicators"]}
    assert told["gross_output"]["value"] == 12.5
    assert told["gross_output"]["period"] == "2024-02"
    assert told["gross_output"]["gap"] == 47.5
    assert told["hnte"]["value"] is None
    assert told["hnte"]["status"] == "unknown"
    wanted = {
        "id", "name", "value", "unit", "period", "target", "gap", "completion", "status", "forecast", "forecast_low",
        "forecast_high",
    }
    assert all(set(i) >= wanted for i in told.values())


def test_a_figure_leads_back_to_its_cell(story, here):
    import openpyxl

    told = story["trace"].json
    assert told["value"] == 12.5
    (found,) = told["inputs"]
    assert found["variable"] == "gross_output"
    assert found["value"] == 12.5
    assert found["file_sha256"] == story["submit"].json["returns"][0]["sha256"]
    book = openpyxl.load_workbook(here.home / "good.xlsx")
    assert book[found["sheet"]][found["cell"]].value == 12.5
    assert found["cell"] in story["trace piped"].out
    assert found["matches"] is True
    assert "重读了 1 份原始文件" in story["trace piped"].out


def test_a_cell_is_told_in_words_by_a_process_that_judges_nothing(story):
    told = story["cell"].json
    assert (told["raw"], told["read"], [f["value"] for f in told["facts"]]) == ("30家", 30, [30])
    assert [r["code"] for r in told["repairs"]] == ["returns.unit_removed"]
    (found,) = told["findings"]
    assert found["message"] == "「数据」D6 规上企业数：“30家”读作 30（去掉数值后的计量单位「家」）；请核对"
    assert "unit after the number removed" in story["cell piped"].out
    assert "quality." not in story["cell piped"].out
    assert "gaoxin indicators demo" in story["trace nothing"].err


def test_a_gate_holds_with_its_reasons_until_the_evidence_is_there(story):
    held = story["gate held"].json
    assert held["verdict"] == "hold"
    assert held["decided_as_of"].startswith("2024-02-27")
    (criterion,) = held["criteria"]
    assert (criterion["id"], criterion["kind"], criterion["passed"]) == ("work_done", "deliverables_present", False)
    assert criterion["detail"]
    assert story["gate"].json["verdict"] == "pass"
    assert "不放行" in story["gate piped"].out


def test_how_it_all_stands_is_one_answer_for_scripts_and_terminals(story):
    wall, shown = story["wall"].json, story["wall piped"].out
    assert [p["id"] for p in wall["phases"]] == ["launch", "collection", "application"]
    assert wall["overdue"] == sum(o["overdue"] for o in wall["owes"]) > 0
    assert f"逾期 {wall['overdue']} 项" in shown
    assert all(p["name"] in shown for p in wall["phases"])


def test_reminders_are_told_then_sent_once(story):
    planned = story["dry run"].json["reminders"]
    assert planned
    assert all(set(r) >= {"key", "audience", "channel", "level", "subject", "due", "state"} for r in planned)
    assert not any(r["state"] == "sent" for r in planned)
    sent = [r["key"] for r in story["remind"].json["reminders"] if r["state"] == "sent"]
    again = [r["key"] for r in story["remind again"].json["reminders"] if r["state"] == "sent"]
    assert not set(sent) & set(again)


def test_made_up_returns_are_taken_from_the_inbox_once(story):
    files = story["sample"].json["files"]
    assert {f["period"] for f in files} >= {"2024-03"}
    taken = story["inbox"].json
    assert len(taken["returns"]) == len(files)
    assert taken["checked"] == {"accepted": len(files)}
    assert taken["facts"] > len(files)
    assert story["inbox again"].json["returns"] == []


def test_a_report_is_written_with_its_hashes(story):
    files = story["report"].json["files"]
    assert files
    assert all(sha256(Path(f["path"]).read_bytes()).hexdigest() == f["sha256"] for f in files)


def test_a_report_that_a_process_of_its_own_writes_has_words_and_no_codes(story):
    """Of a period without a finding, by which the words of checks would be known."""
    for file in (Path(f["path"]) for f in story["report clean"].json["files"]):
        if file.suffix != ".xlsx":
            told = file.read_text(encoding="utf-8")
            assert "工业总产值" in told
            assert not re.findall(r"(?<![_\w])(?:quality|checks|returns)\.[a-z_]+(?:\.[a-z_]+)*(?=[（\s，；\"<])", told)


def test_a_waiver_is_recorded_by_whom_and_until_when(story):
    told = story["waive"].json
    assert (told["by"], told["criterion"], told["expires"]) == ("government", "complete", "2024-12-31")


def test_the_ledger_holds_what_was_done(story):
    told = story["ledger"].json
    assert told["intact"] is True
    assert told["first_bad"] is None
    assert told["events"] > 3
    listed = story["ledger list"].json
    assert listed["head"] == told["head"]
    assert [e["seq"] for e in listed["events"]] == list(range(1, told["events"] + 1))


def test_without_a_url_the_embedded_database_serves_and_lets_the_pipe_go(here):
    """A server that outlived the command and kept its stdout open would hang every `gaoxin … | less`."""
    said = here.run("ledger", "verify", "--json", GAOXIN_DATABASE_URL="")
    assert said.status == 0, said.err
    assert said.json == {"events": 0, "head": "0" * 64, "intact": True, "first_bad": None, "backdated": 0, "one_account": False,
                         "rows_checked": 0,
                         "files_checked": 0, "faults_found": 0, "faults": []}
    assert (here.home / "var" / "postgres").is_dir()
