"""Number formats: where a cell shows another number than it keeps, or says its unit of measure. Pure.

Codes are those of ECMA-376 part 1, 18.8.31, which .xls and web pages saved from a spreadsheet share. In Chinese Excel `!` makes
the next character a literal, as the backslash does: `0!.0,"万"` shows 12345 as 1.2万.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

# Literals, conditions and colours, placeholders, all else one by one.
_TOKENS = re.compile(r'"(?P<quoted>[^"]*)"|\[\$(?P<sign>[^\]-]*)(-(?P<locale>[^\]]*))?\]|\[[^\]]*\]'
                     r"|[\\!](?P<escaped>.)|[_*].|(?P<general>General)|(?P<digit>[0#?])|(?P<other>.)", re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|[<>=])\s*(-?[0-9]+(?:\.[0-9]+)?)\]")
_COLOUR = re.compile(r"\[(?!DBNum|NatNum)([A-Za-z]+|[\u4e00-\u9fff]+) ?\d*\]", re.IGNORECASE)
_LOOSE = re.compile(r"(?<!\w)\d")  # a figure that belongs to no word, as that of m2 does
_MINUS = ("-", "\u2212", "－", "–", "—", "﹣")
# What makes of a number a bound or a guess, on either side of it.
_ABOUT = re.compile("[<>≤≥≦≧＜＞≈≒~～〜±约近超逾余多估]|不足|不到|不满|[少小大低高]于|左右|上下|以[上下内]|最[少低]|至少|预计")
_NOTHING = re.compile("[-\u2010-\u2015\u2212－﹣─0０零.,()（）]*")  # what stands for nought: dashes, and nought itself
CURRENCIES = frozenset("¥￥$€£")  # written before a number
# A letter, a per cent or a currency: $, those of Latin-1, of the block of currencies and the full-width ones.
SAYS_SOMETHING = re.compile(r"[^\W\d_]|[%‰$¢-¥฿₠-⃏＄￠￡￥￦]")
_JAPAN = re.compile(r"ja\b.*|([0-9a-f]*0)?411", re.IGNORECASE)  # a locale by name or by number, whose upper half is the calendar


class NumberFormat(NamedTuple):
    """percent: the number times 100 is shown. divisor: what is shown is the number divided by this. words: what is written beside
    it, such as 亿元 or ¥. sections: where not all numbers are shown alike, the conditions, the first that is met counting, each
    with what is shown then; all else is told of no number. another: where figures or a sign that are only drawn make another
    number of it, or nothing of it is shown: what stands before it, whether it is shown itself, and what stands after it."""

    percent: bool = False
    divisor: int = 1
    words: tuple[str, ...] = ()
    sections: tuple[tuple[str, float, "NumberFormat"], ...] = ()
    another: tuple[str, bool, str] | None = None

    @property
    def plain(self) -> bool:
        return self == _PLAIN

    def of(self, value: float) -> "NumberFormat | None":
        """What it says of one number; None where it is shown as it is."""
        if not self.sections:
            return self
        made = next((made for sign, bound, made in self.sections if HOLDS[sign](value, bound)), _PLAIN)
        return None if made.plain else made


_PLAIN = NumberFormat()
PERCENT = NumberFormat(percent=True)


class Section(NamedTuple):
    """What one section of a format draws around a number. before, after: what is only drawn, signs of accounting with it; digits:
    whether it shows the number; coloured: whether in a colour, which says of numbers below nought that they are."""

    made: NumberFormat
    before: str = ""
    digits: bool = True
    after: str = ""
    coloured: bool = False

    def of(self, numbers: str) -> NumberFormat:
        """What it makes of numbers: below nought, nought, or any."""
        lead = "".join(c for c in self.before if c not in CURRENCIES and not c.isspace())
        if _ABOUT.search(self.before) or _ABOUT.search(self.after):
            return self.made._replace(another=(self.before, self.digits, self.after))
        figures = _LOOSE.search(self.before) or _LOOSE.search(self.after) or re.search(r"\d[.,]?$", lead)
        if numbers == "nought":
            wrong = bool(figures) if self.digits else not self._says_nought()
        elif not self.digits or figures or re.match(r"[.,]?\d", self.after):
            wrong = True
        elif numbers == "below":
            wrong = not self.coloured and not lead.strip("+")
        else:
            wrong = lead.endswith(_MINUS) or (lead.endswith(("(", "（")) and self.after.startswith((")", "）")))
        return self.made._replace(another=(self.before, self.digits, self.after)) if wrong else self.made


    def _says_nought(self) -> bool:
        """Of a section that shows no number: nothing, a dash, or nought, perhaps with its unit of measure."""
        drawn = "".join(c for c in self.before + self.after if c not in CURRENCIES and not c.isspace())
        return _NOTHING.fullmatch(drawn) is not None or ("0" in drawn and not re.search("[1-9]", drawn))


def drawn(parts: Sequence[tuple[tuple[str, float], Section]]) -> list[tuple[tuple[str, float], NumberFormat]]:
    """What sections with their conditions, in order, make of the numbers that each of them shows."""
    found, before = list[tuple[tuple[str, float], NumberFormat]](), set[str]()
    for (sign, bound), section in parts:
        rest = (sign, bound) == ALWAYS
        if (sign == "=" and bound == 0) or (rest and before >= {">", "<"}):
            numbers = "nought"
        elif (sign == "<" and bound <= 0) or (sign == "<=" and bound < 0) or (rest and before & {">", ">="}):
            numbers = "below"
        else:
            numbers = "any"
        found.append(((sign, bound), section.of(numbers)))
        before |= {sign} if bound == 0 else set()
    return found


HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">": gt, "<": lt, ">=": ge, "<=": le, "=": eq, "==": eq, "<>": ne, "!=": ne}
ALWAYS = (">=", float("-inf"))


def in_sections(parts: Sequence[tuple[tuple[str, float], NumberFormat]]) -> NumberFormat:
    """Of sections with their conditions, in order."""
    if len({made for _, made in parts}) == 1:
        return parts[0][1]
    return NumberFormat(sections=tuple((sign, bound, made) for (sign, bound), made in parts))


@lru_cache(maxsize=1024)
def number_format(code: str) -> NumberFormat | None:
    """What a code says of numbers; None where they are shown as they are, and for dates and text."""
    sections: list[list[re.Match[str]]] = [[]]
    for found in _TOKENS.finditer(code):
        if found["other"] == ";":
            sections.append([])
        else:
            sections[-1].append(found)
    made = [(_condition(section), _section(section)) for section in sections[:3]]
    if made[0][1] is None or not code.strip():
        return None
    # Without conditions: numbers, or those above nought; those below; nought.
    implied = [ALWAYS] if len(made) == 1 else [(">=", 0.0), ALWAYS] if len(made) == 2 or made[0][0] else [
        (">", 0.0), ("<", 0.0), ALWAYS]
    told = in_sections(drawn([(said or own, one or Section(_PLAIN)) for (said, one), own in zip(made, implied, strict=False)]))
    return None if told.plain else told


def _condition(section: Sequence[re.Match[str]]) -> tuple[str, float] | None:
    """That of a section: [>=1000]."""
    found = next((said for one in section if (said := _CONDITION.fullmatch(one[0]))), None)
    return (found[1], float(found[2])) if found else None


def _section(tokens: Sequence[re.Match[str]]) -> Section | None:
    """None where it is none of numbers."""
    percent, words, literal, places, commas, point = False, [], "", 0, 0, False
    beside, digits, coloured, fraction = ["", ""], False, False, False
    for found in tokens:
        bare = found["other"] or ""
        digits, fraction = digits or bool(found["digit"] or found["general"]), fraction or bare == "/"
        coloured = coloured or _COLOUR.fullmatch(found[0]) is not None
        # What only looks like a part of the number: a literal, a filling of figures, a sign; no denominator.
        beside[digits] += found["quoted"] or found["sign"] or found["escaped"] or (
            found[0][1] if found[0][0] == "*" and found[0][1:].isdigit() else
            bare if bare not in " .,%/eE" and not (bare.isdigit() and fraction) else "")
        if (word := found["quoted"] or found["sign"] or found["escaped"]) is not None:
            literal += yen(word) if _JAPAN.fullmatch(found["locale"] or "") else word
            if word == "." and not point:
                point, places = True, 0  # a point that is only drawn: what stands after it are tens
            continue
        if found["digit"] or found["general"]:
            places, commas = places + 1, 0
        elif (other := found["other"]) is not None:
            if other == ",":
                commas += 1
                continue
            if other == "%":
                percent = True
            elif other == ".":
                point, places = True, -99  # a real one
            elif other.lower() in "ymdhsg" or other in "@":
                return None
            elif other not in "+-/ ()eE":
                literal += other
                continue
        if literal:
            words.append(literal)
            literal = ""
    words.append(literal)
    said = tuple(w.strip() for w in words if SAYS_SOMETHING.search(w))
    tens = places if point and places > 0 else 0
    return Section(NumberFormat(percent, 1000**commas * 10**tens, said), beside[0], digits, beside[1], coloured)


def yen(sign: str) -> str:
    """The sign of a currency in Japan, where ¥ is not the renminbi's."""
    return re.sub("(?<!JP)[¥￥]", "JP¥", sign)
