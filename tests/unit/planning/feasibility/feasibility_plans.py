"""Plans made for looking ahead: one with the figures of the Kundulun document of 2021, and single indicators by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from gaoxin.plan.model import Plan

DEMO = Path(__file__).parents[3] / "plans" / "demo" / "plan.yaml"

# R&D expenditure in % of GDP, whole country, as first published (National Bureau of Statistics).
NATIONAL_RD = (
    ("2015", "2.07", "2016-11-11"), ("2016", "2.11", "2017-10-10"), ("2017", "2.13", "2018-10-09"),
    ("2018", "2.19", "2019-08-30"), ("2019", "2.23", "2020-08-27"), ("2020", "2.40", "2021-02-28"),
)


def plan_of(indicators: list[dict[str, Any]], **more: Any) -> Plan:
    """The demonstration campaign with these indicators alone, from 2021 to 2023. more: other keys of the plan."""
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    phases = [{
        "id": "work", "kind": "collection", "name": "创建实施阶段", "starts": "2021-01", "ends": "2023-12", "source": "三",
        "gate": {"deadline": "2023-12", "criteria": [{"kind": "returns_complete", "id": "complete"}]},
    }]
    document = {"title": "实施方案", "issuer": "government", "issued": "2021-03-29"}
    data |= {"phases": phases, "tasks": [], "document": document, "indicators": indicators, "forms": [], **more}
    return Plan.model_validate(data)


def indicator(id: str, unit: str, goal: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One indicator with one measure that nobody reports. more: `base` (end of 2020), `step` (a year), and keys of it."""
    base, step, due = more.pop("base", None), more.pop("step", None), more.pop("due", "2023-12")
    targets = [{"target": goal, "due": due, "source": "二(三)"}]
    if step is not None:
        targets.append({"target": {"increase": "year", "at_least": step}, "role": "step", "source": "二(三)"})
    made = {"id": id, "name": id, "lead": "committee", "source": "二", "targets": targets}
    made["measures"] = [{"id": "value", "unit": unit}]
    if base is not None:
        made["stated"] = [{"value": base, "on": "2020", "source": "二(一)"}]
    return made | more


def variable(id: str, unit: str) -> dict[str, Any]:
    return {"id": id, "name": id, "unit": unit, "kind": "stock"}


def kundulun(references: tuple[tuple[str, str, str], ...] = NATIONAL_RD) -> Plan:
    """The figures of the document: baselines at the end of 2020, yearly steps, goals at the end of three years."""
    plainly = {"formula": "n", "inputs": {"n": {"variable": "hnte"}}}
    growth = {
        "id": "value", "unit": "%", "formula": "100 * (n / m - 1)",
        "inputs": {"n": {"variable": "hnte"}, "m": {"variable": "hnte", "years_earlier": 1}},
    }
    shares = {"measures": [{"id": "share", "unit": "%"}, {"id": "of_city", "unit": "%"}]}
    revenue = {"measures": [{"id": "revenue", "unit": "%"}, {"id": "output", "unit": "%"}]}
    form = {
        "id": "zone", "kind": "series", "name": "园区", "periodicity": "year", "first": "2020", "last": "2023",
        "units": ["committee"], "due": {"days": 30}, "variables": [variable("hnte", "家")],
    }
    national = {
        "id": "national_rd", "name": {"zh": "全国研发投入强度", "en": "National R&D intensity"}, "unit": "%",
        "source": "国家统计局",
        "values": [{"period": p, "value": v, "published": d} for p, v, d in references],
    }
    return plan_of(
        [
            indicator("enterprises", "家", {"at_least": 200}, base=162, step=13),
            indicator(
                "hnte", "家", {"at_least": 40}, base=9, step=10, due="2023-09",
                measures=[{"id": "value", "unit": "家", **plainly}], past_pace={"growth": 10, "source": "二(一)"},
            ),
            indicator(
                "hnte_growth", "%", {"at_least": 30}, measures=[growth], due="2023-09",
                stated=[{"value": 10, "on": "2020", "source": "二(一)"}],
            ),
            indicator("rd_intensity", "%", {"against": "national_rd", "at_least": 0}, base=1, step="0.5"),
            indicator("institutions", "家", {"at_least": 10}, base=3, step=3),
            indicator(
                "hnte_share", "%", {"any_of": [{"of": "share", "at_least": 20}, {"of": "of_city", "at_least": 25}]},
                base="5.5", **shares,
            ),
            indicator(
                "revenue_share", "%", {"any_of": [{"of": "revenue", "at_least": 20}, {"of": "output", "at_least": 25}]},
                stated=[
                    {"value": 4, "on": "2020", "source": "二(一)"},
                    {"of": "output", "value": "3.8", "on": "2020", "source": "二(一)"},
                ],
                **revenue,
            ),
        ],
        references=[national], forms=[form],
    )
