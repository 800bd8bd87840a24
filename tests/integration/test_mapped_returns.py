"""A unit sends its own table: the mapping reads it wherever it comes from, a figure leads back to the unit's own cell, and a
table that changed waits for the office."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from gaoxin.campaign import alarming, flows, intake, rereading
from gaoxin.campaign.following import follow
from gaoxin.campaign.mapped import Place
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.showing import show
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.uploading import hand_in
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run as gaoxin
from gaoxin.clock import parse_as_of
from gaoxin.errors import UsageError
from tests.own_table import own_table
from tests.pages import client
from tests.plan_texts import demo
from tests.return_files import packed

OWN = own_table("万元")
AS_OF = "2024-03-05"


@pytest.fixture
def own(settings_at, tmp_path, warehouse):
    """own(mapping, changes of the plan's text): an installation whose demo campaign has that mapping."""
    def make(text: str = OWN, *changes: tuple[str, str]):
        folder = tmp_path / "plans" / "demo"
        (folder / "mappings").mkdir(parents=True, exist_ok=True)
        (folder / "plan.yaml").write_text(demo(*changes), encoding="utf-8")
        (folder / "mappings" / "own.yaml").write_text(text, encoding="utf-8")
        return settings_at(tmp_path, tmp_path / "plans")

    return make


def table(gross: float = 100000, *, heading: str = "上年同期", title: str = "2024年2月",
          changes: dict[str, str | int] | None = None) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "经济月报"
    for row in (["管委会经济月报"], [f"（{title}）"], ["指标", "计量单位", "累计", heading],
                ["一、工业总产值", "万元", gross, 90000],
                ["　　其中：轻工业", "万元", gross * 0.4, 36000], ["　　　　　重工业", "万元", gross * 0.6, 54000],
                ["二、工业增加值", "万元", gross * 0.3, 27000], ["三、规上企业数", "家", 20, 18], ["注：快报数"]):
        sheet.append(row)
    for cell, written in (changes or {}).items():
        sheet[cell] = written
    return packed(book)


def dropped(settings, content: bytes, name: str = "经济月报.xlsx") -> Path:
    file = settings.inbox / "committee" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def work(settings, as_of: str = AS_OF):
    return open_workplace(settings, "demo", parse_as_of(as_of), acts=True)


def facts(w) -> dict[str, tuple[float, str]]:
    with w.warehouse.read() as store:
        found = store.facts.as_of("demo", w.known)
    return {f.variable: (float(f.value), f"{f.sheet}!{f.cell}") for f in found.series}


RIGHT = {"gross_output": (10.0, "经济月报!C4"), "light_output": (4.0, "经济月报!C5"), "heavy_output": (6.0, "经济月报!C6"),
         "value_added": (3.0, "经济月报!C7"), "enterprises": (20.0, "经济月报!C8")}


def test_by_the_inbox_the_desk_and_the_command_line_it_is_the_same_return(own):
    settings = own()
    content = table()
    dropped(settings, content)
    assert intake.take_in(work(settings), None, check=True).facts == 5
    assert facts(work(settings)) == RIGHT
    again = hand_in(work(settings), "committee", "经济月报.xlsx", content)
    assert (again.created, again.version, str(again.verdict)) == (False, 1, "accepted")
    dropped(settings, content, "又一份.xlsx")
    told = intake.take_in(work(settings), None, check=True)
    assert (told.returns, told.known) == ([], {"committee/又一份.xlsx": "demo__industry__committee__2024-02__v1"})
    (named,) = intake.submit_files(settings, [dropped(settings, table(110000), "x.xlsx")], parse_as_of("2024-03-06"),
                                   place=Place("demo", "committee"))
    assert (named.version, str(named.verdict), facts(work(settings, "2024-03-06"))["gross_output"]) == (
        2, "accepted", (11.0, "经济月报!C4"))


def test_a_figure_leads_back_to_the_cell_of_the_units_own_table(own):
    settings = own()
    done = hand_in(work(settings), "committee", "经济月报.xlsx", table())
    w = work(settings)
    assert done.return_id
    with w.warehouse.read() as store:
        again = rereading.Rereading(w, store, [done.return_id]).get(done.return_id)
        assert again.other_rows == ()
    found = json.dumps(trace(w, "gross_output").to_json("zh"), ensure_ascii=False)
    assert '"cell": "C4"' in found
    assert '"sheet": "经济月报"' in found
    assert '"matches": true' in found
    cell = follow(w, done.return_id, "C4")  # of the sheet that its figures come from
    assert (cell.sheet, cell.raw, [f.variable for f in cell.facts]) == ("经济月报", "100000", ["gross_output"])
    with pytest.raises(UsageError) as wrong:
        follow(w, done.return_id, "数据!C4")
    assert "经济月报!C4" in wrong.value.todo.zh


def test_a_unit_of_measure_of_the_plan_holds_from_the_units_table_to_the_indicator(own):
    """The unit's table, the form and the indicator are each in another one; what is shown is in the plan's."""
    settings = own(OWN.replace("工业总产值(万元)", "工业总产值(标准产值)"),
                   ("unit: 亿元, kind: cumulative, max", "unit: 产值包, kind: cumulative, max"),
                   ("unit: 亿元, formula: gross_output", "unit: 万标准产值, formula: gross_output"),
                   ("indicators:\n", "units_of_measure:\n- {name: 标准产值, of: 万元, factor: 500}\n"
                                     "- {name: 产值包, of: 标准产值, factor: 40}\nindicators:\n"))
    content = table(200, changes={"D4": 180, "B4": "标准产值", "C5": 40000, "C6": 60000, "C7": 30000})
    done = hand_in(work(settings), "committee", "经济月报.xlsx", content)
    assert str(done.verdict) == "accepted"
    assert done.return_id
    w = work(settings)
    with w.warehouse.read() as store:
        (fact,) = [f for f in store.facts.as_of("demo", w.known).series if f.variable == "gross_output"]
        assert (fact.value, fact.unit_of_measure, fact.cell) == (5, "产值包", "C4")  # 200 × 500 万元 are 5 × 2000 万元 × 10
        assert rereading.Rereading(w, store, [done.return_id]).get(done.return_id).other_rows == ()
    found = trace(w, "gross_output").to_json("zh")
    text = json.dumps(found, ensure_ascii=False)
    assert '"matches": true' in text
    assert '"标准产值"' in text
    assert "0.02" in text  # 万标准产值
    page = client(settings)
    assert "产值包" in page.get(f"/demo/return/{done.return_id}").text
    assert "万标准产值" in page.get("/demo/indicator/gross_output/trace").text


def test_its_page_shows_what_was_taken_and_what_was_left(own):
    settings = own()
    done = hand_in(work(settings), "committee", "经济月报.xlsx", table())
    later = hand_in(work(settings, "2024-03-06"), "committee", "经济月报.xlsx", table(120000))
    assert later.return_id
    shown = show(work(settings, "2024-03-06"), later.return_id)
    assert shown.grid
    assert shown.changed
    assert shown.grid.sheet == "经济月报"
    states = {c.cell: c.mapped for row in shown.grid.rows for c in row.cells if c.mapped}
    assert {cell for cell, state in states.items() if state == "taken"} == {"C4", "C5", "C6", "C7", "C8"}
    assert {cell for cell, state in states.items() if state == "left"} == {"D4", "D5", "D6", "D7", "D8"}
    assert {c.cell for c in shown.changed.changes} == {f"经济月报!C{row}" for row in (4, 5, 6, 7)}
    text = client(settings).get(f"/demo/return/{done.return_id}").text
    assert "管委会经济月报（第 1 版）" in text
    assert "m-left" in text


TOWNS = """\
id: own_table
name: 各区月报
version: 1
form: industry
units: [committee]
entity: 全区
tables:
- at: 地区
  columns: [{at: 产值, variable: gross_output}]
  rows: [{at: "{entity}"}]
  headings: [地区, 产值(万元)]
"""


def test_figures_of_others_on_the_table_are_not_shown_as_taken(own):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["2024年2月"], ["地区", "产值（万元）"], ["全区", 300], ["甲镇", 100], ["乙镇", 200]):
        book.worksheets[0].append(row)
    settings = own(TOWNS)
    done = hand_in(work(settings), "committee", "各区.xlsx", packed(book))
    shown = show(work(settings), str(done.return_id))
    assert shown.grid
    cells = {c.cell: (c.mapped, " ".join(word if isinstance(word, str) else word.to("zh") for word in c.says))
             for row in shown.grid.rows for c in row.cells if c.mapped}
    assert {cell: state for cell, (state, _) in cells.items()} == {"B3": "taken", "B4": "others", "B5": "others"}
    assert "甲镇" in cells["B4"][1]


def test_what_came_too_early_is_taken_when_it_comes_again_after_the_periods_end(own):
    settings, file = own(), table()
    early, again, late = (hand_in(work(settings, day), "committee", "经济月报.xlsx", file)
                          for day in ("2024-02-20T09:00", "2024-02-20T10:00", "2024-03-01"))
    assert [f.rule for f in early.findings if f.severity == "error"] == ["file.period_not_over"]
    assert (again.created, again.version) == (False, 1)
    assert (late.created, late.version, str(late.verdict)) == (True, 2, "accepted")


def test_versions_that_were_read_in_two_ways_are_compared_by_what_they_are_about(own, industry):
    settings = own()
    hand_in(work(settings), "committee", "demo__industry__committee__2024-02.csv", industry(20))
    done = hand_in(work(settings), "committee", "经济月报.xlsx", table(), reason="改用本单位的表")
    changed = show(work(settings), str(done.return_id)).changed
    assert changed
    assert {one.kind for one in changed.changes} <= {"changed", "written"}, changed
    assert {one.column for one in changed.changes if one.kind == "changed"} <= {"value", "unit_of_measure"}, changed
    assert {one.row for one in changed.changes} <= {"工业总产值", "工业增加值", "轻工业总产值", "重工业总产值", "规上企业数"}


def test_what_the_unit_alone_can_mend_waits_for_no_mapping_and_a_trial_says_so(own, tmp_path, capsys):
    settings = own()
    for heading, name in (("去年同期", "又改又引.xlsx"), ("上年同期", "引.xlsx")):
        out = io.BytesIO(table(heading=heading))
        with zipfile.ZipFile(out, "a") as package:
            package.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
        file = dropped(settings, out.getvalue(), name)
        assert gaoxin(["mapping", "try", str(next(settings.plans.glob("demo/mappings/*.yaml"))), str(file)]) == 1
        assert "报来会被退回" in capsys.readouterr().out
    told = intake.take_in(work(settings), None, check=True)
    assert (told.drifted, [one.file for one in told.refused]) == ((), ["committee/又改又引.xlsx"]), told
    assert told.checked == {"rejected": 1}


def test_changed_headings_wait_for_the_office_and_are_taken_when_the_mapping_is_mended(own):
    settings = own()
    file = dropped(settings, table(heading="去年同期"))
    told = intake.take_in(work(settings), None, check=True)
    assert (told.returns, told.facts, told.drifted) == ([], 0, ("committee/经济月报.xlsx",))
    assert file.exists()
    note = flows.survey(work(settings), flows.Asked())["note"]
    assert "committee/经济月报.xlsx" in note
    refused = hand_in(work(settings), "committee", "经济月报.xlsx", table(heading="去年同期"))
    assert refused.return_id is None
    assert all(word in refused.findings[0].message.zh for word in ("上年同期", "去年同期", "办公室"))
    desk = client(settings).get("/demo/unit/committee").text
    assert ("不必重报" in desk, "等办公室更新对照" in desk) == (True, True)
    receipt = client(settings).get(f"/demo/unit/committee/receipts?of={refused.number}").text
    assert ("单位不必改表" in receipt, "上传改正后的文件" in receipt) == (True, False)
    page = client(settings).get("/demo/units").text
    assert (page.count("经济月报.xlsx"), page.count("改成了「去年同期」")) == (2, 2), "of the uploaded one, too"
    settings = own(OWN.replace("上年同期", "去年同期").replace("version: 1", "version: 2"))
    register_plan(settings, "demo", parse_as_of("2024-03-05"), by="committee", reason="表头改了")
    assert intake.take_in(work(settings), None, check=True).facts == 5
    assert not file.exists()
    assert facts(work(settings)) == RIGHT


def test_a_file_that_no_mapping_reads_is_refused_with_what_to_do(own):
    import openpyxl

    settings = own()
    book = openpyxl.Workbook()
    assert book.active
    book.active["A1"] = "随手记"
    done = hand_in(work(settings), "committee", "便条.xlsx", packed(book))
    (finding,) = done.findings
    assert finding.rule == "file.mapping_none_fits"
    assert all(word in finding.message.zh for word in ("管委会经济月报", "模板", "找不到以「指标」开头的表"))
    twice = openpyxl.load_workbook(io.BytesIO(table()))
    twice.copy_worksheet(twice.worksheets[0])
    (finding,) = hand_in(work(settings), "committee", "经济月报.xlsx", packed(twice)).findings
    assert finding.rule == "file.mapping_none_fits"
    assert all(word in finding.message.zh for word in ("以「指标」开头的表有几处", "Copy", "只留要报的一张")), finding.message.zh


def test_what_is_told_of_a_file_without_a_cover_names_no_cover(own):
    settings = own()
    assert str(hand_in(work(settings), "committee", "经济月报.xlsx", table()).verdict) == "accepted"
    late = hand_in(work(settings, "2024-06-05"), "committee", "经济月报.xlsx", table(101000))
    (finding,) = [f for f in late.findings if f.severity == "error"]
    assert (finding.rule, finding.sheet) == ("file.correction_unexplained", None)
    assert ("封面“" in finding.message.zh, "工作台上传" in finding.message.zh) == (False, True)


def test_another_period_and_another_unit_are_not_taken_for_it(own):
    settings = own()
    early = hand_in(work(settings), "committee", "经济月报.xlsx", table(title="2024年1月"))
    assert [f.rule for f in early.findings] == ["file.period_not_asked"]
    dropped(settings, table()).rename(settings.inbox / "stray.xlsx")
    told = intake.take_in(work(settings), None, check=True)
    assert told.facts == 0
    assert (settings.inbox / "refused" / "stray.xlsx").exists(), "whose it is nobody can say"


def test_the_same_bytes_read_otherwise_by_a_mended_mapping_are_another_version(own):
    settings, content = own(), table()
    first = hand_in(work(settings), "committee", "经济月报.xlsx", content)
    assert hand_in(work(settings), "committee", "经济月报.xlsx", content).version == first.version
    swapped = (OWN.replace("variable: light_output", "variable: x").replace("variable: heavy_output", "variable: light_output")
               .replace("variable: x", "variable: heavy_output").replace("version: 1", "version: 2"))
    settings = own(swapped)
    register_plan(settings, "demo", parse_as_of("2024-03-06"), by="committee", reason="取错了行")
    again = hand_in(work(settings, "2024-03-06"), "committee", "经济月报.xlsx", content)
    assert (again.created, again.version, str(again.verdict)) == (True, 2, "accepted")
    assert facts(work(settings, "2024-03-06"))["light_output"] == (6.0, "经济月报!C6")


def test_commands_take_names_and_periods_as_people_write_them(own, tmp_path, monkeypatch, capsys):
    def told(*args: object) -> tuple[int, dict]:
        status = gaoxin([*map(str, args), "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out or said.err)

    settings = own()
    for name in ("HOME", "PLANS", "INBOX"):
        monkeypatch.setenv(f"GAOXIN_{name}", str(getattr(settings, name.lower())))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    file = dropped(settings, table(title="快报"), "快报.xlsx")
    named = ("--unit", "园区管委会", "--form", "园区工业月报", "--as-of", "2024-03-05")
    status, found = told("returns", "check", file, *named, "--period", "2月")
    assert (status, found["returns"][0]["period"], found["returns"][0]["verdict"]) == (0, "2024-02", "accepted")
    status, found = told("returns", "submit", file, *named, "--period", "2024年2月")
    assert (status, found["returns"][0]["return_id"]) == (0, "demo__industry__committee__2024-02__v1")
    status, found = told("returns", "status", "demo", "--period", "一季度", "--as-of", "2024-04-05")
    assert {row["period"] for row in found["rows"]} == {"2024-Q1"}
    wanted = ("--form", "园区工业月报", "--unit", "园区管委会", "--period", "3月", "-o", tmp_path)
    assert told("returns", "template", "demo", *wanted)[0] == 0
    assert (tmp_path / "demo__industry__committee__2024-03.xlsx").exists()
    assert told("questions", "demo", "--unit", "园区管委会")[0] == 0
    assert gaoxin(["returns", "check", str(file), "--unit", "统计局"]) == 2
    assert "统计局" in capsys.readouterr().err
    assert gaoxin(["returns", "status", "demo", "--period", "五季度"]) == 2


def test_supervision_is_red_while_a_file_waits_for_its_mapping(own):
    settings = own()
    file = dropped(settings, table(heading="去年同期"))
    intake.take_in(work(settings), None, check=True)
    told = alarming.standing(work(settings))["drifted"].zh
    assert all(word in told for word in ("committee/经济月报.xlsx", "不是迟报", "对照"))
    file.unlink()
    assert "drifted" not in alarming.standing(work(settings))
