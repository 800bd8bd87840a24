"""Writes the workbook that a unit fills in, as INTERFACES lays it out, with hints where the fingers are.

Keys and codes are hidden, and locked without a password; values, units and notes are not; a register is not locked at all, since
rows must be pasted and sorted. Validation prompts and warns, and never refuses: whether a figure is right is judged when the
return arrives, with reasons, and an official must be able to send what is true. The same call gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gaoxin.errors import UsageError
from gaoxin.i18n import Lang, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.returns import layout
from gaoxin.returns.model import Facts, Held
from gaoxin.returns.sheets import cover as cover_sheet
from gaoxin.returns.sheets import data as data_sheet
from gaoxin.returns.sheets.hints import hint_of as hint_of
from gaoxin.returns.sheets.look import Printed, page

if TYPE_CHECKING:  # openpyxl is heavy: imported where a workbook is made
    from openpyxl import Workbook


_MARGINS = re.compile(rb"<odd(Header|Footer)>[^<]*</odd(?:Header|Footer)>")


def write_template(plan: Plan, form: Form, unit_id: str, period: Period, path: Path, lang: Lang = "zh",
                   drill: bool = False, before: Facts | None = None, held: Mapping[str, Held] = MappingProxyType({})) -> None:
    """Writes the template of one return to `path`. drill: it says so where people look, and where nothing is read. before, held:
    as `build_template` has them. Raises UsageError when the plan does not ask for that return."""
    must_be_asked(plan, form, unit_id, period)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(saved(build_template(plan, form, unit_id, period, lang, drill, before, held), period))


def must_be_asked(plan: Plan, form: Form, unit_id: str, period: Period) -> None:
    """Raises UsageError when the plan does not ask for that return."""
    unit = plan.unit(unit_id)
    if unit_id not in form.units:
        units = [plan.unit(name).name.zh for name in form.units]
        raise UsageError(Text(f"「{form.name.zh}」不由{unit.name.zh}报送", f"form {form.id} is not asked of {unit_id}"),
                         where="unit", todo=Text("可用：" + "、".join(units), "asked of: " + ", ".join(form.units)))
    if period not in form.periods():
        asked = form.periods()
        raise UsageError(Text(f"「{form.name.zh}」不报 {period.said}", f"form {form.id} is not asked for {period}"),
                         where="period", todo=Text("可用：" + "、".join(p.said for p in asked),
                                                   "asked for: " + ", ".join(map(str, asked))))


def build_template(plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang = "zh", drill: bool = False,
                   before: Facts | None = None, held: Mapping[str, Held] = MappingProxyType({})) -> Workbook:
    """The template as an openpyxl workbook, not yet saved. before: what the unit reported for the period before: beside each
    value of a series, of a register on a sheet of its own, which nobody reads; where its records carry over they stand in the
    data sheet, and the cover asks whether they were checked. held: by variable what the unit has reported already elsewhere: it
    stands filled in."""
    from openpyxl import Workbook

    book = Workbook()
    cover, data = book.worksheets[0], book.create_sheet(layout.DATA_SHEET)
    cover.title = layout.COVER_SHEET
    title = (cover_sheet.DRILL.to(lang) if drill else "") + form.name.to(lang)
    printed = Printed(title, plan.unit(unit_id).name.to(lang), period.said if lang == "zh" else str(period), lang)
    carried = before if before is not None and before.entries and isinstance(form, RegisterForm) and form.carry_over else None
    if form.kind == "series":
        data_sheet.series(data, form, printed, before, held)
    else:
        data_sheet.register(book, data, form, printed, carried)
        if before is not None and before.entries and carried is None:
            data_sheet.before_sheet(book.create_sheet(layout.BEFORE_SHEET, 2), form, printed, before)
    cover_sheet.write(cover, plan, form, unit_id, period, lang, drill=drill, carried=carried is not None)
    page(cover, printed, landscape=False)
    book.active = book.index(data)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is data
    book.properties.title = f"{form.name.zh} {period}"
    book.properties.creator = "gaoxin"
    return book


def saved(book: Workbook, period: Period) -> bytes:
    """The workbook's bytes, the same for the same content: every time stamp in the file is the period's end."""
    stamp = datetime.combine(period.end, time())
    book.properties.created = book.properties.modified = stamp
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = source.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the wall clock's time into it when it saves
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            elif name.startswith("xl/worksheets/"):  # a line break that only Excel would understand
                content = _MARGINS.sub(lambda found: found[0].replace(b"_x000a_", b"&#10;"), content)
            info = zipfile.ZipInfo(name, (stamp.year, stamp.month, stamp.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return out.getvalue()
