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
_BRACKETS = str.maketrans("[]{}【】〔〕〖〗", "()()()()()")
_BRACKETED = re.compile(r"\(([^()]+)(?:\)|$)")
# Before or behind a unit of measure within its brackets: 当年价亿元, 折合全时人年, ±%, 亿元现价.
_QUALIFIES = "当年价格?|现行?价格?|[可不]比价格?|不变价格?|人民币|折合|全时(?:当量)?|年末|期末"
_QUALIFIED = re.compile(rf"((?:{_QUALIFIES})*)[±+\-]*(.+?)((?:{_QUALIFIES})*)")
_LISTS = (r"[、,;]+", r"[\s.]+")
# What sets a heading's last words apart, where they are a unit of measure; and those that need nothing to do so.
_APART = re.compile(r"[\s,:;、/|_\-—±+)]+")
_SIGNED = re.compile(r"(.*?[^0-9.\s±+\-—、,;/:(])[\s±+\-—、,;/:]*([%‰‱℃]|个?百分点)", re.DOTALL)
_BEHIND = re.compile(r"(?:\([^()]*\)|[①-⑳*\s])*$")
_COUNTED = re.compile("[数量]$")
_SOFT = frozenset({"count", "rank", "days", "working_days", "months", "hours", "index", "score", "age", "acidity"})
_OF_ONE_SIGN = frozenset("元吨亩%‰‱℃")
_IN_ENGLISH = re.compile(r"yuan|RMB|[mb]illion", re.IGNORECASE)
_CAPTURE = re.compile(r"\{(period|entity|unit)\}|\*")
UNNUMBERED = len(_NUMBERS)
NUMBERED = re.compile(rf"\(?[0-9]{{1,2}}[)、.．]{HAN.pattern}")  # 1.企业数: a name, and no figure


@dataclass(frozen=True)
class Heading:
    """name: without its units of measure, number and marks. units: that are set apart in it, mostly one in brackets behind it."""

    name: str
    units: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def heading(text: str, known: Table = GENERAL) -> Heading:
    """Of a cell's text, of which line breaks, blanks and English below say nothing. known: units of measure, here and below."""
    lines = [line for line in plain(text).replace("\r", "\n").split("\n") if line.strip()]
    if any(map(HAN.search, lines)):
        lines = [_without_english(line, known) for line in lines]
    bare, units = _measured("\n".join(lines).strip(), known)
    name = _MARKS.sub("", bare)
    for shape, _ in _NUMBERS:
        name = shape.sub("", name, count=1)
    name = _MARKS.sub("", name)
    return Heading(name or bare, units)


def _without_english(line: str, known: Table) -> str:
    """Of a line below, or above, one that is Chinese: nothing but the unit of measure that it may say as well."""
    if HAN.search(line) or unit_of(line, known) or (re.search(r"[()%‰]", line) and not re.search("[A-Za-z]{3}", line)):
        return line
    return "".join(said for said in re.findall(r"\([^()]*\)$|[%‰]$", line.strip()) if unit_of(said, known))


def _measured(text: str, known: Table) -> tuple[str, tuple[str, ...]]:
    """A heading without blanks and its units of measure, and these. What is nothing but one keeps it for a name, unless it stands
    in brackets: then the level has no name."""
    units: list[str] = []

    def without(found: re.Match[str]) -> str:
        parts = _parts(found[1], known)
        last = not re.search(r"[^\W①-⑳]", _BRACKETED.sub("", found.string[found.end():]))
        sure = last and all(unit or not words or re.fullmatch(_QUALIFIES, words) for words, unit in parts)
        said = [unit for _, unit in parts if unit and (sure or _firm(unit, known))]
        if not said:
            return found[0]
        units.extend(said)
        words = ",".join(words for words, _ in parts if re.search(r"\w", words))
        return f"({words})" if words else ""

    text = _BRACKETED.sub(without, text.translate(_BRACKETS)).strip()
    behind = "" if unit_of(text, known) else _BEHIND.search(text)[0]  # type: ignore[index]
    text = text[:len(text) - len(behind)]
    if (whole := unit_of(text, known)) is not None:
        units += [whole] * _firm(whole, known)
    elif found := _SIGNED.fullmatch(text):
        text, units = found[1], [*units, known.symbol(found[2])]
    elif not re.search(r"\w", text) and text[-1:] in _OF_ONE_SIGN:  # +、-%
        units.append(text[-1])
    else:
        for apart in _APART.finditer(text):
            head, unit = text[:apart.start()] + ")" * apart[0].startswith(")"), unit_of(text[apart.end():], known)
            if unit and _sets_apart(head, apart[0], unit, known):
                text, units = head, [*units, unit]
                break
    return squeezed(text + behind), tuple(dict.fromkeys(units))


def _sets_apart(head: str, sign: str, unit: str, known: Table) -> bool:
    """Whether a unit of measure stands for itself behind a heading: not the half of one (亿 元, 元/人), nor one of the words that
    are parts of names (松岭 镇, 人 口), but behind a comma or a number of something (企业数 家)."""
    bare = squeezed(head)
    joint = "/" if "/" in sign else ""
    if len(bare) < 2 or bare == "其中" or (bare[-1] != ")" and any(unit_of(bare[-n:] + joint + unit, known) for n in (1, 2, 3))):
        return False
    return _firm(unit, known) or bool(re.search("[,:;]", sign) or _COUNTED.search(bare))


def _firm(unit: str, known: Table) -> bool:
    """Whether a text that is a unit of measure is hardly ever anything else, as 镇, 位 and 指数 are."""
    soft = measures.dimension(unit, known.symbol(unit)) in _SOFT and not any(measures.known(known.symbol(rest)) for _, rest in (
        measures.multiples_of(unit)))
    return unit in _OF_ONE_SIGN or not (soft or len(unit) == 1 or unit in known.own or unit == "百分比")


@lru_cache(maxsize=8192)
def unclear(text: str, known: Table = GENERAL) -> str | None:
    """What may be a unit of measure in a heading that has none for sure: 总产值亿元, (10亿元), (100 million yuan)."""
    for found in _BRACKETED.finditer(plain(text).translate(_BRACKETS)):
        number, words = re.fullmatch(r"((?:1[0,\s]*0)?)(.*)", found[1], re.DOTALL).groups()  # type: ignore[union-attr]
        if _IN_ENGLISH.search(words) or (number and (unit := unit_of(words, known)) and _firm(unit, known)):
            return found[1]
    bare = _BRACKETED.sub("", heading(text, known).name)
    tails = (bare[-n:] for n in range(min(len(bare) - 1, 8), 1, -1))
    return next((t for t in tails if HAN.search(t) and (unit := unit_of(t, known)) and _firm(unit, known)), None)


def unit_of(text: str, known: Table = GENERAL) -> str | None:
    """The one unit of measure that a text is; 10 000 yuan and lists are none."""
    symbol = known.symbol(unit_symbol(text))
    return symbol if measures.known(symbol) else None


def _parts(said: str, known: Table, signs: tuple[str, ...] = _LISTS) -> list[tuple[str, str | None]]:
    """Of a list each part: its words beside the unit of measure, and that."""
    if (unit := unit_of(said, known)) is not None:
        return [("", unit)]
    if (found := _QUALIFIED.fullmatch(squeezed(said))) and (unit := unit_of(found[2], known)) is not None:
        return [((found[1] + found[3]).replace("人民币", ""), unit)]
    if signs:
        return [made for part in re.split(signs[0], said) if part.strip() for made in _parts(part, known, signs[1:])]
    several = [unit_of(part, known) for part in said.split("/")]
    return [("", unit) for unit in several] if all(several) else [(squeezed(said), None)]


def units_in(text: str, known: Table = GENERAL) -> tuple[str, ...]:
    """Of a title with `单位：万元、家` or `(万元)` the units of measure; nothing where it is an organisation, or other words."""
    bare = plain(text).translate(_BRACKETS)
    for found in re.finditer(r"(?<![报责任送编制管])(?:计量)?单\s*位\s*:\s*((?:(?!单\s*位\s*:).)+)", bare, re.DOTALL):
        said = re.split("[()]", re.sub(r"\([^()]*\)", "", found[1]))[0]
        parts = [p for p in _parts(said, known) if not periods_in(p[0])]
        if units := [unit for _, unit in takewhile(lambda part: part[1] is not None, parts) if unit]:
            return tuple(dict.fromkeys(units))
    for found in reversed([*_BRACKETED.finditer(bare)]):
        parts = [p for p in _parts(found[1], known) if not periods_in(p[0])]
        units = [unit for _, unit in takewhile(lambda part: part[1] is not None, parts) if unit]
        if units and (found.end() == len(bare) or (len(units) == len(parts) and all(_firm(unit, known) for unit in units))):
            return tuple(dict.fromkeys(units))
    return ()


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
    """That a path is meant: 3 wholly, 2 by its last words, 1 by its words put together; less by up to a half for levels that
    stand for others, a little less so where these have words of their own, and below all of these where no level has a word."""

    rank: float
    captured: Mapping[str, str]


@lru_cache(maxsize=4096)
def _pattern(level: str, known: Table) -> re.Pattern[str]:
    made, at, text = "", 0, re.sub(r"\*+", "*", squeezed(level)) if _CAPTURE.search(level) else heading(level, known).name
    if text.rstrip(":") == "其中":
        return re.compile("其中:?")  # the heading of a group has a colon, or none
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


def meant(path: Iterable[str], levels: tuple[str, ...], known: Table = GENERAL, written: str = "") -> Found | None:
    """Whether the path of a mapping means a line with these headings (their names, outermost first). written: the innermost as it
    stands there, which `其中*` and `一、*` look at."""
    wanted = tuple(path)
    open_levels = [squeezed(_CAPTURE.sub("", level)) for level in wanted if _CAPTURE.search(level)]
    loose = sum(0.4 if words else 0.5 for words in open_levels) / max(len(wanted), 1)  # 1-{period} goes before {period}
    if wanted and not any(squeezed(_CAPTURE.sub("", level)) for level in wanted):  # a word goes before what stands for any
        loose = 2.75
    if len(wanted) <= len(levels) and (found := _each(wanted, levels[len(levels) - len(wanted):], known, written)) is not None:
        return Found((3 if len(wanted) == len(levels) else 2) - loose, found)
    braces = [found[0] for level in wanted for found in _CAPTURE.finditer(level) if found[1]]
    if len(set(braces)) < len(braces):
        return None  # put together nothing says where the one ends and the other begins
    joined = "".join(heading(level, known).name if not _CAPTURE.search(level) else level for level in wanted)
    if whole := _pattern(joined, known).fullmatch("".join(levels)):
        return Found(1 - loose, whole.groupdict())
    return None


def _each(wanted: tuple[str, ...], levels: tuple[str, ...], known: Table, written: str) -> dict[str, str] | None:
    captured: dict[str, str] = {}
    for place, (pattern, level) in enumerate(zip(wanted, levels, strict=True), 1):
        found = _pattern(pattern, known).fullmatch(level)
        if found is None and place == len(wanted) and _CAPTURE.search(pattern):
            found = _pattern(pattern, known).fullmatch(written)
        if found is None:
            return None
        for name, said in found.groupdict().items():  # district and town: both are whose it is
            captured[name] = f"{captured[name]}/{said}" if name == "entity" and name in captured else said
    return captured
