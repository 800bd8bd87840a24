"""A plan whose indicators rest on their figures in every way, what its units hand in, and how an answer about it is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import text

from gaoxin.campaign import registering
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.plan.forms import RegisterForm
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.landing import place
from tests.return_files import packed
from tests.stored import as_role
from tests.traced import looked_at

DEMO = Path(__file__).parent / "plans" / "demo" / "plan.yaml"
DAY = "2024-04-09"
FIRMS = [{"credit_code": code, "name": f"企业{code[-1]}", "certificate": "GR202351000001", "issued": date(2023, 10, 1),
          "industry": "EQ"} for code in ("91990000Y00000008J", "91990000Y00000016D")]


def measured(id: str, formula: str, inputs: dict[str, Any], unit: str, target: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "name": id, "source": "附件", "measures": [{"id": "v", "unit": unit, "formula": formula, "inputs": inputs}],
            "targets": [{"target": target, "due": "2024-12", "source": "附件"}]}


def played(settings_at: Callable[..., Settings], tmp_path: Path, more: Any = (),
           references: Any = (), conditions: Any = ()) -> Callable[[str], Workplace]:
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
    data["conditions"] = [*data.get("conditions", ()), *conditions]
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
        if not rows:
            data.append(["零报告"])
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
    with as_role(w.warehouse).begin() as connection:
        for word in ("disable", "enable"):
            connection.execute(text(f"alter table gaoxin.{table} {word} trigger append_only"))
            if word == "disable":
                connection.execute(text(statement))
