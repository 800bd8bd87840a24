"""Characters as Chinese offices type them, made plain: full-width forms, invisible characters, odd spaces. Pure.

Not Unicode's NFKC: that would turn the footnote mark in `123①` into a digit and `10²` into 102.
"""

import re
from functools import lru_cache

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x3000, 0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F), " ")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD))
_SIGNS = {0x2212: "-", 0xFE63: "-", 0x2010: "-", 0x2011: "-", 0xFFE5: "¥", 0xFE6A: "%", 0xFE50: ",", 0xFE52: "."}

_TABLE: dict[int, str | int | None] = {**_FULL_WIDTH, **_SPACES, **_SIGNS}
_PLAIN: dict[int, str | int | None] = {**_TABLE, **_INVISIBLE}


def plain(text: str) -> str:
    """`text` with full-width characters and odd spaces made ASCII, invisible characters gone, trimmed."""
    return text.translate(_PLAIN).strip()


def was_full_width(text: str) -> bool:
    """Whether `plain` changes more than surrounding white space and invisible characters."""
    return any(ord(c) in _FULL_WIDTH or ord(c) in _SIGNS for c in text)


def squeezed(text: str) -> str:
    """`plain` text without any white space: for comparing names and units of measure."""
    return re.sub(r"\s+", "", plain(text))


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """By which a name of the plan is compared, in any case of letters; kept, so not for what a file says."""
    return squeezed(name).casefold()


def unit_symbol(text: str) -> str:
    """A unit of measure as `gaoxin.measures` writes it: plain, without spaces, brackets or a `单位：` before it."""
    symbol = squeezed(text)
    symbol = re.sub(r"^(计量)?单位:", "", symbol)
    return symbol.strip("()（）[]【】") or symbol
