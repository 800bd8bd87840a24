"""What a check of files says before they are submitted."""

import json

import pytest

from gaoxin.cli.main import run
from tests.conftest import PLANS
from tests.containers import Page, xls


@pytest.mark.parametrize(("lang", "told"), [("zh", "只有演练收"), ("en", "taken only in a drill")])
def test_a_check_of_made_up_figures_says_that_only_a_drill_takes_them(tmp_path, monkeypatch, capsys, lang, told):
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run(["sample", "demo", "--from", "2024-02", "--to", "2024-02", "-o", str(tmp_path / "made"), "--json"]) == 0
    capsys.readouterr()
    made = str(next((tmp_path / "made").glob("demo__industry__*")))
    assert run(["returns", "check", made, "--as-of", "2024-03-05", "--lang", lang, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert told in answer["note"]
    assert [(r["verdict"], r["sample"]) for r in answer["returns"]] == [("accepted", True)]
    assert run(["returns", "check", made, "--as-of", "2024-03-05", "--lang", lang]) == 0
    assert told in capsys.readouterr().out


def test_a_check_of_actual_figures_has_nothing_to_add(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    blank = tmp_path / "blank.xlsx"
    assert run(["returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02",
                "-o", str(blank)]) == 0
    capsys.readouterr()
    run(["returns", "check", str(blank), "--as-of", "2024-03-05", "--json"])
    assert "note" not in json.loads(capsys.readouterr().out)


def test_the_findings_are_written_onto_the_units_own_workbook_and_listed_beside_it(tmp_path, monkeypatch, capsys):
    from openpyxl import load_workbook

    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    mine = tmp_path / "二月.xlsx"
    assert run(["returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02",
                "-o", str(mine)]) == 0
    book = load_workbook(mine)
    typed: dict[str, str | float] = {"D2": "约十亿", "D3": 3, "D4": 4, "D5": 6, "D6": 20.5}
    for cell, value in typed.items():
        book["数据"][cell] = value
    book.save(mine)
    before = mine.read_bytes()
    capsys.readouterr()
    out = tmp_path / "给单位.xlsx"
    assert run(["returns", "check", str(mine), "--as-of", "2024-03-05", "--annotate", str(out), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    listed = tmp_path / "给单位.问题清单.xlsx"
    assert answer["annotated"] == [[str(out), str(listed)]]
    assert mine.read_bytes() == before
    on_cells = {f["cell"] for f in answer["returns"][0]["findings"] if f["cell"]}
    notes = {c.coordinate: c.comment.text for row in load_workbook(out)["数据"].iter_rows() for c in row if c.comment}
    assert on_cells >= {"D2", "D6"}
    assert on_cells <= notes.keys()
    assert "约十亿" in notes["D2"]
    sheet = load_workbook(listed).worksheets[0]
    assert sheet.max_row - 3 == len(answer["returns"][0]["findings"])
    assert ("园区工业月报" in str(sheet["A1"].value), "二月.xlsx" in str(sheet["A2"].value)) == (True, True)
    asked = {row[3].value: row[6].value for row in sheet.iter_rows(min_row=4, max_row=5)}
    assert "工业总产值：能读成数值" in asked.values()
    links = {row[3].value: row[3].hyperlink for row in sheet.iter_rows(min_row=4) if row[3].value}
    link = links["D2"]
    assert link
    assert (link.target, link.location) == ("给单位.xlsx", "'数据'!D2")
    assert run(["returns", "check", str(mine), "--as-of", "2024-03-05", "--annotate", str(mine)]) == 2
    assert mine.read_bytes() == before
    assert run(["returns", "check", str(mine), "--as-of", "2024-03-05", "--annotate", str(tmp_path / "out.xls")]) == 2
    assert not (tmp_path / "out.xls").exists()
    text = tmp_path / "demo__industry__committee__2024-02.csv"
    text.write_text("code,name,unit_of_measure,value,note\ngross_output,x\x01\ufffe,亿元,1\x01,\x1b[2J\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["returns", "check", str(text), "--as-of", "2024-03-05", "--annotate", str(tmp_path / "lists")]) == 1
    told = capsys.readouterr().out
    assert ("只有问题清单" in told, "另存为 .xlsx" in told) == (True, True)
    assert [f.suffix for f in (tmp_path / "lists").iterdir()] == [".xlsx"]
    old = tmp_path / "demo__industry__committee__2024-02.xls"
    cover = Page([["campaign", "demo"], ["form", "industry"], ["unit", "committee"], ["period", "2024-02"]])
    figures = Page([["code", "name", "unit_of_measure", "value"], ["gross_output", "工业总产值", "亿元", "约十亿"]])
    old.write_bytes(xls({"封面": cover, "数据": figures}))
    run(["returns", "check", str(old), "--as-of", "2024-03-05", "--annotate", str(tmp_path / "lists")])
    sheet = load_workbook(tmp_path / "lists" / f"{old.stem}.问题清单.xlsx").worksheets[0]
    assert f"../{old.name}" in {row[3].hyperlink.target for row in sheet.iter_rows(min_row=2) if row[3].hyperlink}


def test_a_mapping_is_tried_drafted_and_drawn(tmp_path, monkeypatch, capsys):
    from openpyxl import Workbook

    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in (["园区工业月报（2024年2月）"], ["单位：亿元、家"], ["指标", "本期", "上年同期"], ["工业总产值", 10, 9],
                ["工业增加值", 3, 2],
                ["规模以上企业户数", 20, 18]):
        sheet.append(row)
    theirs, draft, picture = tmp_path / "theirs.xlsx", tmp_path / "draft.yaml", tmp_path / "it.html"
    book.save(theirs)
    assert run(["mapping", "propose", str(theirs), "--form", "industry", "--unit", "committee", "--campaign", "demo"]) == 0
    text = capsys.readouterr().out
    draft.write_text(text, encoding="utf-8")
    assert "{at: \"工业总产值\", variable: gross_output}" in text
    assert "【待定】 可能是 variable: enterprises" in text, "what is not sure is not taken"
    command = ["mapping", "try", str(draft), str(theirs), "--campaign", "demo", "--json", "--html", str(picture)]
    assert run(command) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {(v["variable"], v["value"], v["unit_of_measure"], v["period"], v["cell"]) for v in answer["values"]} == {
        ("gross_output", "10", "亿元", "2024-02", "B4"), ("value_added", "3", "亿元", "2024-02", "B5")}
    assert {x["cell"] for x in answer["left_out"]} == {"B6", "C4", "C5", "C6"}
    drawn = picture.read_text(encoding="utf-8")
    assert run(["mapping", "try", str(draft), str(theirs), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == answer, "the only plan that has such a form"
    assert drawn.count('class="taken"') == 3  # its key, and two cells
    assert all(word not in drawn for word in ("http:", "https:", "<script", "src=", "url("))
    draft.write_text(text.replace("variable: gross_output", "variable: gros_output"), encoding="utf-8")
    assert run(command) == 1
    assert "gros_output" in json.loads(capsys.readouterr().out)["told"][0]["message"]


def test_a_mapping_that_its_plan_cannot_take_yet_is_tried_where_it_lies(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "plans" / "demo"
    (folder / "mappings").mkdir(parents=True)
    (folder / "plan.yaml").write_bytes((PLANS / "demo" / "plan.yaml").read_bytes())
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(folder.parent))
    theirs, own = tmp_path / "theirs.csv", folder / "mappings" / "own.yaml"
    theirs.write_text("2024年2月,\n单位：亿元,\n指标,本期\n工业总产值,10\n", encoding="utf-8")
    own.write_text("id: own\nname: own\nversion: 1\nform: industry\ntables:\n- at: 指标\n  columns: [{at: 本期, what: value}]\n"
                   "  rows: [{at: 工业总产值, variable: gross_output}]\n", encoding="utf-8")
    assert run(["plan", "check", "demo"]) == 1
    assert "mapping try 对照 文件 --headings" in capsys.readouterr().out
    assert run(["mapping", "try", str(own), str(theirs), "--headings"]) == 0
    assert capsys.readouterr().out.strip() == "headings: ['指标', '本期', '工业总产值']"
    assert run(["mapping", "propose", str(theirs), "--form", "industry", "--unit", "committee"]) == 0
    assert "variable: gross_output" in capsys.readouterr().out
    plan = folder / "plan.yaml"
    named = plan.read_text(encoding="utf-8").replace("name: 工业增加值, unit", "name: 工业增加值, aliases: [规上增加值], unit")
    plan.write_text(named, encoding="utf-8")
    theirs.write_text("2024年2月,\n单位：亿元,\n指标,本期\n规上增加值,3\n", encoding="utf-8")
    assert run(["mapping", "propose", str(theirs), "--form", "industry", "--unit", "committee"]) == 0
    assert '{at: "规上增加值", variable: value_added}' in capsys.readouterr().out, "by another name that the plan gives it"
    plan.write_text(named.replace("schema: 1", "schema: 2"), encoding="utf-8")
    assert run(["mapping", "propose", str(theirs), "--form", "industry", "--unit", "committee"]) == 2
    assert "方案有错误、没有看的：demo" in "".join(capsys.readouterr())


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    huge = tmp_path / "demo__industry__committee__2024-02.csv"
    with huge.open("wb") as sparse:
        sparse.truncate(2**30)
    monkeypatch.setattr(type(huge), "read_bytes", lambda file: pytest.fail("read whole"))
    assert run(["returns", "check", str(huge), "--as-of", "2024-03-05"]) == 2
    assert "文件有 1024 MB，过大，未读取" in capsys.readouterr().err
