"""The page of what is overdue and whose time it was, of cards, and of what answering costs; of a unit its own alone."""

from __future__ import annotations

import shutil
from io import BytesIO

import pytest
import yaml

from gaoxin.campaign import forms, reminding, stopping
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from tests.integration.conftest import PLANS
from tests.integration.test_gatekeeping import hand_in
from tests.pages import client

PAGE = "/demo/burden"


@pytest.fixture
def played(settings, demo_workplace):
    demo_workplace("2024-03-01")

    def at(day: str):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    reminding.remind(at("2024-04-10"))
    stopping.stop(at("2024-04-12T10:00"), "hnte_register@2024-Q1", "science", "省厅名单未下发", "committee")
    at("2024-04-16")
    return client(settings)


def test_it_tells_own_and_waited_days_and_the_burden_of_each_month(played):
    shown = played.get(f"{PAGE}?as_of=2024-04-16").text
    assert "办公室停止计时 3 个工作日" in shown
    assert "省厅名单未下发" in shown
    assert "方案没有规定预警或亮牌" in shown
    assert "每填一项 3 分钟" in shown
    assert "Working days after the due day" in played.get(f"{PAGE}?as_of=2024-04-16&lang=en").text
    one = played.get(f"{PAGE}?as_of=2024-04-16&unit=committee&month=2024-04").text
    assert "省厅名单未下发" not in one
    assert "没有逾期事项" in played.get(f"{PAGE}?as_of=2024-02-10&lang=zh").text


def test_what_is_no_month_and_no_unit_is_refused(played):
    assert played.get(f"{PAGE}?month=2024-Q1").status_code == 404
    assert played.get(f"{PAGE}?unit=nobody").status_code == 404


def test_a_figure_that_is_held_already_stands_in_the_template_and_is_not_asked_for_again(settings_at, tmp_path):
    """A yearly form asks, in 万元, for what the month of December had as the total of its year, in 亿元."""
    import openpyxl

    plans, year = tmp_path / "plans", Period.parse("2024")
    shutil.copytree(PLANS / "demo", plans / "demo")
    file = plans / "demo" / "plan.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["forms"][0]["last"] = "2024-12"
    data["forms"].append({"id": "yearly", "kind": "series", "name": "年报", "periodicity": "year", "first": "2024",
                          "last": "2024", "units": ["committee"], "due": {"days": 60}, "variables": [
                              {"id": "total", "name": "工业总产值", "unit": "万元", "kind": "flow"},
                              {"id": "other", "name": "其他", "unit": "万元", "kind": "flow"}]})
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    settings = settings_at(tmp_path / "home", plans)

    def cell() -> object:
        _, content = forms.beside(open_workplace(settings, "demo", parse_as_of("2025-02-01")), "yearly", "committee", year, "zh")
        sheet = openpyxl.load_workbook(BytesIO(content))["数据"]
        return {sheet.cell(row, 1).value: sheet.cell(row, 4).value for row in (2, 3)}

    assert cell() == {"total": None, "other": None}, "nothing is held yet"
    hand_in(open_workplace(settings, "demo", parse_as_of("2025-01-08"), acts=True), "industry", "committee", "2024-12",
            {"gross_output": 12.5})
    assert cell() == {"total": 125000, "other": None}
    page = client(settings).get("/demo/unit/committee/form/yearly/2024").text
    assert "已由“园区工业月报”2024年12月报过" in page
    assert "不必重报" in page
