"""Breaking Chinese and mixed text into lines of a terminal's width.

rich breaks at blanks, of which Chinese has none: a long clause would jump to the next line whole and leave half a line
empty. Here a line may break between Chinese characters, but no punctuation mark begins a line that cannot, and words,
numbers and paths stay whole.
"""

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
# Stands for a blank at which no line is broken: a sign, its number and unit, or the name of a part and the place in it.
_HOLD = "\ue000"
_HELD = re.compile(r"[≥≤<>] \S+( [%‰])?|(?:正文|附件|附表|措施)\d? (?=\S)|\d %")
_PLACE = r"[\u4e00-\u9fff]\([^()\s]{1,4}\)\d*"
_PIECES = re.compile(
    rf"(?:正文|附件|附表|措施)\d?{_HOLD}(?:第\d+项|{_PLACE}|[\u4e00-\u9fff]\d*)|{_PLACE}|[{_WIDE}]|\s+|[^\s{_WIDE}]+"
)
_NEVER_FIRST = frozenset("，。；、：？！）》】〕”’％,.;:?!)")
_NEVER_LAST = frozenset("（《【〔“‘(")


def wrapped(text: str, width: int, first: str = "") -> str:
    """The text in lines of at most `width` cells, the first after `first`, the others after blanks of the same width. A single
    word that is wider than a line is cut."""
    rest = " " * cell_len(first)
    held = _HELD.sub(lambda found: found[0].replace(" ", _HOLD), text)
    lines, line, start = [], "", first
    for chunk in _chunks(_PIECES.findall(held), max(8, width - cell_len(rest))):
        if line and cell_len(start + line + chunk.rstrip()) > width:
            lines.append((start + line).rstrip())
            line, start, chunk = "", rest, chunk.lstrip()
        line += chunk
    return "\n".join([*lines, (start + line).rstrip()]).replace(_HOLD, " ")


def _chunks(pieces: Iterable[str], room: int) -> Iterator[str]:
    """The pieces, each with what must not be parted from it; what is wider than a line is cut."""
    chunk = ""
    for piece in pieces:
        if chunk and piece[0] not in _NEVER_FIRST and chunk[-1] not in _NEVER_LAST:
            yield chunk
            chunk = ""
        chunk += piece
        while cell_len(chunk) > room:
            yield chunk[:room]
            chunk = chunk[room:]
    yield chunk
