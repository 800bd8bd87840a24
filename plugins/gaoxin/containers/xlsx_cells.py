"""What the XML of a worksheet says of its cells beside their values, read as a stream: nothing of it is kept but what is told."""

import re
from typing import IO
from xml.parsers import expat

from gaoxin.containers import refusing
from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import Position, SheetFacts, address
from gaoxin.containers.refusing import too_wide

_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BLOCK = 2**18  # bytes
_TRUE = ("1", "true")


def scan(source: IO[bytes], formats: dict[int, NumberFormat], name: str) -> SheetFacts:
    """source: a worksheet's part. formats: of the cell formats, by index, those of which something is told. name: the sheet's.
    Raises Unreadable for a cell far out: it makes a reader lay out the whole rectangle before it; ValueError for damage."""
    found = _Scan(formats, name)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = found.text, found.doctype
    try:
        while block := source.read(_BLOCK):
            parser.Parse(block)
            found.must_be_near()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    found.must_be_near()
    return found.facts


class _Scan:
    """The handlers of one part. depth: of the element that is open; within a cell, its own."""

    def __init__(self, formats: dict[int, NumberFormat], name: str) -> None:
        self.facts, self._formats, self._name = SheetFacts(), formats, name
        self._kinds: dict[str, str] = {}  # without namespaces, of which there are several for one meaning
        self._columns: dict[str, int] = {}  # by their letters
        self._row_said = "?"  # of the reference that told the row; no cell says this
        self._shared: dict[str, Position] = {}  # by its number, the cell that has the text of a formula that several share
        self._row = self._column = self._last_row = self._last_column = self._depth = self._cell_depth = 0
        self._cell: dict[str, str] | None = None
        self._into: list[str] | None = None  # where text belongs that comes now
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._formula_of: dict[str, str] = {}
        self._inline = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(name) or self._kinds.setdefault(name, name.rpartition("}")[2])
        self._depth += 1
        if self._cell is not None:
            self._within(kind, attributes)
        elif kind == "c":
            self._cell, self._cell_depth = attributes, self._depth
            self._value = self._formula = None
            self._inline = False
        elif kind == "row":
            self._row, self._column, self._row_said = int(attributes.get("r", self._row + 1)), 0, "?"
            if _named(attributes, "hidden") in _TRUE:
                self.facts.hidden_rows.add(self._row)
        elif kind == "col" and _named(attributes, "hidden") in _TRUE:
            first, last = int(attributes.get("min", 1)), min(int(attributes.get("max", 1)), 16384)
            self.facts.hidden_columns.update(range(first, last + 1))

    def _within(self, kind: str, attributes: dict[str, str]) -> None:
        """An element within a cell: of its own parts the value and the formula are kept as far as the next element in them."""
        self._into = None
        if self._depth != self._cell_depth + 1:
            return
        if kind == "v":
            self._into = self._value = []
        elif kind == "f":
            self._into = self._formula = []
            self._formula_of = attributes
        elif kind == "is":
            self._inline = True

    def text(self, said: str) -> None:
        if self._into is not None:
            self._into.append(said)

    def end(self, _: str) -> None:
        self._into = None
        if self._cell is not None and self._depth == self._cell_depth:
            self._close(self._cell)
            self._cell = None
        self._depth -= 1

    def doctype(self, *_: object) -> None:
        raise ValueError("document type declaration")

    def _close(self, cell: dict[str, str]) -> None:
        self._place(cell.get("r"))
        formula = self._formula
        if formula is None and not self._value and not self._inline:
            return
        if self._row > self._last_row:
            self._last_row = self._row
        if self._column > self._last_column:
            self._last_column = self._column
        if formula is None and cell.get("t") != "e" and ("s" not in cell or (not self._formats and cell["s"].isdecimal())):
            return
        where, value = (self._row, self._column), "".join(self._value or ())
        if cell.get("t") == "e":
            self.facts.errors[where] = value or "#N/A"
        elif formula is not None:
            self._put_formula(where, bool(value) or cell.get("t") == "str")
        if formula is not None and self._formula_of.get("t") == "shared":
            self._put_shared(where)
        if self._formats and (made := self._formats.get(int(cell.get("s", "0")))) is not None:
            self.facts.formats[where] = made

    def _place(self, reference: str | None) -> None:
        """Where the cell stands that was read: mostly in the row that is open."""
        if reference is None:
            self._row, self._column = max(self._row, 1), self._column + 1
            return
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None or reference[len(letters):] != self._row_said:
            self._row, column = _position(reference)
            self._row_said, self._columns[letters] = reference[len(letters):], column
        self._column = column

    def _put_formula(self, where: Position, valued: bool) -> None:
        if valued:
            self.facts.formulas[where] = "".join(self._formula or ())
        else:
            self.facts.unvalued.add(where)

    def _put_shared(self, where: Position) -> None:
        number = self._formula_of.get("si", "")
        if self._formula:
            self._shared[number] = where
        elif number in self._shared and where in self.facts.formulas:
            self.facts.shared[where] = self._shared[number]

    def must_be_near(self) -> None:
        if self._last_row > refusing.ROWS_LIMIT or self._last_column > refusing.COLUMNS_LIMIT:
            raise too_wide(self._name, address(self._last_row, self._last_column))


def _named(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without namespace."""
    return next((v for k, v in attributes.items() if k == name or k.endswith(f"}}{name}")), "")


def _position(reference: str) -> Position:
    found = _REF.fullmatch(reference)
    if found is None:
        raise ValueError(f"not a cell reference: {reference!r}")
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]), number
