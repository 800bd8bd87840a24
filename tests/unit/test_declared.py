"""A message that another process kept is read back in words, whatever this one has loaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gaoxin.declared import declare

ROOT = Path(__file__).resolve().parents[2]
CODES = re.findall(r"^\| `([\w.]+)` \|", (ROOT / "docs" / "messages.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_code_is_found_by_the_sources():
    rooms = {"web", "cli", "launcher", "airflow"}
    assert len(CODES) > 1500
    assert [code for code in CODES if code.split(".")[0] not in rooms and not declare(code)] == []


@pytest.mark.parametrize("code", ["problems.subject", "gates.returns_newer", "checks.holds", "gates.indicator_on_track"])
def test_a_code_of_a_module_that_nobody_loaded_is_read_in_words(code):
    program = f"""
import json, sys
from gaoxin import i18n
kept = {{"code": {code!r}, "context": {{}}}}
assert {code!r} not in i18n.CATALOGUE
i18n.message(kept)
print(json.dumps([{code!r} in i18n.CATALOGUE, "airflow" in sys.modules, "great_expectations" in sys.modules]))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout) == [True, False, False]
