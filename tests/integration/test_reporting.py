"""The quality report out of a real database."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from gaoxin.campaign import decisions, explaining, flows, freshness, reporting, reviewing, upkeep
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.quality_trends import quality_trends
from gaoxin.campaign.reporting import quality_report
from gaoxin.campaign.standing import Overview, returns_status
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.warehouse import verifying
from gaoxin.warehouse.verifying import original
from tests.integration.test_gatekeeping import hand_in as hand_over
from tests.plan_texts import ROOT

SCHEMA = ROOT.parent / "shared" / "data" / "ess_validation_report_schema_1.0.1.json"
FEBRUARY, MARCH = Period.parse("2024-02"), Period.parse("2024-03")


def hand_in(settings, tmp_path, content: bytes, as_of: str) -> None:
    file = tmp_path / "demo__industry__committee__2024-02.csv"
    file.write_bytes(content)
    submit_files(settings, [file], parse_as_of(as_of))


def test_a_report_shows_what_was_known_on_its_day_and_keeps_the_one_before(settings, demo_workplace, tmp_path, industry):
    hand_in(settings, tmp_path, industry(10.0, heavy_output=1), "2024-03-05")  # the parts do not add up
    hand_in(settings, tmp_path, industry(10.0), "2024-03-08")
    out = tmp_path / "reports"
    html, data, _ = quality_report(demo_workplace("2024-03-06"), FEBRUARY, out)
    first = json.loads(data.path.read_text(encoding="utf-8"))
    assert "light_heavy" in json.dumps(first)
    assert "http://" not in html.path.read_text(encoding="utf-8")
    before = html.path.read_bytes()
    again, *_ = quality_report(demo_workplace("2024-03-06"), FEBRUARY, out)
    assert (again.sha256, (out / "earlier").exists()) == (html.sha256, False)
    later, *_ = quality_report(demo_workplace("2024-03-09"), FEBRUARY, out)
    assert later.sha256 != html.sha256
    (copy,), (kept,) = (out / "earlier").glob("*.html"), (out / "earlier" / "originals").glob("*.html.original")
    assert kept.read_bytes() == before
    assert later.sha256 in copy.read_text(encoding="utf-8"), "it says by which it was superseded"
    now = later.path.read_text(encoding="utf-8")
    assert "有效的版本没有发现问题。" in now
    assert "check.light_heavy" in now.partition("已由后来的版本取代的")[2], "what was mended is told apart"
    assert "不通过 0" in now


def test_a_campaigns_reports_lead_to_its_periods_with_all_findings_in_one_workbook(settings, demo_workplace, tmp_path, industry):
    hand_in(settings, tmp_path, industry(10.0, value_added=9), "2024-03-08")  # a ratio that is asked about
    *_, data, book, page = quality_report(demo_workplace("2024-04-11"), None, tmp_path / "out")
    assert [f.path.name for f in (data, book, page)] == [f"demo__quality.{kind}" for kind in ("json", "xlsx", "html")]
    items = json.loads(data.path.read_text(encoding="utf-8"))
    found = {(i["data"]["target"][0][1], i["aggregate"]["expression"]): i["value"] for i in items}
    assert (found["2024-02", "received"], found["2024-02", "warnings"], found["2024-03", "overdue"]) == ("1", "1", "1")
    assert list(Draft4Validator(json.loads(SCHEMA.read_text()) if SCHEMA.exists() else {}).iter_errors(items)) == []
    from openpyxl import load_workbook

    rows = [[cell.value for cell in line] for line in load_workbook(book.path)["问题清单"].iter_rows(min_row=2)]
    assert [(row[0], row[13]) for row in rows] == [("2024-02", "check.va_rate")]


def test_a_period_for_which_nothing_is_owed_has_no_report(demo_workplace, tmp_path):
    with pytest.raises(UsageError, match="2024-01"):
        quality_report(demo_workplace("2024-03-06"), Period.parse("2024-01"), tmp_path)
    assert not list(tmp_path.glob("*.html"))


def acting(settings, day: str):
    return open_workplace(settings, "demo", parse_as_of(day), acts=True)


def received(settings) -> int:
    page = (settings.reports / "demo__quality__2024-02.html").read_text(encoding="utf-8")
    return int(re.findall(r"<b>(\d+)</b>已收", page)[0])


def test_a_report_is_written_anew_whatever_changes_its_period_and_by_whatever_path(settings, demo_workplace, tmp_path, industry):
    reporting.kept_report(demo_workplace("2024-03-15"), FEBRUARY)
    assert received(settings) == 0
    settings.inbox.mkdir(parents=True, exist_ok=True)
    (settings.inbox / "demo__industry__committee__2024-02.csv").write_bytes(industry(10.0))
    flows.late_returns(demo_workplace("2024-03-20"), flows.Asked(phase="launch"))  # of no statistics run
    assert received(settings) == 1
    assert reporting.renewed_reports(demo_workplace("2024-03-21")) == []  # it says how things stand
    w = demo_workplace("2024-03-22")
    reviewing.send_back(w, "demo__industry__committee__2024-02__v1", "与现场核查不符", by="supervision")
    told = flows.run(w, "renew_reports", flows.Asked())
    assert all("2024-02" in Path(file).name for file in told["files"])
    assert "与现场核查不符" in (settings.reports / "demo__quality__2024-02.html").read_text(encoding="utf-8")
    reviewing.take_back(demo_workplace("2024-03-23"), "demo__industry__committee__2024-02__v1", "已核实", by="supervision")
    hand_in(settings, tmp_path, industry(11.0), "2024-03-24")  # a correction, from a terminal
    assert reporting.renewed_reports(demo_workplace("2024-03-25"))
    page = (settings.reports / "demo__quality__2024-02.html").read_text(encoding="utf-8")
    assert "review.sent_back" not in page, "it is no finding of what is in force"
    assert re.findall("(退回修改|撤回退回)</span> (?:与现场核查不符|已核实)", page) == ["退回修改", "撤回退回"]
    gone = list((settings.reports / "earlier").glob("*.*"))
    assert len(gone) == 8, "a workbook was the same twice"
    for copy in gone:
        kept = original(copy).read_bytes()
        assert sha256(kept).hexdigest()[:12] in copy.name
        assert b"2024-03-2" in copy.read_bytes() or copy.suffix == ".xlsx"
        if copy.suffix == ".json":
            told, *rest = json.loads(copy.read_bytes())
            assert (told["aggregate"]["expression"], rest) == ("superseded", json.loads(kept))
            assert told["event"]["agent"]["sha256"] == sha256(kept).hexdigest()
            assert list(Draft4Validator(json.loads(SCHEMA.read_text())).iter_errors([told])) == [] if SCHEMA.exists() else True
        elif copy.suffix == ".xlsx":
            from openpyxl import load_workbook

            first, findings, *_ = load_workbook(copy).worksheets
            assert (first.title, findings.title) == ("已被取代", "问题清单")
            assert "2024-03-2" in first["A2"].value
    assert upkeep.verify_ledger(settings).faults == []
    copy.write_bytes(original(copy).read_bytes())  # as after a crash between the record and the copy
    original(copy).unlink()
    assert upkeep.verify_ledger(settings).faults == []
    reporting.renewed_reports(demo_workplace("2024-03-26"))
    assert original(copy).exists()
    assert upkeep.verify_ledger(settings).faults == []


def test_a_report_that_takes_anothers_place_while_it_is_looked_at_is_no_fault_and_one_that_nobody_noted_is(
        settings, demo_workplace, tmp_path, industry, monkeypatch):
    hand_in(settings, tmp_path, industry(10.0), "2024-03-10")
    reporting.kept_report(demo_workplace("2024-03-11"), FEBRUARY)
    looked, taken = verifying.kept_reports, list[reporting.ReportFile]()

    def meanwhile(*given):
        found = [*looked(*given)]
        if not taken:
            hand_in(settings, tmp_path, industry(11.0), "2024-03-12")
            taken.extend(reporting.renewed_reports(demo_workplace("2024-03-13")))
        return iter(found)

    monkeypatch.setattr(verifying, "kept_reports", meanwhile)
    monkeypatch.setattr(upkeep, "_SETTLES", (0.0, 0.0))
    found = upkeep.verify_ledger(settings)
    assert taken
    assert (found.intact, found.faults) == (True, [])
    place = settings.reports / "demo__quality__2024-02.html"
    (settings.reports / "earlier" / "kept.html").write_bytes(place.read_bytes())
    place.write_bytes(b"another")
    assert [f.key for f in upkeep.verify_ledger(settings).faults] == [str(place)]


def stale(w) -> dict[str, str]:
    with w.warehouse.read() as store:
        return {str(period): f"{at:%m-%d}" for period, at in freshness.stale_reports(w, store).items()}


def test_a_report_no_longer_holds_by_a_due_day_the_period_before_an_explanation_or_a_waiver(
        settings, demo_workplace, tmp_path, industry):
    reporting.kept_report(demo_workplace("2024-03-01"), FEBRUARY)
    assert [stale(demo_workplace(f"2024-03-{day}")) for day in ("10", "11")] == [{}, {"2024-02": "03-11"}]
    reporting.renewed_reports(demo_workplace("2024-03-11"))
    assert stale(demo_workplace("2024-03-12")) == {"2024-02": "03-12"}, "overdue since"
    hand_in(settings, tmp_path, industry(10.0, value_added=9), "2024-03-12")  # a ratio that is asked about
    reporting.renewed_reports(demo_workplace("2024-03-12"))
    reporting.kept_report(demo_workplace("2024-03-13"), MARCH)
    assert stale(demo_workplace("2024-03-14")) == {}
    hand_in(settings, tmp_path, industry(10.0, value_added=9), "2024-03-14")  # the same file
    assert stale(demo_workplace("2024-03-14")) == {}
    asked = "demo__industry__committee__2024-02__v1", "check.va_rate"
    decisions.explain(demo_workplace("2024-03-15"), *asked, "新项目投产", "committee")
    assert stale(demo_workplace("2024-03-14")) == {}, "as it was known then"
    assert stale(demo_workplace("2024-03-16")) == {"2024-02": "03-15", "2024-03": "03-15"}, "March shows February's figures"
    assert {f.path.name[-12:-5] for f in reporting.renewed_reports(demo_workplace("2024-03-17"), by_returns=True)
            if f.path.suffix == ".html"} == {"2024-02", "2024-03"}
    decisions.waive(demo_workplace("2024-03-18"), "collection", "complete", "government", "洪灾", date(2024, 6, 1))
    assert stale(demo_workplace("2024-03-19")) == {"2024-03": "03-18"}, "February lies in no phase of it"
    assert reporting.renewed_reports(demo_workplace("2024-03-19"), by_returns=True) == []
    reporting.renewed_reports(demo_workplace("2024-03-19"))
    assert "洪灾" in (settings.reports / "demo__quality__2024-03.html").read_text(encoding="utf-8")
    assert stale(demo_workplace("2024-03-20")) == {}
    explaining.accept(demo_workplace("2024-03-20"), asked[0], until=date(2024, 3, 22))
    reporting.renewed_reports(demo_workplace("2024-03-21"))
    assert stale(demo_workplace("2024-03-22")) == {}
    assert stale(demo_workplace("2024-03-23")) == {"2024-02": "03-23"}, "the explanation holds no more"
    reporting.renewed_reports(demo_workplace("2024-03-23"))
    assert "，已过期" in (settings.reports / "demo__quality__2024-02.html").read_text(encoding="utf-8")
    assert stale(demo_workplace("2024-03-24")) == {}
    for day in ("14", "21", "23"):  # not explained yet, accepted, expired
        [drawn] = [p.warnings for t in quality_trends(demo_workplace(f"2024-03-{day}")).trends for p in t.points
                   if p.period == FEBRUARY]
        assert drawn == returns_status(demo_workplace(f"2024-03-{day}"), FEBRUARY).rows[0].warnings > 0


def test_late_returns_wait_for_no_report_that_cannot_be_written(settings, demo_workplace, tmp_path, industry, monkeypatch):
    reporting.kept_report(demo_workplace("2024-03-15"), FEBRUARY)
    hand_in(settings, tmp_path, industry(10.0), "2024-03-16")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(reporting.folders, "put", full)
        told = flows.late_returns(demo_workplace("2024-03-20"), flows.Asked(phase="launch"))
        assert "No space left on device" in told["note"]
        with pytest.raises(OSError, match="No space"):
            flows.run(demo_workplace("2024-03-20"), "renew_reports", flows.Asked())  # supervision fails, which is told
    assert stale(demo_workplace("2024-03-21")) == {"2024-02": "03-16"}
    assert upkeep.verify_ledger(settings).faults == []


def test_who_had_what_corrected_and_why_is_told_and_what_was_in_time_stays_so(settings, demo_workplace, tmp_path, industry):
    """Timeliness goes by the first version that was accepted: what the office has corrected afterwards was in time."""
    hand_in(settings, tmp_path, industry(10.0), "2024-03-05")
    (first,) = [r for r in returns_status(demo_workplace("2024-03-06"), FEBRUARY).rows if r.form == "industry"]
    assert first.return_id
    reviewing.send_back(acting(settings, "2024-03-20"), first.return_id, "规上企业数与台账不符", cell="数据!D6")
    file = tmp_path / "demo__industry__committee__2024-02.csv"
    file.write_bytes(industry(11.0, light_output=5.0, heavy_output=6.0))
    submit_files(settings, [file], parse_as_of("2024-03-22"), reason="误把个体户计入")
    w = demo_workplace("2024-03-23")
    status = returns_status(w, FEBRUARY)
    (row,) = [r for r in status.rows if r.form == "industry"]
    assert (row.version, row.late_days, status.timeliness) == (2, 0, 1)
    with w.warehouse.read() as store:
        seen = Overview(w, store, FEBRUARY)
        assert seen.accepted_in([r for r in seen.rounds if r.form == "industry"]) == (1, 1), "as the database counts it"
    html, data, book = quality_report(w, FEBRUARY, tmp_path / "out")
    texts = {f.path.suffix: f.path.read_text(encoding="utf-8") for f in (html, data)}
    for told in ("规上企业数与台账不符", "误把个体户计入"):
        assert all(told in text for text in texts.values())
    assert "<strong>数据!D6</strong>：规上企业数与台账不符" in texts[".html"]
    assert "首次可接收的一版" in texts[".html"]
    items = json.loads(texts[".json"])
    (verdict,) = [i["event"]["agent"] for i in items if "remarks" in i["event"]["agent"]]
    (said,), (corrected,) = verdict["remarks"], verdict["corrections"]
    assert (said["place"], said["back"], said["version"]) == ("数据!D6", True, 1)
    assert (corrected["late"], corrected["reason"], corrected["replaces"]) == (True, "误把个体户计入", 1)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8")) if SCHEMA.exists() else {}
    assert list(Draft4Validator(schema).iter_errors(items)) == []
    from openpyxl import load_workbook

    rows = [[cell.value for cell in line] for line in load_workbook(book.path)["退回与更正"].iter_rows()]
    assert [(r[3], r[6], r[7]) for r in rows[1:]] == [("退回修改", "数据!D6", "规上企业数与台账不符"),
                                                     ("更正第 1 版（逾期）", None, "误把个体户计入")]


def test_registers_are_counted_and_added_up_beside_the_period_and_the_version_before(settings, demo_workplace, tmp_path):
    """Of a corrected one which records came, went and changed, by what identifies them however it is spelt; each sum leads to its
    column."""
    def record(code: str, revenue: int | None, **changes) -> dict:
        return {"credit_code": code, "name": f"企业{code}", "certificate": "GR2023D", "issued": date(2023, 10, 1),
                "industry": "EQ", "revenue": None if revenue is None else Decimal(revenue)} | changes

    first = [record("A", 100), record("B", 200), record("C", 300), record("D", None)]
    hand_over(demo_workplace("2024-04-08"), "hnte_register", "science", "2024-Q1", first)
    second = [record("A", 100), record("ｂ", 260), record("E", 40), record("D", None), record("F", None)]
    hand_over(demo_workplace("2024-07-05"), "hnte_register", "science", "2024-Q2", first)
    hand_over(demo_workplace("2024-07-06"), "hnte_register", "science", "2024-Q2", second)
    hand_over(demo_workplace("2024-07-06"), "hnte_register", "committee", "2024-Q2", [])
    html, data, book = quality_report(demo_workplace("2024-07-09"), Period.parse("2024-Q2"), tmp_path / "out")
    page = html.path.read_text(encoding="utf-8")
    rows = re.findall("<tr><td>(记录数|有效期内高新技术企业数|上年营业收入合计)</td>(.*?)</tr>", page)
    assert [(name, re.findall("<td>(.*?)</td>", rest)) for name, rest in rows] == [
        ("记录数", ["0", "", "—", "—", "—", "—"]), ("有效期内高新技术企业数", ["0", "家", "—", "—", "—", "—"]),
        ("记录数", ["5", "", "数据 3:7", "4", "+25.0%", "4"]),
        ("有效期内高新技术企业数", ["5", "家", "数据 3:7", "4", "+25.0%", "4"]),
        ("上年营业收入合计", ["400", "万元", "数据 F3:F7", "600", "-33.3%", "600"])]
    assert "增加 2 条（第 5、7 行）；减少 1 条（原第 5 行）；改动 1 条（第 4 行）" in page
    items = {i["id"].removeprefix("demo/2024-Q2/hnte_register/science/v2/"): i
             for i in json.loads(data.path.read_text(encoding="utf-8"))}
    count, total = items["records"], items["sum/revenue"]
    assert (count["value"], total["value"], total["data"]["source"][0][1:]) == ("5", "400", ["数据", "F3:F7"])
    assert total["event"]["agent"] == {"unit": "万元", "before": "600", "replaced": "600"}
    assert count["event"]["agent"]["rewritten"]["added"] == [5, 7]
    from openpyxl import load_workbook

    lines = [[cell.value for cell in line] for line in load_workbook(book.path)["名录汇总"].iter_rows(min_row=2)]
    assert [line[3:5] + line[8:14] for line in lines if line[1] == "区科技局"] == [
        ["记录数", 5, 4, 0.25, 4, 2, 1, 1], ["有效期内高新技术企业数", 5, 4, 0.25, 4, None, None, None],
        ["上年营业收入合计", 400, 600, pytest.approx(-1 / 3), 600, None, None, None]]
