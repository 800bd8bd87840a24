"""Small helpers for tests of returns: bytes of a workbook, the kinds of what reading told."""

from __future__ import annotations

import io
from pathlib import Path

from gaoxin.returns.model import ReadReturn

ROOT = Path(__file__).resolve().parents[1]
PLAN_FILES = {"demo": ROOT / "tests/plans/demo/plan.yaml", "kaizhou": ROOT / "dags/kaizhou_2020/plan.yaml"}


def packed(book) -> bytes:
    """The bytes of an openpyxl workbook, by openpyxl alone."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def kinds(result: ReadReturn) -> set[str]:
    return {p.kind for p in result.problems}


def note_kinds(result: ReadReturn) -> set[str]:
    return {p.kind for p in result.notes}


def by_variable(result):
    return {s.variable: s for s in result.series}
