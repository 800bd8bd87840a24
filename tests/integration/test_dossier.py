"""The application dossier out of a real database: what it tells and where that comes from, that it is the same twice, that what
is open is told, and that it says when it no longer holds."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path

import pytest

from gaoxin.campaign import correcting, decisions, dossiers, extending, problems, upkeep
from gaoxin.campaign.following import follow
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import ZONE
from gaoxin.errors import UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.problems.model import Found
from gaoxin.settings import Settings
from tests.pages import client
from tests.sums import hand_in, played, years

DAGS = Path(__file__).resolve().parents[2] / "dags"
CAMPAIGNS = plan_files(DAGS)
DAY = "2024-04-09"


@pytest.fixture
def filled(resting: Callable[[str], Workplace]) -> Callable[[str], Workplace]:
    years(resting("2024-04-08"))
    return resting


def built(w: Workplace, out: Path, pages: str = "") -> dict[str, bytes]:
    """By what follows the campaign's name."""
    return {f.path.name.partition("__dossier__")[2]: f.path.read_bytes() for f in dossiers.dossier(w, out, pages)}


def text_of(content: bytes) -> str:
    from docx import Document as opened

    document = opened(io.BytesIO(content))
    return "\n".join([*(p.text for p in document.paragraphs),
                      *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


def rows_of(content: bytes, sheet: str) -> list[dict[str, object]]:
    import openpyxl

    heads, *rows = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(min_row=3, values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
def test_every_plan_has_a_dossier_that_says_plainly_what_there_is_not(campaign, settings_at, tmp_path):
    plan = load_plan(CAMPAIGNS[campaign])
    day = min(plan.ends or date(2024, 6, 28), date(2024, 6, 28))
    w = open_workplace(settings_at(tmp_path, DAGS), plan.id, datetime.combine(day, time(18), ZONE))
    found = built(w, tmp_path / "out")
    told, annex = text_of(found["application.docx"]), text_of(found["indicators.docx"])
    assert plan.zone.name.zh in told
    assert "【待填：" in told
    assert not re.search(r"\bNone\b|\bnan\b|gates\.|Decimal\(", told + annex + text_of(found["registers.docx"]))
    assert ("方案没有以数值衡量的指标" in annex) is not bool(plan.indicators)
    assert ("方案没有列出认定条件" in annex) is not bool(plan.conditions)
    assert ("不设阶段关口" in told) is not bool(plan.phases)
    listed = rows_of(found["indicators.xlsx"], "指标完成情况表")
    assert not {"达标", "进度正常"} & {row["状态"] for row in listed}
    open_ = json.loads(found["manifest.json"])["open_points"]
    assert len([p for p in open_ if p["kind"] == "to_write"]) == told.count("【待填：")
    assert {p["ref"] for p in open_ if p["kind"] == "target_not_met"} == {i.id for i in plan.indicators}
    assert {p["ref"] for p in open_ if p["kind"] == "condition_not_shown"} >= {c.id for c in plan.conditions if not c.indicator}


def test_each_figure_has_the_cells_that_its_trace_has(filled, tmp_path):
    w = filled(DAY)
    rows = rows_of(built(w, tmp_path)["indicators.xlsx"], "数据来源表")
    assert rows
    for indicator in w.plan.indicators:
        found = trace(w, indicator.id)
        told = [r for r in rows if r["指标"] == indicator.name.zh and r["工作表"] != "—"]
        used = [i for i in found.inputs if i.return_id and i.indicator == indicator.id]
        assert {(r["报送编号"], r["工作表"], r["文件 SHA-256"]) for r in told} == {
            (i.return_id, i.sheet, i.file_sha256) for i in used}, indicator.id
        assert {(i.return_id, i.cell, float(i.value or 0)) for i in used if not i.entry} <= {
            (r["报送编号"], r["单元格"], r["数值"]) for r in told}, indicator.id


def test_each_value_that_an_indicator_consists_of_is_told_with_its_cells(settings_at, tmp_path):
    """One of parts has no figure of its own: what its parts come to is what is handed in."""
    measures = [{"id": "tax", "name": "税收", "unit": "亿元", "formula": "t", "inputs": {"t": {"variable": "tax"}}},
                {"id": "wages", "name": "工资", "unit": "元", "formula": "w", "inputs": {"w": {"variable": "staff"}}}]
    target = {"all_of": [{"of": "tax", "at_least": 99}, {"of": "wages", "at_least": 1}]}
    both = {"id": "both", "name": "两者", "source": "附件", "measures": measures,
            "targets": [{"target": target, "due": "2024-12", "source": "附件"}]}
    at = played(settings_at, tmp_path, [both])
    years(at("2024-04-08"))
    found = built(at(DAY), tmp_path / "out", "https://office.example")
    rows = rows_of(found["indicators.xlsx"], "指标完成情况表")
    whole = next(n for n, r in enumerate(rows) if r["指标"] == "两者")
    parts = {str(r["指标"]): r for r in rows[whole + 1:whole + 3]}
    assert {name: (r["数值"], r["计量单位"], r["报告期"]) for name, r in parts.items()} == {
        "其中：税收": (13.5, "亿元", "2023"), "其中：工资": (64000, "元", "2023")}
    assert all("yearly__committee__2023" in str(r[head]) for r in parts.values() for head in r if head.startswith("佐证"))
    assert rows[whole]["数值"] == "—"
    told = text_of(found["application.docx"])
    assert "现状：税收 13.5 亿元（2023年）、工资 64,000 元（2023年）" in told
    assert "其中 税收" not in told


def test_a_condition_tells_the_cells_of_its_own_figure(settings_at, tmp_path):
    """Not those of the target that binds, which is of another year; each cell stands where the figure is told."""
    measures = [{"id": "v", "name": "税收", "unit": "亿元", "formula": "t", "inputs": {"t": {"variable": "tax"}}},
                {"id": "w", "name": "工资", "unit": "元", "formula": "w", "inputs": {"w": {"variable": "staff"}}}]
    one, both = {"of": "v", "at_least": 1}, {"all_of": [{"of": "v", "at_least": 1}, {"of": "w", "at_least": 1}]}
    more = [{"id": name, "name": name, "source": "附件", "measures": measures, "targets": [
        {"target": target, "due": "2022-12", "source": "附件", "binding": True},
        {"target": target, "role": "criterion", "source": "办法"}]} for name, target in (("one", one), ("both", both))]
    conditions = [{"id": i["id"], "name": i["id"], "requires": "1", "indicator": i["id"], "source": "办法"} for i in more]
    at = played(settings_at, tmp_path, more, conditions=conditions)
    years(at("2024-04-08"))
    found = built(at(DAY), tmp_path / "out")
    listed = {r["指标"]: r for r in rows_of(found["indicators.xlsx"], "指标完成情况表")}
    assert listed["one"]["报告期"] == "2022"
    for row in rows_of(found["indicators.xlsx"], "认定条件对照表")[:-1]:  # the last is a note
        assert row["报告期"] == "2023", row
        assert set(re.findall(r"yearly__\w+?__(\d{4})", str(row["依据"]))) == {"2023"}, row
    told = text_of(found["application.docx"])
    assert "�" not in told
    assert "yearly__committee__2023" in told


@pytest.mark.parametrize("asked", [{"pages": "javascript:alert(1)"}, {"pages": "https:///nobody"}, {"pages": "office:8080"}])
def test_an_address_that_is_none_of_pages_is_refused(filled, tmp_path, asked):
    with pytest.raises(UsageError, match="http://"):
        built(filled(DAY), tmp_path / "out", **asked)
    assert not (tmp_path / "out").exists()


def test_none_is_built_of_a_time_that_is_still_to_come(empty_database, tmp_path):
    """Outside a drill, whose clock is whoever plays it."""
    real = Settings(home=tmp_path, database_url=empty_database, plans_=DAGS)
    w = open_workplace(real, "kaizhou_2020", datetime(2999, 1, 1, tzinfo=ZONE))
    with pytest.raises(UsageError, match="还没有到"):
        built(w, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("pages", ["http://office.example:8080/", "http://office.example:8080/gaoxin/"])
def test_a_figure_links_to_its_trace_as_of_the_dossiers_time(filled, tmp_path, pages):
    w = filled(DAY)
    found = built(w, tmp_path, pages)["indicators.xlsx"]
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(found))["指标完成情况表"]
    links = {cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"http://office.example:8080/gaoxin/sums/indicator/{i.id}?as_of=2024-04-09T23%3A59%3A59%2B08%3A00"
                     for i in w.plan.indicators}


def test_two_builds_of_one_record_are_the_same_to_the_byte_in_another_process_and_zone(filled, tmp_path):
    w = filled(DAY)
    decisions.waive(filled("2024-04-08"), "collection", "complete", "government", "洪灾", date(2024, 6, 1))
    first = built(w, tmp_path / "one")
    hand_in(filled("2024-04-12"), ("yearly", "committee", "2022", {
        "tax": 3, "turnover": 11, "margin": 13, "area": 100, "staff": 52000}, "更正"))  # known later
    env = os.environ | {"GAOXIN_HOME": str(w.settings.home), "GAOXIN_PLANS": str(w.settings.plans), "TZ": "America/Lima",
                        "PYTHONHASHSEED": "7", "LANG": "C", "GAOXIN_DATABASE_URL": w.settings.database_url.get_secret_value()}
    done = subprocess.run([Path(sys.executable).with_name("gaoxin"), "report", "dossier", "sums", "-o", str(tmp_path / "two"),
                           "--as-of", DAY, "--json"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = {Path(f["path"]).name.partition("__dossier__")[2]: f["sha256"] for f in json.loads(done.stdout)["files"]}
    assert told == {name: sha256(content).hexdigest() for name, content in first.items()}
    assert told == {p.name.partition("__dossier__")[2]: sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "two").iterdir()}
    assert next(iter(told)) == "application.docx"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum (coreutils) is not on this machine")
def test_the_manifest_answers_for_every_file_and_names_the_record(filled, tmp_path):
    later = {f"sums__dossier__{name}" for name in built(filled("2024-06-20"), tmp_path)}
    w = filled(DAY)
    found = built(w, tmp_path)
    told = json.loads(found["manifest.json"])
    with w.warehouse.read() as store:
        seq = store.ledger.known(w.known)
        head = store.ledger.event(seq)
    assert (told["ledger"]["seq"], told["ledger"]["head"]) == (seq, head.hash)
    assert told["plan"] == {"version": w.plan_version, "sha256": w.version.plan_hash}
    assert {f["path"] for f in told["files"]} == {p.name for p in tmp_path.iterdir() if p.is_file()} - {
        "sums__dossier__manifest.json", "sums__dossier__SHA256SUMS.txt"}
    left = later - {p.name for p in tmp_path.iterdir()}
    assert left, "the later one has reports of further periods, which are not handed in with this one"
    assert left <= {f"{name}.{ending}" for name, _, ending in (p.name.rsplit(".", 2) for p in (tmp_path / "earlier").iterdir())}
    check = ["sha256sum", "-c", "--strict", "sums__dossier__SHA256SUMS.txt"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.count("OK")) == (0, len(found) - 1)
    (tmp_path / "sums__dossier__registers.xlsx").write_bytes(b"another")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 1
    listed = text_of(found["manifest.docx"])
    assert head.hash in listed
    assert all(f["sha256"] in listed for f in told["files"] if not f["path"].endswith("manifest.docx"))


def test_what_is_not_settled_is_told(filled, tmp_path):
    w = filled("2024-04-11")
    hand_in(w, ("industry", "committee", "2024-02", {
        "gross_output": 10, "value_added": 9, "light_output": 4, "heavy_output": 6, "enterprises": 20}))  # a ratio is asked about
    decisions.waive(w, "collection", "complete", "government", "洪灾", date(2024, 4, 12))
    extending.ask(w, "industry@2024-04", date(2024, 5, 20), "系统升级", "committee")
    problems.add(w, Found("台账不全", "committee", "逐项补齐", date(2024, 4, 15), "inspection", "四月检查", date(2024, 4, 11)),
                 "supervision")
    w = filled("2024-04-20")
    files = built(w, tmp_path)
    points = json.loads(files["manifest.json"])["open_points"]
    kinds = {p["kind"] for p in points}
    assert {"to_write", "missing_return", "unexplained_warning", "task_not_closed", "target_not_met", "waiver_expired",
            "gate_not_passed", "open_rectification", "extension_waits"} <= kinds
    [found] = rows_of(files["registers.xlsx"], "问题整改清单")
    assert (found["问题"], found["来源"], found["状态"]) == ("台账不全", "检查：四月检查", "整改中，逾期")
    asked, *_ = rows_of(files["registers.xlsx"], "延期")
    assert (asked["申请理由"], asked["批复"]) == ("系统升级", "待批复")
    missing = {p["ref"] for p in points if p["kind"] == "missing_return"}
    assert "sums__industry__committee__2024-03" in missing
    assert "sums__industry__committee__2024-02" not in missing
    assert any(p["who"] == "园区管委会" and "2024-02" in p["ref"] for p in points if p["kind"] == "unexplained_warning")
    assert not any("晚于关口" in p["what"] for p in points)


def test_a_kept_dossier_is_recorded_with_what_it_rests_on_and_says_when_it_no_longer_holds(filled, tmp_path):
    w = filled(DAY)
    files = dossiers.kept_dossier(w).files
    kept = dossiers.last_kept(w)
    assert kept
    assert kept.stale is None
    assert {f.name: f.sha256 for f in kept.files} == {f.path.name: f.sha256 for f in files}
    used = {u.kind for u in follow(w, "sums__yearly__committee__2022__v1", "D2").used_by}
    assert "dossier" in used
    assert upkeep.verify_ledger(w.settings).faults == []
    later = filled("2024-04-12")
    hand_in(later, ("yearly", "committee", "2022", {
        "tax": (130000, "万元", "已与税务核对"), "turnover": 11, "margin": 13, "area": 100, "staff": 52000}, "更正"))
    stale, then = dossiers.last_kept(later), dossiers.last_kept(w)
    assert stale
    assert f"{stale.stale:%Y-%m-%d}" == "2024-04-12"
    assert then
    assert then.stale is None, "as it was known then"
    affected = {a.kind for c in correcting.corrections(later).corrections for a in c.affected}
    assert "dossier" in affected
    left = w.settings.reports / "sums__dossier__quality_2019.html"
    left.write_bytes(b"of an earlier one")
    anew = dossiers.kept_dossier(filled("2024-04-13")).files
    assert left.exists(), "what was kept lies where the ledger says, also where a later one has no such part"
    assert {f.path.name for f in anew} >= {f.path.name for f in files}
    assert upkeep.verify_ledger(w.settings).faults == [], "the one before lies in earlier/"
    with pytest.raises(UsageError, match="不能用未记录的覆盖"):
        dossiers.dossier(filled("2024-04-14"), w.settings.reports)


def test_its_page_shows_what_is_open_builds_it_gives_its_files_and_says_when_it_no_longer_holds(filled):
    w = filled(DAY)
    asked = client(w.settings)
    page = asked.get("/sums/dossier")
    assert "还没有编制过申报材料" in page.text
    now = asked.get("/sums/dossier/open")
    assert "报送缺失" in now.text
    english = asked.get("/sums/dossier/open?lang=en").text
    assert "return missing" in english
    assert "Application: " in english
    assert '/sums/dossier"' in asked.get("/sums/gate/application?lang=zh").text, "the gate leads to it"
    file = w.settings.home / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: root, roles: [system]}\n", encoding="utf-8")
    file.chmod(0o600)
    unseeing = client(w.settings.model_copy(update={"accounts": file}), "root")
    assert [unseeing.post("/sums/dossier").status_code, unseeing.get("/sums/dossier").status_code] == [403, 403]
    with w.warehouse.read() as store:
        assert store.ledger.events("sums", EventKind.DOSSIER_BUILT) == []
    built = [asked.post("/sums/dossier").headers["location"] for _ in range(2)]
    assert [where.partition("?")[2] for where in built] == ["done=built", "done=there"], "of one record there is one dossier"
    with w.warehouse.read() as store:
        assert len(store.ledger.events("sums", EventKind.DOSSIER_BUILT)) == 1
    assert "没有重编" in asked.get(built[1].removeprefix("/gaoxin")).text
    page = asked.get("/sums/dossier?lang=zh")
    assert "与现在的记录一致" in page.text
    for name, digest in re.findall(r'href="[^"]*/dossier/([^"?]+)\?sha256=([0-9a-f]{64})"', page.text):
        part = asked.get(f"/sums/dossier/{name}?sha256={digest}")
        assert (part.status_code, sha256(part.content).hexdigest()) == (200, digest), name
    assert asked.get("/sums/dossier/sums__dossier__nothing.docx").status_code == 404
    assert asked.get("/sums/dossier/sums__quality__2023.html").status_code == 404
    decisions.waive(open_workplace(w.settings, "sums", acts=True), "collection", "complete", "government", "洪灾",
                    open_workplace(w.settings, "sums").now.date())
    page = asked.get("/sums/dossier?lang=zh")
    assert "不再作准" in page.text
    assert "如现在编制" in page.text
    (w.settings.reports / "sums__dossier__manifest.json").write_bytes(b"{}")
    assert asked.get("/sums/dossier").status_code == 409
