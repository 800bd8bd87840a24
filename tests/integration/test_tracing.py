"""A figure led back to its cells, which are read again: what is written there, how it became the number, and whether the record
still says the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from gaoxin.campaign import decisions, intake, measuring, registering
from gaoxin.campaign.following import follow
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.returns.reader import read_file
from gaoxin.warehouse.landing import place
from tests.sums import DAY, FIRMS, change, hand_in, looked_at_all, told, workbook, years


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
    decisions.explain(later, "sums__yearly__committee__2022__v1", "tax.jump", "以税务局数为准", "committee")
    shown = told(trace(later, "tax_mean"))
    given = next(i for i in shown["inputs"] if (i["period"], i["submitted_by"]) == ("2022", "committee"))
    assert (given["raw"], given["unit_raw"], given["unit_cell"], given["cell"]) == ("１２０，０００", "万元", "C2", "D2")
    assert (given["read"], given["read_unit"], given["factor"]) == (120000, "万元", 0.0001)
    assert (given["value"], given["unit"]) == (12, "亿元")
    assert [r["code"] for r in given["repairs"]] == ["returns.full_width", "returns.thousands", "returns.text_number",
                                                      "trace.conversion"]
    assert given["repairs"][-1]["message"] == "120000 万元 × 0.0001 = 12 亿元"
    assert (given["note"], given["source"], given["file"]) == ("已与税务核对", "submit", "yearly-committee-2022.xlsx")
    assert given["matches"] is True
    words = [(e["rule"], e["text"]) for e in given["explanations"]]
    assert words == [(None, "口径按税务局"), ("tax.jump", "以税务局数为准")]
    assert {f["rule"] for f in given["findings"]} >= {"tax.jump", "tax.repaired"}
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
        "above.v 2023年：算出 15.6 亿元，所列数据为 13.5"])
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
