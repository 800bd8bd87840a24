"""What calamine does not tell about a file: error cells, formulas without a value, percentage formats, hidden rows and
columns, the true extent of a sheet. All but one function are about .xlsx.

Reads the package's XML as a stream, with the standard library's expat: a few hundred microseconds for a return, where
openpyxl takes ten milliseconds and refuses files of other office programs. No value is taken from here.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_PERCENT_BUILTIN = {9, 10}

Position = tuple[int, int]  # row, column, both from 1


@dataclass
class SheetFacts:
    """Facts about one sheet; positions count from 1."""

    last_row: int = 0
    last_column: int = 0
    errors: dict[Position, str] = field(default_factory=dict)
    unvalued: set[Position] = field(default_factory=set)  # a formula that carries no value
    percent: set[Position] = field(default_factory=set)  # shown as a percentage
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def sheet_facts(package: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Facts of every worksheet by its name. Raises KeyError, ValueError or ParseError for a package that is no workbook."""
    names = set(package.namelist())
    book = next((n for n in ("xl/workbook.xml", "xl/workbook2.xml") if n in names), None) or _office_document(package)
    relations = _relations(package, book)
    percent = _percent_styles(package, names)
    found: dict[str, SheetFacts] = {}
    for element in _parse(package, book).iter():
        if _local(element) != "sheet":
            continue
        relation = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
        part = relations.get(relation or "")
        if part in names and "worksheet" in part:
            found[element.get("name", "")] = _scan(package, part, percent)
    return found


def _office_document(package: zipfile.ZipFile) -> str:
    for element in _parse(package, "_rels/.rels"):
        if element.get("Type", "").endswith("/officeDocument"):
            return element.get("Target", "").lstrip("/")
    raise ValueError("no workbook part")


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    found = {}
    for element in _parse(package, f"{folder}/_rels/{name}.rels"):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = path
    return found


def _percent_styles(package: zipfile.ZipFile, names: set[str]) -> set[int]:
    """Indices of the cell formats that show a percentage."""
    if "xl/styles.xml" not in names:
        return set()
    root = _parse(package, "xl/styles.xml")
    custom = {int(e.get("numFmtId", "-1")): _without_literals(e.get("formatCode", ""))
              for e in root.iter() if _local(e) == "numFmt"}
    formats = next((e for e in root if _local(e) == "cellXfs"), ())
    return {index for index, e in enumerate(formats) if (number := int(e.get("numFmtId", "0"))) in _PERCENT_BUILTIN
            or "%" in custom.get(number, "")}


def _without_literals(code: str) -> str:
    """A number format without quoted or escaped characters: in `0"%"` the sign is only a word and scales nothing."""
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)


def _scan(package: zipfile.ZipFile, part: str, percent: set[int]) -> SheetFacts:
    facts = SheetFacts()
    row = column = 0
    with _opened(package, part) as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            name = _local(element)
            if event == "start":
                if name == "row":
                    row = int(element.get("r", row + 1))
                    column = 0
                    if element.get("hidden") in ("1", "true"):
                        facts.hidden_rows.add(row)
                continue
            if name == "c":
                row, column = _position(element.get("r"), row, column)
                _cell(element, (row, column), facts, percent)
            elif name == "row":
                element.clear()
            elif name == "col" and element.get("hidden") in ("1", "true"):
                facts.hidden_columns.update(range(int(element.get("min", 1)), min(int(element.get("max", 1)), 16384) + 1))
    return facts


def _cell(element: ElementTree.Element, where: Position, facts: SheetFacts, percent: set[int]) -> None:
    value = formula = None
    inline = False
    for child in element:
        match _local(child):
            case "v":
                value = child.text
            case "f":
                formula = child
            case "is":
                inline = True
    if value is None and formula is None and not inline:
        return
    facts.last_row, facts.last_column = max(facts.last_row, where[0]), max(facts.last_column, where[1])
    if element.get("t") == "e":
        facts.errors[where] = value or "#N/A"
    elif formula is not None and not value and element.get("t") != "str":
        facts.unvalued.add(where)
    if int(element.get("s", "0")) in percent:
        facts.percent.add(where)


def _position(reference: str | None, row: int, column: int) -> Position:
    if reference is None:
        return max(row, 1), column + 1
    found = _REF.fullmatch(reference)
    if found is None:
        raise ValueError(f"not a cell reference: {reference!r}")
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]), number


def _opened(package: zipfile.ZipFile, part: str) -> IO[bytes]:
    """A part, unless it has a document type declaration: OOXML forbids it, and only an attack on the parser would bring one."""
    stream = package.open(part)
    head = stream.read(4096)
    if b"<!DOCTYPE" in head or "<!DOCTYPE".encode("utf-16-le") in head:
        raise ValueError("document type declaration")
    stream.seek(0)
    return stream


def repeated_cells(package: zipfile.ZipFile) -> int:
    """How many cells with a value an OpenDocument sheet comes to once its repetitions are written out. Empty cells repeated to
    the sheet's edge are what LibreOffice writes, and count for nothing."""
    total = in_row = 0
    with _opened(package, "content.xml") as stream:
        for _, element in ElementTree.iterparse(stream):
            if _local(element) in ("table-cell", "covered-table-cell"):
                if any(k.endswith("}value-type") for k in element.attrib) or len(element):
                    in_row += _repeat(element, "number-columns-repeated")
            elif _local(element) == "table-row":
                total += in_row * _repeat(element, "number-rows-repeated")
                in_row = 0
                element.clear()
    return total


def _repeat(element: ElementTree.Element, name: str) -> int:
    return int(next((v for k, v in element.attrib.items() if k.endswith(f"}}{name}")), "1"))


def _parse(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with _opened(package, part) as stream:
        return ElementTree.parse(stream).getroot()


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
