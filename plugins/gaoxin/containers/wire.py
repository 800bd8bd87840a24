"""A book as JSON carries it from the process that read it to the one that asked: a head, and after it the pieces of those sheets
that are large, each a text of its own, so that neither side holds them twice."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import Book, Content, Problem, Sheet, SheetFacts
from gaoxin.containers.packed import NOT_OF_JSON, Packed, Packing, Piece, time_said, time_told
from gaoxin.containers.runs import Mark
from gaoxin.i18n import message


def said(book: Book) -> list[bytes]:
    """A book as texts of JSON: what `told` reads."""
    sheets, pieces = list[dict[str, Any]](), list[bytes]()
    for sheet in book.sheets.values():
        large = _large(sheet.rows)
        sheets.append(_sheet_said(sheet, () if large else sheet.rows) | {"pieces": [piece.rows for piece in large]})
        pieces += [b"\n".join(piece.columns) for piece in large]
    head = {"text": book.text, "sheets": sheets,
            "problems": [[p.kind, p.message.as_json(), p.sheet, p.cell] for p in book.problems]}
    return [json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), *pieces]


def _large(rows: Sequence[Sequence[Content]]) -> Sequence[Piece]:
    """The pieces of a sheet with many cells; none of another."""
    if not isinstance(rows, Packed):
        packing = Packing()
        for row in rows:
            packing.add(row)
        rows = packing.made()
    return rows.pieces if isinstance(rows, Packed) else ()


def _sheet_said(sheet: Sheet, given: Sequence[Sequence[Content]]) -> dict[str, Any]:
    """given: its rows, where they do not follow in pieces."""
    times: list[list[Any]] = []
    rows: list[Sequence[Any]] = []
    for r, row in enumerate(given):
        if not any(isinstance(value, NOT_OF_JSON) for value in row):
            rows.append(row)
            continue
        out: list[Any] = [*row]
        for c, value in enumerate(row):
            if isinstance(value, NOT_OF_JSON):
                times.append([r, c, *time_said(value)])
                out[c] = None
        rows.append(out)
    facts, formats = sheet.facts, dict[NumberFormat, list[list[int]]]()
    for where, made in facts.formats.items():
        formats.setdefault(made, []).append([*where])
    return {"name": sheet.name, "rows": rows, "times": times, "merged": sheet.merged, "visible": sheet.visible,
            "typed": sheet.typed, "epoch": sheet.epoch.isoformat(), "errors": [[*w, e] for w, e in facts.errors.items()],
            "unvalued": [[*w] for w in facts.unvalued], "formulas": [[*w, f] for w, f in facts.formulas.items()],
            "differs": [[*w, result] for w, result in facts.differs.items()],
            "formats": [[made.percent, made.divisor, made.words, made.another, where] for made, where in formats.items()],
            "marks": [[*w, *mark] for w, mark in facts.marks.items()],
            "hidden_rows": [*facts.hidden_rows], "hidden_columns": [*facts.hidden_columns]}


def told(texts: Sequence[bytes]) -> Book:
    found, pieces = json.loads(texts[0]), iter(texts[1:])
    problems = [Problem(kind, message(stored), sheet, cell) for kind, stored, sheet, cell in found["problems"]]
    return Book({s["name"]: _sheet_told(s, pieces) for s in found["sheets"]}, problems, found["text"])


def _sheet_told(s: dict[str, Any], pieces: Iterator[bytes]) -> Sheet:
    given: list[list[Content]] = s["rows"]
    for r, c, kind, text in s["times"]:
        given[r][c] = time_told(kind, text)
    rows: Sequence[Sequence[Content]] = given
    if s["pieces"]:
        rows = Packed([Piece(count, next(pieces).split(b"\n")) for count in s["pieces"]])
    facts = SheetFacts({(r, c): e for r, c, e in s["errors"]}, {(r, c) for r, c in s["unvalued"]},
                       {(r, c): f for r, c, f in s["formulas"]}, {}, {(r, c): result for r, c, result in s["differs"]},
                       {(r, c): NumberFormat(percent, divisor, tuple(words), another=another and tuple(another))
                        for percent, divisor, words, another, places in s["formats"] for r, c in places},
                       {(r, c): Mark(kind, part) for r, c, kind, part in s["marks"]},
                       {*s["hidden_rows"]}, {*s["hidden_columns"]})
    merged = [(top, left, bottom, right) for top, left, bottom, right in s["merged"]]
    return Sheet(s["name"], rows, facts, merged, s["visible"], s["typed"], date.fromisoformat(s["epoch"]))
