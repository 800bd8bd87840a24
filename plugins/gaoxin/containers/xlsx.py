"""Office Open XML: values from calamine, what it does not tell from the package's own XML.

The XML is read as a stream, with the standard library's expat: a few hundred microseconds for a return, where openpyxl takes ten
milliseconds and refuses files of other office programs. No value is taken from there.
"""

import io
import posixpath
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

from gaoxin.containers import foreign, refusing
from gaoxin.containers.formats import PERCENT, NumberFormat, number_format
from gaoxin.containers.model import EPOCH, EPOCH_1904, Book, Content, Problem, Sheet, SheetFacts
from gaoxin.containers.packages import local, parsed, stream
from gaoxin.containers.packed import Packing
from gaoxin.containers.refusing import Unreadable, damaged
from gaoxin.containers.xlsx_cells import scan

_BUILTIN = {9: PERCENT, 10: PERCENT}  # those of ECMA-376 part 1, 18.8.30 that are no plain number


def read(package: zipfile.ZipFile, content: bytes) -> Book:
    """Raises Unreadable, and what a damaged package raises."""
    facts, links = sheet_facts(package), _links(package)
    book = Book(_values(content, facts, _epoch(package)))
    if book.sheets:
        book.problems += [Problem("external_links", links)] if links else []
        book.problems += foreign.problems(package, sheet_parts(package))
    return book


def _links(package: zipfile.ZipFile) -> Any:
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


def _rows(sheet: Any) -> Sequence[Sequence[Content]]:
    """Of calamine's sheet. It leaves out columns before the first that holds anything."""
    before, rows = [""] * (sheet.start[1] if sheet.start else 0), Packing()
    for row in sheet.iter_rows():
        rows.add(before + row)
    return rows.made()


def sheet_facts(package: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Facts of every worksheet by its name."""
    formats = _formats(package, set(package.namelist()))
    found = {}
    for name, part in sheet_parts(package).items():
        with stream(package, part) as source:
            found[name] = scan(source, formats, name)
    return found


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Every worksheet's part of the package, by the sheet's name."""
    names, book = set(package.namelist()), _workbook(package)
    relations, found = _relations(package, book), dict[str, str]()
    for element in parsed(package, book).iter():
        if local(element) != "sheet":
            continue
        part = relations.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), ""), "")
        if part in names and "worksheet" in part:
            found[element.get("name", "")] = part
    return found


def _epoch(package: zipfile.ZipFile) -> date:
    """Day 0 of its date system: ECMA-376 part 1, 18.2.28 (`date1904`)."""
    said = next((e.get("date1904", "0") for e in parsed(package, _workbook(package)) if local(e) == "workbookPr"), "0")
    return EPOCH_1904 if said.strip().lower() in ("1", "true", "on") else EPOCH


def _workbook(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    return next((n for n in ("xl/workbook.xml", "xl/workbook2.xml") if n in names), None) or _office_document(package)


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
