"""Rows of a large sheet, held by columns in pieces of JSON: a text that stands again is written once, and cells are objects only
while somebody looks at their piece. So they lie in the process that read the file, go through the pipe, and lie in the one that
asked.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, chain, compress, islice, repeat, zip_longest
from typing import Any, overload

from gaoxin.containers import refusing
from gaoxin.containers.model import Content

PIECE = 100_000  # cells
_OPEN = 3        # pieces of which the rows are kept, once they were asked for
_TEXTS, _BETWEEN = b"=", "\x1f"  # before, and between, texts that are written so: JSON begins with no such sign
_TIMES: dict[str, Any] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat,
                          "timedelta": lambda seconds: timedelta(seconds=seconds)}
NOT_OF_JSON = (date, time, timedelta)
_DIFFER = {str, type(None), date, datetime}  # kinds of which two that are equal are the same; a truth is no 1, and -0.0 no 0.0


def time_said(value: Any) -> list[Any]:
    """A date, time or length of time as JSON has it: what `time_told` reads."""
    return [type(value).__name__, value.total_seconds() if isinstance(value, timedelta) else value.isoformat()]


def time_told(kind: str, said: Any) -> Content:
    made: Content = _TIMES[kind](said)
    return made


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows that follow one another. columns: each as JSON: the different values, the times among them by their places, and
    of each row the number of its value, or nothing where the values stand row by row; or, where all are texts, these with a mark
    between, which are read much faster. Empty cells at its end are left out. None has a line break."""

    rows: int
    columns: Sequence[bytes]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Content]]) -> "Piece":
        return cls(len(rows), [*map(_column_said, zip_longest(*rows))] or [_column_said(())])

    def column(self, number: int) -> list[Content]:
        """Of each row what stands there; number: from 1."""
        found = _column_told(self.columns[number - 1]) if number <= len(self.columns) else []
        return [*found, *repeat(None, self.rows - len(found))]

    def lines(self, number: int, skipped: int, *, each: bool) -> str | None:
        """A column's texts after those that are skipped, with a line break after each; None where they are not all texts, or one
        has a line break. each: also those that stand again."""
        said = self.columns[number - 1] if number <= len(self.columns) else b""
        if not said.startswith(_TEXTS):
            texts = self.column(number)[skipped:]
            return lines_of(texts if each else [*dict.fromkeys(texts)])
        joined = said[len(_TEXTS):].decode("utf-8", "surrogatepass")
        if joined.count(_BETWEEN) != self.rows - 1:  # empty cells at its end
            return None
        return (joined if not skipped else joined.split(_BETWEEN, skipped)[-1]).replace(_BETWEEN, "\n") + "\n"

    def made(self) -> list[tuple[Content, ...]]:
        return [*zip(*(self.column(number) for number in range(1, len(self.columns) + 1)), strict=True)]


def _column_said(cells: Sequence[Content]) -> bytes:
    values: list[Any] = [*cells]
    while values and values[-1] is None:
        values.pop()
    codes: list[int] | None = None
    if {*map(type, values)} <= _DIFFER:
        numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
        if 2 * len(numbers) <= len(values):
            codes, values = [*map(numbers.__getitem__, values)], [*numbers]
        elif {*map(type, values)} == {str}:
            joined = _BETWEEN.join(values)
            if joined.count(_BETWEEN) == len(values) - 1 and "\n" not in joined:
                return _TEXTS + joined.encode("utf-8", "surrogatepass")
    times = [[place, *time_said(value)] for place, value in enumerate(values) if isinstance(value, NOT_OF_JSON)]
    for place, _, _ in times:
        values[place] = None
    return json.dumps([values, times, codes], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _column_told(said: bytes) -> list[Content]:
    if said.startswith(_TEXTS):
        return list[Content](said[len(_TEXTS):].decode("utf-8", "surrogatepass").split(_BETWEEN))
    values, times, codes = json.loads(said)
    for place, kind, text in times:
        values[place] = time_told(kind, text)
    return values if codes is None else [*map(values.__getitem__, codes)]


def lines_of(texts: Sequence[Any]) -> str | None:
    """With a line break after each; None where one is no text, or has a line break."""
    try:
        joined = "\n".join(texts) + "\n"
    except TypeError:
        return None
    return joined if joined.count("\n") == len(texts) else None


class Packing:
    """Makes the rows of a sheet, one after another. of: the sheet's name, where they come from a file: each piece is then
    held to what a cell may hold, and Unreadable raised."""

    def __init__(self, of: str | None = None) -> None:
        self._pieces, self._rows, self._width, self._before, self._of = list[Piece](), list[Sequence[Content]](), 1, 0, of

    def __len__(self) -> int:
        return self._before + len(self._rows)

    def add(self, row: Sequence[Content]) -> None:
        width = max(self._width, len(row))
        if width * (len(self._rows) + 1) > PIECE and self._rows:
            self._close()
            width = max(1, len(row))
        self._rows.append(row)
        self._width = width

    def _close(self) -> None:
        if self._of is not None:
            refusing.must_fit_cells(self._of, self._rows, self._before)
        self._pieces.append(Piece.of(self._rows))
        self._before += len(self._rows)
        self._rows, self._width = [], 1

    def made(self) -> Sequence[Sequence[Content]]:
        """As they are where they are few. In pieces shorter rows end in empty cells."""
        if not self._pieces:
            return self._rows
        if self._rows:
            self._close()
        return Packed(self._pieces)


class Packed(Sequence[Sequence[Content]]):
    """Rows in pieces."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces, self._ends = pieces, [*accumulate(piece.rows for piece in pieces)]
        self._open: dict[int, list[tuple[Content, ...]]] = {}

    def __len__(self) -> int:
        return self._ends[-1]

    @overload
    def __getitem__(self, place: int) -> Sequence[Content]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Content]]: ...

    def __getitem__(self, place: int | slice) -> Sequence[Any]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        number = bisect_right(self._ends, at)
        if number not in self._open:
            while len(self._open) >= _OPEN:
                del self._open[next(iter(self._open))]
            self._open[number] = self.pieces[number].made()
        return self._open[number][at - self._ends[number]]

    def __iter__(self) -> Iterator[Sequence[Content]]:
        return chain.from_iterable(piece.made() for piece in self.pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Packed) and self.pieces == other.pieces

    __hash__ = None  # type: ignore[assignment]


class PackedColumn(Sequence[Content]):
    """One column of rows in pieces. number: of the column in each, from 1; skipped: rows before the first that counts."""

    def __init__(self, pieces: Sequence[Piece], number: int, skipped: int = 0) -> None:
        self._pieces, self._number, self._skipped = pieces, number, skipped
        self._ends = [*accumulate(piece.rows for piece in pieces)]
        self._open: tuple[int, list[Content]] = (-1, [])

    def __len__(self) -> int:
        return max(0, self._ends[-1] - self._skipped) if self._ends else 0

    @overload
    def __getitem__(self, place: int) -> Content: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Content]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = range(len(self))[place] + self._skipped
        number, opened = bisect_right(self._ends, at), self._open
        if opened[0] != number:
            opened = self._open = number, self._pieces[number].column(self._number)
        return opened[1][at - self._ends[number]]

    def __iter__(self) -> Iterator[Content]:
        return islice(chain.from_iterable(piece.column(self._number) for piece in self._pieces), self._skipped, None)

    def lines(self, *, each: bool) -> Iterator[str | None]:
        """Its texts, those of a piece after another, with a line break after each; None for a piece in which other things stand.
        each: also those that stand again in a piece."""
        skipped = self._skipped
        for piece in self._pieces:
            if skipped < piece.rows:
                yield piece.lines(self._number, skipped, each=each)
            skipped = max(0, skipped - piece.rows)


def column_of(rows: Sequence[Sequence[Content]], number: int, skipped: int) -> Sequence[Content]:
    """What stands in a column, from 1, in each of the rows after those that are skipped; None where a row is shorter."""
    if isinstance(rows, Packed):
        return PackedColumn(rows.pieces, number, skipped)
    return [row[number - 1] if len(row) >= number else None for row in islice(rows, skipped, None)]


def filled(rows: Sequence[Sequence[Content]], number: int, skipped: int) -> Iterator[tuple[int, Content]]:
    """As `column_of`, of the rows that reach so far to the right alone, each with its place, from 0 after those skipped."""
    if not isinstance(rows, Packed):
        yield from ((at - skipped, row[number - 1]) for at, row in enumerate(rows) if at >= skipped and len(row) >= number)
        return
    before = -skipped
    for piece in rows.pieces:
        if number <= len(piece.columns):
            yield from ((at, content) for at, content in enumerate(piece.column(number), before) if at >= 0)
        before += piece.rows


def width_of(rows: Sequence[Sequence[Content]]) -> int:
    """How many columns the widest row has."""
    return max((len(piece.columns) for piece in rows.pieces) if isinstance(rows, Packed) else map(len, rows), default=0)


def chosen(cells: Sequence[Content], which: Iterable[bool]) -> Sequence[Content]:
    """Those cells of a column that are to stay."""
    return held(compress(cells, which))


def held(cells: Iterable[Content]) -> Sequence[Any]:
    """As they are where they are few; in pieces where they are many."""
    left, pieces = iter(cells), list[Piece]()
    while part := [*islice(left, PIECE)]:
        if len(part) < PIECE and not pieces:
            return part
        pieces.append(Piece(len(part), [_column_said(part)]))
    return PackedColumn(pieces, 1) if pieces else []
