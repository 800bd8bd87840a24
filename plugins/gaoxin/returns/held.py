"""Records of registers that are known, held by columns: each is made when it is asked for. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, chain, groupby
from typing import Any, overload

from gaoxin.containers.model import Content
from gaoxin.containers.packed import Packing, column_of
from gaoxin.periods import Period
from gaoxin.returns.model import RegisterFact

Said = tuple[int, str, Mapping[str, str | None], Mapping[str, str]]  # row, sheet, values and cells of a record


@dataclass(frozen=True, eq=False)
class HeldRegister(Sequence[RegisterFact]):
    """The records of one return. fields: that any of them has. lines: of each record the row, the sheet, and of each field what
    it holds and its cell; nothing where it has no such field."""

    campaign: str
    form: str
    unit: str
    period: Period
    recorded_at: datetime
    return_id: str
    version: int
    file_sha256: str
    fields: tuple[str, ...]
    lines: Sequence[Sequence[Content]]

    @classmethod
    def of(cls, records: Iterable[Said], **whose: Any) -> "HeldRegister":
        """whose: the return's own attributes."""
        fields, lines = dict[str, int](), Packing()
        for row, sheet, values, cells in records:
            for name in values:
                fields.setdefault(name, len(fields))
            line: list[Content] = [row, sheet, *(None,) * (2 * len(fields))]
            for name, value in values.items():
                at = 2 + 2 * fields[name]
                line[at:at + 2] = value, cells.get(name, "")
            lines.add(line)
        return cls(**whose, fields=(*fields,), lines=lines.made())

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, place: int) -> RegisterFact: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[RegisterFact]: ...

    def __getitem__(self, place: int | slice) -> Any:
        return [*map(self._made, self.lines[place])] if isinstance(place, slice) else self._made(self.lines[place])

    def __iter__(self) -> Iterator[RegisterFact]:
        return map(self._made, self.lines)

    def _made(self, line: Sequence[Any]) -> RegisterFact:
        there = [(name, value, cell) for name, value, cell in zip(self.fields, line[2::2], line[3::2], strict=False)
                 if cell is not None]
        values, cells = {name: value for name, value, _ in there}, {name: cell for name, _, cell in there if cell}
        return RegisterFact(self.campaign, self.form, self.unit, self.period, line[0], values, cells, line[1], self.recorded_at,
                            self.return_id, self.version, self.file_sha256)

    def texts(self, field: str) -> Iterator[str | None]:
        """What each record holds in a field; None where it has no such field."""
        if field not in self.fields:
            return (None for _ in range(len(self)))
        found: Iterator[Any] = iter(column_of(self.lines, 3 + 2 * self.fields.index(field), 0))
        return found


class Registers(Sequence[RegisterFact]):
    """The records of several returns, one return after another."""

    def __init__(self, held: Iterable[HeldRegister] = ()) -> None:
        self.held = tuple(one for one in held if len(one))
        self._ends = [*accumulate(map(len, self.held))]

    @classmethod
    def of(cls, records: Sequence[RegisterFact]) -> "Registers":
        """These records, by columns."""
        return records if isinstance(records, cls) else cls(_grouped(records))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, place: int) -> RegisterFact: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[RegisterFact]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        number = bisect_right(self._ends, at)
        return self.held[number][at - self._ends[number]]

    def __iter__(self) -> Iterator[RegisterFact]:
        return chain.from_iterable(self.held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


_WHOSE = ("campaign", "form", "unit", "period", "recorded_at", "return_id", "version", "file_sha256")


def _grouped(records: Sequence[RegisterFact]) -> Iterator[HeldRegister]:
    for whose, found in groupby(records, key=lambda fact: tuple(getattr(fact, name) for name in _WHOSE)):
        said = ((fact.row, fact.sheet, fact.values, fact.cells) for fact in found)
        yield HeldRegister.of(said, **dict(zip(_WHOSE, whose, strict=True)))
