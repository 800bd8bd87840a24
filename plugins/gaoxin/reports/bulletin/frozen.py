"""A bulletin as it is kept: its text with the places that people write, the figures that may stand in them, and what it rests on.
It is composed once and frozen; whatever is recorded afterwards, files of it are made of this alone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from gaoxin.reports.documents.blocks import Bar, Blank, Block, Cell, Chart, Column, Heading, Link, Paragraph, Piece, Table, shown

_FORMAT = 1  # of the kept text: another shape has another number


@dataclass(frozen=True)
class Slot:
    """A place for what people write."""

    name: str


Part = Block | Slot


class Used(NamedTuple):
    """A figure that the bulletin tells. period: of the value; value: with its unit of measure."""

    indicator: str
    period: str
    value: str


@dataclass(frozen=True)
class Frozen:
    """title: in lines. under: below the title, once number and state are told. head: what every page of a drill says. figures: by
    placeholder; leads: by placeholder where one is followed to, where the pages' address is known. used: the figures of
    indicators. places: of the units that are ranked. known_seq, ledger: number and hash of the ledger's last event that it knows;
    plan: version and hash. to: whom it is for."""

    campaign: str
    period: str
    as_of: datetime
    known_seq: int
    ledger: str
    plan: str
    program: str
    author: str
    issuer: str
    title: str
    head: str
    parts: tuple[Part, ...]
    figures: Mapping[str, str]
    used: tuple[Used, ...]
    places: Mapping[str, int]
    leads: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told = {f.name: getattr(self, f.name) for f in fields(self)}
        return told | {"format": _FORMAT, "as_of": self.as_of.isoformat(), "parts": [_part(p) for p in self.parts],
                       "used": [list(u) for u in self.used], "figures": dict(self.figures), "places": dict(self.places),
                       "leads": dict(self.leads)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Frozen":
        """From its JSON. Raises ValueError for one of another shape."""
        if told["format"] != _FORMAT:
            raise ValueError(told["format"])
        given = {f.name: told[f.name] for f in fields(cls) if f.name in told}
        return cls(**given | {"as_of": datetime.fromisoformat(told["as_of"]), "used": tuple(Used(*u) for u in told["used"]),
                              "parts": tuple(_read(p) for p in told["parts"])})


def plain(part: Part) -> Part:
    """With cells as they are read on paper, which is what is kept."""
    if not isinstance(part, Table):
        return part
    return replace(part, rows=tuple(tuple(c if isinstance(c, Link | Blank) else shown(c) for c in row) for row in part.rows))


def digest_text(told: Mapping[str, Any]) -> str:
    """In one fixed order, for a hash."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Slot(name):
            return {"slot": name}
        case Heading(level, text):
            return {"heading": level, "text": text}
        case Paragraph():
            look = [name for name in ("note", "right", "flush") if getattr(part, name)]
            return {"paragraph": [_cell(p) for p in part.pieces], "look": look}
        case Chart():
            return {"chart": part.title, "bars": [list(bar) for bar in part.bars], "line": part.line}
        case Table():
            return {"table": part.title, "columns": [[c.head, c.width, c.numbers] for c in part.columns],
                    "rows": [[_cell(c) for c in row] for row in part.rows], "empty": part.empty, "note": part.note}


def _cell(cell: Cell | Piece) -> Any:
    match cell:
        case Link(text, to):
            return {"link": text, "to": to}
        case Blank(wanted):
            return {"blank": wanted}
    return shown(cell)


def _read(told: Mapping[str, Any]) -> Part:
    if "slot" in told:
        return Slot(told["slot"])
    if "heading" in told:
        return Heading(told["heading"], told["text"])
    if "paragraph" in told:
        return Paragraph(tuple(_read_cell(p) for p in told["paragraph"]), **dict.fromkeys(told["look"], True))
    if "chart" in told:
        return Chart(told["chart"], tuple(Bar(*bar) for bar in told["bars"]), told["line"])
    rows: Sequence[Sequence[Any]] = told["rows"]
    return Table(told["table"], tuple(Column(*c) for c in told["columns"]),
                 tuple(tuple(_read_cell(c) for c in row) for row in rows), told["empty"], told["note"])


def _read_cell(told: Any) -> str | Link | Blank:
    if isinstance(told, str):
        return told
    return Link(told["link"], told["to"]) if "link" in told else Blank(told["blank"])
