"""Breaking Chinese and mixed text into lines of a terminal's width.

rich breaks at blanks, of which Chinese has none: a long clause would jump to the next line whole and leave half a line
empty. Here a line may break between Chinese characters, but no punctuation mark begins a line that cannot, and words,
numbers and paths stay whole.
"""

import re

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


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> str:
    """The text in lines of at most `width` cells, the first after `first`, the others after `rest` (blanks of the same width
    when left out). A single word that is wider than a line is cut."""
    rest = " " * cell_len(first) if rest is None else rest
    lines: list[str] = []
    line: list[str] = []
    start = first
    for piece in _cut(_PIECES.findall(_HELD.sub(_held, text)), max(8, width - cell_len(rest))):
        if cell_len(start + "".join(line) + piece.rstrip()) <= width or not line:
            line.append(piece)
            continue
        carried = _carried(line, piece)
        lines.append((start + "".join(line)).rstrip())
        line, start = carried, rest
    return "\n".join([*lines, (start + "".join(line)).rstrip()]).replace(_HOLD, " ")


def _carried(line: list[str], piece: str) -> list[str]:
    """What begins the next line: the piece that no longer fits, with what must not be parted from it, taken off the line.
    Where that would leave nothing of the line, the piece goes alone."""
    keep = len(line)
    next_ = piece
    while keep and (next_[0] in _NEVER_FIRST or line[keep - 1][-1] in _NEVER_LAST):
        keep -= 1
        next_ = line[keep]
    keep = keep or len(line)
    carried = [*line[keep:], piece]
    del line[keep:]
    return [carried[0].lstrip(), *carried[1:]] if carried[0].strip() else carried[1:]


def _held(found: re.Match[str]) -> str:
    return found[0].replace(" ", _HOLD)


def _cut(pieces: list[str], room: int):
    for piece in pieces:
        while cell_len(piece) > room:
            yield piece[:room]
            piece = piece[room:]
        if piece:
            yield piece
