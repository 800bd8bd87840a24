"""One return in the making: its content before it becomes a file, where faults can be worked into it, and the writing."""

import io
import zipfile
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gaoxin.plan.calendar import PUBLISHED, WorkCalendar
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.returns.cover import key_of
from gaoxin.returns.layout import (
    COVER_SHEET,
    DATA_SHEET,
    EXPLANATION_KEY,
    NIL_KEY,
    SAMPLE_KEY,
    SAMPLE_MARK,
    cover_label,
    free_row,
    headers_of,
)
from gaoxin.returns.model import ReturnKey
from gaoxin.returns.template import build_template, saved

Content = date | Decimal | str | None

_MACRO_PART = b"made-up bytes in the place of a macro"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Draft:
    """series: variable -> content of its value cell. entries: a register's rows. headers: header -> what stands for it. faults:
    the kinds worked into it; those of the file as a whole are worked in when it is written."""

    key: ReturnKey
    form: SeriesForm | RegisterForm
    due: date
    arrives: date
    series: dict[str, Content] = field(default_factory=dict)
    entries: list[dict[str, Content]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    template: int = 1
    explanation: str | None = None
    faults: list[str] = field(default_factory=list)
    version: int = 1
    workdays: WorkCalendar = PUBLISHED


def written(plan: Plan, draft: Draft) -> bytes:
    """The draft as a workbook's bytes: the template, filled in, and marked as made up on the cover and in its properties."""
    book = build_template(plan, draft.form, draft.key.unit, draft.key.period)
    cover, data = book[COVER_SHEET], book[DATA_SHEET]
    for row in range(1, cover.max_row + 1):
        key = key_of(str(cover.cell(row, 1).value or ""))
        if key == "template":
            cover.cell(row, 2).value = draft.template
        elif key == EXPLANATION_KEY and draft.explanation:
            cover.cell(row, 2).value = draft.explanation
        elif key == NIL_KEY and not draft.entries:
            cover.cell(row, 2).value = "是"
    row = free_row(draft.form)
    for column, text in enumerate((cover_label(SAMPLE_KEY).zh, SAMPLE_MARK), 1):
        cover.cell(row, column, text).font = copy(cover["A1"].font)
    book.properties.category, book.properties.keywords = "sample", SAMPLE_MARK
    if draft.form.kind == "series":
        for row, variable in enumerate(draft.form.variables, 2):
            _put(data.cell(row, 4), draft.series.get(variable.id))
    else:
        fields = {item.id: (column, item) for column, item in enumerate(draft.form.fields, 1)}
        for row, cells in enumerate(draft.entries, 3):
            for name, content in cells.items():
                column, item = fields[name]
                cell = data.cell(row, column)
                cell.style = data.cell(3, column).style
                if isinstance(content, str) and item.codes and content in item.codes:
                    content = item.codes[content].zh  # what an official picks from the drop-down
                _put(cell, content)
    for header, cell in zip(headers_of(draft.form), data[1], strict=False):
        cell.value = draft.headers.get(header, cell.value)
    if "missing_sheet" in draft.faults:
        del book[DATA_SHEET]
        book.active = 0
    return _spoilt(saved(book, draft.key.period), draft)


def _put(cell, content: Content) -> None:
    cell.value = content
    if isinstance(content, str):
        cell.data_type = "s"  # also what begins with "=": a text is never made a formula
        cell.number_format = "@"


def _spoilt(content: bytes, draft: Draft) -> bytes:
    """Damage below the level of cells."""
    if "macro" in draft.faults:
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a") as package:
            package.writestr(zipfile.ZipInfo("xl/vbaProject.bin", (draft.key.period.year, 1, 1, 0, 0, 0)), _MACRO_PART)
        content = out.getvalue()
    if "encrypted" in draft.faults:
        content = _OLE + b"\0" * 504 + "EncryptionInfoEncryptedPackage".encode("utf-16-le") + content[:512]
    if "corrupt" in draft.faults:
        content = content[: len(content) * 2 // 3]
    return content
