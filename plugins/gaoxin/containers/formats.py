"""Number formats: where a cell shows another number than it keeps, or says its unit of measure. Pure.

Codes are those of ECMA-376 part 1, 18.8.31, which .xls and web pages saved from a spreadsheet share. In Chinese Excel `!` makes
the next character a literal, as the backslash does: `0!.0,"万"` shows 12345 as 1.2万.
"""

import re
from functools import lru_cache
from typing import NamedTuple

# Literals, conditions and colours, placeholders, all else one by one.
_TOKENS = re.compile(r'"(?P<quoted>[^"]*)"|\[\$(?P<sign>[^\]-]*)(-(?P<locale>[^\]]*))?\]|\[[^\]]*\]'
                     r"|[\\!](?P<escaped>.)|[_*].|(?P<general>General)|(?P<digit>[0#?])|(?P<other>.)", re.DOTALL | re.IGNORECASE)
CURRENCIES = frozenset("¥￥$€£")  # written before a number
# A letter, a per cent or a currency: $, those of Latin-1, of the block of currencies and the full-width ones.
SAYS_SOMETHING = re.compile(r"[^\W\d_]|[%‰$¢-¥฿₠-⃏＄￠￡￥￦]")
_JAPAN = re.compile(r"ja\b.*|([0-9a-f]*0)?411", re.IGNORECASE)  # a locale by name or by number, whose upper half is the calendar


class NumberFormat(NamedTuple):
    """percent: the number times 100 is shown. divisor: what is shown is the number divided by this. words: what is written beside
    it, such as 亿元 or ¥."""

    percent: bool = False
    divisor: int = 1
    words: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        return self == _PLAIN


_PLAIN = NumberFormat()
PERCENT = NumberFormat(percent=True)


@lru_cache(maxsize=1024)
def number_format(code: str) -> NumberFormat | None:
    """What a code says of positive numbers; None where they are shown as they are, and for dates and text."""
    percent, words, literal, places, commas, point = False, [], "", 0, 0, False
    for found in _TOKENS.finditer(code):
        if found["other"] == ";":
            break
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
    drawn = places if point and places > 0 else 0
    made = NumberFormat(percent, 1000**commas * 10**drawn, said)
    return None if made.plain else made


def yen(sign: str) -> str:
    """The sign of a currency in Japan, where ¥ is not the renminbi's."""
    return re.sub("(?<!JP)[¥￥]", "JP¥", sign)
