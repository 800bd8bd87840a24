"""A cell followed forward, to all that came of it and rests on it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from gaoxin.campaign import gatekeeping, measuring, reporting
from gaoxin.campaign.following import Followed, UsedBy, follow
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.paging import Page
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import local_day, parse_as_of
from gaoxin.errors import UsageError
from gaoxin.gates.model import GateVerdict
from gaoxin.periods import Period
from gaoxin.returns.model import Verdict
from gaoxin.warehouse.landing import place
from tests.integration.test_corrections import handed_in
from tests.integration.test_gatekeeping import launch
from tests.sums import DAY, FIRMS, change, hand_in, told, workbook, years


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
    assert [f.rule for f in tax.findings][:1] == ["tax.jump"]
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


def test_each_decision_that_used_a_cell_is_told_on_its_own_day(settings, demo_workplace, tmp_path, industry):
    launch(demo_workplace)
    days = {"2024-06-27": "02", "2024-07-01": "03", "2024-07-03": "04"}  # each time another return is in, and others are not
    for day, month in days.items():
        file = f"demo__industry__committee__2024-{month}.csv"
        assert handed_in(settings, tmp_path / "f", industry(15.0 + int(month)), day, file).verdict is not Verdict.REJECTED
        measuring.store_indicators(open_workplace(settings, "demo", parse_as_of(day), acts=True))
        assert gatekeeping.decide(demo_workplace(day), "collection").verdict is GateVerdict.HOLD
    seen = {day: list(follow(demo_workplace(day), "demo__industry__committee__2024-02__v1").used_by) for day in days}
    *_, last = days
    gates = [u for u in seen[last] if u.kind == "gate"]
    assert [(u.id, u.value, str(local_day(u.at))) for u in gates] == [("collection", "hold", day) for day in days]
    for earlier, later in pairwise(days):  # what was told stays, with its date, whatever comes later
        assert seen[later][:len(seen[earlier])] == seen[earlier]
    figures = [(u.id, u.period) for u in seen[last] if u.kind == "indicator"]
    assert figures and len(figures) == len({*figures}), "a figure that goes on saying the same is told as it first said so"  # noqa: PT018


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
