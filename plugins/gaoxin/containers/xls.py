"""BIFF, the old .xls (also named .et, .wps or .xlt): values, formats, errors and hidden parts from xlrd, formulas by its records.

Files that are encrypted with Excel's default password open in any spreadsheet program without asking, and here. Records are those
of [MS-XLS].
"""

import io
import re
import struct
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from gaoxin.containers import refusing
from gaoxin.containers.formats import NumberFormat, number_format
from gaoxin.containers.model import EPOCH, EPOCH_1904, Book, Content, Problem, Sheet, SheetFacts, address
from gaoxin.containers.refusing import Unreadable, damaged, too_wide
from gaoxin.containers.runs import WHOLE, Mark, Run, kind_of, mark_of

_BOF, _EOF, _FORMULA, _SUPBOOK, _BOUNDSHEET, _DIMENSIONS = 0x0809, 0x0A, 0x06, 0x01AE, 0x85, 0x0200
_THIS_BOOK = (b"\x01\x04", b"\x01\x3a")  # SupBook of this very workbook, and of its add-ins: 2.4.271
_QUERIES = frozenset({0x01AD, 0xDC, 0x0803, 0x0876})  # Qsi, DbOrParamQry, DBQueryExt, DConn
# Entries of the container's directory ([MS-CFB] 2.6.1: 64 bytes of name, its length, its kind): storages of embedded and linked
# objects, and the stream of controls.
_OBJECTS = re.compile(rb"((?:M\0B\0D\0|L\0N\0K\0)(?:[0-9A-Fa-f]\0){8})(?=\0{42}\x18\0\x01)|(C\0t\0l\0s\0)(?=\0{56}\x0a\0\x02)")
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_EPOCHS = (EPOCH, EPOCH_1904)
_LEAP_1900 = 60  # Excel's 29 February 1900, which never was: the days before it are one further
_DEFAULT_PASSWORD = "VelvetSweatshop"


def decrypted(content: bytes) -> bytes:
    """An OLE2 container as it is, or what it hides behind the default password: perhaps a zip package. Raises Unreadable."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not file.is_encrypted():
            return content
    except Exception:  # noqa: BLE001 - no office file, or a damaged one: xlrd says more of it
        return content
    try:
        file.load_key(password=_DEFAULT_PASSWORD, **({"verify_password": True} if file.format == "ooxml" else {}))
        out = io.BytesIO()
        file.decrypt(out)
    except (InvalidKeyError, DecryptionError) as error:
        raise Unreadable("encrypted", refusing.ENCRYPTED()) from error
    except Exception as error:
        raise damaged(error) from error
    return out.getvalue()


def read(content: bytes) -> Book:
    """Raises Unreadable. The one boundary to xlrd: whatever it throws means a damaged file."""
    import xlrd

    try:
        source = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO(),
                                    on_demand=True)  # keeps the records
        queried = dict[str, None]()  # sheets that a query fills
        problems = [*_foreign(source, queried), *_embedded(content)]
        sheets = {s.name: _sheet(source, s, queried) for s in source.sheets()}
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise damaged(error) from error
    if not sheets:
        raise damaged("no sheet")
    if queried:
        problems.append(Problem("external_links", refusing.CONNECTIONS(where=tuple(queried))))
    return Book(sheets, problems)


def _records(mem: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    while start + 4 <= end:
        kind, length = struct.unpack_from("<HH", mem, start)
        yield kind, mem[start + 4:start + 4 + length]
        start += 4 + length


def _foreign(source: Any, queried: dict[str, None]) -> Iterator[Problem]:
    """Macro sheets are refused; links to other files and programs, and connections to data, are told."""
    links = dde = False
    for kind, body in _records(source.mem, source.base, source.base + source.stream_len):
        if kind == _BOUNDSHEET and len(body) > 5 and body[5] & 0x0F == 1:
            raise Unreadable("macro", refusing.MACRO())
        if kind == _SUPBOOK and body[2:4] not in _THIS_BOOK and len(body) > 5:
            named = body[5:7].rstrip(b"\0") != b"\x01"  # 2.5.277: of a file a path that begins so; else a program
            dde |= named
            links |= named or body[:2] != b"\0\0"  # LibreOffice names the file itself, with none of its sheets
        if kind in _QUERIES:
            queried["Workbook"] = None
        if kind == _EOF:
            break
    if links:
        yield Problem("external_links", refusing.DDE() if dde else refusing.LINKS())


def _embedded(content: bytes) -> Iterator[Problem]:
    """By the names in its directory: 2.1.7 has other files in storages of such names, and controls in one stream."""
    if found := dict.fromkeys(name[0][::2].decode("ascii") for name in _OBJECTS.finditer(content)):
        yield Problem("external_links", refusing.EMBEDDED(where=tuple(found)[:5]))


def _sheet(source: Any, s: Any, queried: dict[str, None]) -> Sheet:
    if s.nrows > refusing.ROWS_LIMIT or s.ncols > refusing.COLUMNS_LIMIT:
        raise too_wide(s.name, address(s.nrows, s.ncols))
    facts = SheetFacts(hidden_rows={r + 1 for r, info in s.rowinfo_map.items() if info.hidden},
                       hidden_columns={c + 1 for c, info in s.colinfo_map.items() if info.hidden})
    formats = {index: _format(source, xf) for index, xf in enumerate(source.xf_list)}
    struck = {index for index, xf in enumerate(source.xf_list) if source.font_list[xf.font_index].struck_out}
    rows: list[list[Content]] = []
    for r in range(s.nrows):
        row: list[Content] = []
        for c, (kind, value) in enumerate(zip(s.row_types(r), s.row_values(r), strict=True)):
            where = r + 1, c + 1
            made = formats.get(s.cell_xf_index(r, c)) if kind in (2, 3) else None
            if made and made[0]:
                facts.formats[where] = made[0]
            if kind not in (0, 6) and (mark := _mark(source, s, r, c, value, struck)) is not None:
                facts.marks[where] = mark
            if kind == 5:
                facts.errors[where] = _ERRORS.get(value, "#N/A")
            row.append(_content(kind, value, source.datemode, elapsed=bool(made and made[1])))
        rows.append(row)
    for where, unvalued in _formulas(source, s, queried):
        if unvalued:
            facts.unvalued.add(where)
        elif where not in facts.errors:
            facts.formulas[where] = ""
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in s.merged_cells]
    return Sheet(s.name, rows, facts, merged, s.visibility == 0, epoch=_EPOCHS[source.datemode])


def _format(source: Any, xf: Any) -> tuple[NumberFormat | None, bool]:
    """What it says of a number; whether it shows a time that passed, such as [h]:mm."""
    code = source.format_map[xf.format_key].format_str if xf.format_key in source.format_map else "General"
    return number_format(code), "[h" in code.lower() or "[m]" in code.lower() or "[s]" in code.lower()


def _content(kind: int, value: Any, datemode: int, *, elapsed: bool) -> Content:
    match kind:
        case 1:
            return str(value)
        case 2:
            return float(value)
        case 3:
            return _day(float(value), datemode, elapsed)
        case 4:
            return bool(value)
        case _:
            return None


def _day(serial: float, datemode: int, elapsed: bool) -> date | datetime | time | timedelta | float:
    """As calamine has it: a day, a day with its time, or below one a time of day."""
    if elapsed:
        return timedelta(days=serial)
    if not 0 <= serial < 2958466:  # 10000-01-01
        return serial
    early = datemode == 0 and serial < _LEAP_1900
    moment = datetime.combine(_EPOCHS[datemode], time()) + timedelta(days=int(serial) + early, seconds=round(serial % 1 * 86400))
    if serial < 1:
        return moment.time()
    return moment.date() if serial == int(serial) else moment


def _mark(source: Any, s: Any, r: int, c: int, value: Any, struck: set[int]) -> Mark | None:
    """What is set apart in a cell, by the fonts from this character on and from that (FormatRun, 2.5.129)."""
    mark = None
    if (r, c) in s.rich_text_runlist_map:
        starts = [(at, source.font_list[font]) for at, font in s.rich_text_runlist_map[r, c]]
        ends = [*(at for at, _ in starts[1:]), None]
        first = source.font_list[source.xf_list[s.cell_xf_index(r, c)].font_index]
        parts = [(value[:starts[0][0]], first), *((value[at:end], font) for (at, font), end in zip(starts, ends, strict=True))]
        mark = mark_of(Run(text, kind_of(struck=bool(font.struck_out), raised=bool(font.escapement))) for text, font in parts)
    return mark or (WHOLE if struck and s.cell_xf_index(r, c) in struck else None)


def _formulas(source: Any, s: Any, queried: dict[str, None]) -> Iterator[tuple[tuple[int, int], bool]]:
    """Cells with a formula, and whether it has no value: nought that is to be computed when it is opened, or an empty text, which
    programs write that compute nothing and which this container does not tell from a result."""
    depth = 0
    start = source._sh_abs_posn[s.number]
    for kind, body in _records(source.mem, start, source.base + source.stream_len):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif kind == _DIMENSIONS and depth == 1 and len(body) >= 8:
            first, last = struct.unpack_from("<II", body)
            if first > last:
                raise damaged(f"rows {first}-{last}")
        elif kind in _QUERIES and depth == 1:
            queried[s.name] = None
        elif kind == _FORMULA and depth == 1 and len(body) >= 16:
            row, column = struct.unpack_from("<HH", body)
            (flags,) = struct.unpack_from("<H", body, 14)
            empty = body[6] == 3 and body[12:14] == b"\xff\xff"
            yield (row + 1, column + 1), empty or (body[6:14] == bytes(8) and bool(flags & 0x03))
