"""Text in columns: .csv, Excel's Unicode text and what else a program exports as such; every cell is text.

UTF-8 with or without a mark, UTF-16, or GB18030, which holds GBK and GB2312.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice

from gaoxin.containers import refusing
from gaoxin.containers.model import Book, Sheet
from gaoxin.containers.packed import Packing
from gaoxin.containers.refusing import Unreadable

SHEET = "数据"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WITHOUT_MARK = ("utf-8", "gb18030")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def read(content: bytes) -> Book:
    """Raises Unreadable."""
    text = decoded(content)
    if text is None or "\x00" in text:
        raise Unreadable("not_a_workbook", refusing.NO_TEXT())
    rows = Packing()
    try:
        for row in csv.reader(_lines(text), delimiter=_delimiter(text)):
            rows.add([*row])
            if len(rows) > refusing.ROWS_LIMIT or len(row) > refusing.COLUMNS_LIMIT:
                raise Unreadable("oversized", refusing.TOO_MANY())
    except csv.Error as error:
        raise Unreadable("not_a_workbook", refusing.MALFORMED(error=str(error))) from error
    return Book({SHEET: Sheet(SHEET, rows.made(), typed=False)}, text=True)


def _lines(text: str) -> Iterator[str]:
    """With their ends. A text as a file would hold four bytes a character."""
    return (found[0] for found in _LINE.finditer(text))


def decoded(content: bytes, named: str | None = None) -> str | None:
    """The text, or None. named: the encoding that it says itself; a mark knows better. UTF-8 is tried first: GB18030 text is
    almost never valid UTF-8, the other way round it often is."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    wanted = "gb18030" if named and named.lower() in ("gb2312", "gbk", "gb18030", "x-gbk") else named
    for encoding in (marked,) if marked else (*_utf16(content), *([wanted] if wanted else []), *_WITHOUT_MARK):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def is_table(content: bytes) -> bool:
    """Whether it is text in columns, whatever its name says."""
    text = decoded(content)
    if text is None or any(c < " " and c not in "\t\r\n" for c in text[:20_000]):
        return False
    lines = [*islice((line for line in _lines(text) if line.strip()), 20)]
    return len(lines) > 1 and sum(_delimiter(text) in line for line in lines) > len(lines) // 2


def _utf16(content: bytes) -> list[str]:
    """UTF-16 without a mark shows by its noughts: every other byte of what is ASCII."""
    head = content[:2000]
    return [name for name, start in (("utf-16-le", 1), ("utf-16-be", 0)) if head[start::2].count(0) > len(head) // 8]


def _delimiter(text: str) -> str:
    """The separator: of the first twenty lines that hold anything, the mark that most of them have; a comma where none has."""
    lines = [*islice((line for line in _lines(text) if line.strip()), 20)]
    counts = {mark: sum(1 for line in lines if mark in line) for mark in (",", "\t", ";", "|")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","
