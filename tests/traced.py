"""An auditor's own look at a trace: is what it names in the cells of the landed files, and does its sum come out.

Only the JSON of `gaoxin trace` and the files are used: cells are read with openpyxl and csv, formulas computed by Python. Of
the library's own only the factors between units of measure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from math import isclose
from typing import Any

from gaoxin import measures

Read = Callable[[str, str], Any]  # sheet, cell -> content


def opened(content: bytes, name: str) -> Read:
    """A landed file, cell by cell."""
    import openpyxl
    from openpyxl.utils.cell import coordinate_to_tuple

    if name.endswith(".csv"):
        lines = list(csv.reader(io.StringIO(content.decode())))

        def of_text(_: str, cell: str) -> str:
            row, column = coordinate_to_tuple(cell)
            return lines[row - 1][column - 1]

        return of_text
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return lambda sheet, cell: book[sheet][cell].value


def plain_number(raw: Any) -> Decimal:
    """A number as a person reads it in a cell: its digits, whatever surrounds them."""
    if isinstance(raw, int | float):
        return Decimal(format(raw, ".15g"))
    digits = re.sub(r"[^0-9.\-]", "", str(raw).translate({n + 0xFEE0: n for n in range(0x21, 0x7F)}))
    return Decimal(digits)


def not_in_its_cell(given: dict[str, Any], read: Read) -> str | None:
    """What is wrong with one traced input, or None."""
    raw = read(given["sheet"], given["cell"])
    if given["entry"] is not None:
        written = {name: _text(read(given["sheet"], cell)) for name, cell in given["entry_cells"].items()}
        wanted = {name: given["entry_raw"].get(name, value or "") for name, value in given["entry"].items()}
        wrong = {name: text for name, text in written.items() if text != wanted[name] and not _same_number(text, wanted[name])}
        return f"{given['cell']}: {wrong}, told {wanted}" if wrong else None
    value = plain_number(raw) * measures.factor(given["read_unit"], given["unit"])
    return None if isclose(value, given["value"], rel_tol=1e-12) else f"{given['cell']}: {raw!r} is {value}, not {given['value']}"


def _text(content: Any) -> str:
    if isinstance(content, date):
        return content.date().isoformat() if isinstance(content, datetime) else content.isoformat()
    return "" if content is None else str(content)


def _same_number(one: str, other: str) -> bool:
    try:
        return isclose(float(one), float(other))
    except ValueError:
        return False


def wrong_sums(told: dict[str, Any]) -> list[str]:
    """Where a trace's own inputs do not make its own numbers."""
    wrong = []
    for made in told["computed"]:
        if made["value"] is None:
            continue
        values = {}
        for given in made["inputs"]:
            figures = [_figure(told["inputs"], made, figure) for figure in given["figures"]]
            values[given["input"]] = sum(figures) / given["years"] * given["factor"]
            if not _near(values[given["input"]], given["value"]):
                wrong.append(f"{made['measure']}.{given['input']}: {values[given['input']]}, told {given['value']}")
        value = eval(made["formula"], {"__builtins__": {}, "min": min, "max": max, "abs": abs}, values)
        if not _near(value, made["value"]):
            wrong.append(f"{made['measure']} {made['period']}: {value}, told {made['value']}")
    if told["value"] is not None and told["computed"] and not any(_near(v, told["value"]) for v in _derived(told)):
        wrong.append(f"{told['value']} ({told['derived']}) is none of {list(_derived(told))}")
    return wrong


def _near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _figure(inputs: list[dict[str, Any]], made: dict[str, Any], figure: dict[str, Any]) -> float:
    units = [p["unit"] for p in figure["parts"]]
    rows = [i for i in inputs if (i["indicator"], i["measure"]) == (made["indicator"], made["measure"])
            and i["period"] == figure["period"] and i["submitted_by"] in units]
    own = [i for i in rows if i["variable"] == figure["variable"]]
    if figure["by"]:
        groups: dict[tuple[str, ...], float] = {}
        for i in own:
            groups[tuple("".join((i["entry"][name] or "").split()).upper() for name in figure["by"])] = i["value"]
        return len(groups) if figure["combine"] == "entities" else sum(groups.values())
    values = {i["submitted_by"]: i["value"] for i in own}
    weights = {i["submitted_by"]: i["value"] for i in rows if i["variable"] == figure["weight"]}
    assert sorted(values) == sorted(units), f"{figure}: {sorted(values)}"
    match figure["combine"]:
        case "weighted":
            return sum(values[u] * weights[u] for u in units) / sum(weights[u] for u in units)
        case "mean":
            return sum(values.values()) / len(units)
        case "same":
            assert len(set(values.values())) == 1
            return values[units[0]]
        case "max":
            return max(values.values())
    return sum(values.values())


def _derived(told: dict[str, Any]) -> list[float]:
    """What the number may be: a computed value, or what the derivation makes of those and of what the document states."""
    if told["counted"]:
        return [100 * sum(c["truth"] == "met" for c in told["counted"]) / len(told["counted"])]
    own = (m for m in told["computed"] if m["indicator"] == told["indicator"] and m["role"] != "reference")
    known = [(m["value"], str(m["period"])) for m in own if m["value"] is not None]
    known += [(s["value"], str(s["on"])) for s in told["stated"]]
    kind = (told["derived"] or {"kind": None})["kind"]
    if kind in (None, "against"):
        return [value for value, _ in known]
    if kind in ("mean_of_years", "total_since"):
        by_period = dict((period, value) for value, period in known)
        chosen = [v for p, v in by_period.items() if kind == "mean_of_years" or p >= told["derived"]["since"]]
        return [sum(chosen[:n]) / (n if kind == "mean_of_years" else 1) for n in range(1, len(chosen) + 1)]
    return [made for now, period in known for base, then in known
            if (made := _on_base(kind, now, base, int(period[:4]) - int(then[:4]))) is not None]


def _on_base(kind: str, now: float, base: float, years: int) -> float | None:
    match kind:
        case "increase" | "increase_since":
            return now - base
        case "gain" | "gain_since":
            return base - now
        case "average_growth_since":
            return 100 * ((now / base) ** (1 / years) - 1) if years > 0 < base else None
    if base == 0:
        return None
    return now / base if kind == "times_of" else 100 * (now / base - 1)


def looked_at(told: dict[str, Any], content: Callable[[str], bytes]) -> list[str]:
    """All that is wrong with a trace: cells that hold something else, and sums that do not come out.
    content: a landed file's bytes by its hash."""
    files = cache(lambda sha, name: opened(content(sha), name))
    wrong = [amiss for i in told["inputs"] if i["return_id"]
             and (amiss := not_in_its_cell(i, files(i["file_sha256"], i["file"])))]
    return wrong + wrong_sums(told)
