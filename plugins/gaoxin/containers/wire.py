"""A book as JSON carries it from the process that read it to the one that asked."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import Book, Content, Problem, Sheet, SheetFacts
from gaoxin.i18n import message

_NOT_OF_JSON = (date, time, timedelta)


def said(book: Book) -> dict[str, Any]:
    """A book as JSON has it: what `told` reads."""
    return {"text": book.text, "sheets": [_sheet_said(s) for s in book.sheets.values()],
            "problems": [[p.kind, p.message.as_json(), p.sheet, p.cell] for p in book.problems]}


def _sheet_said(sheet: Sheet) -> dict[str, Any]:
    times: list[list[Any]] = []
    rows: list[Sequence[Any]] = []
    for r, row in enumerate(sheet.rows):
        if not any(isinstance(value, _NOT_OF_JSON) for value in row):
            rows.append(row)
            continue
        out: list[Any] = [*row]
        for c, value in enumerate(row):
            if isinstance(value, (date, time)):
                times.append([r, c, type(value).__name__, value.isoformat()])
                out[c] = None
            elif isinstance(value, timedelta):
                times.append([r, c, "timedelta", value.total_seconds()])
                out[c] = None
        rows.append(out)
    facts, formats = sheet.facts, dict[NumberFormat, list[list[int]]]()
    for where, made in facts.formats.items():
        formats.setdefault(made, []).append([*where])
    return {"name": sheet.name, "rows": rows, "times": times, "merged": sheet.merged, "visible": sheet.visible,
            "typed": sheet.typed, "errors": [[*w, e] for w, e in facts.errors.items()],
            "unvalued": [[*w] for w in facts.unvalued], "formulas": [[*w, f] for w, f in facts.formulas.items()],
            "differs": [[*w, result] for w, result in facts.differs.items()],
            "formats": [[*made, where] for made, where in formats.items()], "hidden_rows": [*facts.hidden_rows],
            "hidden_columns": [*facts.hidden_columns]}


_KINDS: dict[str, Any] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat,
                          "timedelta": lambda seconds: timedelta(seconds=seconds)}


def told(found: dict[str, Any]) -> Book:
    problems = [Problem(kind, message(stored), sheet, cell) for kind, stored, sheet, cell in found["problems"]]
    return Book({s["name"]: _sheet_told(s) for s in found["sheets"]}, problems, found["text"])


def _sheet_told(s: dict[str, Any]) -> Sheet:
    rows: list[list[Content]] = s["rows"]
    for r, c, kind, text in s["times"]:
        rows[r][c] = _KINDS[kind](text)
    facts = SheetFacts({(r, c): e for r, c, e in s["errors"]}, {(r, c) for r, c in s["unvalued"]},
                       {(r, c): f for r, c, f in s["formulas"]}, {}, {(r, c): result for r, c, result in s["differs"]},
                       {(r, c): NumberFormat(percent, divisor, tuple(words)) for percent, divisor, words, places in s["formats"]
                        for r, c in places}, {*s["hidden_rows"]}, {*s["hidden_columns"]})
    merged = [(top, left, bottom, right) for top, left, bottom, right in s["merged"]]
    return Sheet(s["name"], rows, facts, merged, s["visible"], s["typed"])
