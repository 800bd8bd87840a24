"""Signs that no reader sees, in what comes from outside: those that move a terminal's cursor, colour or break its lines, or turn
the direction of writing. A file's name may hold any of them."""

import re
from pathlib import PurePath

_NAME = 180  # characters of a file's name that are kept
# Line breaks and tabs are none of these: a text may have lines.
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff"
_SIGNS = f"{_CONTROL}\x0d\x85\u061c\u200e\u200f\u2028-\u202c\u2066-\u2069"
_CONTROLS = re.compile(f"[{_CONTROL}]")
_NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_A_TEXT, _IN_A_LINE = re.compile(f"[{_SIGNS}]"), re.compile(f"[{_SIGNS}\t\n]")


def seen(text: str) -> str:
    """A text from outside with such signs made visible, as `\\x1b`."""
    return _IN_A_TEXT.sub(_told, text)


def controls(text: str) -> bool:
    """Whether it holds signs that nobody types: of control, of an overridden direction of writing, or none at all."""
    return _CONTROLS.search(text) is not None


def writable(text: str) -> str:
    """As a workbook can hold it: what XML has no sign for is a mark of replacement."""
    return _NOT_OF_XML.sub("�", text)


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
