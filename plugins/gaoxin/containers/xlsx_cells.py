"""What the XML of a worksheet says of its cells beside their values, read as a stream: nothing of it is kept but what is told."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, NamedTuple
from xml.parsers import expat

from gaoxin.containers import refusing
from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import Position, SheetFacts, address, called, calls
from gaoxin.containers.refusing import Unreadable, ambiguous, too_wide
from gaoxin.containers.runs import WHOLE, Mark, Run, kind_of, mark_of

_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BLOCK = 2**18  # bytes
_TRUE = ("1", "true")
_COLUMNS = 16384  # that a sheet may have


# What a cell or a shared text may hold, by the element around it; what may hold anything is not named, but none of these.
_INSIDE: dict[str, tuple[str, ...]] = {"sst": ("si", "extLst"), "si": ("t", "r", "rPh", "phoneticPr"),
                                       "is": ("t", "r", "rPh", "phoneticPr"), "r": ("rPr", "t"), "rPh": ("t",), "t": (), "v": (),
                                       "f": ()}
# A reference in a tag of a row or cell, or in a value.
_REFERENCE = re.compile(rb"<(?:[^\s<>/:]*:)?(?:(?:c|row)\s[^<>]*&|v[\s>][^<]*&)")
_PLAIN_TEXTS = re.compile(rb'(?<=</si>)<si><t(?: xml:space="preserve")?>[^<]*</t></si>')  # within no other
_SETS_APART = (b"strike", b"vertAlign")
_FORMULAS = ("formula", "formula1", "formula2", "other f")  # beside cells: of conditions, lists and what is allowed
_CALLS_TOLD = 5  # of a sheet
SPREADSHEETS = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii", None)


class Styles(NamedTuple):
    """What cells show beside their content. formats: of the cell formats, by index, those of which something is told; struck:
    those that strike out what they show. marks: of the texts that cells share, by their numbers."""

    formats: Mapping[int, NumberFormat] = MappingProxyType({})
    struck: frozenset[int] = frozenset()
    marks: Mapping[int, Mark] = MappingProxyType({})


def scan(source: IO[bytes], styles: Styles, name: str) -> SheetFacts:
    """source: a worksheet's part. name: the sheet's.
    Raises Unreadable for a cell far out: it makes a reader lay out the whole rectangle before it; and for what no spreadsheet
    program writes and programs read differently; ValueError for damage."""
    found = _Scan(styles, name)
    parser = found.parser
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler = found.text
    try:
        while block := source.read(_BLOCK):
            found.comes(block)
            parser.Parse(block)
            found.must_be_near()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    found.must_be_near()
    return found.facts


def plain_texts(content: bytes, part: str) -> dict[int, Mark]:
    """content: of the texts that cells share. By their numbers, what is set apart in them. Raises Unreadable for what programs
    read differently; ValueError for damage."""
    guard, runs, found = _Guard(part), _Runs(), dict[int, Mark]()
    opened: list[str] = []
    count = -1
    into: list[str] | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, into
        kind = guard.kind(name)
        guard.within = True
        if opened:
            guard.must_fit(opened[-1], kind)
            into = runs.begins(opened[-1], kind, attributes)
        elif kind != "sst":
            raise guard.odd(kind)
        count += kind == "si"
        opened.append(kind)

    def end(_: str) -> None:
        nonlocal into
        into = None
        if opened.pop() == "si" and (mark := runs.ended()) is not None:
            found[count] = mark

    def text(said: str) -> None:
        if into is not None:
            into.append(said)

    guard.parser.StartElementHandler, guard.parser.EndElementHandler = start, end
    if any(name in content for name in _SETS_APART):
        guard.parser.CharacterDataHandler = text
    else:
        content = _PLAIN_TEXTS.sub(b"", content)
    try:
        guard.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return found


class _Runs:
    """The parts of one text that are written each in its own way."""

    def __init__(self) -> None:
        self._runs: list[list[str]] = []
        self._struck: set[int] = set()
        self._raised: set[int] = set()

    def begins(self, around: str, kind: str, attributes: dict[str, str]) -> list[str] | None:
        """Of an element within another; where its text belongs, if it is some part's."""
        if kind == "r":
            self._runs.append([])
        elif around == "rPr" and kind == "strike" and not off(attributes):
            self._struck.add(len(self._runs) - 1)
        elif around == "rPr" and kind == "vertAlign" and _named(attributes, "val") in ("superscript", "subscript"):
            self._raised.add(len(self._runs) - 1)
        return self._runs[-1] if around == "r" and kind == "t" else None

    def ended(self) -> Mark | None:
        """What is set apart in the text, which is over."""
        if not self._runs:
            return None
        runs, struck, raised = self._runs, self._struck, self._raised
        self._runs, self._struck, self._raised = [], set(), set()
        return mark_of(Run("".join(said), kind_of(struck=n in struck, raised=n in raised)) for n, said in enumerate(runs))


class _Guard:
    """Refuses what no spreadsheet program writes where values stand, and programs read differently."""

    def __init__(self, where: str) -> None:
        self.where, self.within = where, False  # within: where values stand
        self._kinds: dict[str, str] = {}  # without the workbook's own namespace, of which there are two
        self._own: str | None = None
        self.parser = expat.ParserCreate(namespace_separator="}")
        if hasattr(self.parser, "SetReparseDeferralEnabled"):  # expat 2.6: what comes of a block is to come with it
            self.parser.SetReparseDeferralEnabled(False)
        self.parser.CommentHandler = lambda _: self._no("comment")
        self.parser.StartCdataSectionHandler = lambda: self._no("CDATA")
        self.parser.ProcessingInstructionHandler = lambda *_: self._no("processing instruction")
        self.parser.StartDoctypeDeclHandler = lambda *_: self._no("document type", always=True)
        self.parser.XmlDeclHandler = self._declared

    def kind(self, name: str) -> str:
        """An element's name; one of another namespace is none of the workbook's own."""
        made = self._kinds.get(name)
        if made is None:
            space, _, made = name.rpartition("}")
            if self._own is None:
                self._own = space
                if space not in SPREADSHEETS:
                    raise self.odd(f"namespace {space[:60]}")
            made = self._kinds[name] = made if space == self._own else f"other {made}"
            if made == "other sheetData":
                raise self.odd(made)
        return made

    def must_fit(self, around: str, kind: str) -> None:
        allowed = _INSIDE.get(around)
        if kind in _INSIDE if allowed is None else kind not in allowed:
            raise self.odd(f"{kind} in {around}")

    def odd(self, detail: str) -> Unreadable:
        return ambiguous(self.where, detail)

    def _no(self, what: str, *, always: bool = False) -> None:
        if self.within or always:
            raise self.odd(what)

    def _declared(self, _: object, encoding: str | None, __: object) -> None:
        if (encoding and encoding.lower()) not in _ENCODINGS:
            raise self.odd(f"encoding {encoding}")


class _Scan(_Guard):
    """The handlers of one part. depth: of the element that is open."""

    def __init__(self, styles: Styles, name: str) -> None:
        super().__init__(name)
        self.facts = SheetFacts()
        self._formats, self._struck, self._marks = styles
        self._plain = not self._formats and not self._struck  # whatever format a cell has, it shows what it holds
        self._runs = _Runs()
        self._columns: dict[str, int] = {}  # by their letters
        self._row_said: str | None = None  # what the references of the row's cells end in
        self._shared: dict[str, Position] = {}  # by its number, the cell that has the text of a formula that several share
        self._row = self._column = self._last_row = self._last_column = self._depth = self._hidden = 0
        self._cell: dict[str, str] | None = None
        self._into: list[str] | None = None  # where text belongs that comes now
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._formula_of: dict[str, str] = {}
        self._aside: list[str] | None = None
        self._inline = self._values_over = False
        self._inner: list[str] = []  # elements that are open in a part of the cell
        self._raw, self._raw_from = b"", 0  # as much of the part as events may come of, where it has references that matter
        self._tail, self._read = b"", 0

    def comes(self, block: bytes) -> None:
        """Before a block of the part is parsed."""
        if not self._read and (block[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in block[:4]):
            raise self.odd("encoding")
        seen = self._tail + block
        self._raw, self._raw_from = seen if b"&" in seen and _REFERENCE.search(seen) else b"", self._read - len(self._tail)
        self._tail, self._read = seen[seen.rfind(b"<"):] if b"<" in seen else seen, self._read + len(block)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(name) or self.kind(name)
        self._depth += 1
        if not self.within:
            if kind == "sheetData":
                self._begin_values()
            elif kind in _FORMULAS:
                self._into = self._aside = []
            elif kind == "col" and _named(attributes, "hidden") in _TRUE:
                first, last = int(attributes.get("min", 1)), min(int(attributes.get("max", 1)), _COLUMNS)
                self._hidden += max(0, last - first) + 1
                if self._hidden > _COLUMNS:
                    raise self.odd("columns told twice")
                self.facts.hidden_columns.update(range(first, last + 1))
            return
        if self._raw:
            self._must_say_itself()
        if self._cell is not None:
            self._within(kind, attributes)
        elif kind == "c" and self._depth == 4:
            self._cell = attributes
            self._value = self._formula = None
            self._inline = False
        elif kind == "row" and self._depth == 3:
            self._begin_row(attributes)
        else:
            raise self.odd(f"{kind} among the cells")

    def _begin_values(self) -> None:
        if self._values_over or self._depth != 2:
            raise self.odd("sheetData twice")
        self.within = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        said = self._row_said = attributes.get("r")
        row = self._row + 1 if said is None else _number(said)
        if row <= self._row:
            raise self.odd(f"row {said}")
        self._row, self._column = row, 0
        if _named(attributes, "hidden") in _TRUE:
            self.facts.hidden_rows.add(row)

    def _must_say_itself(self) -> None:
        """Attributes of rows, cells and their parts have nothing that needs a reference."""
        at = self.parser.CurrentByteIndex - self._raw_from
        if b"&" in self._raw[at:self._raw.find(b">", at)]:
            raise self.odd("reference in an attribute")

    def _within(self, kind: str, attributes: dict[str, str]) -> None:
        """An element within a cell: of its own parts the value and the formula are kept."""
        self._into = None
        if self._inner:
            if (allowed := _INSIDE.get(self._inner[-1])) is None or kind not in allowed:
                self.must_fit(self._inner[-1], kind)
            if self._inline:
                self._into = self._runs.begins(self._inner[-1], kind, attributes)
        elif kind == "v" and self._value is None:
            self._into = self._value = []
        elif kind == "f" and self._formula is None:
            self._into = self._formula = []
            self._formula_of = attributes
        elif kind == "is" and not self._inline:
            self._inline = True
        elif kind != "extLst":
            raise self.odd(f"{kind} in c")
        self._inner.append(kind)

    def text(self, said: str) -> None:
        if self._into is None:
            return
        self._into.append(said)
        if self._raw and self._into is self._value and self._cell and self._cell.get("t") != "str":
            at = self.parser.CurrentByteIndex - self._raw_from
            if self._raw[at:at + 1] == b"&":
                raise self.odd("reference in v")

    def odd(self, detail: str) -> Unreadable:
        return ambiguous(f"{self.where}!{(self._cell or {}).get('r') or self._row}" if self.within else self.where, detail)

    def end(self, _: str) -> None:
        self._into = None
        self._depth -= 1
        if self._aside is not None:
            self._put_call("".join(self._aside), None)
            self._aside = None
        if self._inner:
            self._inner.pop()
        elif self._cell is not None:
            self._close(self._cell)
            self._cell = None
        elif self.within and self._depth == 1:
            self.within, self._values_over = False, True

    def _close(self, cell: dict[str, str]) -> None:
        self._place(cell.get("r"))
        formula = self._formula
        if (self._inline and self._value) or (
                (self._inline or self._value) and self._inline != (cell.get("t") == "inlineStr")):
            raise self.odd("value and type")
        if formula is None and not self._value and not self._inline:
            return
        if self._row > self._last_row:
            self._last_row = self._row
        if self._column > self._last_column:
            self._last_column = self._column
        if self._inline or (self._marks and cell.get("t") == "s"):
            self._put_mark()
        if formula is None and cell.get("t") != "e" and ("s" not in cell or (self._plain and cell["s"].isdecimal())):
            return
        where, value = (self._row, self._column), "".join(self._value or ())
        if cell.get("t") == "e":
            self.facts.errors[where] = value or "#N/A"
        elif formula is not None:
            self._put_formula(where, bool(value) or cell.get("t") == "str")
        if formula is not None and self._formula_of.get("t") == "shared":
            self._put_shared(where)
        style = 0 if self._plain else int(cell.get("s", "0"))
        if self._formats and (made := self._formats.get(style)) is not None:
            self.facts.formats[where] = made
        if style in self._struck:
            self.facts.marks.setdefault(where, WHOLE)

    def _put_mark(self) -> None:
        """Of the cell that is over: what is set apart in its text, its own or one that it shares."""
        said = "".join(self._value or ()).strip()
        mark = self._runs.ended() if self._inline else self._marks.get(int(said)) if said.isdecimal() else None
        if mark is not None:
            self.facts.marks[(self._row, self._column)] = mark

    def _place(self, reference: str | None) -> None:
        """Where the cell stands that was read: in the row that is open, after those that were."""
        if reference is None:
            self._column += 1
            return
        letters = reference.rstrip("0123456789")
        column, row = self._columns.get(letters), reference[len(letters):]
        if column is None:
            _, column = _position(reference)
            self._columns[letters] = column
        if self._row_said is None:
            self._row_said = row
            if self._column or _number(row) < self._row:
                raise self.odd(reference)
            self._row = _number(row)
        if row != self._row_said or column <= self._column:
            raise self.odd(reference)
        self._column = column

    def _put_call(self, text: str, cell: str | None) -> None:
        if calls(text) and len(self.facts.calls) < _CALLS_TOLD:
            self.facts.calls.append(called(text, self.where, cell))

    def _put_formula(self, where: Position, valued: bool) -> None:
        if self._formula:
            self._put_call("".join(self._formula), address(*where))
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
            raise too_wide(self.where, address(self._last_row, self._last_column))


def _named(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without namespace."""
    return next((v for k, v in attributes.items() if k == name or k.endswith(f"}}{name}")), "")


def off(attributes: dict[str, str]) -> bool:
    """Whether an element that is there says no (ECMA-376 part 1, 18.18.9 and 22.9.2.7)."""
    return _named(attributes, "val").lower() in ("0", "false", "off")


def _number(said: str) -> int:
    if not (said.isascii() and said.isdecimal()):
        raise ValueError(f"not a number of a row: {said[:20]!r}")
    return int(said)


def _position(reference: str) -> Position:
    found = _REF.fullmatch(reference)
    if found is None:
        raise ValueError(f"not a cell reference: {reference!r}")
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]), number
