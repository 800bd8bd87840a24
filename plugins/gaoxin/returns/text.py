"""Characters as Chinese offices type them, made plain: full-width forms, invisible characters, odd spaces. Pure.

Not Unicode's NFKC: that would turn the footnote mark in `123①` into a digit and `10²` into 102.
"""

import re
from functools import lru_cache

from gaoxin.containers.model import calls
from gaoxin.i18n import Code, Message
from gaoxin.unseen import controls, seen

CONTROL_SIGNS = Code("returns.control_signs", "「{text}」含有看不见的控制字符；请重新输入这一格，不要粘贴",
                     "{text!r} holds control signs that nobody sees: type the cell anew, do not paste it")
COMMAND = Code("returns.command_text", "「{text}」是调用其他程序或网络的公式写法，不作为文字采用；请删去",
               "{text!r} is written as a formula that calls another program or the network, and is not taken as text: delete it")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x3000, 0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F), " ")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD))
_SIGNS = {0x2212: "-", 0xFE63: "-", 0x2010: "-", 0x2011: "-", 0xFFE5: "¥", 0xFE6A: "%", 0xFE50: ",", 0xFE52: "."}

_TABLE: dict[int, str | int | None] = {**_FULL_WIDTH, **_SPACES, **_SIGNS}
_PLAIN: dict[int, str | int | None] = {**_TABLE, **_INVISIBLE}


def plain(text: str) -> str:
    """`text` with full-width characters and odd spaces made ASCII, invisible characters gone, trimmed."""
    return text.translate(_PLAIN).strip()


def unfit(raw: object) -> Message | None:
    """Why a text from outside is not taken as it stands: it hides signs, or would become a command in a spreadsheet program."""
    if not isinstance(raw, str):
        return None
    if controls(raw):
        return CONTROL_SIGNS(text=seen(raw)[:60])
    return COMMAND(text=raw[:60]) if raw.lstrip().startswith(("=", "+", "-", "@")) and calls(raw) else None


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
