"""Writes docs/plan-checks.md, how checks are written in a plan, from check_examples.yaml: `make docs`.

Every example is a plan; tests/unit/quality/test_written_checks.py judges the returns that are shown with it."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import yaml

from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import PlanYaml, parse_plan

HERE = Path(__file__).parent
WORDS: dict[str, Any] = yaml.load((HERE / "check_examples.yaml").read_text(encoding="utf-8"), Loader=PlanYaml)
EXAMPLES: list[dict[str, Any]] = WORDS["examples"]
DEFAULTS: dict[str, Any] = {"periodicity": "month", "first": "2023-01", "last": "2024-12",
                            "units": ["park_committee"], "due": {"days": 10}}

def plan_of(example: dict[str, Any]) -> Plan:
    """An example as a whole plan: its forms beside those of a new one."""
    formats = runpy.run_path(str(HERE / "plan_format.py"))
    parts: dict[str, Any] = {key: example[key] for key in ("references", "tables") if key in example}
    forms = [DEFAULTS | {"name": form["id"]} | form for form in example["forms"]]
    return parse_plan(yaml.safe_dump(formats["merged"](formats["skeleton"](), parts | {"forms": forms}), allow_unicode=True),
                      folder=HERE)


def page() -> str:
    """The page as Markdown."""
    text = WORDS["head"] + "\n## 欧洲统计体系核验手册的 18 条 / the 18 rules of the European validation handbook\n"
    for example in EXAMPLES:
        if example["rule"] == "level 3":
            text += "\n## 3 至 5 级 / levels 3 to 5\n"
        text += f"\n### {example['rule']} {example['zh']}\n\n{example['en']}\n\n```yaml\n{_written(example)}```\n\n"
        text += f"对 / right: {_told(example['good'])}\n\n错 / wrong: {_told(example['bad'])} → {_cells(example['found'])}\n"
    return text


def _written(example: dict[str, Any]) -> str:
    """What of the example is to be written, as YAML: the checks, or what of the form says it."""
    first = example["forms"][0]
    keys = ("checks",) if "checks" in first else ("key", "variables", "fields")
    part: dict[str, Any] = {key: first[key] for key in keys if key in first}
    beside: dict[str, Any] = {key: example[key] for key in ("references", "tables") if key in example}
    return str(yaml.dump(beside | part, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110))


def _told(said: dict[str, Any]) -> str:
    return "；".join(f"{name} `{_shown(content)}`" for name, content in said.items())


def _shown(content: Any) -> str:
    rows = [", ".join(f"{k} {v}" for k, v in content.items())] if isinstance(content, dict) else [
        " ".join("—" if v is None else str(v) for v in row) for row in content]
    return " · ".join(rows)


def _cells(found: list[str | None]) -> str:
    return "、".join(cell or "整份 / the return as a whole" for cell in found)


if __name__ == "__main__":
    (HERE / "plan-checks.md").write_text(page(), encoding="utf-8")
