"""docs/architecture.md against the house: its floors are import-linter's, every file that it names exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def floors_of_the_page() -> list[set[str]]:
    """The table under «Floors», from the top: the names in the second column of each row."""
    table = PAGE.split("## Floors", 1)[1].split("\n## ", 1)[0]
    rows = [row.split("|")[2] for row in table.splitlines() if re.match(r"\| \d+ \|", row)]
    return [set(re.findall(r"`(\w+)`", row)) for row in rows]


def floors_of_the_linter() -> list[set[str]]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    [layers] = [c["layers"] for c in contracts if c["type"] == "layers"]
    return [set(re.split(r"\s*[|:]\s*", layer)) for layer in layers]


def test_the_floors_are_those_that_the_linter_holds():
    assert len(floors_of_the_page()) > 10
    assert floors_of_the_page() == floors_of_the_linter()


def test_every_room_has_its_floor():
    rooms = {p.stem for p in (ROOT / "plugins" / "gaoxin").iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    assert set().union(*floors_of_the_page()) == rooms - {"__init__"}


def test_every_file_that_the_page_names_exists():
    """Also folders; `x.py` stands for a file that somebody would add."""
    named = {n for n in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", PAGE) if not n.endswith("/x.py") and "test_x" not in n}
    assert len(named) > 20
    assert [n for n in sorted(named) if not any((base / n).exists() for base in (ROOT, ROOT / "plugins" / "gaoxin"))] == []


def test_every_decision_is_listed_by_its_number():
    written = sorted(p.name for p in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert written
    assert [name for name in written if f"(decisions/{name})" not in PAGE] == []
