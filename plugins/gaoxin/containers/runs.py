"""Parts of a cell's text that are not to be read with the rest: struck out, raised or lowered as the number of a note is, not
shown, or a field of a form. Glued together they make another figure: 102 with a raised 1 is no 1021.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

STRUCK, HIDDEN, CONTROL, RAISED = KINDS = ("struck", "hidden", "control", "raised")  # the graver first
_TOLD = 20  # characters
_EXPONENT = re.compile(r"[23]")  # of m² and km³
_OF_LENGTH = re.compile(r"(?i)(?:m|米)\s*$")


class Run(NamedTuple):
    """A part of a text. kind: how it is set apart; nothing of the rest."""

    text: str
    kind: str = ""


class Mark(NamedTuple):
    """What is set apart in a cell, and how. part: nothing where it is all that the cell shows."""

    kind: str
    part: str = ""


WHOLE = Mark(STRUCK)  # a cell whose font is struck out


def kind_of(*, struck: bool, raised: bool) -> str:
    return STRUCK if struck else RAISED if raised else ""


def mark_of(runs: Iterable[Run]) -> Mark | None:
    """The gravest of a cell's; None where nothing is set apart that says something. A text that is raised as a whole, and the
    exponent of a measure of area or space, are read like any other."""
    before, parts, rest = "", dict[str, str](), False
    for text, kind in runs:
        said = text.strip()
        exponent = kind == RAISED and _EXPONENT.fullmatch(said) and _OF_LENGTH.search(before)
        if kind and said and not exponent:
            parts[kind] = parts.get(kind, "") + said
        rest = rest or bool(said and kind != RAISED)
        before = before + text if kind != HIDDEN else before
    if not rest:
        parts.pop(RAISED, None)
    return next((Mark(kind, parts[kind][:_TOLD]) for kind in KINDS if kind in parts), None)
