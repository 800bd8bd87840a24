"""The quality report: whole, self-contained, safe, the same twice."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest

from gaoxin.clock import ZONE
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Came, Finding, Outcome
from gaoxin.reports.findings import render_findings
from gaoxin.reports.model import (
    Answered,
    Explained,
    Figure,
    Named,
    QualitySnapshot,
    ReturnPage,
    TrendPoint,
    VersionPage,
    Waived,
    totals,
)
from gaoxin.reports.quality import render_overview, render_quality_report
from gaoxin.reports.validation import render_validation_report
from gaoxin.reports.words import how_it_stands
from gaoxin.returns.model import ReturnState, Verdict
from tests.said import said

NOW = datetime(2024, 4, 11, 18, tzinfo=ZONE)
CAME = (
    Came("industry", "file.encrypted", 0, Severity.ERROR, Outcome.PASSED,
         said("结构：无“文件加密”", "structure: no encrypted file"), 1, 0),
    Came("industry", "gross_output.range", 1, Severity.ERROR, Outcome.FAILED,
         said("工业总产值：取值 ≥ 0", "gross output within ≥ 0"), 1, 1, ("committee",)),
    Came("industry", "gross_output.fall", 2, Severity.ERROR, Outcome.NOT_EVALUATED,
         said("工业总产值：年内累计数不低于上期", "does not fall"), 1, 0, ("committee",), said("首个报告期", "the first period")),
)
FIGURES = (
    Figure(Named("gross_output", "工业总产值", "gross output"), Decimal("1234.5"), "亿元", "数据", "D2", Decimal(1000),
           Decimal(1233)),
    Figure(Named("staff", "从业人员", "staff"), Decimal(80), "人", "数据", "D9"),
)
FINDINGS = (
    Finding(
        "gross_output.range", 1, Severity.ERROR, "数据", "D2", "gross_output", "<b>-1</b>",
        said("「数据」D2 超出范围", "out of range"),
    ),
    Finding("check.va_rate", 2, Severity.WARNING, "数据", "D3", "value_added", "9", said("增加值率偏高", "rate too high")),
)

UNIT, GOVERNMENT = Named("committee", "园区管委会", "Committee"), Named("government", "区政府", "Government")
OFFICE, SUPERVISION = Named("office", "办公室", "Office"), Named("supervision", "督查室", "Supervision")


@pytest.fixture
def snapshot():
    version = VersionPage(
        "r1",
        2,
        True,
        Verdict.REJECTED,
        "industry & co.xlsx",
        "ab" * 32,
        NOW,
        NOW,
        "demo.industry",
        "1+abc",
        True,
        FINDINGS,
        (Explained("check.va_rate", "新项目投产", UNIT, NOW, covered=(FINDINGS[1].message,),
                   answer=Answered(OFFICE, NOW, date(2024, 12, 31))),
         Explained("check.va_rate", "另一处", UNIT, NOW, covered=(FINDINGS[0].message,))),
        figures=FIGURES,
    )
    form, unit = Named("industry", "园区工业月报", "Monthly"), UNIT
    rejected = ReturnPage(form, unit, date(2024, 4, 10), ReturnState.REJECTED, 1, (version,), ((1, Verdict.REJECTED),))
    missing = ReturnPage(form, Named("science", "区科技局", "Science"), date(2024, 4, 10), ReturnState.OVERDUE, 1)
    return QualitySnapshot(
        Named("demo", "示例园区创建工作", "Demo"),
        Named("z", "示例园区", "Zone"),
        "2024-03",
        NOW,
        Decimal(0),
        None,
        (rejected, missing),
        outcomes=CAME,
        replaces=("cd" * 32, "ef" * 32),
        trend=(TrendPoint("2024-02", Decimal(1), Decimal("0.5"), 3), TrendPoint("2024-03", Decimal(0), None, 1)),
        waivers=(Waived(Named("launch", "启动", "Launch"), "work_done", GOVERNMENT, "洪灾", date(2024, 5, 1), NOW),),
    )


class Page(HTMLParser):
    VOID = frozenset({"meta", "br", "col", "link", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_all_of_it_is_shown_and_in_one_language(snapshot):
    zh, en = (Page(render_quality_report(snapshot, lang)) for lang in ("zh", "en"))
    assert zh.open == en.open == []
    texts = {"zh": "".join(zh.words), "en": "".join(en.words)}
    for message in (*(c.title for c in CAME), *(f.message for f in FINDINGS), *(c.reason for c in CAME if c.reason)):
        assert message.zh in texts["zh"]
        assert message.en in texts["en"]
        assert message.zh not in texts["en"]
        assert message.en not in texts["zh"]
    for text in texts.values():
        for shown in ("gross_output.range", "D2", "<b>-1</b>", "新项目投产", "ab" * 32, "industry & co.xlsx", "1+abc", "1,234.5",
                      "1,000", "+23.4%", "1,233", "cd" * 6, "洪灾", "50%", "2024-02"):
            assert shown in text, shown
    assert "另一处" not in texts["zh"], "of what another warning of the rule said"
    assert "办公室 于 2024-04-11 18:00 接受，有效至 2024-12-31" in texts["zh"]
    for shown in ("逾期未报", "第 1 版：退回", "样本数据", "编制", "审核", "签章", "取代此前的 2 份", "附件"):
        assert shown in texts["zh"], shown
    for shown in ("superseded", "Prepared by", "Annex", "version 1: rejected"):
        assert shown in texts["en"], shown
    assert not re.search("通过|退回|单元格|报表|办公室|管委会|区政府|[（）：，]", texts["en"]), "who acted is said in it, too"


def test_what_is_long_is_folded_on_a_screen_and_open_on_paper(snapshot):
    html = render_quality_report(snapshot)
    assert html.count("<details>") == 2  # a return's figures, a form's checks
    assert "details::details-content { content-visibility: visible" in html.partition("@media print { details")[2]


def test_what_passed_is_told_once_and_what_did_not_line_by_line(snapshot):
    """Of a form what all its returns passed is one sentence; what all returns of all forms passed, one for all."""
    def came(form, rule, outcome, zh, many=2, units=()):
        return Came(form, rule, 1, Severity.ERROR, outcome, said(zh, zh), many, 0, units)

    form, unit = Named("trade", "商务季报", "Trade"), Named("science", "区科技局", "Science")
    both = tuple(came(of, "file.empty", Outcome.PASSED, "结构：无空文件") for of in ("industry", "trade"))
    of_one = (came("industry", "staff.required", Outcome.PASSED, "从业人员：必填"),
              came("trade", "staff.required", Outcome.PASSED, "从业人员：必填", 1),
              came("trade", "staff.required", Outcome.FAILED, "从业人员：必填", 1, ("science",)))
    more = replace(snapshot, returns=(*snapshot.returns, ReturnPage(form, unit, date(2024, 4, 10), ReturnState.OVERDUE, 1)),
                   outcomes=(*both, *of_one))
    annex = render_quality_report(more).partition('<section class="annex">')[2]
    assert annex.count("结构：无空文件") == 1
    everywhere, industry, trade = annex.split("<details>")[1:]
    assert "全部报表都通过的检查 1 项" in everywhere
    assert "2 份均通过的 1 项" in industry
    assert "<table" not in industry
    assert re.search(r"从业人员：必填 .*<td>错误</td><td>1</td><td>1</td><td>0</td><td>区科技局</td>", trade)


def test_the_validation_report_says_what_did_not_hold_what_could_not_be_judged_and_how_much_passed(snapshot):
    items = json.loads(render_validation_report(snapshot))
    assert len({item["id"] for item in items}) == len(items)
    failed, unknown = ([i for i in items if i["type"] == "validation" and i["value"] == value] for value in ("0", "NA"))
    assert [(i["rule"]["expression"], i["rule"]["severity"], i["data"]["source"]) for i in failed] == [
        ("gross_output.range", "error", [["ab" * 32, "数据", "D2"]]), ("check.va_rate", "warning", [["ab" * 32, "数据", "D3"]])]
    assert [(i["rule"]["expression"], i["rule"]["explanation"], i["data"]["target"]) for i in unknown] == [
        ("gross_output.fall", "首个报告期", [["demo", "2024-03", "industry", "committee"]])]
    counted = {i["aggregate"]["expression"]: i["value"] for i in items if i["type"] == "aggregation"}
    assert counted["passed file.encrypted"] == "1"
    assert {name: int(counted[name]) for name in totals(snapshot)} == totals(snapshot)
    assert [i["value"] for i in items if i["id"].endswith("/verdict")] == ["rejected", "overdue"]
    (stands,) = (i for i in items if i["id"] == "demo/2024-03/industry/committee/v2/verdict")
    assert stands["event"]["agent"]["explanations"][0]["text"] == "新项目投产"
    assert stands["event"]["agent"]["figures"] == [
        {"variable": "gross_output", "value": "1234.5", "unit": "亿元", "sheet": "数据", "cell": "D2", "before": "1000",
         "replaced": "1233"},
        {"variable": "staff", "value": "80", "unit": "人", "sheet": "数据", "cell": "D9"}]


def test_waivers_and_the_periods_before_stand_in_the_validation_report_too(snapshot):
    items = json.loads(render_validation_report(snapshot))
    before = {i["aggregate"]["expression"]: i["value"] for i in items if i["data"]["target"] == [["demo", "2024-02"]]}
    assert before == {"completeness": "1", "timeliness": "0.5", "warnings_accepted": "3"}
    (given,) = (i for i in items if i.get("aggregate", {}).get("expression") == "waiver")
    assert (given["value"], given["data"]["target"]) == ("in force", [["demo", "launch", "work_done"]])
    assert given["event"]["agent"] == {"by": "government", "reason": "洪灾", "expires": "2024-05-01", "scope": []}


def test_the_validation_report_has_the_european_form(snapshot):
    name = Path("shared", "data", "ess_validation_report_schema_1.0.1.json")
    schema = next((at / name for at in Path(__file__).parents if (at / name).exists()), None)
    if schema is None:
        pytest.skip(f"{name} is not beside the repository")
    from jsonschema import Draft4Validator

    of = Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))
    items = json.loads(render_validation_report(snapshot, "en"))
    of.validate(items)
    broken = json.loads(json.dumps(items).replace('"value": "NA"', '"value": null', 1))
    assert not of.is_valid(broken)


def test_the_findings_are_rows_whose_cells_lead_to_the_file(snapshot):
    from openpyxl import load_workbook

    content = render_findings(snapshot)
    assert content == render_findings(snapshot)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, sheet[2], strict=True))
    assert sheet.max_row == 3
    assert (first["单位"].value, first["填报值"].value, first["规则"].value) == ("园区管委会", "<b>-1</b>", "gross_output.range")
    link = first["单元格"].hyperlink
    assert link is not None
    assert (first["单元格"].value, link.target, link.location) == ("D2", "industry%20%26%20co.xlsx", "'数据'!D2")
    assert dict(zip(heads, sheet[3], strict=True))["单位说明及审核"].value == (
            "园区管委会：新项目投产（办公室 于 2024-04-11 18:00 接受，有效至 2024-12-31）")
    assert sheet.print_title_rows == "$1:$1"


def test_what_weighs_most_stands_first_within_a_severity(snapshot):
    from openpyxl import load_workbook

    rejected, _ = snapshot.returns
    heavy = replace(FINDINGS[1], rule="staff.jump", cell="D9")
    first = replace(rejected.versions[0], findings=FINDINGS, scores=(0.0, 0.0))
    second = replace(first, return_id="r2", findings=(heavy, FINDINGS[1]), scores=(0.51234, 0.0))
    pages = (replace(rejected, versions=(first,)), replace(rejected, unit=OFFICE, versions=(second,)))
    told = replace(snapshot, returns=pages)
    rows = [[cell.value for cell in line] for line in load_workbook(BytesIO(render_findings(told))).worksheets[0]][1:]
    assert [(row[2], row[7], row[13]) for row in rows] == [
        ("园区管委会", None, "gross_output.range"), ("办公室", 0.5123, "staff.jump"), ("园区管委会", None, "check.va_rate"),
        ("办公室", None, "check.va_rate")]
    scores = [i["event"]["agent"]["score"] for i in json.loads(render_validation_report(told)) if "score" in i["event"]["agent"]]
    assert scores == ["0.5123"]


def test_what_a_unit_typed_is_no_formula_of_ours(snapshot):
    from openpyxl import load_workbook

    rejected, missing = snapshot.returns
    typed = replace(FINDINGS[0], value='=HYPERLINK("x")')
    page = replace(rejected, versions=(replace(rejected.versions[0], findings=(typed,)),))
    cell = load_workbook(BytesIO(render_findings(replace(snapshot, returns=(page, missing))))).worksheets[0]["K2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


def test_the_overview_leads_to_each_period_and_loads_nothing(snapshot):
    lines = [(f"demo__quality__{p.period}.html", p, totals(snapshot)) for p in snapshot.trend]
    html = render_overview(snapshot.campaign, snapshot.zone, NOW, lines)
    page = Page(html)
    assert page.open == []
    assert [a["href"] for tag, a in page.tags if tag == "a"] == [file for file, _, _ in lines]
    assert not re.search(r"https?:|url\(|@import|<script", html)


def test_nothing_is_loaded_from_anywhere(snapshot):
    html = render_quality_report(snapshot)
    assert not re.search(r"https?:|//[a-z]|url\(|@import|javascript:", html, re.IGNORECASE)
    tags = Page(html).tags
    assert {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "embed", "form"} == set()
    assert not [name for _, attrs in tags for name in attrs if name in ("src", "href", "action") or name.startswith("on")]


def test_what_a_unit_typed_cannot_become_markup(snapshot):
    assert "<b>-1</b>" not in render_quality_report(snapshot)


def test_no_sample_banner_without_samples(snapshot):
    rejected, missing = snapshot.returns
    real = replace(snapshot, returns=(replace(rejected, versions=(replace(rejected.versions[0], sample=False),)), missing))
    assert "Made-up sample data" in render_quality_report(snapshot, "en")
    assert "Made-up sample data" not in render_quality_report(real, "en")


def test_not_evaluated_is_no_pass(snapshot):
    numbers = totals(snapshot)
    assert (numbers["passed"], numbers["failed"], numbers["not_evaluated"], numbers["checks"]) == (1, 1, 1, 3)
    assert (numbers["owed"], numbers["received"], numbers["rejected"], numbers["overdue"]) == (2, 1, 1, 1)


def test_the_same_snapshot_gives_the_same_bytes(snapshot):
    assert render_quality_report(snapshot) == render_quality_report(snapshot)
    assert render_validation_report(snapshot) == render_validation_report(snapshot)


def test_a_period_without_returns(snapshot):
    assert "没有应报的报表" in render_quality_report(replace(snapshot, returns=(), outcomes=()))


@pytest.mark.parametrize(("answer", "counts", "told"), [
    (None, True, "待审核"), (None, False, "已由后来的说明取代"),
    (Answered(SUPERVISION, NOW, None, "写明项目"), True, "督查室 于 2024-04-11 18:00 退回：写明项目"),
    (Answered(SUPERVISION, NOW, date(2024, 4, 12)), True, "督查室 于 2024-04-11 18:00 接受，有效至 2024-04-12"),
    (Answered(SUPERVISION, NOW, date(2024, 4, 10)), True, "督查室 于 2024-04-11 18:00 接受，有效至 2024-04-10，已过期")])
def test_what_became_of_an_explanation(answer, counts, told):
    said = Explained("r", "因", OFFICE, NOW, answer=answer)
    assert how_it_stands(said, NOW.date(), counts=counts).zh == told
