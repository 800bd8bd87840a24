"""Signs that no reader sees, in what comes from outside: those that move a terminal's cursor, colour or break its lines, or turn
the direction of writing. A file's name may hold any of them."""

import re
from pathlib import PurePath

_NAME = 180  # characters of a file's name that are kept
# Line breaks and tabs are none of these: a text may have lines.
_SIGNS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_IN_A_TEXT, _IN_A_LINE = re.compile(f"[{_SIGNS}]"), re.compile(f"[{_SIGNS}\t\n]")


def seen(text: str) -> str:
    """A text from outside with such signs made visible, as `\\x1b`."""
    return _IN_A_TEXT.sub(_told, text)


def line(text: str) -> str:
    """As seen, of what is to stay one line, such as a file's path."""
    return _IN_A_LINE.sub(_told, text)


def _told(sign: re.Match[str]) -> str:
    return ascii(sign[0])[1:-1]


def kept_name(name: str) -> str:
    """A file's name as it is kept: without folders and signs that nobody sees, not too long."""
    bare = PurePath(name.replace("\\", "/")).name
    shown = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in bare).strip(" .")
    if len(shown) > _NAME:
        suffix = PurePath(shown).suffix[:10]
        shown = shown[:_NAME - len(suffix)] + suffix
    return shown or "未命名"
