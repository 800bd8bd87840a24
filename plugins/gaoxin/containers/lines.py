"""Many texts as lines, so that what is asked of each is asked of thousands at once. Pure.

A matcher of Python asked of text by text takes longer to be called than to match. Of lines one match says whether each of them
is as it should be; where one is not, whoever asks looks at single texts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from gaoxin.containers.packed import PackedColumn, lines_of

if TYPE_CHECKING:
    import numpy

_TOGETHER = 50_000  # texts
_AT_ONCE = 200      # of which some may be otherwise
_WIDEST = 64        # characters of texts that are all as wide

# What cannot match a line break, nor look beyond one: literals, classes of what is meant, groups, repetitions, both ends.
_CONFINED = re.compile(r"(?:[^\\()\[\x00-\x1f]|\\[dw.\-+*/^$()\[\]{}|?]|\((?:\?:|(?!\?))|\)"
                       r"|\[(?!\^)(?:[^\\\]\x00-\x1f]|\\[dw.\-\]])+\])*")


def lines(texts: Iterable[Any], *, each: bool = True) -> Iterator[str | None]:
    """Texts with a line break after each, many at a time; None for those of which one is no text, or has a line break. each:
    surely also those that stand again."""
    if isinstance(texts, PackedColumn):
        yield from texts.lines(each=each)
        return
    left = iter(texts)
    while part := [*islice(left, _TOGETHER)]:
        yield lines_of(part)


def every(regex: str, texts: Iterable[Any]) -> bool:
    """Whether each is a text that matches a pattern as a whole. regex: of which nothing matches a line break or looks beyond
    one, as `confined` tells of most."""
    found = _of_lines(regex)
    return all(part is not None and found(part) for part in lines(texts, each=False))


def unlike(regex: str, texts: Sequence[Any]) -> list[int]:
    """The places of those of which that is not so."""
    found, alone = _of_lines(regex), re.compile(regex).fullmatch
    bad, left, before = list[int](), iter(texts), 0
    while part := [*islice(left, _AT_ONCE)]:
        joined = lines_of(part)
        if joined is None or not found(joined):
            bad += (place for place, text in enumerate(part, before) if not (isinstance(text, str) and alone(text)))
        before += len(part)
    return bad


@lru_cache(maxsize=256)
def _of_lines(regex: str) -> Any:
    return re.compile(f"(?:(?:{regex})\n)*+", re.MULTILINE).fullmatch


@lru_cache(maxsize=256)
def confined(regex: str) -> bool:
    """Whether a pattern surely looks at nothing beyond the line that it matches."""
    return _CONFINED.fullmatch(regex) is not None


def tables(texts: Iterable[Any]) -> "Iterator[numpy.ndarray[Any, Any]] | None":
    """Texts of ASCII that are all as wide, as tables of bytes, a line each; None where they are not."""
    import numpy

    made: list[numpy.ndarray[Any, Any]] = []
    width = 0
    for part in lines(texts):
        if part is None or not part.isascii():
            return None
        width = width or part.index("\n") + 1
        found = numpy.frombuffer(part.encode("ascii"), dtype=numpy.uint8)
        if not 1 < width <= _WIDEST or found.size % width or part.count("\n") * width != found.size:
            return None
        if not (found[width - 1::width] == ord("\n")).all():
            return None
        made.append(found.reshape(-1, width)[:, :-1])
    return iter(made)


def marks(texts: Sequence[Any]) -> "numpy.ndarray[Any, Any]":
    """A number for each, which differs only where two differ."""
    import numpy

    if (found := tables(texts)) is None:
        return numpy.fromiter(map(hash, texts), dtype=numpy.int64, count=len(texts))
    return numpy.concatenate([_mixed(table) for table in found] or [numpy.zeros(0, dtype=numpy.int64)])


def _mixed(table: "numpy.ndarray[Any, Any]") -> "numpy.ndarray[Any, Any]":
    """Of lines of bytes: eight after eight as a number, each spread over all places of the sum."""
    import numpy

    many, width = table.shape
    wide = numpy.zeros((many, -(-width // 8) * 8), dtype=numpy.uint8)
    wide[:, :width] = table
    words, found = wide.view(numpy.uint64), numpy.zeros(many, dtype=numpy.uint64)
    for place in range(words.shape[1]):
        found = (found ^ words[:, place]) * numpy.uint64(0x9E3779B97F4A7C15)
        found ^= found >> numpy.uint64(29)
    return found.view(numpy.int64)
