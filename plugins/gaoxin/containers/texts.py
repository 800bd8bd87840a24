"""Text in columns: .csv, Excel's Unicode text and what else a program exports as such; every cell is text.

UTF-8 with or without a mark, UTF-16, or GB18030, which holds GBK and GB2312.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from typing import Any, TextIO

from gaoxin.containers import refusing
from gaoxin.containers.model import Book, Sheet
from gaoxin.containers.packed import Packing
from gaoxin.containers.refusing import Unreadable

SHEET = "数据"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WITHOUT_MARK = ("utf-8", "gb18030")
_BLOCK = 2**18  # characters
_LOOKED_AT = 100  # stretches of rows that are wider, and rows of each
_TOLD = 5
_FIGURE = re.compile(r"[+-]?[0-9][0-9.]*[%‰]?")
_BEFORE, _AFTER = re.compile(r"[+-]?[1-9][0-9]{0,2}"), re.compile(r"[0-9]{3}(\.[0-9]+)?[%‰]?")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def read(content: bytes) -> Book:
    """Raises Unreadable."""
    encoding = _encoding(content)
    if encoding is None:
        raise Unreadable("not_a_workbook", refusing.NO_TEXT())
    with _opened(content, encoding) as text:
        delimiter = _delimiter(text)
    rows = None
    with suppress(csv.Error):
        rows = _packed(csv.reader(_opened(content, encoding), delimiter=delimiter, strict=True))
    if rows is None:
        rows = _packed(_row_by_row(_opened(content, encoding), delimiter))
    return Book({SHEET: Sheet(SHEET, rows, typed=False)}, text=True)


def _packed(found: Iterable[list[str]]) -> Sequence[Sequence[Any]]:
    rows, runs, now = Packing(SHEET), list[tuple[int, int]](), -1  # runs: from which row on how many cells a row has
    for row in found:
        if len(row) != now:
            now = len(row)
            runs.append((len(rows), now))
        rows.add([*row])
        if len(rows) > refusing.ROWS_LIMIT or now > refusing.COLUMNS_LIMIT:
            raise Unreadable("oversized", refusing.TOO_MANY())
    made = rows.made()
    if shifted := [*islice(_shifted(made, [*pairwise([*runs, (len(made), 0)])]), _TOLD)]:
        told = refusing.SHIFTED(rows=tuple(number for number, _ in shifted), example=",".join(shifted[0][1])[:60])
        raise Unreadable("not_a_workbook", told)
    return made


def _shifted(rows: Sequence[Sequence[Any]], runs: Sequence[tuple[tuple[int, int], tuple[int, int]]]
             ) -> Iterator[tuple[int, list[str]]]:
    """Rows, with their numbers from 1, of which a separator within a cell made two: wider than their heads and most others, and
    full to the end; a row of words alone begins another table. runs: of rows that are as wide, each with the next."""
    many = Counter[int]()
    for (first, width), (following, _) in runs:
        many[width] += (following - first) * (width > 1)  # titles and remarks have one
    base = max(many, key=lambda width: (many[width], -width), default=0)
    for (first, width), (following, _) in [run for run in runs if run[0][1] > base][:_LOOKED_AT]:
        for at in range(first, min(following, first + _LOOKED_AT)):
            row = [str(cell or "").strip() for cell in rows[at][:width]]
            if width > base and not any(map(_FIGURE.fullmatch, row)):
                base = width
            elif width > base and row[-1:] != [""] and (_is_split(row) or (len(row) == base + 1 and all(row))):
                yield at + 1, row


def _is_split(row: Sequence[str]) -> bool:
    """Whether two cells that follow one another may be one figure: 1,234.5."""
    return any(_BEFORE.fullmatch(one) and _AFTER.fullmatch(other) for one, other in pairwise(row))


def _row_by_row(text: TextIO, delimiter: str) -> Iterator[list[str]]:
    """Of a text with a quotation mark that none follows, or that no cell ends at. Within a line that changes nothing; one that
    takes further lines into its cell loses them."""
    lines = list[str]()  # of the row that is read

    def noted() -> Iterator[str]:
        for line in text:
            lines.append(line)
            yield line

    reader, before = csv.reader(noted(), delimiter=delimiter), 0
    try:
        for row in reader:
            if '"' in "".join(lines[:1]) and not _is_whole(lines, delimiter):
                raise Unreadable("not_a_workbook", refusing.QUOTE_OPEN(line=before + 1))
            yield row
            before = reader.line_num
            lines.clear()
    except csv.Error as error:
        told = refusing.QUOTE_OPEN(line=before + 1) if len(lines) > 1 else refusing.MALFORMED(error=str(error), line=before + 1)
        raise Unreadable("not_a_workbook", told) from error


def _is_whole(lines: Sequence[str], delimiter: str) -> bool:
    """Whether each mark that opens a cell is closed where a cell ends; in a single line, closed at all."""
    try:
        [*csv.reader(lines, delimiter=delimiter, strict=True)]
    except csv.Error:
        return len(lines) == 1 and len([*csv.reader([*lines, "x"], delimiter=delimiter)]) == 2
    return True


def _opened(content: bytes, encoding: str) -> TextIO:
    """As a file: its lines with their ends, whichever these are. The text as a whole would hold two bytes a character."""
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _encoding(content: bytes) -> str | None:
    """As which it is text from end to end; None where it is none, or holds what no text holds."""
    for encoding in _encodings(content):
        try:
            with _opened(content, encoding) as text:
                while block := text.read(_BLOCK):
                    if "\x00" in block:
                        return None
                return encoding
        except (UnicodeError, LookupError):
            continue
    return None


def _lines(text: str) -> Iterator[str]:
    """With their ends. A text as a file would hold four bytes a character."""
    return (found[0] for found in _LINE.finditer(text))


def decoded(content: bytes, named: str | None = None) -> str | None:
    """The text, or None. named: the encoding that it says itself; a mark knows better. UTF-8 is tried first: GB18030 text is
    almost never valid UTF-8, the other way round it often is."""
    for encoding in _encodings(content, named):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def _encodings(content: bytes, named: str | None = None) -> Sequence[str]:
    """Those that it may be in, the likelier first."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    wanted = "gb18030" if named and named.lower() in ("gb2312", "gbk", "gb18030", "x-gbk") else named
    return (marked,) if marked else (*_utf16(content), *([wanted] if wanted else []), *_WITHOUT_MARK)


def is_table(content: bytes) -> bool:
    """Whether it is text in columns, whatever its name says."""
    text = decoded(content)
    if text is None or any(c < " " and c not in "\t\r\n" for c in text[:20_000]):
        return False
    lines = [*islice((line for line in _lines(text) if line.strip()), 20)]
    return len(lines) > 1 and sum(_delimiter(lines) in line for line in lines) > len(lines) // 2


def _utf16(content: bytes) -> list[str]:
    """UTF-16 without a mark shows by its noughts: every other byte of what is ASCII."""
    head = content[:2000]
    return [name for name, start in (("utf-16-le", 1), ("utf-16-be", 0)) if head[start::2].count(0) > len(head) // 8]


def _delimiter(text: Iterable[str]) -> str:
    """The separator: of the first twenty lines that hold anything, the mark that most of them have; a comma where none has."""
    lines = [*islice((line for line in text if line.strip()), 20)]
    counts = {mark: sum(1 for line in lines if mark in line) for mark in (",", "\t", ";", "|")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","
