"""Long messages in parts that a service takes: cut at the ends of lines, measured as the service does. Pure.

Services count bytes of UTF-8, in which a Chinese character has three: what counts characters sends three times too much.
"""

import json
from collections.abc import Callable

_NUMBER = "（{n}/{of}）\n"
_ROOM = 30  # bytes for the number of a part


def bytes_of(text: str) -> int:
    return len(text.encode("utf-8"))


def json_bytes_of(text: str) -> int:
    """As it goes out within JSON, with what has to be escaped."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8")) - 2


def in_parts(text: str, limit: int, size: Callable[[str], int] = bytes_of, *, ends: str = "") -> list[str]:
    """The text in parts of at most so many bytes each, numbered where there are several. ends: what each of them ends with. A
    line that is longer is cut between characters. Raises ValueError where `ends` leaves no room."""
    if size(text + ends) <= limit:
        return [text + ends]
    room = limit - _ROOM - size(ends)
    if room < 16:
        raise ValueError("no room for a text")
    found, current, used = list[str](), list[str](), 0
    for piece in (piece for line in text.splitlines(keepends=True) for piece in _pieces(line, room, size)):
        needed = size(piece)
        if used + needed > room and current:
            found.append("".join(current))
            current, used = [], 0
        current.append(piece)
        used += needed
    found += ["".join(current)] if current else []
    return [_NUMBER.format(n=n, of=len(found)) + part.rstrip("\n") + ends for n, part in enumerate(found, 1)]


def _pieces(line: str, room: int, size: Callable[[str], int]) -> list[str]:
    if size(line) <= room:
        return [line]
    found, current, used = list[str](), list[str](), 0
    for character in line:
        needed = size(character)
        if used + needed > room:
            found.append("".join(current))
            current, used = [], 0
        current.append(character)
        used += needed
    return [*found, "".join(current)]
