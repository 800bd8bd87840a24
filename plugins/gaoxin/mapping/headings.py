"""Headings made comparable: what a column or a row is called, its unit of measure, and whether it is what a mapping means."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from gaoxin import measures
from gaoxin.mapping.when import SHORT, WHEN, periods_in
from gaoxin.measures import GENERAL, Table
from gaoxin.returns.text import plain, squeezed, unit_symbol

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MARKS = re.compile(r"^(其中:|[#*＃])+|[①-⑳*]+$")
# A heading's number and the rank that it gives: 一、 above (一) above 1. above (1).
_NUMBERS = tuple((re.compile(shape), rank) for rank, shape in enumerate((
    r"^[一二三四五六七八九十]+[、.．]", r"^\([一二三四五六七八九十]+\)[、.]?", r"^[0-9]{1,2}[、.．](?![0-9])",
    r"^\([0-9]{1,2}\)[、.]?")))
_BRACKETED = re.compile(r"^(.*?)\(([^()]+)\)$")
_PARTED = re.compile(r"[、，,;；/\s.．]+")
_CAPTURE = re.compile(r"\{(period|entity|unit)\}|\*")
UNNUMBERED = len(_NUMBERS)


@dataclass(frozen=True)
class Heading:
    """name: without its unit of measure, number and marks. unit: that stands in brackets behind it."""

    name: str
    unit: str | None = None


@lru_cache(maxsize=8192)
def heading(text: str, known: Table = GENERAL) -> Heading:
    """Of a cell's text, of which line breaks, blanks and English below say nothing. known: units of measure, here and below."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if any(map(HAN.search, lines)):
        lines = [line for line in lines if HAN.search(line) or re.search(r"[()（）%‰]", line)]
    bare = squeezed("".join(lines))
    name = _MARKS.sub("", bare)
    for shape, _ in _NUMBERS:
        name = shape.sub("", name, count=1)
    name = _MARKS.sub("", name)
    if (found := _BRACKETED.match(name)) and (unit := unit_of(found[2], known)) is not None:
        return Heading(found[1], unit)  # a level that is nothing but a unit of measure has no name
    return Heading(name or bare)


def unit_of(text: str, known: Table = GENERAL) -> str | None:
    """The one unit of measure that a text is; 10 000 yuan and lists are none."""
    symbol = known.symbol(unit_symbol(text))
    return symbol if measures.known(symbol) else None


def units_in(text: str, known: Table = GENERAL) -> tuple[str, ...]:
    """Of `单位：万元、家` or `(%)` the units of measure; nothing where it is an organisation, or other words."""
    bare = plain(text)
    if (found := re.search(r"(?<![报责任送])(?:计量)?单\s*位\s*:\s*([^()]+)", bare)) or (found := re.search(r"\(([^()]+)\)$",
                                                                                                    bare)):
        said = found[1]
    else:
        return ()
    said = re.sub(r"[)\]】]+$", "", said.strip())
    if (whole := unit_of(said, known)) is not None:
        return (whole,)
    parts = [part for part in _PARTED.split(said) if part and not periods_in(part)]
    units = takewhile(lambda unit: unit is not None, (unit_of(part, known) for part in parts))
    return tuple(dict.fromkeys(unit for unit in units if unit))


def indent(text: str) -> tuple[int, int]:
    """How deep a row stands: the rank of its number, and the width before its words, where 其中： is as wide as it is written."""
    bare = text.rstrip()
    before = len(bare) - len(bare.lstrip())
    width = sum(2 if c == "\u3000" else 1 for c in bare[:before] if c not in "\r\n\u200b\ufeff")
    words = plain(bare)
    for shape, rank in _NUMBERS:
        if shape.match(words):
            return rank, width
    if found := re.match(r"其\s*中\s*:\s*", words):
        width += 6 + found[0].count(" ")
    elif found := re.match(r"[#*]\s*", words):
        width += 2
    return UNNUMBERED, width


@dataclass(frozen=True)
class Found:
    """That a path is meant: 3 wholly, 2 by its last words, 1 by its words put together; less by one where it is captured."""

    rank: float
    captured: Mapping[str, str]


@lru_cache(maxsize=4096)
def _pattern(level: str, known: Table) -> re.Pattern[str]:
    made, at, text = "", 0, re.sub(r"\*+", "*", squeezed(level)) if _CAPTURE.search(level) else heading(level, known).name
    named: set[str | None] = set()
    for found in _CAPTURE.finditer(text):
        made += re.escape(text[at:found.start()])
        name = None if found[1] in named else found[1]  # one group a name: what is said again is passed over
        made += {"period": rf"(?P<period>{WHEN}|{SHORT})", "entity": "(?P<entity>.+)", "unit": "(?P<unit>.+)"}.get(
            name or "", ".*")
        named.add(name)
        at = found.end()
    return re.compile(made + re.escape(text[at:]), re.IGNORECASE)


def matches(pattern: str, text: str, known: Table = GENERAL) -> bool:
    """Whether a text is what a glob means."""
    meant = _pattern(pattern, known)
    return meant.fullmatch(heading(text, known).name) is not None or meant.fullmatch(squeezed(text)) is not None


def meant(path: Iterable[str], levels: tuple[str, ...], known: Table = GENERAL) -> Found | None:
    """Whether the path of a mapping means a line with these headings (their names, outermost first)."""
    wanted = tuple(path)
    loose = 0.5 if any(_CAPTURE.search(level) for level in wanted) else 0.0
    if len(wanted) <= len(levels) and (found := _each(wanted, levels[len(levels) - len(wanted):], known)) is not None:
        return Found((3 if len(wanted) == len(levels) else 2) - loose, found)
    braces = [found[0] for level in wanted for found in _CAPTURE.finditer(level) if found[1]]
    if len(set(braces)) < len(braces):
        return None  # put together nothing says where the one ends and the other begins
    joined = "".join(heading(level, known).name if not _CAPTURE.search(level) else level for level in wanted)
    if whole := _pattern(joined, known).fullmatch("".join(levels)):
        return Found(1 - loose, whole.groupdict())
    return None


def _each(wanted: tuple[str, ...], levels: tuple[str, ...], known: Table) -> dict[str, str] | None:
    captured: dict[str, str] = {}
    for pattern, level in zip(wanted, levels, strict=True):
        found = _pattern(pattern, known).fullmatch(level)
        if found is None:
            return None
        for name, said in found.groupdict().items():  # district and town: both are whose it is
            captured[name] = f"{captured[name]}/{said}" if name == "entity" and name in captured else said
    return captured
