"""A figure led back to its cells, which are read again: what is written there, how it became the number, and whether the record
still says the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from gaoxin.campaign import decisions, gatekeeping, intake, measuring, registering, reporting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.following import Followed, UsedBy, follow
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.paging import Page
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.returns.model import Verdict
from gaoxin.returns.reader import read_file
from gaoxin.settings import Settings
from gaoxin.warehouse.landing import place
from tests.return_files import packed
from tests.traced import looked_at

DEMO = Path(__file__).parents[1] / "plans" / "demo" / "plan.yaml"
DAY = "2024-04-09"
FIRMS = [{"credit_code": code, "name": f"企业{code[-1]}", "certificate": "GR202351000001", "issued": date(2023, 10, 1),
          "industry": "EQ"} for code in ("91990000Y00000008J", "91990000Y00000016D")]


def measured(id: str, formula: str, inputs: dict[str, Any], unit: str, target: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "name": id, "source": "附件", "measures": [{"id": "v", "unit": unit, "formula": formula, "inputs": inputs}],
            "targets": [{"target": target, "due": "2024-12", "source": "附件"}]}


@pytest.fixture
def at(settings_at: Callable[..., Settings], warehouse, tmp_path: Path) -> Callable[[str], Workplace]:
    """at("2024-04-09"): units' values combine in every way, years make means, units of measure differ."""
    return played(settings_at, tmp_path)


@pytest.fixture
def resting(settings_at: Callable[..., Settings], warehouse, tmp_path: Path) -> Callable[[str], Workplace]:
    """As `at`; there are references on a weighted variable and on a count, a share that counts indicators, a zone and a quota."""
    growth = {"now": {"variable": "tax"}, "before": {"variable": "tax", "years_earlier": 1}}
    beats = measured("beats", "100 * now / before - 100", growth, "%", {"against": "margins", "at_least": 0})
    many = measured("many", "n", {"n": {"variable": "hnte_count"}}, "家", {"against": "firms", "at_least": 0})
    shared = {"id": "shared", "name": "共", "source": "附件", "measures": [],
              "targets": [{"target": {"plan_share": "indicators", "only": ["tax_growth", "hnte"], "at_least": 100},
                           "due": "2024-12", "source": "附件"}]}
    east = measured("east", "t", {"t": {"variable": "tax"}}, "亿元", {"zone": "east", "at_least": 1})
    east["quotas"] = [{"unit": "science", "value": 1}]
    return played(settings_at, tmp_path, [beats, many, shared, east],
                  [{"id": "margins", "name": "利润率", "unit": "%", "variable": "margin", "source": "年报"},
                   {"id": "firms", "name": "企业数", "unit": "家", "variable": "hnte_count", "source": "名录"}])


def played(settings_at: Callable[..., Settings], tmp_path: Path, more: Any = (),
           references: Any = ()) -> Callable[[str], Workplace]:
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    data["id"] = "sums"
    data["zones"] = [{"id": "east", "name": "东园", "committee": "committee"}]
    variables = [
        {"id": "tax", "name": "税收", "unit": "亿元", "kind": "flow"},
        {"id": "turnover", "name": "营业收入", "unit": "亿元", "kind": "flow"},
        {"id": "margin", "name": "利润率", "unit": "%", "kind": "stock", "combine": "weighted", "weight": "turnover"},
        {"id": "area", "name": "园区面积", "unit": "公顷", "kind": "stock", "combine": "same"},
        {"id": "staff", "name": "平均工资", "unit": "元", "kind": "stock", "combine": "mean"},
    ]
    data["forms"].append({"id": "yearly", "kind": "series", "name": "年报", "periodicity": "year", "first": "2021",
                          "last": "2023", "units": ["committee", "science"], "due": {"days": 10, "not_before": "2024-04-10"},
                          "variables": variables})
    data["references"] = [{"id": "peer", "name": "对照", "unit": "亿元", "variable": "turnover", "source": "年报"}, *references]
    data["indicators"] += [
        measured("above", "t", {"t": {"variable": "tax"}}, "亿元", {"against": "peer", "more_than": 0}),
        measured("tax_mean", "t", {"t": {"variable": "tax", "mean_of_years": 3, "unit": "万元"}}, "万元", {"at_least": 1}),
        measured("tax_growth", "100 * (now / before - 1)",
                 {"now": {"variable": "tax"}, "before": {"variable": "tax", "years_earlier": 1}}, "%", {"at_least": 1}),
        measured("margin", "m", {"m": {"variable": "margin"}}, "%", {"at_least": 1}),
        measured("density", "t / a", {"t": {"variable": "tax", "unit": "万元"}, "a": {"variable": "area", "unit": "平方公里"}},
                 "万元/平方公里", {"increase_since": "2021", "at_least": 1}),
        measured("wages", "w", {"w": {"variable": "staff", "unit": "万元"}}, "万元", {"mean_of_years": 2, "at_least": 1}),
        *more,
    ]
    folder = tmp_path / "plans" / "sums"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    settings = settings_at(tmp_path / "home", tmp_path / "plans")
    registering.register_plan(settings, "sums", parse_as_of("2024-01-02"), by="first act")
    return lambda day: open_workplace(settings, "sums", parse_as_of(day))


def workbook(w: Workplace, form_id: str, unit: str, period: str, rows: Any, explanation: str = "") -> bytes:
    """A return as a unit fills it in. rows: of a series variable -> value, or (value, unit of measure, note); of a register
    records by field."""
    import openpyxl

    form = w.plan.form(form_id)
    book = openpyxl.Workbook()
    cover, data = book.active, book.create_sheet("数据")
    assert cover
    cover.title = "封面"
    told = {"campaign": w.plan.id, "form": form_id, "unit": unit, "period": period, "template": 1, "explanation": explanation}
    for key, value in told.items():
        cover.append([key, value])
    if isinstance(form, RegisterForm):
        data.append([f.id for f in form.fields])
        data.append([f.name.zh for f in form.fields])
        for record in rows:
            data.append([record.get(f.id) for f in form.fields])
        return packed(book)
    data.append(["code", "name", "unit_of_measure", "value", "note"])
    for variable in form.variables:
        given = rows[variable.id]
        value, written, note = (*given, None)[:3] if isinstance(given, tuple) else (given, variable.unit, None)
        data.append([variable.id, variable.name.zh, written, value, note])
    return packed(book)


def hand_in(w: Workplace, *given: tuple[Any, ...]) -> None:
    """Units' returns, through intake: form, unit, period, rows, explanation."""
    folder = w.settings.home / "from_units"
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for form, unit, period, *filled in given:
        files.append(folder / f"{form}-{unit}-{period}.xlsx")
        files[-1].write_bytes(workbook(w, form, unit, period, *filled))
    for taken in submit_files(w.settings, files, w.now):
        assert taken.verdict is not Verdict.REJECTED, [f.message.zh for f in taken.findings]


def years(w: Workplace) -> None:
    """Three years of both units; the cells are written as people write them."""
    def year(period: str, unit: str, tax: Any, turnover: Any, margin: Any, staff: int, explanation: str = "") -> tuple[Any, ...]:
        area = (1500, "亩") if (period, unit) == ("2021", "committee") else 100
        rows = {"tax": tax, "turnover": turnover, "margin": margin, "area": area, "staff": staff}
        return "yearly", unit, period, rows, explanation

    hand_in(w, year("2021", "committee", 1, 10, "12.5%", 50000), year("2021", "science", 2, 30, 8, 70000),
            year("2022", "committee", ("１２０，０００", "万元", "已与税务核对"), 11, 13, 52000, "口径按税务局"),
            year("2022", "science", 2.1, ("31亿元", "亿元"), 8.5, 72000), year("2023", "committee", 11.3, 12, 14, 54000),
            year("2023", "science", 2.2, 32, 9, 74000))


def told(found: Answer) -> dict[str, Any]:
    return json.loads(json.dumps(found.to_json("zh")))


def looked_at_all(w: Workplace) -> dict[str, list[str]]:
    """What an auditor finds wrong with each indicator's trace."""
    def content(sha256: str) -> bytes:
        return place(w.settings.landing, sha256).read_bytes()

    return {i.id: looked_at(told(trace(w, i.id)), content) for i in w.plan.indicators}


def change(w: Workplace, table: str, statement: str) -> None:
    """What somebody with the owner's rights does to rows that nobody may change."""
    with w.warehouse.engine.begin() as connection:
        for word in ("disable", "enable"):
            connection.execute(text(f"alter table gaoxin.{table} {word} trigger append_only"))
            if word == "disable":
                connection.execute(text(statement))


def test_every_year_of_a_mean_stands_under_its_own_name_and_units_combine_as_declared(at):
    years(at(DAY))
    w = at(DAY)
    mean = told(trace(w, "tax_mean"))
    assert mean["value"] == pytest.approx(306000 / 3)
    (given,) = mean["computed"][0]["inputs"]
    assert (given["years"], given["factor"]) == (3, 10000)
    figures = [(f["name"], f["value"], f["combine"], [(p["unit"], p["value"]) for p in f["parts"]]) for f in given["figures"]]
    assert figures == [("t_2021", 3, "sum", [("committee", 1), ("science", 2)]),
                       ("t_2022", 14.1, "sum", [("committee", 12), ("science", 2.1)]),
                       ("t_2023", 13.5, "sum", [("committee", 11.3), ("science", 2.2)])]
    assert [i["name"] for i in mean["inputs"]] == ["t_2021"] * 2 + ["t_2022"] * 2 + ["t_2023"] * 2
    assert {i["name"] for i in told(trace(w, "tax_growth"))["inputs"]} == {"now", "before_2022"}
    (weighted,) = told(trace(w, "margin"))["computed"][0]["inputs"][0]["figures"]
    assert (weighted["combine"], weighted["weight"]) == ("weighted", "turnover")
    assert [(p["value"], p["weight"]) for p in weighted["parts"]] == [(14, 12), (9, 32)]
    assert weighted["value"] == pytest.approx((14 * 12 + 9 * 32) / 44)
    assert {(i["name"], i["period"]) for i in told(trace(w, "wages"))["inputs"]} == {("w", "2023"), ("w_2022", "2022")}
    against = [(i["measure"], i["variable"], i["value"], i["matches"]) for i in told(trace(w, "above"))["inputs"]]
    assert against == [("v", "tax", 11.3, True), ("v", "tax", 2.2, True), ("peer", "turnover", 12, True),
                       ("peer", "turnover", 32, True)]
    density = told(trace(w, "density"))
    assert (density["value"], density["derived"]) == (105000, {"kind": "increase_since", "since": "2021"})
    assert [(c["role"], c["period"], c["value"]) for c in density["computed"]] == [("measure", "2023", 135000),
                                                                                  ("rests_on", "2021", 30000)]
    rules = {f["rule"] for i in density["inputs"] for f in i["findings"]}
    assert "area.same" not in rules, "1500 亩 are 100 公顷"


def test_what_is_written_in_the_cell_is_told_with_its_repairs_conversion_and_words(at):
    years(at(DAY))
    before = told(trace(at(DAY), "tax_mean"))
    later = open_workplace(at(DAY).settings, "sums", parse_as_of("2024-04-10"), acts=True)
    decisions.explain(later, "sums__yearly__committee__2022__v1", "tax.jump_year", "以税务局数为准", "committee")
    shown = told(trace(later, "tax_mean"))
    given = next(i for i in shown["inputs"] if (i["period"], i["submitted_by"]) == ("2022", "committee"))
    assert (given["raw"], given["unit_raw"], given["unit_cell"], given["cell"]) == ("１２０，０００", "万元", "C2", "D2")
    assert (given["read"], given["read_unit"], given["factor"]) == (120000, "万元", 0.0001)
    assert (given["value"], given["unit"]) == (12, "亿元")
    assert [r["code"] for r in given["repairs"]] == ["returns.full_width", "returns.thousands", "returns.text_number"]
    assert (given["note"], given["source"], given["file"]) == ("已与税务核对", "submit", "yearly-committee-2022.xlsx")
    assert given["matches"] is True
    words = [(e["rule"], e["text"]) for e in given["explanations"]]
    assert words == [(None, "口径按税务局"), ("tax.jump_year", "以税务局数为准")]
    assert {f["rule"] for f in given["findings"]} >= {"tax.jump_year", "tax.repaired"}
    assert shown["reread"] == 6
    assert told(trace(at(DAY), "tax_mean")) == before, "what is explained later was not known then"


def test_an_auditor_finds_every_input_in_its_cell_and_every_sum_right(at):
    years(at(DAY))
    rows = {"gross_output": ("１２５，０００", "万元"), "value_added": 2.5, "light_output": "5亿元", "heavy_output": 7.5,
            "enterprises": "30家"}
    hand_in(at(DAY), ("hnte_register", "committee", "2024-Q1", FIRMS), ("industry", "committee", "2024-02", rows),
            ("hnte_register", "science", "2024-Q1", [FIRMS[0] | {"industry": "装备制造"}]))
    w = at(DAY)
    assert looked_at_all(w) == {i.id: [] for i in w.plan.indicators}
    assert trace(w, "hnte").value == 2
    assert all(trace(w, i.id).exit_status == 0 for i in w.plan.indicators)


def test_a_fact_changed_behind_our_back_is_told_by_its_cell(at):
    years(at(DAY))
    change(at(DAY), "facts", "update gaoxin.facts set value = value * 2 where variable = 'tax' and period = '2023'"
                             " and unit = 'science'")
    found = trace(at(DAY), "tax_growth")
    assert found.exit_status == 1
    (differs,) = found.differences
    assert differs.zh == "sums__yearly__science__2023__v1 的 数据!D2：单元格是 2.2 亿元，入库的是 4.4 亿元"
    assert [(str(i.period), i.submitted_by) for i in found.inputs if not i.matches] == [("2023", "science")]
    (computed,) = found.computed
    told_twice = [round(float(value or 0), 6) for value in (computed.value, computed.by_cells)]
    assert told_twice == [round(100 * (tax / 14.1 - 1), 6) for tax in (15.7, 13.5)]
    assert looked_at_all(at(DAY))["tax_growth"], "the auditor finds it too"
    # Moved to another cell, deleted, and put in from nowhere.
    change(at(DAY), "facts", "update gaoxin.facts set value = value / 2, cell = 'D9' where variable = 'tax' and period = '2023'"
                             " and unit = 'science'")
    (moved,) = trace(at(DAY), "tax_growth").differences
    assert moved.code == "trace.other_cell"
    change(at(DAY), "facts", "delete from gaoxin.facts where variable = 'margin' and period = '2022'")
    assert {d.code for d in trace(at(DAY), "tax_mean").differences} == {"trace.other_cell", "trace.rows"}
    change(at(DAY), "facts", "delete from gaoxin.facts where variable = 'margin' and period = '2023'")
    earlier = trace(at(DAY), "margin")
    assert (str(earlier.period), codes(at(DAY), "margin")) == ("2021", {"trace.altered", "trace.not_recorded"})


def test_a_unit_of_measure_typed_in_the_cell_is_told_with_its_factor(at):
    years(at(DAY))
    hand_in(at(DAY), ("yearly", "committee", "2023", {"tax": 11.3, "turnover": 12, "margin": 14, "area": 100, "staff": "5.4万"},
                      "按原数更正"))
    staff = follow(at(DAY), "sums__yearly__committee__2023__v2", "D6")
    assert (staff.read, staff.read_unit, staff.factor, staff.facts[-1].value) == (Decimal("5.4"), "万元", 10000, 54000)
    rows = {"gross_output": ("5200000万元", "亿元"), "value_added": 2.5, "light_output": 5, "heavy_output": 515,
            "enterprises": 30}
    hand_in(at(DAY), ("industry", "committee", "2024-02", rows))
    given = follow(at(DAY), "sums__industry__committee__2024-02__v1", "D2")
    assert (given.raw, given.unit_raw, given.read, given.read_unit) == ("5200000万元", "亿元", 5200000, "万元")
    (fact,) = given.facts
    assert (given.factor, fact.value, fact.unit, fact.matches) == (Decimal("0.0001"), 520, "亿元", True)
    assert "returns.converted" in {r.code for r in given.repairs}


def test_a_zones_and_a_quotas_value_say_whose_they_are(resting, monkeypatch, capsys):
    from gaoxin.cli import main

    years(resting(DAY))
    w = resting(DAY)
    found = {(c.role, c.only): (c.value, c.zones) for c in trace(w, "east").computed}
    assert found["rests_on", "committee"] == (Decimal("11.3"), ("east",))
    assert found["beside", "science"] == (Decimal("2.2"), ())
    assert found["measure", None] == (Decimal("13.5"), ())
    monkeypatch.setenv("GAOXIN_HOME", str(w.settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(w.settings.plans))
    assert w.settings.database_url
    monkeypatch.setenv("GAOXIN_DATABASE_URL", w.settings.database_url.get_secret_value())
    assert main.run(["trace", "sums", "east", "--as-of", DAY]) == 0
    assert "东园" in capsys.readouterr().out


def codes(w: Workplace, indicator: str) -> set[str]:
    return {d.code for d in trace(w, indicator).differences}


@pytest.mark.parametrize(("moved", "back", "indicator", "found"), [
    ("period = '2022', period_end = '2022-12-31'", "period = '2023', period_end = '2023-12-31'", "margin", {"trace.altered"}),
    ("unit = 'committee'", "unit = 'science'", "margin", {"trace.altered"}),
    ("variable = 'visits'", "variable = 'margin'", "margin", {"trace.not_recorded"}),
    ("period = '2019', period_end = '2019-12-31'", "period = '2023', period_end = '2023-12-31'", "tax_mean",
     {"trace.rows", "trace.moved"}),
])
def test_a_fact_moved_away_is_told_wherever_it_went(at, moved, back, indicator, found):
    years(at(DAY))
    assert codes(at(DAY), indicator) == set()
    of = "return_id = 'sums__yearly__science__2023__v1' and variable = 'margin'"
    change(at(DAY), "facts", f"update gaoxin.facts set {moved} where {of}")
    assert codes(at(DAY), indicator) >= found
    if indicator == "margin":
        assert str(trace(at(DAY), "margin").period) == "2022", "it fell back"
    assert trace(at(DAY), indicator).exit_status == 1
    followed = follow(at(DAY), "sums__yearly__science__2023__v1")
    assert followed.exit_status == 1
    of = of.replace("'margin'", "'visits'") if "visits" in moved else of
    change(at(DAY), "facts", f"update gaoxin.facts set {back} where {of}")
    assert codes(at(DAY), indicator) == set()


def test_a_value_that_its_figures_do_not_make_is_told(at):
    years(at(DAY))
    # A third value of 2023 that belongs to no unit: it is added, and no cell shows it.
    change(at(DAY), "facts", "update gaoxin.facts set unit = 'committee', period = '2023', period_end = '2023-12-31'"
                             " where variable = 'tax' and period = '2022' and unit = 'science'")
    assert codes(at(DAY), "tax_growth") == {"trace.altered", "trace.not_recorded"}
    added = trace(at(DAY), "above")
    assert (added.exit_status, [d.zh for d in added.differences]) == (1, [
        "above.v 2023：算出 15.6 亿元，所列数据为 13.5"])
    # Of a base year: what the document says, or nothing, stands in for it.
    change(at(DAY), "facts", "update gaoxin.facts set unit = 'science', period = '2020', period_end = '2020-12-31'"
                             " where variable = 'area' and period = '2021' and unit = 'science'")
    assert "trace.altered" in codes(at(DAY), "density")


def test_a_reference_none_of_whose_points_is_left_is_told(resting):
    years(resting(DAY))
    assert codes(resting(DAY), "beats") == set()
    change(resting(DAY), "facts", "update gaoxin.facts set unit = 'park' where variable = 'turnover' and unit = 'science'")
    found = trace(resting(DAY), "beats")
    assert (found.references, codes(resting(DAY), "beats") >= {"trace.rows", "trace.moved"}) == ((), True)
    change(resting(DAY), "facts", "update gaoxin.facts set unit = 'science' where unit = 'park'")
    change(resting(DAY), "facts", "delete from gaoxin.facts where variable in ('margin', 'turnover')")
    assert codes(resting(DAY), "beats") >= {"trace.rows"}


def test_a_registers_entry_moved_away_is_told(at):
    hand_in(at(DAY), ("hnte_register", "committee", "2024-Q1", FIRMS), ("hnte_register", "science", "2024-Q1", []))
    change(at(DAY), "register_entries", "update gaoxin.register_entries set period = '2023-Q4', period_end = '2023-12-31'"
                                        " where row_no = 4")
    assert (trace(at(DAY), "hnte").value, codes(at(DAY), "hnte")) == (1, {"trace.rows", "trace.moved"})


def test_a_register_changed_behind_our_back_is_told(at):
    hand_in(at(DAY), ("hnte_register", "committee", "2024-Q1", FIRMS), ("hnte_register", "science", "2024-Q1", []))
    assert (trace(at(DAY), "hnte").value, trace(at(DAY), "hnte").exit_status) == (2, 0)
    # It counts no longer, so that no input shows it.
    expired = "update gaoxin.register_entries set fields = fields || '{\"issued\": \"2019-10-01\"}' where row_no = 4"
    change(at(DAY), "register_entries", expired)
    found = trace(at(DAY), "hnte")
    assert (found.value, found.exit_status) == (1, 1)
    assert [d.zh for d in found.differences] == [
        "sums__hnte_register__committee__2024-Q1__v1 的 数据!D4：单元格是 2023-10-01，入库的是 2019-10-01"]
    invented = ("insert into gaoxin.register_entries (return_id, campaign, form, unit, period, period_end, row_no, fields, cells,"
                " sheet, version, recorded_at, seq, file_sha256) select 'sums__hnte_register__science__2024-Q1__v1', campaign,"
                " form, 'science', period, period_end, 3, fields || '{\"credit_code\": \"91990000Y000200095\"}', cells, sheet, 1,"
                " recorded_at, seq, (select sha256 from gaoxin.returns where unit = 'science') from gaoxin.register_entries"
                " where row_no = 3")
    change(at(DAY), "register_entries", invented)
    assert {d.code for d in trace(at(DAY), "hnte").differences} == {"trace.differs", "trace.no_record", "trace.rows"}
    change(at(DAY), "register_entries", "delete from gaoxin.register_entries")
    emptied = trace(at(DAY), "hnte")
    assert (emptied.value, [d.code for d in emptied.differences]) == (0, ["trace.rows"])


def test_bytes_that_are_gone_or_changed_are_a_fault(at, monkeypatch, capsys):
    from gaoxin.cli import main

    years(at(DAY))
    w = at(DAY)
    by_unit = {i.submitted_by: i for i in trace(w, "margin").inputs}
    file = place(w.settings.landing, by_unit["science"].file_sha256 or "")
    kept = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(workbook(w, "yearly", "science", "2023", {"tax": 9, "turnover": 9, "margin": 9, "area": 100, "staff": 9}))
    found = trace(w, "margin")
    assert found.exit_status == 3
    (trouble,) = found.unreadable
    assert "内容已被改动" in trouble.zh
    assert "was changed" in trouble.en
    assert {(i.submitted_by, i.matches) for i in found.inputs} == {("committee", True), ("science", None)}
    file.unlink()
    assert "读不到" in trace(w, "margin").unreadable[0].zh
    monkeypatch.setenv("GAOXIN_HOME", str(w.settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(w.settings.plans))
    assert w.settings.database_url
    monkeypatch.setenv("GAOXIN_DATABASE_URL", w.settings.database_url.get_secret_value())
    assert main.run(["trace", "sums", "margin", "--as-of", DAY]) == 3
    assert "先不要使用这个数" in capsys.readouterr().out
    file.write_bytes(kept)
    assert trace(w, "margin").exit_status == 0


def used(found: Followed) -> set[tuple[str, str, bool]]:
    return {(u.kind, u.id, u.whole) for u in found.used_by}


def test_a_cell_is_followed_to_all_that_was_recorded_as_resting_on_it(at):
    years(at(DAY))
    w = open_workplace(at(DAY).settings, "sums", acts=True)
    measuring.store_indicators(w)
    gatekeeping.decide(w, "launch")
    reporting.kept_report(w, Period.parse("2022"))
    return_id = "sums__yearly__committee__2022__v1"
    tax = follow(at(DAY), return_id, "数据!D2")
    assert (tax.raw, tax.unit_raw, tax.read, tax.read_unit, tax.in_force) == ("１２０，０００", "万元", 120000, "万元", True)
    (fact,) = tax.facts
    assert (fact.variable, fact.value, fact.here, fact.matches) == ("tax", 12, True, True)
    assert set(tax.feeds) == {"tax_mean", "tax_growth", "density", "above"}
    report = ("report", "sums__quality__2022.html", True)
    assert used(tax) == {("indicator", "tax_mean", False), ("indicator", "tax_growth", False), report}
    assert next(u.value for u in tax.used_by if u.id == "tax_mean") == "102000 万元"
    assert [f.rule for f in tax.findings][:1] == ["tax.jump_previous"]
    area = follow(at(DAY), return_id, "D5")
    assert used(area) == {report}, "an area of 2022 nobody used: the density is of 2023, its base of 2021"
    unit_cell = follow(at(DAY), return_id, "数据!C2")
    assert unit_cell.facts == tax.facts
    assert unit_cell.reason
    assert (unit_cell.reason.code, used(unit_cell)) == ("trace.of_unit", used(tax))
    nothing = follow(at(DAY), return_id, "封面!B1")
    assert (nothing.raw, nothing.total, nothing.feeds, used(nothing)) == ("sums", 0, (), {report})
    assert nothing.reason
    assert "数据!D2" in nothing.reason.zh
    whole = follow(at(DAY), return_id)
    assert [f.variable for f in whole.facts] == ["tax", "turnover", "margin", "area", "staff"]
    assert used(whole) == used(tax) | {("indicator", "wages", False)}
    # A correction: what rests on the old figure stays with it, and both versions are shown.
    hand_in(at("2024-04-20"), ("yearly", "committee", "2022", {"tax": 1.3, "turnover": 11, "margin": 13, "area": 100,
                                                               "staff": 52000}, "更正税收"))
    measuring.store_indicators(open_workplace(w.settings, "sums", parse_as_of("2024-04-21"), acts=True))
    old, new = follow(at("2024-04-21"), return_id, "D2"), follow(at("2024-04-21"), "sums__yearly__committee__2022__v2", "D2")
    assert (old.in_force, old.replaced_by, new.in_force) == (False, "sums__yearly__committee__2022__v2", True)
    held = [(f.version, f.value, f.here, f.in_force) for f in old.facts]
    assert held == [(1, 12, True, False), (2, Decimal("1.3"), False, True)]
    assert used(old) == used(tax)
    assert {u.value for u in new.used_by if u.id == "tax_growth"} != {u.value for u in old.used_by if u.id == "tax_growth"}
    assert told(follow(at(DAY), return_id, "数据!D2")) == told(tax), "what was known then"


def test_a_reference_is_traced_to_what_units_report_with_its_weights_and_entries_both_ways(resting):
    years(resting(DAY))
    hand_in(resting(DAY), ("hnte_register", "committee", "2024-Q1", FIRMS), ("hnte_register", "science", "2024-Q1", FIRMS[:1]))
    measuring.store_indicators(open_workplace(resting(DAY).settings, "sums", acts=True))
    w, whole = resting(DAY), pytest.approx((14 * 12 + 9 * 32) / 44)
    beats, many = told(trace(w, "beats")), told(trace(w, "many"))
    assert beats["references"][0]["value"] == whole
    given = [(i["variable"], i["submitted_by"], i["value"], i["matches"]) for i in beats["inputs"] if i["measure"] == "margins"]
    assert sorted(given) == [("margin", "committee", 14, True), ("margin", "science", 9, True),
                             ("turnover", "committee", 12, True), ("turnover", "science", 32, True)]
    (reference,) = [c for c in beats["computed"] if c["role"] == "reference"]
    (figure,) = reference["inputs"][0]["figures"]
    assert (reference["measure"], reference["value"], figure["weight"]) == ("margins", whole, "turnover")
    entries = [i["cell"] for i in many["inputs"] if i["measure"] == "firms"]
    assert (len(entries), [c["value"] for c in many["computed"] if c["role"] == "reference"]) == (3, [2])
    assert looked_at_all(w) == {i.id: [] for i in w.plan.indicators}
    weight = follow(w, "sums__yearly__science__2023__v1", "D3")
    assert [f.variable for f in weight.facts] == ["turnover"]
    assert {"beats", "margin", "above"} <= set(weight.feeds)
    assert {"beats", "margin", "above"} <= {u.id for u in weight.used_by}
    assert "many" in follow(w, "sums__hnte_register__science__2024-Q1__v1", "A3").feeds
    change(w, "facts", "update gaoxin.facts set value = 1 where variable = 'turnover' and period = '2023' and unit = 'science'")
    changed = trace(w, "beats")
    assert (changed.exit_status, [d.code for d in changed.differences]) == (1, ["trace.differs"])
    assert next(float(c.by_cells or 0) for c in changed.computed if c.role == "reference") == whole


def test_a_share_is_traced_to_the_inputs_of_each_indicator_that_it_counts(resting):
    years(resting(DAY))
    hand_in(resting(DAY), ("hnte_register", "committee", "2024-Q1", FIRMS), ("hnte_register", "science", "2024-Q1", FIRMS[:1]))
    w = resting(DAY)
    share = told(trace(w, "shared"))
    assert [(c["indicator"], c["value"]) for c in share["computed"] if c["role"] == "measure"] == [
        ("hnte", 2), ("tax_growth", pytest.approx(100 * (13.5 / 14.1 - 1)))]
    given = [(i["indicator"], i["name"], i["value"]) for i in share["inputs"] if i["variable"] == "tax"]
    assert sorted(given) == [("tax_growth", "before_2022", 2.1), ("tax_growth", "before_2022", 12), ("tax_growth", "now", 2.2),
                             ("tax_growth", "now", 11.3)]
    assert (share["reread"], {i["matches"] for i in share["inputs"]}) == (6, {True})
    assert looked_at_all(w)["shared"] == []
    change(w, "facts", "update gaoxin.facts set value = value * 2 where variable = 'tax' and period = '2022'")
    assert trace(w, "shared").exit_status == 1
    place(w.settings.landing, next(i["file_sha256"] for i in share["inputs"] if i["variable"] == "tax")).unlink()
    assert trace(w, "shared").exit_status == 3


def test_a_registers_cell_is_followed_to_the_counts_that_look_at_it(at):
    hand_in(at(DAY), ("hnte_register", "committee", "2024-Q1", FIRMS), ("hnte_register", "science", "2024-Q1", FIRMS[:1]))
    measuring.store_indicators(open_workplace(at(DAY).settings, "sums", acts=True))
    return_id = "sums__hnte_register__committee__2024-Q1__v1"
    issued, name = follow(at(DAY), return_id, "D4"), follow(at(DAY), return_id, "B4")
    assert (issued.raw, issued.feeds, used(issued)) == ("2023-10-01", ("hnte",), {("indicator", "hnte", False)})
    assert [(f.entry or {})["credit_code"] for f in issued.facts] == [FIRMS[1]["credit_code"]]
    assert (name.feeds, used(name)) == ((), set()), "no count looks at a name"
    assert name.reason
    assert name.reason.code == "trace.no_indicator"
    renamed = "update gaoxin.register_entries set fields = fields || '{\"name\": \"别的\"}' where row_no = 4"
    change(at(DAY), "register_entries", renamed)
    changed = follow(at(DAY), return_id, "B4")
    assert (changed.exit_status, changed.raw) == (1, "企业D")
    assert [d.code for d in changed.differences] == ["trace.differs"]


def test_a_registers_cell_is_told_with_its_field_its_value_and_its_own_repairs(at, monkeypatch, capsys):
    from gaoxin.cli import main

    wide = str(FIRMS[0]["credit_code"]).translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    odd = FIRMS[0] | {"credit_code": wide, "issued": "2023.10.1"}
    hand_in(at(DAY), ("hnte_register", "committee", "2024-Q1", [odd]), ("hnte_register", "science", "2024-Q1", []))
    w, return_id = at(DAY), "sums__hnte_register__committee__2024-Q1__v1"
    issued = follow(w, return_id, "D3")
    (held,) = issued.facts
    assert (issued.raw, issued.field, issued.read, held.field, held.value) == ("2023.10.1", "issued", "2023-10-01", "issued",
                                                                               "2023-10-01")
    assert {r.cell for r in issued.repairs} == {"D3"}
    code = follow(w, return_id, "A3")
    assert (code.field, code.read, {r.cell for r in code.repairs}) == ("credit_code", FIRMS[0]["credit_code"], {"A3"})
    (whole,) = follow(w, return_id).facts
    assert (whole.field, whole.value) == (None, None)
    monkeypatch.setenv("GAOXIN_HOME", str(w.settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(w.settings.plans))
    assert w.settings.database_url
    monkeypatch.setenv("GAOXIN_DATABASE_URL", w.settings.database_url.get_secret_value())
    main.run(["trace", "sums", "hnte", "--as-of", DAY])
    remarks = [told for told in capsys.readouterr().out.splitlines() if "全角" in told or "日期" in told]
    told_at = [next(part for part in told.split() if "!" in part) for told in remarks if "!" in told]
    assert told_at
    assert all(("D3" in where) != ("全角" in told) for where, told in zip(told_at, remarks, strict=False)), remarks


def test_what_used_a_cell_is_paged_and_counted(at):
    years(at(DAY))
    measuring.store_indicators(open_workplace(at(DAY).settings, "sums", acts=True))
    return_id = "sums__yearly__committee__2022__v1"
    found: list[UsedBy] = []
    after: int | None = 0
    whole = follow(at(DAY), return_id, "D2")
    while after is not None:
        part = follow(at(DAY), return_id, "D2", Page(1, after))
        assert (part.used_total, len(part.used_by)) == (whole.used_total, 1)
        found += part.used_by
        after = part.used_next
    assert (tuple(found), whole.used_next) == (tuple(whole.used_by), None)
    assert len(found) > 1


def test_a_verdict_on_a_day_that_the_plan_no_longer_names_is_told(at):
    years(at(DAY))
    open_workplace(at(DAY).settings, "sums", parse_as_of("2025-01-02"), acts=True)
    later = open_workplace(at(DAY).settings, "sums", parse_as_of("2025-02-20"), acts=True)
    measuring.store_indicators(later)
    assert trace(at("2025-02-21"), "wages").former == ()
    file = later.settings.plans / "sums" / "plan.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    next(i for i in data["indicators"] if i["id"] == "wages")["targets"][0]["due"] = "2025-12"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    registering.register_plan(later.settings, "sums", parse_as_of("2025-02-22"), by="office")
    (kept,) = trace(at("2025-02-23"), "wages").former
    assert (kept.indicator, str(kept.due), str(kept.verdict)) == ("wages", "2024-12-31", "met")


def test_what_is_not_there_is_answered_with_what_is(at):
    years(at(DAY))
    return_id = "sums__yearly__committee__2022__v1"
    for asked, where, there in ((return_id[:-1] + "2", "D2", return_id),
                                ("sums__nothing", None, "sums__yearly__science__2023__v1"),
                                (return_id, "表!D2", "封面、数据"), (return_id, "D99", "数据!D2"),
                                (return_id, "二", "数据!D2")):
        with pytest.raises(UsageError, match=there):
            follow(at(DAY), asked, where)
    with pytest.raises(UsageError, match="没有报送"):
        follow(at("2024-04-08"), return_id)
    blank = at(DAY).settings.home / "blank.xlsx"
    rows = {"tax": None, "turnover": 1, "margin": 1, "area": 1, "staff": 1}
    blank.write_bytes(workbook(at(DAY), "yearly", "committee", "2022", rows))
    (rejected,) = submit_files(at(DAY).settings, [blank], parse_as_of(DAY))
    refused = follow(at(DAY), rejected.return_id or "", "D3")
    assert (refused.raw, refused.in_force, refused.replaced_by) == ("1", False, None)
    assert [(f.version, f.here) for f in refused.facts] == [(1, False)], "what counts instead"
    assert refused.reason
    assert refused.reason.zh == "这份报送没有入库（已退回，待改正），没有数据由它而来"
    change(at(DAY), "facts", "update gaoxin.facts set value = 9 where return_id like '%committee__2022%' and variable = 'tax'")
    differs = follow(at(DAY), return_id, "D2")
    assert (differs.exit_status, differs.differences[0].code) == (1, "trace.differs")
    place(at(DAY).settings.landing, differs.file_sha256).unlink()
    gone = follow(at(DAY), return_id, "D2")
    assert (gone.exit_status, gone.raw) == (3, None)
    assert [f.value for f in gone.facts] == [9], "what is recorded is told all the same"


def test_a_return_is_read_again_by_the_plan_under_which_it_came(at):
    years(at(DAY))
    w = at(DAY)
    file = w.settings.plans / "sums" / "plan.yaml"
    whole = file.read_text(encoding="utf-8")
    assert "id: tax\n" in whole
    file.write_text(whole.replace("id: tax\n", "id: tax_paid\n").replace("variable: tax\n", "variable: tax_paid\n"), "utf-8")
    assert registering.register_plan(w.settings, "sums", parse_as_of("2024-04-12"), by="office").version == 2
    later = at("2024-04-13")
    assert trace(later, "tax_mean").value is None, "the plan in force knows no figure of the new name"
    kept = follow(later, "sums__yearly__committee__2022__v1", "D2")
    assert [(f.variable, f.value, f.matches) for f in kept.facts] == [("tax", 12, True)]
    assert (kept.read, kept.feeds, kept.exit_status) == (120000, (), 0)
    assert trace(later, "margin").exit_status == 0


def test_what_was_taken_in_under_one_plan_and_loaded_under_another_is_read_by_the_second(at):
    w = open_workplace(at(DAY).settings, "sums", acts=True)
    rows = "\n".join(f"{v},,{unit},{value}," for v, unit, value in (
        ("tax", "亿元", 1), ("turnover", "亿元", 10), ("margin", "%", 12), ("area", "公顷", 100), ("staff", "元", 5000),
        ("visits", "次", 7)))
    with w.warehouse.begin() as store:
        content = f"code,name,unit_of_measure,value,note\n{rows}\n".encode()
        read = read_file(content, "sums__yearly__committee__2021.csv", lambda _: w.plan)
        store.returns.land(content, read.file, w.now, "inbox")
        taken = store.returns.add(read, w.now, plan_hash(w.plan))
    file = w.settings.plans / "sums" / "plan.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    visits = {"id": "visits", "name": "次数", "unit": "次", "kind": "stock", "required": False}
    data["forms"][-1]["variables"].append(visits)
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert registering.register_plan(w.settings, "sums", parse_as_of("2024-04-12"), by="office").version == 2
    later = open_workplace(w.settings, "sums", acts=True)
    intake.check_pending(later)
    assert intake.load_accepted(later) == 6
    kept = follow(at("2024-04-13"), taken.return_id, "D7")
    assert [(f.variable, f.value, f.matches) for f in kept.facts] == [("visits", 7, True)]
    assert kept.exit_status == 0
