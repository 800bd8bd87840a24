"""Files broken in every way end in an answer: no traceback, no figure changed in silence where the container can tell, within the
reader's limits of memory and time. `make fuzz` tries two thousand ways of each kind, `make test` a few."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaoxin.containers import apart
from gaoxin.mapping.whole import read
from gaoxin.plan.mappings import Mapping
from gaoxin.returns.model import ReadReturn
from gaoxin.returns.reader import read_file
from tests.unit.containers.test_one_contract import ALL, NAME, SAME

TIMES = int(os.environ.get("FUZZ", "0"))
LONGEST = 20.0  # seconds
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
    found = read_file(content, name, lambda _: plan)
    read(apart.open_book(content, name), ANY, None, name)
    assert time.monotonic() - began < 2 * LONGEST
    return found


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


_ODD = ["", "0", "-1", "1048577", "99999999999", "1e308", "A0", "XFD1048576", "ZZZ9", "&x;", "\u0000", "#REF!", "=1+1", "ſ",
        "'" * 3000,
        "s", "str", "e", "b", "inlineStr", "d", "percentage", "currency", "date", "NaN", "inf"]


@st.composite
def broken_xml(draw) -> tuple[str, bytes]:
    """A package of which the XML of a part is another: attributes, texts and elements changed, left out, doubled, moved."""
    kind = draw(st.sampled_from(["xlsx", "ods"]))
    with zipfile.ZipFile(io.BytesIO(good(kind))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = draw(st.sampled_from(sorted(n for n in parts if n.endswith((".xml", ".rels")))))
    text = parts[name].decode()
    for _ in range(draw(st.integers(1, 3))):
        shape = draw(st.sampled_from([r'="[^"]*"', r">[^<>]+<", r"<[^<>/!?]+>", r"</[^<>]+>", r"<(\w+)[^<>]*>[^<>]*</\1>"]))
        found = list(re.finditer(shape, text))
        if not found:
            continue
        one = draw(st.sampled_from(found))
        odd = draw(st.sampled_from(_ODD))
        new = {"=": f'="{odd}"', ">": f">{odd}<"}.get(one[0][0],
                                                      draw(st.sampled_from(["", one[0] * 2, one[0] * 50, f"<x>{one[0]}</x>"])))
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
    kind, content = broken
    answered(content, f"{NAME}.{kind}", demo_plan)


@pytest.mark.parametrize("kind", sorted(ALL))
def test_what_is_broken_here_is_good_before(demo_plan, kind):
    found = answered(good(kind), f"{NAME}.{'xls' if kind == 'htm' else kind}", demo_plan)
    assert found.problems == ()
    assert len(found.series) == 5
