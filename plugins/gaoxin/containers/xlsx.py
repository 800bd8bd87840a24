"""Office Open XML: values from calamine, what it does not tell from the package's own XML.

The XML is read as a stream, with the standard library's expat: a few hundred microseconds for a return, where openpyxl takes ten
milliseconds and refuses files of other office programs. No value is taken from there.
"""

import io
import posixpath
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from gaoxin.containers import refusing
from gaoxin.containers.formats import PERCENT, NumberFormat, number_format
from gaoxin.containers.model import Book, Position, Problem, Sheet, SheetFacts, address
from gaoxin.containers.packages import attribute, local, parsed, stream
from gaoxin.containers.refusing import Unreadable, damaged, too_wide

_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BUILTIN = {9: PERCENT, 10: PERCENT}  # those of ECMA-376 part 1, 18.8.30 that are no plain number


def read(package: zipfile.ZipFile, content: bytes) -> Book:
    """Raises Unreadable, and what a damaged package raises."""
    facts, links = sheet_facts(package), _links(package)
    book = Book(_values(content, facts))
    if links and book.sheets:
        book.problems.append(Problem("external_links", links))
    return book


def _links(package: zipfile.ZipFile) -> Any:
    parts = [n for n in package.namelist() if n.startswith("xl/externalLinks/") and n.endswith(".xml")]
    if any(local(e) == "ddeLink" for part in parts for e in parsed(package, part)):
        return refusing.DDE()
    return refusing.LINKS() if parts else None


def _values(content: bytes, facts: dict[str, SheetFacts]) -> dict[str, Sheet]:
    """The one boundary to a parser in native code: whatever it throws means a damaged file."""
    import python_calamine as calamine

    found = {}
    try:
        source = calamine.load_workbook(io.BytesIO(content))
        for meta in source.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = source.get_sheet_by_name(meta.name)
            merged = [(top + 1, left + 1, bottom + 1, right + 1)
                      for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
            found[meta.name] = Sheet(meta.name, sheet.to_python(skip_empty_area=False), facts.get(meta.name) or SheetFacts(),
                                     merged, meta.visible == calamine.SheetVisibleEnum.Visible)
    except calamine.PasswordError as error:
        raise Unreadable("encrypted", refusing.ENCRYPTED()) from error
    except MemoryError:
        raise
    except Exception as error:
        raise damaged(error) from error
    except BaseException as error:
        # A panic of the native parser derives from BaseException, and so do an engine's time-outs: only the former
        # says something about the file.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(error) from error
    return found


def sheet_facts(package: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Facts of every worksheet by its name."""
    formats = _formats(package, set(package.namelist()))
    return {name: _scan(package, part, formats, name) for name, part in sheet_parts(package).items()}


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Every worksheet's part of the package, by the sheet's name."""
    names = set(package.namelist())
    book = next((n for n in ("xl/workbook.xml", "xl/workbook2.xml") if n in names), None) or _office_document(package)
    relations, found = _relations(package, book), dict[str, str]()
    for element in parsed(package, book).iter():
        if local(element) != "sheet":
            continue
        part = relations.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), ""), "")
        if part in names and "worksheet" in part:
            found[element.get("name", "")] = part
    return found


def _office_document(package: zipfile.ZipFile) -> str:
    for element in parsed(package, "_rels/.rels"):
        if element.get("Type", "").endswith("/officeDocument"):
            return element.get("Target", "").lstrip("/")
    raise ValueError("no workbook part")


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    found = {}
    for element in parsed(package, f"{folder}/_rels/{name}.rels"):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = path
    return found


def _formats(package: zipfile.ZipFile, names: set[str]) -> dict[int, NumberFormat]:
    """Of the cell formats, by index, those that show another number, or words."""
    if "xl/styles.xml" not in names:
        return {}
    root = parsed(package, "xl/styles.xml")
    custom = {int(e.get("numFmtId", "-1")): number_format(e.get("formatCode", "")) for e in root.iter() if local(e) == "numFmt"}
    known = _BUILTIN | custom
    cells = next((e for e in root if local(e) == "cellXfs"), ())
    return {index: made for index, e in enumerate(cells) if (made := known.get(int(e.get("numFmtId", "0"))))}


def _scan(package: zipfile.ZipFile, part: str, formats: dict[int, NumberFormat], name: str) -> SheetFacts:
    """Raises Unreadable for a cell far out: it makes a reader lay out the whole rectangle before it."""
    facts = SheetFacts()
    row = column = last_row = last_column = 0
    shared: dict[str, Position] = {}
    with stream(package, part) as found:
        for event, element in ElementTree.iterparse(found, events=("start", "end")):
            kind = local(element)
            if event == "start":
                if kind == "row":
                    row = int(element.get("r", row + 1))
                    column = 0
                    if attribute(element, "hidden") in ("1", "true"):
                        facts.hidden_rows.add(row)
                continue
            if kind == "c":
                row, column = _position(element.get("r"), row, column)
                if _cell(element, (row, column), facts, formats, shared):
                    last_row, last_column = max(last_row, row), max(last_column, column)
            elif kind == "row":
                element.clear()
            elif kind == "col" and attribute(element, "hidden") in ("1", "true"):
                facts.hidden_columns.update(range(int(element.get("min", 1)), min(int(element.get("max", 1)), 16384) + 1))
    if last_row > refusing.ROWS_LIMIT or last_column > refusing.COLUMNS_LIMIT:
        raise too_wide(name, address(last_row, last_column))
    return facts


def _cell(element: ElementTree.Element, where: Position, facts: SheetFacts, formats: dict[int, NumberFormat],
          shared: dict[str, Position]) -> bool:
    """Whether it holds anything. shared: by its number, the cell that has the text of a formula that several share."""
    value = formula = None
    inline = False
    for child in element:
        match local(child):
            case "v":
                value = child.text
            case "f":
                formula = child
            case "is":
                inline = True
    if value is None and formula is None and not inline:
        return False
    if element.get("t") == "e":
        facts.errors[where] = value or "#N/A"
    elif formula is not None and not value and element.get("t") != "str":
        facts.unvalued.add(where)
    elif formula is not None:
        facts.formulas[where] = formula.text or ""
    if formula is not None and formula.get("t") == "shared":
        if formula.text:
            shared[formula.get("si", "")] = where
        elif formula.get("si", "") in shared and where in facts.formulas:
            facts.shared[where] = shared[formula.get("si", "")]
    if (made := formats.get(int(element.get("s", "0")))) is not None:
        facts.formats[where] = made
    return True


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
