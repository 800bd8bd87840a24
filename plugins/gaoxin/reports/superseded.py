"""An older report that says of itself that another took its place, in each of its three forms. Pure.

It is a copy to be read: what the ledger answers for is the original, as it was written, beside it.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from gaoxin.i18n import Lang, Text
from gaoxin.periods import Period
from gaoxin.returns.template import saved

if TYPE_CHECKING:
    from openpyxl import Workbook

_TITLE = Text("已被取代，不再作准", "superseded, no longer holds")
_SHORT = Text("已被取代", "superseded")
_WHEN = Text("{at}（北京时间）另行编制了新报告，本报告即被取代，不再作准。",
             "A new report was written at {at} (Beijing time): this one is superseded and no longer holds.")
_BY = Text("取代它的报告：{name}，SHA-256 {by}", "It was superseded by: {name}, SHA-256 {by}")
_LATEST = Text("最新一份在上一级文件夹，文件名 {name}。", "The latest lies in the folder above, under the name {name}.")
_ORIGINAL = Text("本件是加注的副本；账本所记的原件 SHA-256 {digest}，在 {original}。",
                 "This is a copy with this note; the original that the ledger records, SHA-256 {digest}, is {original}.")


@dataclass(frozen=True)
class Superseding:
    """name: of both reports. digest, by: SHA-256 of the older one and of that which took its place, at a time. original: where
    the older one lies as it was written, from beside the copy."""

    name: str
    digest: str
    by: str
    at: datetime
    original: str

    def said(self, lang: Lang) -> list[str]:
        told = {"at": f"{self.at:%Y-%m-%d %H:%M}", "name": self.name, "by": self.by, "digest": self.digest,
                "original": self.original}
        return [line.to(lang).format(**told) for line in (_WHEN, _BY, _LATEST, _ORIGINAL)]


def marked(content: bytes, given: Superseding, lang: Lang) -> bytes:
    """The report with the note before all else. lang: where the report does not say in which language it is."""
    ending = given.name.rpartition(".")[2]
    return {"html": _page, "json": _document, "xlsx": _book}[ending](content, given, lang)


def _page(content: bytes, given: Superseding, lang: Lang) -> bytes:
    """Above the page, and across each sheet of paper."""
    lang = "en" if b'<html lang="en"' in content[:200] else "zh"
    lines = "<br>".join(map(escape, given.said(lang)))
    note = ('<div role="alert" style="margin:0;padding:10px 24px;background:#a3160e;color:#fff;overflow-wrap:anywhere;'
            'print-color-adjust:exact;-webkit-print-color-adjust:exact">'
            f'<strong style="font-size:20px">{_TITLE.to(lang)}</strong><br>{lines}<br>'
            f'<a style="color:#fff" href="../{escape(given.name)}">{escape(given.name)}</a></div>'
            '<div aria-hidden="true" style="position:fixed;top:42%;left:0;right:0;text-align:center;font-size:84px;'
            'transform:rotate(-24deg);color:#a3160e;opacity:.13;pointer-events:none;z-index:9">'
            f'{_SHORT.to(lang)}</div>')
    head, body, rest = content.partition(b"<body>")
    return head.replace(b"<title>", b"<title>" + f"[{_SHORT.to(lang)}] ".encode(), 1) + body + note.encode() + rest


def _document(content: bytes, given: Superseding, lang: Lang) -> bytes:
    """As the first item of the array."""
    found = re.fullmatch(r"(.+?)__quality__(.+)\.json", given.name)
    of = list(found.groups()) if found else [given.name]
    item = {"id": f"{'/'.join(of)}/superseded", "type": "aggregation",
            "event": {"time": given.at.strftime("%Y%m%dT%H%M%S%z"), "actor": "gaoxin",
                      "agent": {"by": given.by, "name": given.name, "sha256": given.digest, "original": given.original}},
            "aggregate": {"language": "gaoxin", "expression": "superseded", "description": " ".join(given.said(lang))},
            "data": {"source": [[given.digest, given.name]], "target": [of]}, "value": "true"}
    told = json.dumps(item, sort_keys=True, ensure_ascii=False).encode()
    return b"[\n" + told + b",\n" + content.partition(b"\n")[2]


def _book(content: bytes, given: Superseding, lang: Lang) -> bytes:
    """As its first sheet, and at the head of each printed page."""
    from openpyxl import load_workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    book: Workbook = load_workbook(BytesIO(content))
    lang = "en" if book.worksheets[0].title == "findings" else "zh"
    for sheet in book.worksheets:
        head = sheet.oddHeader
        assert head is not None
        head.center.text = f"【{_SHORT.to(lang)}】{head.center.text or ''}"
        sheet.sheet_view.tabSelected = False
    first = book.create_sheet(_SHORT.to(lang), 0)
    for at, line in enumerate((_TITLE.to(lang), *given.said(lang)), 1):
        first.cell(at, 1, line)
    first["A1"].font = Font(name="Calibri", size=20, bold=True, color="A3160E")
    first["A4"].hyperlink = Hyperlink(ref="A4", target=f"../{given.name}")
    first["A4"].font = Font(name="Calibri", size=11, color="0B5CAD", underline="single")
    first.column_dimensions["A"].width = 130
    first.sheet_properties.tabColor, book.active = "A3160E", 0
    named = re.fullmatch(r".+?__quality__(.+)\.xlsx", given.name)
    return saved(book, Period.parse(named[1]) if named else Period.parse("2000"))
