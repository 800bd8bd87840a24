"""A register's columns: of a cell that says plainly what it says nothing is kept but its content, of any other what the careful
reader made of it. Pure.

A cell is plain where its content alone yields its value, as `plain_value` has it, and the careful reader would tell nothing
of it: no repair and no problem. `surely_plain` knows most of them by their shape; where it does not, the careful reader decides.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from gaoxin.containers.lines import every, unlike
from gaoxin.containers.model import Content, address, exact, letters_of, shown
from gaoxin.containers.packed import chosen
from gaoxin.plan.forms import FieldType, RegisterField
from gaoxin.returns.fields import FieldValue, parse_field
from gaoxin.returns.model import CellValue
from gaoxin.returns.naming import SURELY_A_NAME, TOTALS
from gaoxin.returns.numbers import DIGITS, PLACES
from gaoxin.returns.text import squeezed

if TYPE_CHECKING:
    import numpy

_KNOWN_AT_MOST = 50_000  # different texts of one column whose reading is remembered
_UNKNOWN_AT_MOST = 10_000  # and that are read in vain
_SAID_AT_MOST = 5_000    # odd cells of one column that say something else

# Texts of which the careful readers tell nothing, by shape: neither a dash nor a word for nothing, with nothing to be mended.
_TEXT = r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9()（）·]{2,}|[A-Za-z0-9][A-Za-z0-9.]{4,}"
_LONG_CODE = "[0-9A-Z]{5,}"
_NUMBER = rf"-?(?:0|[1-9][0-9]{{0,{DIGITS - 1}}})(?:\.[0-9]{{1,{PLACES}}})?"
_is_number = re.compile(_NUMBER).fullmatch
_MIDNIGHT = time()
_FAR = 10.0**DIGITS


class Column(Protocol):
    """A field's cells, one a record. odd: by the record's place, from 0, those that hold a repair or a problem, with others."""

    @property
    def odd(self) -> Mapping[int, CellValue]: ...

    def cell(self, place: int) -> CellValue | None:
        """None where the record has no such cell."""

    def value(self, place: int) -> FieldValue:
        """None for what is blank or could not be read."""

    def values(self) -> Iterator[FieldValue]:
        """As `value`, of each record in turn."""

    def texts(self) -> Iterator[FieldValue]:
        """As `values`, but what a cell with a problem holds as well."""

    def as_kept(self) -> Iterator[str | None] | None:
        """As `texts`, each as a text, as facts keep it; None where that is not known at once."""

    def places(self) -> Iterator[tuple[str, str] | None]:
        """Of each record the sheet and the cell; None where it has no such cell."""

    @property
    def stands(self) -> tuple[str, str] | None:
        """The sheet and the letters of the column in which each record has its cell; None where they differ."""

    def framed(self) -> Iterator[str | float | None]:
        """As `values`, but numbers as doubles and days as text."""

    def doubles(self) -> "numpy.ndarray[Any, Any]":
        """As `framed`, of numbers; where there is none no number (NaN)."""

    def different(self) -> list[FieldValue]:
        """The values that any record has, each once."""

    @property
    def texts_alone(self) -> Sequence[str] | None:
        """Its values, where each of them is a text that stands in a plain cell."""

    def unlike(self, regex: str) -> list[int]:
        """The places where no plain cell stands whose content is a text that matches a pattern as a whole (`lines.every`)."""

    @property
    def empty(self) -> Set[int]:
        """The places of cells without a value, beside odd ones."""


@dataclass
class SheetColumn:
    """Of a sheet. number: of the column in it; rows: in which its cells stand. known: what a text of a date or code yields. odd:
    without where they stand, so that those that say the same are one."""

    sheet: str
    number: int
    type: FieldType
    rows: Sequence[int]
    cells: Sequence[Content]
    known: dict[str, FieldValue] = field(default_factory=dict)
    sure: bool = False  # whether each cell is surely plain, and not blank, and each text of a date or code is known
    texts_of_numbers: bool = False  # whether it is sure since all are texts written as numbers
    empty: set[int] = field(default_factory=set)
    odd: dict[int, CellValue] = field(default_factory=dict)
    _said: dict[tuple[Any, ...], CellValue] = field(default_factory=dict)  # of odd cells that say the same but where they stand

    def cell(self, place: int) -> CellValue:
        stands = address(self.rows[place], self.number)
        if (found := self.odd.get(place)) is not None:
            return replace(found, cell=stands)
        content = self.cells[place]
        return CellValue(self.sheet, stands, shown(content), self.plain_value(content))

    def value(self, place: int) -> FieldValue:
        return self.odd[place].value if place in self.odd else self.plain_value(self.cells[place])

    def values(self) -> Iterator[FieldValue]:
        if (texts := self.texts_alone) is not None:
            return iter(texts)
        if self.sure and not self.odd and self.type in (FieldType.DATE, FieldType.CODE):
            return map(self.known.__getitem__, self.cells)  # type: ignore[arg-type]
        value, odd = self._made(), self.odd
        if not odd:
            return map(value, self.cells)
        return (odd[place].value if place in odd else value(content) for place, content in enumerate(self.cells))

    def texts(self) -> Iterator[FieldValue]:
        return self.values()

    def as_kept(self) -> Iterator[str | None] | None:
        if (texts := self.texts_alone) is not None:
            return iter(texts)
        if not self.sure or self.odd:
            return None
        if self.type in (FieldType.DATE, FieldType.CODE):
            said = {text: value.isoformat() if isinstance(value, date) else value for text, value in self.known.items()}
            return map(said.__getitem__, self.cells)  # type: ignore[arg-type]
        return iter(self.cells) if self.texts_of_numbers else None  # type: ignore[return-value]

    @property
    def stands(self) -> tuple[str, str]:
        return self.sheet, letters_of(self.number)

    def places(self) -> Iterator[tuple[str, str]]:
        sheet, letters = self.stands
        return ((sheet, f"{letters}{row}") for row in self.rows)

    def framed(self) -> Iterator[str | float | None]:
        if self.sure and not self.odd and self.type is FieldType.NUMBER:
            return map(float, self.cells)  # type: ignore[arg-type]
        if (texts := self.texts_alone) is not None:
            return iter(texts)
        return map(framed, self.values())

    def doubles(self) -> "numpy.ndarray[Any, Any]":
        import numpy

        if self.sure and not self.odd:
            return numpy.fromiter(self.framed(), dtype=float, count=len(self.cells))
        held: list[Any] = [*self.cells]
        for place, cell in self.odd.items():
            held[place] = cell.value
        for place in self.empty:
            held[place] = None
        return numpy.array(held, dtype=object).astype(float)

    def unlike(self, regex: str) -> list[int]:
        return sorted({*unlike(regex, self.cells), *self.odd})

    def different(self) -> list[FieldValue]:
        if self.sure and not self.odd and self.type in (FieldType.DATE, FieldType.CODE):
            return [*dict.fromkeys(self.known.values())]
        held: list[Any] = [*self.cells]
        for place in self.odd:
            held[place] = None
        plain = map(self._made(), dict.fromkeys(held))
        return [value for value in dict.fromkeys(chain(plain, (cell.value for cell in self.odd.values()))) if value is not None]

    @property
    def texts_alone(self) -> Sequence[Any] | None:
        plain = self.sure and not self.odd and self.type not in (FieldType.NUMBER, FieldType.DATE, FieldType.CODE)
        return self.cells if plain else None

    def plain_value(self, content: Any) -> FieldValue:
        """What a plain cell holds."""
        return self._made()(content)

    def _made(self) -> Callable[[Any], FieldValue]:
        """What makes a plain cell's content its value."""
        match self.type:
            case FieldType.NUMBER:
                return _number
            case FieldType.DATE:
                known = self.known
                return lambda c: (known.get(c) if type(c) is str else c.date() if type(c) is datetime else c)
            case FieldType.CODE:
                known = self.known
                return lambda c: known.get(c) if type(c) is str else _text_of(c)
        return _text_of

    def doubtful(self, item: RegisterField, *, typed: bool, named: bool, settled: bool) -> tuple[list[int], list[int]]:
        """The places of cells that are blank, and of those that the careful reader must look at. typed: whether text is a number
        stored as text. named: whether it is to be a name. settled: whether it is known how shares are written."""
        learnt = item.type in (FieldType.DATE, FieldType.CODE) and self._learn(item)
        if learnt or self._all_surely(item, typed=typed, named=named, settled=settled):
            self.sure = True
            return [], []
        plain = self._surely(item, typed=typed, named=named, settled=settled)
        blank, left = list[int](), list[int]()
        for place, content in enumerate(self.cells):
            if not plain(content):
                (blank if content is None or content == "" else left).append(place)
        self.empty.update(blank)
        return blank, left

    def _learn(self, item: RegisterField) -> bool:
        """Of dates and codes, of which few differ, the careful reader is asked once a text. Whether all of them are texts that it
        knows."""
        codes, different = item.codes or {}, {*self.cells}
        for number, text in enumerate(different):
            if number - len(self.known) > _UNKNOWN_AT_MOST:  # most are none: they are asked about one by one, or not at all
                break
            if type(text) is str and text and len(self.known) < _KNOWN_AT_MOST and squeezed(text).rstrip(":") not in TOTALS:
                value, repairs, problem = parse_field(text, item)
                if (isinstance(value, date) or value in codes) and not repairs and problem is None:
                    self.known[text] = value
        return len(self.known) == len(different)

    def _all_surely(self, item: RegisterField, *, typed: bool, named: bool, settled: bool) -> bool:
        """Whether all cells are texts that are surely plain, which is asked much faster than of one by one."""
        if item.type is FieldType.NUMBER:
            if item.unit == "%" and not settled:
                return False
            if {*map(type, self.cells)} <= {float, int}:
                return all(is_number(content, typed=True) for content in self.cells)
            self.texts_of_numbers = not typed and every(_NUMBER, self.cells)
            return self.texts_of_numbers
        if item.type in (FieldType.CREDIT_CODE, FieldType.HNTE_CERTIFICATE):
            shape: str | None = _LONG_CODE
        else:
            shape = None if item.type in (FieldType.DATE, FieldType.CODE) else SURELY_A_NAME if named else _TEXT
        return shape is not None and every(shape, self.cells)

    def _surely(self, item: RegisterField, *, typed: bool, named: bool, settled: bool) -> Callable[[Any], Any]:
        """Whether a content is surely plain, and not blank."""
        match item.type:
            case FieldType.NUMBER:
                clear = item.unit != "%" or settled
                return lambda c: is_number(c, typed=typed) and (clear or not 0 < abs(float(c)) <= 1)
            case FieldType.DATE:
                known = self.known
                return lambda c: c in known if type(c) is str else type(c) is date or (
                    type(c) is datetime and c.time() == _MIDNIGHT)
            case FieldType.CODE:
                known = self.known
                return lambda c: type(c) is str and c in known
            case FieldType.CREDIT_CODE | FieldType.HNTE_CERTIFICATE:
                shape = re.compile(_LONG_CODE).fullmatch
            case _:
                shape = re.compile(SURELY_A_NAME if named else _TEXT).fullmatch
        return lambda c: type(c) is str and shape(c)

    def leave(self, left: Sequence[int], rows: Sequence[int]) -> None:
        """Leaves out the cells of these places, in order: their rows are no records. rows: those that are left."""
        gone, self.rows, self.sure = {*left}, rows, False
        self.cells = chosen(self.cells, (place not in gone for place in range(len(self.cells))))
        self.odd = {place - bisect_left(left, place): cell for place, cell in self.odd.items()}
        self.empty = {place - bisect_left(left, place) for place in self.empty - gone}

    def keep(self, place: int, cell: CellValue) -> None:
        """What the careful reader said of a cell, where its content alone would not say the same."""
        content = self.cells[place]
        if cell.repairs or cell.problem or not _alike(content, self.type) or self.plain_value(content) != cell.value:
            said = cell.raw, repr(cell.value), cell.repairs, cell.problem
            cell = replace(cell, cell="")
            self.odd[place] = self._said.setdefault(said, cell) if len(self._said) < _SAID_AT_MOST else self._said.get(said, cell)
        elif cell.value is None:
            self.empty.add(place)


def framed(value: FieldValue) -> str | float | None:
    """As a column of the frame has it."""
    return value if isinstance(value, str) else float(value) if isinstance(value, Decimal) else (
        value.isoformat() if isinstance(value, date) else value)


def _number(content: Any) -> Decimal | None:
    if content is None or content == "":
        return None
    return Decimal(content) if type(content) is str else exact(content)


def _text_of(content: Any) -> str | None:
    return content or None if type(content) is str else shown(content) or None


def _alike(content: Content, type_: FieldType) -> bool:
    """Whether `plain_value` can be asked of a content."""
    if content is None or content == "" or type_ not in (FieldType.NUMBER, FieldType.DATE):
        return True
    if type_ is FieldType.DATE:
        return isinstance(content, (str, date))
    return bool(is_number(content, typed=False))


def is_number(content: Any, *, typed: bool) -> bool:
    """Whether it is written as a number and nothing else. typed: whether text is none."""
    if type(content) is str:
        return not typed and _is_number(content) is not None
    return type(content) in (float, int) and -_FAR < content < _FAR
