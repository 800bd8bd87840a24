"""Plans as text for tests: the demonstration campaign, and copies of it with one thing changed."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "tests" / "plans" / "demo" / "plan.yaml"
KAIZHOU = ROOT / "dags" / "kaizhou_2020" / "plan.yaml"


def demo(*changes: tuple[str, str]) -> str:
    """The demo plan's text with replacements. A replacement that finds nothing fails: the test would test nothing."""
    text = DEMO.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"not in the demo plan: {old}"
        text = text.replace(old, new, 1)
    return text


def line_with(text: str, part: str) -> int:
    """The number of the first line that holds `part`."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)
