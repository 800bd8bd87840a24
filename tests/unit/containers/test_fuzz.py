"""Files broken in every way end in an answer: no traceback, no figure changed in silence where the container can tell, within the
reader's limits of memory and time. `make fuzz` tries two thousand ways of each kind, `make test` a few."""

from __future__ import annotations

import io
import os
import re
import time
import warnings
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaoxin.containers import apart
from gaoxin.containers.model import address
from gaoxin.mapping.whole import read
from gaoxin.plan.mappings import Mapping
from gaoxin.returns.model import ReadReturn
from gaoxin.returns.reader import read_file
from tests.unit.containers.test_one_contract import ALL, NAME, SAME

TIMES = int(os.environ.get("FUZZ", "0"))
LONGEST = 20.0  # seconds
MOST = 2**20  # kilobytes of memory of the process that reads
SLOW = settings(max_examples=TIMES or 60, derandomize=not TIMES, deadline=None, database=None, print_blob=True,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
# What a mapping looks for in any sheet: it must stand whatever it is given, too.
ANY = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "unit": "亿元", "tables": [
    {"at": "code", "columns": [{"at": "value", "what": "value"}], "rows": [{"at": "*", "variable": "x"}]}]})


@cache
def good(kind: str) -> bytes:
    return ALL[kind](SAME["faultless"][0])


def answered(content: bytes, name: str, plan) -> ReadReturn:
    """What reading a file ends in; it ends in time, and a mapping stands it, too."""
    began = time.monotonic()
    book = apart.open_book(content, name)
    assert time.monotonic() - began < LONGEST
    if (child := apart.READER._child) is not None and child.poll() is None:
        assert int(re.findall(r"VmHWM:\s*(\d+)", Path(f"/proc/{child.pid}/status").read_text())[0]) < MOST
    read(book, ANY, None, name)
    return read_file(content, name, lambda _: plan)


def others_say(kind: str, content: bytes) -> dict[str, dict[str, Any]] | None:
    """What stands in each cell for another library, by sheet; None where it opens no such file."""
    import openpyxl
    import python_calamine

    sheets: dict[str, list[list[Any]]]
    try:
        if kind == "ods":
            book = python_calamine.load_workbook(io.BytesIO(content))
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
            sheets = {sheet.title: [[*row] for row in sheet.iter_rows(values_only=True)] for sheet in found.worksheets}
    except Exception:  # noqa: BLE001 - whatever it cannot stand
        return None
    return {name: {address(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1)}
            for name, rows in sheets.items()}


def figures(found: ReadReturn) -> dict[str, object]:
    return {v.variable: (v.value.value, v.unit_given) for v in found.series}


@st.composite
def broken_bytes(draw) -> tuple[str, bytes]:
    """A file with bytes changed, left out, doubled or cut off."""
    kind = draw(st.sampled_from(sorted(ALL)))
    content = bytearray(good(kind))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        match draw(st.sampled_from(["change", "change", "change", "cut", "leave", "double", "fill"])):
            case "change" if content:
                content[at] = draw(st.integers(0, 255))
            case "cut":
                del content[at:]
            case "leave":
                del content[at:at + draw(st.integers(1, 64))]
            case "double":
                content[at:at] = content[at:at + draw(st.integers(1, 64))]
            case "fill":
                content[at:at + 8] = bytes([draw(st.sampled_from([0, 0xFF, 0x3C]))]) * 8
    return kind, bytes(content)


_SLY = ["7<!-- -->7", "<![CDATA[77]]>", "7<![CDATA[7]]>7", "&#55;77", "7&#x37;7", "7<?a b?>7", "7<x/>7", "7<v>7</v>7", " 7 ",
        "1<t>7</t>", "7&amp;7"]
_ODD = ["", "0", "-1", "1048577", "99999999999", "1e308", "A0", "XFD1048576", "ZZZ9", "&x;", "\u0000", "#REF!", "=1+1", "ſ",
        "'" * 3000,
        "s", "str", "e", "b", "inlineStr", "d", "percentage", "currency", "date", "NaN", "inf"]


def share_texts(parts: dict[str, bytes]) -> None:
    """As most programs write texts of cells: once, in a part of their own."""
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    for name in [n for n in parts if n.startswith("xl/worksheets/sheet")]:
        parts[name] = re.sub(r't="inlineStr"><is><t>([^<]*)</t></is>', share, parts[name].decode()).encode()
    main = "http://schemas.openxmlformats.org/"
    parts["xl/sharedStrings.xml"] = "".join((f'<sst xmlns="{main}spreadsheetml/2006/main">', *(
        f"<si><t>{t}</t></si>" if n % 3 else f"<si><r><t>{t[:1]}</t></r><r><t>{t[1:]}</t></r></si>" for n, t in enumerate(texts)),
        "</sst>")).encode()
    relations, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    parts[relations] = parts[relations].replace(b"</Relationships>", (
        f'<Relationship Id="rIdS" Type="{main}officeDocument/2006/relationships/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>').encode())
    parts[types] = parts[types].replace(b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
                                        b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>')


@st.composite
def broken_xml(draw) -> tuple[str, bytes]:
    """A package of which the XML of a part is another: attributes, texts and elements changed, left out, doubled, moved."""
    kind = draw(st.sampled_from(["xlsx", "ods"]))
    with zipfile.ZipFile(io.BytesIO(good(kind))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    if kind == "xlsx" and draw(st.booleans()):
        share_texts(parts)
    values = [n for n in parts if n.endswith(("sheet2.xml", "sharedStrings.xml", "content.xml"))]
    name = draw(st.sampled_from(sorted(n for n in parts if n.endswith((".xml", ".rels"))) + 4 * values))
    text = parts[name].decode()
    for _ in range(draw(st.integers(1, 3))):
        shape = draw(st.sampled_from([r'="[^"]*"', r">[^<>]+<", r"<[^<>/!?]+>", r"</[^<>]+>", r"<(\w+)[^<>]*>[^<>]*</\1>"]))
        found = list(re.finditer(shape, text))
        if not found:
            continue
        one = draw(st.sampled_from(found))
        odd = draw(st.sampled_from(_ODD))
        other = re.sub(r">[0-9.]+<", ">7<", one[0])
        new = {"=": f'="{odd}"', ">": f">{draw(st.sampled_from([odd, *_SLY]))}<"}.get(one[0][0], draw(st.sampled_from(
            ["", one[0] * 2, one[0] * 50, f"<x>{one[0]}</x>", one[0] + other, other + one[0], f"<!--{one[0]}-->"])))
        text = text[:one.start()] + new + text[one.end():]
    if draw(st.integers(0, 9)) == 0:
        text = '<!DOCTYPE x [<!ENTITY x "' + "y" * 50 + '">]>' + text
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, body in parts.items():
            package.writestr(part, text.encode("utf-8", "surrogatepass") if part == name else body)
    return kind, out.getvalue()


@SLOW
@given(broken_bytes())
def test_broken_bytes_end_in_an_answer(demo_plan, broken):
    kind, content = broken
    name = f"{NAME}.{'xls' if kind == 'htm' else kind}"
    found = answered(content, name, demo_plan)
    if kind in ("xlsx", "ods") and not found.problems:  # a package is summed: what opens is what was written
        assert figures(found) == figures(answered(good(kind), name, demo_plan))


@SLOW
@given(broken_xml())
def test_broken_parts_end_in_an_answer(demo_plan, broken):
    """And no figure is another than others read there."""
    kind, content = broken
    found = answered(content, f"{NAME}.{kind}", demo_plan)
    others = others_say(kind, content) if found.series and not found.problems else None
    for value in found.series if others else ():
        assert others
        if not value.value.problem and value.value.value is not None:
            other = others.get(value.value.sheet, {}).get(value.value.cell)
            assert other is not None, value
            assert float(str(value.value.value)) == pytest.approx(float(other), rel=1e-12), value


@pytest.mark.parametrize("kind", sorted(ALL))
def test_what_is_broken_here_is_good_before(demo_plan, kind):
    found = answered(good(kind), f"{NAME}.{'xls' if kind == 'htm' else kind}", demo_plan)
    assert found.problems == ()
    assert len(found.series) == 5
