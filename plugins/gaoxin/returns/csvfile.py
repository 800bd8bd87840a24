"""A CSV of a return's shape made into the one sheet 数据. UTF-8 with or without a mark, UTF-16 as Excel's Unicode text, or
GB18030, which holds GBK and GB2312. Every cell is text; addresses are those of a sheet.
"""

from __future__ import annotations

import codecs
import csv
import io

from gaoxin.i18n import Code
from gaoxin.returns.layout import DATA_SHEET
from gaoxin.returns.workbook import COLUMNS_LIMIT, EMPTY_FILE, ROWS_LIMIT, SIZE_LIMIT, Book, Sheet, refused

CSV_TOO_LARGE = Code("returns.csv_too_large", "文件超过 {mb} MB", "the file is larger than {mb} MB", mb=int)
NO_TEXT = Code(
    "returns.no_text", "不是文本：请另存为 UTF-8 或 GB18030 编码的 CSV", "not text: save it as CSV in UTF-8 or GB18030"
)
TOO_MANY = Code("returns.too_many", "行或列过多", "too many rows or columns")
MALFORMED = Code("returns.malformed", "CSV 格式有误（{error}）", "malformed CSV ({error})", error=str)


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
