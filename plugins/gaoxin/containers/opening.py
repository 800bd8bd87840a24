"""A file's bytes made into sheets, or into the reason why they cannot be (validation level 0). What a file is its content says,
never its name; sizes are looked at before anything is parsed. Knows nothing of plans, covers or forms.

This reads in the process that asks. Whoever takes files from others asks `apart`, which does it in a process of its own.
"""

from gaoxin.containers import formulas, ods, packages, records, refusing, texts, webpages, xls, xlsx
from gaoxin.containers.model import Book
from gaoxin.containers.packed import Packed
from gaoxin.containers.refusing import Unreadable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BARE_BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_TEXT_ENDINGS = (".csv", ".txt", ".tsv", ".json")
_ENCRYPTED = ("EncryptedPackage", "EncryptionInfo", "DataSpaces")
_WORKBOOKS = ("Workbook", "Book")


def open_book(content: bytes, name: str) -> Book:
    """content: of the file; name: its own, whose ending only speaks where the content does not. Never raises on bad content."""
    try:
        book = _opened(content, name.lower())
        for number, sheet in enumerate(book.sheets.values(), 1):
            if len(sheet.name) > refusing.NAME_LIMIT:
                told = refusing.NAME_TOO_LONG(number=number, count=len(sheet.name), limit=refusing.NAME_LIMIT)
                raise Unreadable("oversized", told)
            if not isinstance(sheet.rows, Packed):  # else it was looked at piece by piece
                refusing.must_fit_cells(sheet.name, sheet.rows)
    except Unreadable as error:
        return error.book
    for sheet in book.sheets.values():
        book.problems += sheet.facts.calls
        sheet.facts.calls = []
        if sheet.facts.formulas:
            formulas.hold(sheet)
        for where, made in [*sheet.facts.formats.items()]:
            if made.sections:
                value = sheet.cell(*where)
                if (own := made.of(value) if isinstance(value, (int, float)) else None) is None:
                    del sheet.facts.formats[where]
                else:
                    sheet.facts.formats[where] = own
    return book


def _opened(content: bytes, name: str) -> Book:
    text = name.endswith(_TEXT_ENDINGS)
    if not (content.strip() if text else content):
        raise Unreadable("empty_file", refusing.EMPTY_FILE())
    if len(content) > refusing.SIZE_LIMIT:
        raise Unreadable("oversized", (refusing.CSV_TOO_LARGE if text else refusing.TOO_LARGE)(mb=refusing.SIZE_LIMIT // 2**20))
    if content.startswith(_OLE):
        _must_be_fit(content, name)
        content = xls.decrypted(content)
        if content.startswith(_OLE):
            if any(_has(content, stream) for stream in _ENCRYPTED):
                raise Unreadable("encrypted", refusing.ENCRYPTED())
            if _is_cut(content):
                raise refusing.damaged("cut off before its directory")
            if not any(_has(content, stream) for stream in _WORKBOOKS):
                raise Unreadable("not_a_workbook", refusing.OLD_DOCUMENT())
            return xls.read(content)
    if content.startswith(_ZIP):
        with packages.opened(content, name) as package:
            if "[Content_Types].xml" in package.namelist():
                return xlsx.read(package, content)
            return ods.read(package)
    if content.startswith(_BARE_BIFF):
        return xls.read(content)
    if content.startswith(b"MIME-Version:"):
        raise Unreadable("not_a_workbook", refusing.WEB_ARCHIVE())
    if webpages.is_page(content):
        return webpages.read(content)
    if name.endswith(".json"):
        return records.read(content)
    if text or texts.is_table(content):
        return texts.read(content)
    raise Unreadable("not_a_workbook", refusing.NO_WORKBOOK())


def _is_cut(content: bytes) -> bool:
    """Whether an OLE2 container ends before the sector that lists its streams (MS-CFB 2.2)."""
    size, directory = 1 << min(int.from_bytes(content[30:32], "little"), 16), int.from_bytes(content[48:52], "little")
    return len(content) < (directory + 1) * size + 128  # of its first entry


def _has(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content


def _must_be_fit(content: bytes, name: str) -> None:
    """An OLE2 container: an old .xls, or the wrapper of an encrypted .xlsx."""
    if _has(content, "_VBA_PROJECT") or name.endswith((".xlsm", ".xltm")):
        raise Unreadable("macro", refusing.MACRO())
