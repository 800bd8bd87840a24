"""The ledger as a workbook in the form of the documents' own tables, for any date; read back as a clerk would."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest

from gaoxin.campaign import deliverables, tasking, tasktable
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.reports.tasktable import render_tasks
from tests.plan_texts import ROOT

KUNDULUN = ["序号", "工作任务", "任务内容", "牵头部门", "责任部门", "任务进展", "完成时限"]
KAIZHOU = ["重点内容", "主要内容", "牵头单位", "责任单位", "完成时间", "任务进展"]


@pytest.fixture
def playing(settings_at, tmp_path):
    """playing(campaign, since): its workplace on a day, acting or looking."""
    def campaign(name: str, since: str):
        settings = settings_at(tmp_path, ROOT / "dags")
        register_plan(settings, name, parse_as_of(since), by="first act")
        return lambda day, acts=True: open_workplace(settings, name, parse_as_of(day), acts=acts)

    return campaign


def read(file):
    """The heads and the rows below, each by its heads."""
    from openpyxl import load_workbook

    sheet = load_workbook(file).worksheets[0]
    heads = [c.value for c in sheet[3]]
    return heads, [dict(zip(heads, [c.value for c in row], strict=True)) for row in sheet.iter_rows(min_row=4)]


def test_kunduluns_table_with_its_column_of_progress_for_any_date(playing, tmp_path):
    at = playing("kundulun_2021", "2021-04-01")
    w = at("2022-06-30")
    tasking.tell_progress(w, "top_level_design", "science_bureau", Decimal(45), "=规划初稿已成")
    deliverables.record_evidence(at("2022-07-10"), "top_level_design", "science_plan", b"plan", "p.pdf", "science_bureau")
    tasking.close(at("2022-07-12"), "top_level_design", "已印发", "government_supervision")
    found = {}
    for day in ("2021-05-01", "2022-06-30", "2022-07-12"):
        written = tasktable.write(at(day, acts=False), tmp_path / f"{day}.xlsx", "zh")
        assert (written.rows, written.beside) == (10, 8)
        heads, rows = read(written.file)
        assert heads == KUNDULUN
        assert [r["序号"] for r in rows[:10]] == list(range(1, 11))
        found[day] = rows[0]["任务进展"]
    assert found == {
        "2021-05-01": "未启动；成果 0 / 1 件",
        "2022-06-30": "推进中（达序时进度，45 %，截至 2022-06-30）：=规划初稿已成；成果 0 / 1 件",
        "2022-07-12": "完成（2022-07-12 销号，45 %，截至 2022-06-30）：=规划初稿已成；成果 1 / 1 件",
    }
    assert (rows[0]["牵头部门"], rows[0]["完成时限"]) == ("区科技局", "2023.09")


def test_kaizhous_annex_in_its_own_columns_indicators_and_all(playing, tmp_path):
    w = playing("kaizhou_2020", "2020-05-20")("2020-06-01")
    heads, rows = read(tasktable.write(w, tmp_path / "k.xlsx", "zh").file)
    assert heads == KAIZHOU
    numbered = [r for r in rows if r["主要内容"] and r["主要内容"].split(".")[0].isdigit()]
    assert [int(r["主要内容"].split(".")[0]) for r in numbered] == list(range(1, 30)), "all 29 items, whatever they are"
    assert "尚无数据" in numbered[0]["任务进展"], "an indicator"
    shares = numbered[10]
    assert "8 个" in shares["牵头单位"]
    assert numbered[28]["完成时间"] == "2020.09"


def test_the_same_bytes_for_the_same_day_and_text_is_never_a_formula(playing):
    from openpyxl import load_workbook

    w = playing("kundulun_2021", "2021-04-01")("2022-06-30")
    tasking.tell_progress(w, "top_level_design", "science_bureau", None, '=HYPERLINK("http://x")')
    made = tasktable.table(w, "zh")
    assert render_tasks(made) == render_tasks(tasktable.table(w, "zh"))
    cells = [c for row in load_workbook(BytesIO(render_tasks(made))).worksheets[0].iter_rows() for c in row]
    assert {c.data_type for c in cells} <= {"s", "n"}
    english = load_workbook(BytesIO(render_tasks(tasktable.table(w, "en"), "en"))).worksheets[0]
    assert [c.value for c in english[3]] == ["no.", "task", "content", "lead", "responsible", "progress", "due"]
