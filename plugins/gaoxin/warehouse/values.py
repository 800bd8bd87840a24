"""What a return says, as rows of facts and entries; and the digest of it, wherever it stands in whatever file. Pure."""

import json
import zlib
from codecs import getincrementaldecoder
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from heapq import merge
from itertools import islice
from typing import Any

from gaoxin.plan.forms import FieldType, Form, RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.returns.entries import Entries
from gaoxin.returns.held import Registers
from gaoxin.returns.model import Facts, ReadReturn, ReturnKey

_AT_ONCE = 50_000  # texts that are put in order
_BLOCK = 2**16     # bytes
_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def series_values(read: ReadReturn, plan: Plan) -> list[dict[str, Any]]:
    """Values of a series form by variable, in the plan's unit of measure; a row left empty yields none."""
    from gaoxin.returns.reader import in_plan_unit

    form = plan.form(read.key.form) if read.key else None
    variables = {v.id: v for v in form.variables} if isinstance(form, SeriesForm) else {}
    return [
        {
            "variable": variable.id, "value": value, "unit_of_measure": variable.unit,
            "sheet": item.value.sheet, "cell": item.value.cell,
        }
        for item in read.series
        if (variable := variables.get(item.variable)) and (value := in_plan_unit(variable, item)) is not None
    ]


def entry_values(read: ReadReturn) -> Iterator[dict[str, Any]]:
    """Records of a register, one after another: fields and cells by field id; a value as text, a date as ISO date."""
    entries = Entries.of(read.entries)
    if (sheet := entries.sheet) is not None:  # each record has a cell in each column
        letters = {name: letters for name, (_, letters) in sheet.items()}
        where = next((name for name, _ in sheet.values()), "")
        texts = [map(_as_text, column.texts()) if (kept := column.as_kept()) is None else kept
                 for column in entries.columns.values()]
        for row, *said in zip(entries.rows, *texts, strict=True):
            yield {"row_no": row, "sheet": where, "fields": dict(zip(letters, said, strict=True)),
                   "cells": {name: f"{letter}{row}" for name, letter in letters.items()}}
        return
    columns = {name: (map(_as_text, column.texts()), column.places()) for name, column in entries.columns.items()}
    for row in entries.rows:
        found = {name: (next(texts), next(places)) for name, (texts, places) in columns.items()}
        here = {name: (text, place) for name, (text, place) in found.items() if place is not None}
        yield {"row_no": row, "sheet": next((place[0] for _, place in here.values()), ""),
               "fields": {name: text for name, (text, _) in here.items()}, "cells": {name: p[1] for name, (_, p) in here.items()}}


def _as_text(value: Decimal | date | str | None) -> str | None:
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return value


def figures_of(read: ReadReturn, plan: Plan) -> str:
    """sha256 over what a return says: values in the plan's units of measure, or records in any order. Where they stand, how they
    are written and in which file is not in it."""
    form = plan.form(read.known.form)
    if not isinstance(form, RegisterForm) or not isinstance(read.entries, Entries):
        return figures_in(form, values_of(read, plan))
    asked, kept = ("figures", _numbers(form)), read.entries.kept
    if asked not in kept:
        kept[asked] = figures_in(form, values_of(read, plan))
    return kept[asked]


def values_of(read: ReadReturn, plan: Plan) -> Iterable[dict[str, Any]]:
    """Its rows, of whichever kind its form is; those of a register are many, and each is made as it is asked for."""
    return entry_values(read) if isinstance(plan.form(read.known.form), RegisterForm) else series_values(read, plan)


def figures_in(form: Form, rows: Iterable[Mapping[str, Any]]) -> str:
    """As `figures_of`, of `values_of`."""
    if isinstance(form, RegisterForm):
        numbers = _numbers(form)
        return _digest(_record(numbers, row["fields"]) for row in rows)
    return _digest(_value(row["variable"], row["value"], row["unit_of_measure"]) for row in rows)


def figures_known(facts: Facts, key: ReturnKey, plan: Plan) -> str | None:
    """As `figures_of`, of what is known to be in force; None where nothing is."""
    slice_, form = (key.form, key.unit, key.period), plan.form(key.form)
    if slice_ not in facts.received:
        return None
    if isinstance(form, RegisterForm):
        numbers = _numbers(form)
        return _digest(_record(numbers, e.values) for held in Registers.of(facts.entries).held
                       if (held.form, held.unit, held.period) == slice_ for e in held)
    return _digest(_value(f.variable, f.value, f.unit_of_measure) for f in facts.series
                   if (f.form, f.unit, f.period) == slice_)


def _value(variable: str, value: Decimal, unit: str) -> str:
    return json.dumps([variable, _short(f"{value:f}"), unit], ensure_ascii=False)


def _record(numbers: Collection[str], fields: Mapping[str, str | None]) -> str:
    """numbers: the fields that are numbers."""
    return _SORTED.encode({name: _short(value) if name in numbers else value for name, value in fields.items()
                           if value is not None})


def _numbers(form: RegisterForm) -> frozenset[str]:
    return frozenset(f.id for f in form.fields if f.type is FieldType.NUMBER)


def _short(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _digest(said: Iterable[str]) -> str:
    """Of all, in the order of their texts, joined by line feeds."""
    made, before = sha256(), b""
    for one in _in_order(said):
        made.update(before + one.encode("utf-8", "replace"))
        before = b"\n"
    return made.hexdigest()


def _in_order(said: Iterable[str]) -> Iterable[str]:
    """Texts without line feeds in their order. Very many are laid aside, so many at once, and merged."""
    left, aside = iter(said), list[bytes]()
    while len(part := sorted(islice(left, _AT_ONCE))) == _AT_ONCE:
        aside.append(zlib.compress("\n".join(part).encode("utf-8", "surrogatepass"), 1))
    return merge(part, *map(_laid_aside, aside)) if aside else part


def _laid_aside(texts: bytes) -> Iterator[str]:
    packed, text = zlib.decompressobj(), ""
    decode = getincrementaldecoder("utf-8")("surrogatepass").decode
    for at in range(0, len(texts), _BLOCK):
        *whole, text = (text + decode(packed.decompress(texts[at:at + _BLOCK]))).split("\n")
        yield from whole
    yield text
