"""The list of codes against the rules that use them, and the page against the list: neither can go stale unnoticed."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from pathlib import Path

import gaoxin.plan
import gaoxin.planning.check
from gaoxin.planning.check.finding_codes import CODES

PLAN = Path(gaoxin.plan.__file__).parent
RULES = Path(gaoxin.planning.check.__file__).parent
DOCS = Path(__file__).resolve().parents[4] / "docs"


def spoken() -> dict[str, set[str]]:
    """Code -> severities with which the rules speak it, as far as the source shows; a severity that is chosen at run time
    (`found(...)`) is not among them."""
    made: dict[str, set[str]] = {}
    for file in (*RULES.glob("rules_*.py"), RULES / "checks.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            firsts = [node.args[0]]
            if isinstance(node.args[0], ast.IfExp):
                firsts = [node.args[0].body, node.args[0].orelse]
            for first in firsts:
                if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                    continue
                if node.func.id in ("error", "warning", "info"):
                    made.setdefault(first.value, set()).add(node.func.id)
                elif node.func.id in ("found", "finding", "_two"):
                    made.setdefault(first.value, set())
    return made


def test_every_code_that_a_rule_speaks_is_listed_with_its_severity():
    rules = spoken()
    assert len(rules) > 50
    assert sorted(set(rules) - set(CODES)) == []
    assert [(code, s) for code, severities in rules.items() for s in severities if s not in CODES[code].severities] == []


def test_every_listed_code_stands_in_the_source():
    """Also codes that are handed on: by the formulas' own problems, the loader, or `f"masked_{kind}"`."""
    files = [f for f in (*RULES.glob("*.py"), *PLAN.rglob("*.py")) if f.name != "finding_codes.py"]
    source = "\n".join(f.read_text(encoding="utf-8") for f in files)
    unspoken = [c for c in CODES if f'"{c}"' not in source and not c.startswith("masked_")]
    assert unspoken == []


def test_codes_are_ids_with_a_title_and_a_task_in_both_languages():
    for code, entry in CODES.items():
        assert re.fullmatch(r"[a-z][a-z_]*", code)
        assert entry.title.zh, code
        assert entry.title.zh != entry.title.en, code
        assert entry.decide.zh != entry.decide.en, code


def test_the_page_is_made_from_the_list():
    page = (DOCS / "plan-check.md").read_text(encoding="utf-8")
    table = runpy.run_path(str(DOCS / "plan_check.py"))["table"]()
    assert table in page, "docs/plan-check.md is stale: run .venv/bin/python docs/plan_check.py"


def test_nothing_of_the_check_is_imported_where_plans_are_only_read():
    """DAGs are parsed every few seconds; the rules are for `plan check` alone."""
    code = (
        "import sys; import gaoxin.plan.reading.loader, gaoxin.blueprint.blueprint; "
        "assert 'gaoxin.plan.model' in sys.modules; print([m for m in sys.modules if m.startswith('gaoxin.planning.check')])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"
