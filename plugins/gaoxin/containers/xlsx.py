"""Office Open XML: values from calamine, what it does not tell from the package's own XML.

The XML is read as a stream, with the standard library's expat: a few hundred microseconds for a return, where openpyxl takes ten
milliseconds and refuses files of other office programs. No value is taken from there.
"""

import io
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from gaoxin.containers import foreign, refusing
from gaoxin.containers.formats import PERCENT, NumberFormat, number_format
from gaoxin.containers.model import EPOCH, EPOCH_1904, Book, Content, Problem, Sheet, SheetFacts, calls
from gaoxin.containers.packages import local, parsed, stream
from gaoxin.containers.packed import Packing
from gaoxin.containers.refusing import Unreadable, ambiguous, damaged
from gaoxin.containers.runs import Mark
from gaoxin.containers.xlsx_cells import SPREADSHEETS, Styles, off, plain_texts, scan
from gaoxin.i18n import Message

_TEXTS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_IDS = ("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
        "{http://purl.oclc.org/ooxml/officeDocument/relationships}id")
_SHEETS = [f"{{{space}}}sheet" for space in SPREADSHEETS]
_BUILTIN = {9: PERCENT, 10: PERCENT}  # those of ECMA-376 part 1, 18.8.30 that are no plain number


def read(package: zipfile.ZipFile, content: bytes) -> Book:
    """Raises Unreadable, and what a damaged package raises."""
    _must_lead_to_what_is_read(package)
    texts = package.read(_TEXTS) if _TEXTS in package.namelist() else None
    facts, linked = sheet_facts(package, {} if texts is None else plain_texts(texts, _TEXTS)), links(package)
    book = Book(_values(content, facts, _epoch(package)))
    if {*facts} != {*book.sheets}:
        raise ambiguous(_workbook(package), "sheets")
    if book.sheets:
        book.problems += [Problem("external_links", linked)] if linked else []
        book.problems += foreign.problems(package, sheet_parts(package))
        book.problems += calling_names(package)
    return book


def calling_names(package: zipfile.ZipFile) -> list[Problem]:
    """Names of the workbook that call another program or the network."""
    said = [(e.get("name", ""), "".join(e.itertext())) for e in parsed(package, _workbook(package)).iter()
            if local(e) == "definedName"]
    return [Problem("external_links", refusing.NAME_CALLS(name=name, text=text[:60])) for name, text in said if calls(text)]


def links(package: zipfile.ZipFile) -> Message | None:
    """Links to other workbooks, or to programs (DDE)."""
    parts = [n for n in package.namelist() if n.startswith("xl/externalLinks/") and n.endswith(".xml")]
    if any(local(e) == "ddeLink" for part in parts for e in parsed(package, part)):
        return refusing.DDE()
    return refusing.LINKS() if parts else None


def _values(content: bytes, facts: dict[str, SheetFacts], epoch: date) -> dict[str, Sheet]:
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
            found[meta.name] = Sheet(meta.name, _rows(sheet), facts.get(meta.name) or SheetFacts(), merged,
                                     meta.visible == calamine.SheetVisibleEnum.Visible, epoch=epoch)
    except calamine.PasswordError as error:
        raise Unreadable("encrypted", refusing.ENCRYPTED()) from error
    except (MemoryError, Unreadable):
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


def _rows(sheet: Any) -> Sequence[Sequence[Content]]:
    """Of calamine's sheet. It leaves out columns before the first that holds anything."""
    before, rows = [""] * (sheet.start[1] if sheet.start else 0), Packing(sheet.name)
    for row in sheet.iter_rows():
        rows.add(before + row)
    return rows.made()


def sheet_facts(package: zipfile.ZipFile, marks: Mapping[int, Mark] | None = None) -> dict[str, SheetFacts]:
    """Facts of every worksheet by its name. marks: of the texts that cells share, by their numbers."""
    styles = _styles(package, set(package.namelist()), marks or {})
    found = {}
    for name, part in sheet_parts(package).items():
        with stream(package, part) as source:
            found[name] = scan(source, styles, name)
    return found


def _must_lead_to_what_is_read(package: zipfile.ZipFile) -> None:
    """Parts are read where every program writes them: what others are led to would be another thing."""
    book = _workbook(package)
    if _office_document(package).lower() != book.lower():
        raise ambiguous("_rels/.rels", "officeDocument")
    relations = [*_relations(package, book).values()]
    for kind, part in (("sharedStrings", _TEXTS), ("styles", _STYLES)):
        led = [target for target, said in relations if said == kind]
        there = {name for name in package.namelist() if name.lower() == part.lower()}
        # Of a name in other letters one program reads the part and another does not.
        if len(led) > 1 or any(target != part for target in led) or there - {part} or (there and not led):
            raise ambiguous(book, kind)


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Every worksheet's part of the package, by the sheet's name."""
    names, book = set(package.namelist()), _workbook(package)
    relations, found, said = _relations(package, book), dict[str, str](), set[str]()
    root = parsed(package, book)
    sheets = [e for group in root if local(group) == "sheets" for e in group]
    if any(e.tag not in _SHEETS for e in sheets) or len(sheets) < sum(local(e) == "sheet" for e in root.iter()):
        raise ambiguous(book, "sheets where none belong")
    if len(sheets) > refusing.SHEETS_LIMIT:
        raise Unreadable("oversized", refusing.TOO_MANY_SHEETS(count=len(sheets), limit=refusing.SHEETS_LIMIT))
    for element in sheets:
        ids = [v for k, v in element.attrib.items() if k in _IDS]
        name = element.get("name", "")
        if len(ids) != 1 or name.lower() in said:
            raise ambiguous(book, f"sheet {name[:40]}")
        said.add(name.lower())
        part, kind = relations.get(ids[0], ("", ""))
        if part in names and kind == "worksheet":
            found[name] = part
    return found


def visible_sheets(package: zipfile.ZipFile) -> list[str]:
    """The names of its sheets that are not hidden, in order."""
    return [e.get("name", "") for e in parsed(package, _workbook(package)).iter()
            if local(e) == "sheet" and e.get("state", "visible") == "visible"]


def _epoch(package: zipfile.ZipFile) -> date:
    """Day 0 of its date system: ECMA-376 part 1, 18.2.28 (`date1904`)."""
    said = next((e.get("date1904", "0") for e in parsed(package, _workbook(package)) if local(e) == "workbookPr"), "0")
    return EPOCH_1904 if said.strip().lower() in ("1", "true", "on") else EPOCH


def _workbook(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    return next((n for n in ("xl/workbook.xml", "xl/workbook2.xml") if n in names), None) or _office_document(package)


def _office_document(package: zipfile.ZipFile) -> str:
    led = [posixpath.normpath(e.get("Target", "").lstrip("/")) for e in parsed(package, "_rels/.rels")
           if e.get("Type", "").endswith("/officeDocument")]
    if len(led) != 1:
        raise ValueError("no workbook part, or several")
    return led[0]


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Of a part, by their ids: the part that one leads to, and its kind."""
    folder, name = posixpath.split(part)
    found = dict[str, tuple[str, str]]()
    for element in parsed(package, f"{folder}/_rels/{name}.rels"):
        target, known = element.get("Target", ""), element.get("Id", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if known in found:
            raise ambiguous(part, f"relationship {known[:40]}")
        found[known] = path, element.get("Type", "").rpartition("/")[2]
    return found


def _styles(package: zipfile.ZipFile, names: set[str], marks: Mapping[int, Mark]) -> Styles:
    """Of the cell formats, by index, those that show another number, or words, and those that strike out what they show."""
    if _STYLES not in names:
        return Styles(marks=marks)
    root, custom = parsed(package, _STYLES), dict[int, NumberFormat | None]()
    for said in (e for part in root if local(part) == "numFmts" for e in part):
        number, made = int(said.get("numFmtId", "-1")), number_format(said.get("formatCode", ""))
        if custom.setdefault(number, made) != made:
            raise ambiguous(_STYLES, f"number format {number}")
    known = _BUILTIN | custom
    listed = [e for e in root if local(e) == "cellXfs"]
    if len(listed) > 1:
        raise ambiguous(_STYLES, "cellXfs twice")
    lines = {str(number) for number, font in enumerate(e for part in root if local(part) == "fonts" for e in part)
             if any(local(e) == "strike" and not off(e.attrib) for e in font)}
    formats = [*enumerate(chain(*listed))]
    return Styles({index: made for index, e in formats if (made := known.get(int(e.get("numFmtId", "0"))))},
                  frozenset(index for index, e in formats if e.get("fontId", "0") in lines), marks)
