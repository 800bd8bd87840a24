"""OpenDocument spreadsheets, straight from their XML (ODF 1.3 part 3): every cell with its value, type, format and error.

Repetitions are counted before they are written out; empty cells repeated to the sheet's edge are what LibreOffice writes, and
count for nothing.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import Element, iterparse

from gaoxin.containers import refusing
from gaoxin.containers.formats import ALWAYS, SAYS_SOMETHING, NumberFormat, Section, drawn, in_sections, yen
from gaoxin.containers.model import EPOCH, ERRORS, Book, Content, Problem, Sheet, SheetFacts, address, called, calls
from gaoxin.containers.packages import local, parsed, stream
from gaoxin.containers.refusing import Unreadable, ambiguous, too_wide
from gaoxin.containers.runs import STRUCK, WHOLE, Run, kind_of, mark_of

_DATA_STYLES = ("number-style", "percentage-style", "currency-style")
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|[<>=])\s*(-?[0-9]+(?:\.[0-9]+)?)")
_NUMBER = re.compile(r"[-+(]?[\d.,\s]*(?:E[-+]?\d+)?\)?")
_FIGURES = re.compile(r"[\d.,\s()+\-\u2212]+")
_NAMESPACE = re.compile(r"^[A-Za-z]+:(?==)")  # before a formula: of:=[.A1]
_ERROR = re.compile(r"Err:[0-9]{3}")
_ELSEWHERE = re.compile(r"[A-Za-z][\w+.-]*:|//|/|\\|\.\./")
_DURATION = re.compile(r"(-)?P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
_CELLS = ("table-cell", "covered-table-cell")
_OWN = "{urn:oasis:names:tc:opendocument:"
_OF_TABLES, _OF_TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text"))
_SPACE = {kind: _OF_TABLES for kind in ("table", "table-row", "table-column", *_CELLS)} | {"p": _OF_TEXT}
_WITHIN = {"table": ("table",), "spreadsheet": ("spreadsheet",), **dict.fromkeys(_CELLS, _CELLS)}  # what holds none of these


def read(package: zipfile.ZipFile) -> Book:
    """Raises Unreadable, and what a damaged package raises."""
    styles = _Styles()
    if "styles.xml" in package.namelist():
        styles.learn(parsed(package, "styles.xml"))
    book, making, links, dde, epoch = Book(), _Making("", styles), False, False, EPOCH
    connections, embedded, remote = dict[str, None](), dict[str, None](), dict[str, None]()
    named: list[Problem] = []
    opened = Counter[str]()
    with stream(package, "content.xml") as found:
        for event, element in iterparse(found, events=("start", "end")):
            kind = local(element)
            if event == "start":
                if not element.tag.startswith(_SPACE.get(kind, "")) or any(opened[one] for one in _WITHIN.get(kind, ())):
                    raise ambiguous(making.name or "content.xml", f"{kind} where none belongs")
                opened[kind] += 1
                if kind == "table":
                    if len(book.sheets) >= refusing.SHEETS_LIMIT:
                        raise Unreadable("oversized", refusing.TOO_MANY_SHEETS(count=len(book.sheets) + 1,
                                                                               limit=refusing.SHEETS_LIMIT))
                    if attribute(element, "name") in book.sheets and not dde:  # what came through DDE has no name
                        raise ambiguous(attribute(element, "name"), "table twice")
                    making = _Making(attribute(element, "name"), styles, styles.hides(element))
                continue
            opened[kind] -= kind != "spreadsheet"  # of which there is one
            match kind:
                case "automatic-styles":
                    styles.learn(element)
                case "null-date":
                    epoch = date.fromisoformat(attribute(element, "date-value", EPOCH.isoformat()))
                case "table-source" | "cell-range-source":
                    links = True
                case "dde-source":
                    dde = True
                case "database-source-sql" | "database-source-table" | "database-source-query" | "connection-resource":
                    connections[attribute(element, "database-name") or making.name] = None
                case "object-ole" | "plugin" | "applet" | "floating-frame":
                    embedded[making.name] = None
                case "object" if attribute(element, "href") and not attribute(element, "href").startswith(("./", "Object", "#")):
                    links = True  # a chart or another object of another file
                case "image" if _ELSEWHERE.match(attribute(element, "href")):
                    remote[making.name] = None
                case "named-expression" | "content-validation" if calls(_said_by(element)):
                    said = _NAMESPACE.sub("", _said_by(element))[:60]
                    named.append(Problem("external_links", refusing.NAME_CALLS(name=attribute(element, "name"), text=said)))
                case "table-column":
                    making.column(element)
                case "table-row":
                    making.row(element)
                    element.clear()
                case "table":
                    book.sheets[making.name] = making.sheet(epoch)
                    element.clear()
    if not book.sheets:
        raise Unreadable("not_a_workbook", refusing.DOCUMENT())
    if links or dde:
        book.problems.append(Problem("external_links", refusing.DDE() if dde else refusing.LINKS()))
    book.problems += [Problem("external_links", code(where=tuple(where))) for code, where in (
        (refusing.CONNECTIONS, connections), (refusing.EMBEDDED, embedded), (refusing.REMOTE, remote)) if where]
    book.problems += named
    return book


def _said_by(element: Element) -> str:
    return attribute(element, "expression") or attribute(element, "condition")


@dataclass
class _Styles:
    """What the styles say of numbers, and which tables they hide."""

    data: dict[str, NumberFormat] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)  # each data style by itself
    cells: dict[str, str] = field(default_factory=dict)  # cell style -> data style
    parents: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    fonts: dict[tuple[str, str], str] = field(default_factory=dict)  # family and name of a style -> how it sets text apart

    def learn(self, root: Element) -> None:
        mapped = dict[str, Element]()
        for element in root.iter():
            kind, name = local(element), attribute(element, "name")
            if kind in _DATA_STYLES:
                self.sections[name] = _format(element, percent=kind == "percentage-style")
                mapped[name] = element
            elif kind == "style":
                if data := attribute(element, "data-style-name"):
                    self.cells[name] = data
                if parent := attribute(element, "parent-style-name"):
                    self.parents[name] = parent
                if any(local(e) == "table-properties" and attribute(e, "display") == "false" for e in element):
                    self.hidden.add(name)
                if family := attribute(element, "family"):
                    self._fonts((family, name), element)
        for name, element in mapped.items():  # they may stand before those that they lead to
            made = in_sections(drawn([*self._mapped(element), (ALWAYS, self.sections[name])]))
            if not made.plain:
                self.data[name] = made

    def _fonts(self, name: tuple[str, str], style: Element) -> None:
        """ODF 1.3 part 3: text-line-through, and text-position, which is super, sub, or a share of the height."""
        for part in style:
            if local(part) == "text-properties":
                lines = [attribute(part, f"text-line-through-{what}") for what in ("style", "type")]
                raised = attribute(part, "text-position").split()[:1] not in ([], ["0%"])
                kind = kind_of(struck=any(line not in ("", "none") for line in lines), raised=raised)
                if kind:
                    self.fonts[name] = kind

    def kind(self, family: str, style: str) -> str:
        """How a style sets text apart; nothing where it does not."""
        for _ in range(8 if self.fonts else 0):
            if (family, style) in self.fonts:
                return self.fonts[family, style]
            style = self.parents.get(style, "")
        return ""

    def _mapped(self, style: Element) -> Iterator[tuple[tuple[str, float], Section]]:
        """The numbers that a style shows by another, with that one (ODF 1.3 part 3, 16.3, style:map)."""
        for part in style:
            if local(part) == "map" and (said := _CONDITION.fullmatch(attribute(part, "condition"))):
                yield (said[1], float(said[2])), self.sections.get(attribute(part, "apply-style-name"), Section(NumberFormat()))

    def of(self, style: str) -> NumberFormat | None:
        for _ in range(8):  # of parents; a circle among them says nothing
            if style in self.cells:
                return self.data.get(self.cells[style])
            style = self.parents.get(style, "")
        return None

    def hides(self, table: Element) -> bool:
        return attribute(table, "style-name") in self.hidden


def _format(style: Element, *, percent: bool) -> Section:
    words, divisor = [], 1
    beside, digits, coloured = ["", ""], False, False
    for part in style:
        digits = digits or local(part) in ("number", "scientific-number", "fraction")
        coloured = coloured or (local(part) == "text-properties" and bool(attribute(part, "color")))
        if local(part) in ("text", "currency-symbol"):
            text = (part.text or "").strip()
            beside[digits] += part.text or ""
            if not (percent and text == "%") and SAYS_SOMETHING.search(text):
                words.append(yen(text) if attribute(part, "language") == "ja" else text)
        elif local(part) == "number":
            with suppress(ValueError):
                divisor = int(float(attribute(part, "display-factor", "1")))
            for among in part:  # the digits
                text = (among.text or "").strip()
                if any(c.isdigit() for c in text):
                    beside[1] += f" {text}"
                if text == ".":
                    divisor *= 10 ** int(attribute(among, "position", "0"))
                elif SAYS_SOMETHING.search(text):
                    words.append(text)
    return Section(NumberFormat(percent, divisor, tuple(words)), beside[0], digits, beside[1], coloured)


@dataclass
class _Making:
    """A sheet, while its rows come."""

    name: str
    styles: _Styles
    invisible: bool = False
    rows: list[list[Content]] = field(default_factory=list)
    facts: SheetFacts = field(default_factory=SheetFacts)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    at: int = 0  # the row that was last, counting those that hold nothing
    columns: int = 0
    defaults: list[tuple[int, int, str]] = field(default_factory=list)  # first and last column, with the style of their cells
    cells: int = 0

    def column(self, element: Element) -> None:
        first, self.columns = self.columns + 1, self.columns + _times(element, "number-columns-repeated")
        last = min(self.columns, refusing.COLUMNS_LIMIT)
        if attribute(element, "visibility") in ("collapse", "filter"):
            self.facts.hidden_columns.update(range(first, last + 1))
        if style := attribute(element, "default-cell-style-name"):
            self.defaults.append((first, self.columns, style))

    def row(self, element: Element) -> None:
        times, first = _times(element, "number-rows-repeated"), self.at + 1
        self.at += times
        cells = [*self._cells(element)]
        hidden = attribute(element, "visibility") in ("collapse", "filter")
        if hidden and first <= refusing.ROWS_LIMIT:
            self.facts.hidden_rows.update(range(first, min(self.at, refusing.ROWS_LIMIT) + 1))
        if not cells:
            return
        last_column = max(column for column, *_ in cells)
        self.cells += len(cells) * times
        if self.at > refusing.ROWS_LIMIT or last_column > refusing.COLUMNS_LIMIT:
            raise too_wide(self.name, address(self.at, last_column))
        if self.cells > refusing.CELLS_LIMIT or self.at * last_column > 10 * refusing.CELLS_LIMIT:
            raise Unreadable("oversized", refusing.SHEET_TOO_LARGE())
        while len(self.rows) < first - 1:
            self.rows.append([])
        for number in range(first, self.at + 1):
            row: list[Content] = [None] * last_column
            for column, value, cell in cells:
                row[column - 1] = value
                self._tell(cell, (number, column), value)
            self.rows.append(row)

    def _cells(self, row: Element) -> Iterator[tuple[int, Content, Element]]:
        column = 0
        for cell in row.iter():
            if local(cell) not in _CELLS:
                continue
            times = _times(cell, "number-columns-repeated")
            value = _value(cell)
            across, down = _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")
            if across > 1 or down > 1:
                self.merged.append((self.at, column + 1, self.at + down - 1, column + across))
            if value is not None or attribute(cell, "formula"):
                if column + times > refusing.COLUMNS_LIMIT:
                    raise too_wide(self.name, address(self.at, column + times))
                for place in range(times):
                    yield column + 1 + place, value, cell
            column += times

    def _tell(self, cell: Element, where: tuple[int, int], value: Content) -> None:
        formula, text = attribute(cell, "formula"), _text(cell).strip()
        if "error" in [v for k, v in cell.attrib.items() if k.endswith("}value-type")] or (
                formula and (text in ERRORS or _ERROR.fullmatch(text))):
            self.facts.errors[where] = text or "#N/A"
        elif formula and value is None and _type(cell) != "string":
            self.facts.unvalued.add(where)
        elif formula:
            self.facts.formulas[where] = _NAMESPACE.sub("", formula)
        if formula and calls(formula):
            self.facts.calls.append(called(_NAMESPACE.sub("", formula), self.name, address(*where)))
        style = attribute(cell, "style-name") or next((s for a, b, s in self.defaults if a <= where[1] <= b), "")
        if self.styles.fonts and value is not None:
            runs = (Run(text, next(filter(None, (self.styles.kind("text", own) for own in around)), ""))
                    for p in cell if local(p) == "p" for text, around in _parts(p, ()))
            if mark := mark_of(runs) or (WHOLE if self.styles.kind("table-cell", style) == STRUCK else None):
                self.facts.marks[where] = mark
        made = self.styles.of(style) if isinstance(value, float) else None
        if made is None and _type(cell) == "percentage":
            made = NumberFormat(percent=True)
        if made is None and isinstance(value, float) and not _NUMBER.fullmatch(text):
            # A currency's sign may be left to the language; what else is written beside a number stands in what is shown.
            beside = _FIGURES.sub("", text)
            made = NumberFormat(words=(beside,)) if SAYS_SOMETHING.search(beside) else None
        if made:
            self.facts.formats[where] = made

    def sheet(self, epoch: date) -> Sheet:
        return Sheet(self.name, self.rows, self.facts, self.merged, not self.invisible, epoch=epoch)


def _times(element: Element, name: str) -> int:
    return max(1, int(attribute(element, name, "1")))


def attribute(element: Element, name: str, otherwise: str = "") -> str:
    """An attribute of OpenDocument's own, or of XLink, by its name without namespace. Raises ValueError where two of that name
    say different things."""
    found = {v for k, v in element.attrib.items() if k.endswith(f"}}{name}") and (k.startswith(_OWN) or name == "href")}
    if len(found) > 1:
        raise ValueError(f"{name} twice")
    return found.pop() if found else otherwise


def _type(cell: Element) -> str:
    """Beside which LibreOffice has one of its own, which also knows errors."""
    return next((v for k, v in cell.attrib.items() if k.endswith("office:1.0}value-type")), "")


def _value(cell: Element) -> Content:
    """Raises ValueError for a value that is none of its type."""
    match _type(cell):
        case "float" | "percentage" | "currency":
            return float(attribute(cell, "value"))
        case "boolean":
            return attribute(cell, "boolean-value") == "true"
        case "date":
            return _moment(attribute(cell, "date-value"))
        case "time":
            return _duration(attribute(cell, "time-value"))
        case "string":
            text, said = _text(cell), attribute(cell, "string-value")
            if text and said and text.split() != said.split():
                raise ValueError("two texts")  # of which programs take one or the other
            return text or said or None
        case _:
            return _text(cell) or None


def _moment(text: str) -> date | datetime:
    if "T" not in text:
        return date.fromisoformat(text)
    found = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None)
    return found.date() if found.time() == time() else found


def _duration(text: str) -> time | timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time: {text!r}")
    sign, days, hours, minutes, seconds = found.groups()
    passed = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0))
    if not sign and passed < timedelta(days=1):
        return (datetime.combine(date.min, time()) + passed).time()
    return -passed if sign else passed


def _text(cell: Element) -> str:
    """Its paragraphs, with the blanks, tabs and breaks that XML does not keep; no comment."""
    return "\n".join(_said(p) for p in cell if local(p) == "p")


def _said(element: Element) -> str:
    return "".join(text for text, _ in _parts(element, ()))


def _parts(element: Element, styles: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Its texts in order, each with the styles of the parts that it stands in, the inmost first."""
    yield element.text or "", styles
    for part in element:
        match local(part):
            case "s":
                yield " " * min(_times(part, "c"), 1000), styles
            case "tab":
                yield "\t", styles
            case "line-break":
                yield "\n", styles
            case "annotation" | "ruby-text":
                pass
            case _:
                yield from _parts(part, (attribute(part, "style-name"), *styles))
        yield part.tail or "", styles
