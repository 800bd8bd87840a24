"""A file's bytes made into sheets of cells, or into the reason why it cannot be (validation level 0).

Nothing in a file is executed, followed or expanded beyond fixed limits: sizes are looked at before anything is parsed.
Takes .xlsx, .xls, .ods and .csv: UTF-8 with or without a mark, UTF-16 as Excel's Unicode text, or GB18030, which holds GBK and
GB2312; every cell of a .csv is text. Knows nothing of plans, covers or forms.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from gaoxin.i18n import Code, Message
from gaoxin.returns.fields import shown
from gaoxin.returns.layout import DATA_SHEET, address
from gaoxin.returns.model import Problem
from gaoxin.returns.ooxml import SheetFacts, repeated_cells, sheet_facts

SIZE_LIMIT = 20 * 2**20  # bytes of a file as sent
UNPACKED_LIMIT = 200 * 2**20  # bytes of its parts together, once unpacked
PARTS_LIMIT = 5000
ROWS_LIMIT = 100_000
COLUMNS_LIMIT = 1000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# What a damaged package raises. SyntaxError: ElementTree.ParseError is one. RuntimeError (NotImplementedError is one) and
# zlib's errors come from damaged members.
_BROKEN_PACKAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, SyntaxError, RuntimeError,
)
_RESAVE = ("请用表格软件打开，另存为 .xlsx 后重报", "open it in a spreadsheet program, save it as .xlsx and send it again")

ERROR_CELL = Code("returns.error_cell", "单元格是错误值 {error}；请改正公式或直接填写数值",
                  "the cell holds the error {error}: mend the formula or type the value")
UNVALUED = Code("returns.unvalued", "公式没有计算结果；请在表格软件中打开并保存，或直接填写数值",
                "the formula carries no computed value: open and save it in a spreadsheet program, or type the value")
EMPTY_FILE = Code("returns.empty_file", "文件是空的；请检查是否保存成功", "the file is empty: check that it was saved")
TOO_LARGE = Code("returns.too_large", "文件超过 {mb} MB；请删去图片和无关的工作表",
                 "the file is larger than {mb} MB: remove pictures and other sheets")
UNPACKED_TOO_LARGE = Code("returns.unpacked_too_large", "文件解压后超过 {mb} MB 或部件过多；请另存为只含报表的新文件",
                          "unpacked, the file is larger than {mb} MB or has too many parts: save the form alone as a new file")
TOO_WIDE = Code("returns.too_wide", "工作表「{sheet}」延伸到 {where}；请删去多余的行和列",
                "sheet {sheet!r} reaches to {where}: delete the surplus rows and columns", where=str)
SHEET_TOO_LARGE = Code("returns.sheet_too_large", "工作表过大；请删去多余的行和列",
                       "a sheet is too large: delete the surplus rows and columns")
WEB_PAGE = Code("returns.web_page", f"文件其实是网页或 XML；{_RESAVE[0]}", f"the file is really a web page or XML: {_RESAVE[1]}")
NO_WORKBOOK = Code("returns.no_workbook", f"不是可以识别的工作簿（.xlsx、.xls、.ods、.csv）；{_RESAVE[0]}",
                   f"no workbook that can be read (.xlsx, .xls, .ods, .csv): {_RESAVE[1]}")
DAMAGED = Code("returns.damaged", f"文件已损坏或不完整（{{detail}}）；{_RESAVE[0]}",
               f"the file is damaged or incomplete ({{detail}}): {_RESAVE[1]}", detail=str)
XLSB = Code("returns.xlsb", f"不接收 .xlsb 二进制工作簿；{_RESAVE[0]}", f".xlsb is not taken: {_RESAVE[1]}")
DOCUMENT = Code("returns.document", f"是文档或其他文件，不是工作簿；{_RESAVE[0]}", f"a document, not a workbook: {_RESAVE[1]}")
OLD_DOCUMENT = Code("returns.old_document", f"是文档或其他文件，不是工作簿；{_RESAVE[0]}",
                    f"not a workbook but another kind of document: {_RESAVE[1]}")
ARCHIVE = Code("returns.archive", "是压缩包，不是工作簿；请解压后逐个报送",
               "a zip archive, not a workbook: unpack it and send the files one by one")
ENCRYPTED = Code("returns.encrypted", "文件有密码或已加密；请取消密码后重报",
                 "the file has a password or is encrypted: remove it and send the file again")
MACRO = Code("returns.macro", "文件含有宏；请另存为不带宏的 .xlsx 后重报",
             "the file holds macros: save it as .xlsx without macros and send it again")
LINKS = Code("returns.links", "工作簿引用了其他文件，数值可能不是最新；请断开链接，粘贴为数值",
             "the workbook refers to other files, so values may be stale: break the links and paste values")

CSV_TOO_LARGE = Code("returns.csv_too_large", "文件超过 {mb} MB", "the file is larger than {mb} MB")
NO_TEXT = Code("returns.no_text", "不是文本：请另存为 UTF-8 或 GB18030 编码的 CSV",
               "not text: save it as CSV in UTF-8 or GB18030")
TOO_MANY = Code("returns.too_many", "行或列过多", "too many rows or columns")
MALFORMED = Code("returns.malformed", "CSV 格式有误（{error}）", "malformed CSV ({error})")


@dataclass
class Sheet:
    """One sheet. rows[r][c]: what calamine gave, counted from 0; positions in `facts` and `merged` count from 1.
    typed: False for CSV, where every cell is text."""

    name: str
    rows: Sequence[Sequence[object]]
    facts: SheetFacts = field(default_factory=SheetFacts)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    visible: bool = True
    typed: bool = True

    def cell(self, row: int, column: int) -> object:
        """The content at row, column from 1; None outside of the sheet and for an empty cell."""
        if 0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1]):
            value = self.rows[row - 1][column - 1]
            return None if value == "" else value
        return None

    def text(self, row: int, column: int | None) -> str:
        """The content as text, near to what the sheet shows; nothing for a column that is not there."""
        return "" if column is None else shown(self.cell(row, column))

    def trouble(self, row: int, column: int) -> Problem | None:
        """Why the cell has no usable content although it is not empty: an error value, or a formula never computed."""
        where = address(row, column)
        if (error := self.facts.errors.get((row, column))) is not None:
            return Problem("error_cell", ERROR_CELL(error=error), self.name, where)
        if (row, column) in self.facts.unvalued:
            return Problem("formula_without_value", UNVALUED(), self.name, where)
        return None


@dataclass
class Book:
    """The sheets of a file by name, in its order; or problems, and then no sheets."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def refused(kind: str, message: Message) -> Book:
    return Book(problems=[Problem(kind, message)])


def open_book(content: bytes, name: str) -> Book:
    """Opens a workbook. Never raises on bad content; a file that must not be opened is refused before it is parsed."""
    if not content:
        return refused("empty_file", EMPTY_FILE())
    if len(content) > SIZE_LIMIT:
        return refused("oversized", TOO_LARGE(mb=SIZE_LIMIT // 2**20))
    if content.startswith((*_ZIP, _OLE)):
        return _open_package(content, name) if content.startswith(_ZIP) else _open_ole(content, name)
    page = re.match(rb"\s*(<!doctype|<html|<\?xml|<table)", content[:200].lstrip(b"\xef\xbb\xbf"), re.IGNORECASE)
    return refused("not_a_workbook", WEB_PAGE() if page else NO_WORKBOOK())


def _open_package(content: bytes, name: str) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if book := _unfit(package, name):
                return book
            if (broken := package.testzip()) is not None:  # also a part that unpacks to more than it declares
                return _damaged(ValueError(broken))
            names = set(package.namelist())
            facts = sheet_facts(package) if "[Content_Types].xml" in names else {}
            if book := _too_wide(package, names, facts):
                return book
            links = any(n.startswith("xl/externalLinks/") and n.endswith(".xml") for n in names)
    except _BROKEN_PACKAGE as error:
        return _damaged(error)
    book = _read(content, facts)
    if links and book.sheets:
        book.problems.append(Problem("external_links", LINKS()))
    return book


def _damaged(error: BaseException) -> Book:
    return refused("not_a_workbook", DAMAGED(detail=str(error)[:120]))


def _unfit(package: zipfile.ZipFile, name: str) -> Book | None:
    """The reason why a zip is refused without parsing, or None."""
    members = package.infolist()
    if len(members) > PARTS_LIMIT or sum(m.file_size for m in members) > UNPACKED_LIMIT:
        return refused("oversized", UNPACKED_TOO_LARGE(mb=UNPACKED_LIMIT // 2**20))
    names = {m.filename for m in members}
    encrypted_ods = "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml")
    if encrypted_ods or any(m.flag_bits & 1 for m in members):
        return refused("encrypted", ENCRYPTED())
    lower = {n.lower() for n in names}
    macros = any(n.endswith("vbaproject.bin") or "/macrosheets/" in n for n in lower)
    scripts = any(n.startswith(("Basic/", "Scripts/")) and not n.endswith("/") for n in names)
    if macros or scripts or name.lower().endswith((".xlsm", ".xltm", ".xlam")):
        return refused("macro", MACRO())
    if "xl/workbook.bin" in lower:
        return refused("not_a_workbook", XLSB())
    if "[Content_Types].xml" in names:
        return None if any(n.startswith("xl/") for n in lower) else refused("not_a_workbook", DOCUMENT())
    return None if "content.xml" in names else refused("not_a_workbook", ARCHIVE())


def _too_wide(package: zipfile.ZipFile, names: set[str], facts: dict[str, SheetFacts]) -> Book | None:
    """A cell far out makes a reader lay out the whole rectangle before it: refused before that happens."""
    for sheet, found in facts.items():
        if found.last_row > ROWS_LIMIT or found.last_column > COLUMNS_LIMIT:
            return refused("oversized", TOO_WIDE(sheet=sheet, where=address(found.last_row, found.last_column)))
    if "content.xml" in names and repeated_cells(package) > ROWS_LIMIT * 20:
        return refused("oversized", SHEET_TOO_LARGE())
    return None


def _open_ole(content: bytes, name: str) -> Book:
    """An OLE2 container: an old .xls, or the wrapper that holds an encrypted .xlsx."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage") or has("EncryptionInfo") or has("DataSpaces"):
        return refused("encrypted", ENCRYPTED())
    if has("_VBA_PROJECT") or name.lower().endswith((".xlsm", ".xltm")):
        return refused("macro", MACRO())
    if not (has("Workbook") or has("Book")):
        return refused("not_a_workbook", OLD_DOCUMENT())
    return _read(content, {})


def _read(content: bytes, facts: dict[str, SheetFacts]) -> Book:
    """Values through calamine. The one boundary to a parser in native code: whatever it throws means a damaged file."""
    import python_calamine as calamine

    book = Book()
    try:
        source = calamine.load_workbook(io.BytesIO(content))
        for meta in source.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = source.get_sheet_by_name(meta.name)
            merged = sheet.merged_cell_ranges or []
            book.sheets[meta.name] = Sheet(name=meta.name, rows=sheet.to_python(skip_empty_area=False), facts=facts.get(meta.name)
                                           or SheetFacts(), merged=[(top + 1, left + 1, bottom + 1, right + 1)
                                                                    for (top, left), (bottom, right) in merged],
                                           visible=meta.visible == calamine.SheetVisibleEnum.Visible)
    except calamine.PasswordError:
        return refused("encrypted", ENCRYPTED())
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary named above
        return _damaged(error)
    except BaseException as error:
        # A panic of the native parser derives from BaseException, and so do an engine's time-outs: only the former
        # says something about the file.
        if type(error).__name__ != "PanicException":
            raise
        return _damaged(error)
    return book


def open_csv(content: bytes) -> Book:
    """The sheet, or the problem why there is none. Never raises on bad content."""
    if not content.strip():
        return refused("empty_file", EMPTY_FILE())
    if len(content) > SIZE_LIMIT:
        return refused("oversized", CSV_TOO_LARGE(mb=SIZE_LIMIT // 2**20))
    text = decoded(content)
    if text is None or "\x00" in text:
        return refused("not_a_workbook", NO_TEXT())
    try:
        rows: list[list[object]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            rows.append(list(row))
            if len(rows) > ROWS_LIMIT or len(row) > COLUMNS_LIMIT:
                return refused("oversized", TOO_MANY())
    except csv.Error as error:
        return refused("not_a_workbook", MALFORMED(error=str(error)))
    return Book(sheets={DATA_SHEET: Sheet(name=DATA_SHEET, rows=rows, typed=False)})


def decoded(content: bytes) -> str | None:
    """The text, or None. UTF-8 is tried first: GB18030 text is almost never valid UTF-8, the other way round it often is."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _delimiter(text: str) -> str:
    """The separator of the header row: comma unless that has none and tabs or semicolons."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {mark: first.count(mark) for mark in (",", "\t", ";")}
    return "," if counts[","] else max(counts, key=lambda mark: counts[mark])
