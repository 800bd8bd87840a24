"""The quality report: whole, self-contained, safe, the same twice."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from gaoxin.clock import ZONE
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import CheckResult, Finding, Outcome
from gaoxin.reports.quality import (
    Explained,
    Named,
    QualitySnapshot,
    ReturnPage,
    VersionPage,
    render_quality_json,
    render_quality_report,
    totals,
)
from gaoxin.returns.model import ReturnState, Verdict
from tests.said import said

NOW = datetime(2024, 4, 11, 18, tzinfo=ZONE)
CHECKS = (
    CheckResult("file.encrypted", 0, Severity.ERROR, Outcome.PASSED, said("结构：无“文件加密”", "structure: no encrypted file")),
    CheckResult(
        "gross_output.range",
        1,
        Severity.ERROR,
        Outcome.FAILED,
        said("工业总产值：取值 ≥ 0", "gross output within ≥ 0"),
        "gross_output",
        1,
    ),
    CheckResult(
        "gross_output.fall",
        2,
        Severity.ERROR,
        Outcome.NOT_EVALUATED,
        said("工业总产值：年内累计数不低于上期", "does not fall"),
        "gross_output",
        0,
        said("首个报告期", "the first period"),
    ),
)
FINDINGS = (
    Finding(
        "gross_output.range", 1, Severity.ERROR, "数据", "D2", "gross_output", "<b>-1</b>",
        said("「数据」D2 超出范围", "out of range"),
    ),
    Finding("check.va_rate", 2, Severity.WARNING, "数据", "D3", "value_added", "9", said("增加值率偏高", "rate too high")),
)


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
        CHECKS,
        (Explained("check.va_rate", "新项目投产", "园区管委会", NOW),),
    )
    form, unit = Named("industry", "园区工业月报", "Monthly"), Named("committee", "园区管委会", "Committee")
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


def test_every_check_finding_and_reason_is_shown(snapshot):
    page = Page(render_quality_report(snapshot))
    assert page.open == []
    text = "".join(page.words)
    for check in CHECKS:
        assert check.rule in text
        assert check.title.zh in text
    for finding in FINDINGS:
        for shown in (finding.rule, finding.cell, finding.value, finding.message.zh, finding.message.en):
            assert shown is not None
            assert shown in text
    for shown in (
        "首个报告期",
        "the first period",
        "新项目投产",
        "ab" * 32,
        "industry & co.xlsx",
        "逾期未报",
        "1+abc",
        "第 1 版：退回",
        "样本数据",
    ):
        assert shown in text
    assert [word for word in ("通过", "不通过 1 处", "未评") if word not in text] == []


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
    assert "Made-up sample data" in render_quality_report(snapshot)
    assert "Made-up sample data" not in render_quality_report(real)


def test_totals_and_json_agree_and_not_evaluated_is_no_pass(snapshot):
    numbers = totals(snapshot)
    document = json.loads(render_quality_json(snapshot))
    assert document["totals"] == numbers
    assert (numbers["passed"], numbers["failed"], numbers["not_evaluated"], numbers["checks"]) == (1, 1, 1, 3)
    assert (numbers["owed"], numbers["received"], numbers["rejected"], numbers["overdue"]) == (2, 1, 1, 1)
    assert document["returns"][0]["versions"][0]["findings"][0]["cell"] == "D2"
    assert document["completeness"] == 0.0
    assert document["timeliness"] is None


def test_the_same_snapshot_gives_the_same_bytes(snapshot):
    assert render_quality_report(snapshot) == render_quality_report(snapshot)
    assert render_quality_json(snapshot) == render_quality_json(snapshot)


def test_a_period_without_returns_and_many_units_side_by_side(snapshot):
    assert "没有应报的报表" in render_quality_report(replace(snapshot, returns=()))
    first = snapshot.returns[0]
    many = tuple(replace(first, unit=Named(f"u{i}", f"单位{i}", f"Unit {i}")) for i in range(12))
    html = render_quality_report(replace(snapshot, returns=many))
    assert html.count('class="grid matrix"') == 3
    assert all(f"单位{i}<br>" in html for i in range(12))
