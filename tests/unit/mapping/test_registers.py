"""Registers of units' own, read by a mapping as returns: nothing to report, and periods that the form does not have."""

from __future__ import annotations

import pytest

from gaoxin.containers.model import Book
from gaoxin.mapping.choosing import From, read_mapped
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.mappings import Mapping
from tests.unit.mapping.test_tables import REGISTER, sheet

LIST_FORM = RegisterForm.model_validate({
    "id": "f", "name": "名录", "kind": "register", "periodicity": "quarter", "first": "2024-Q1", "last": "2025-Q4",
    "units": ["u"], "allow_empty": True, "due": {"days": 10}, "key": ["name"], "fields": [
        {"id": "name", "name": "企业名称", "type": "text"}, {"id": "output", "name": "产值", "type": "number", "unit": "万元"}]})


@pytest.mark.parametrize(("below", "problem"), [
    ([["本期无", None, None]], None), ([["零报告", None, None]], None), ([], "mapping_no_figures"),
    ([["零报告", None, None], [1, "一厂", 10]], "nil_with_records")])
def test_a_unit_with_nothing_to_report_says_so_in_its_own_table(below, problem, demo_plan):
    mapping = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "units": ["committee"],
                                      "tables": [{"at": "序号", "columns": REGISTER}]})
    plan = demo_plan.model_copy(update={"forms": (LIST_FORM,), "mappings": (mapping,)})
    rows = [["名录（2024年二季度）", None, None], ["序号", "企业名称", "产值（万元）"], *below]
    found = read_mapped(Book({"表": sheet(rows)}), b"", "x.xlsx", From(plan, "committee"))
    assert found.key
    assert str(found.key.period) == "2024-Q2"
    assert [p.kind for p in found.problems] == ([problem] if problem else [])
    assert found.nil == any("零报告" in str(row) or "本期无" in str(row) for row in below)


def test_a_period_that_the_form_does_not_have_is_said_as_it_stands_there(demo_plan):
    mapping = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "units": ["committee"],
                                      "tables": [{"at": "序号", "columns": REGISTER}]})
    plan = demo_plan.model_copy(update={"forms": (LIST_FORM,), "mappings": (mapping,)})
    for title, said in (("名录（2024年5月）", "2024年5月"), ("名录（2024年下半年，填报日期2024年10月9日）", "2024年下半年")):
        rows = [[title, None, None], ["序号", "企业名称", "产值（万元）"], [1, "一厂", 10]]
        (told,) = read_mapped(Book({"表": sheet(rows)}), b"", "x.xlsx", From(plan, "committee")).problems
        assert (told.kind, f"「{said}」" in told.message.zh, "按季" in told.message.zh) == ("period_invalid", True, True), title
