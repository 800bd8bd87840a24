"""The documents and workbooks of a dossier, as bytes: the same snapshot gives the same ones, in the same order."""

from collections.abc import Iterator
from typing import NamedTuple

from gaoxin.reports.documents.blocks import Document, Table
from gaoxin.reports.documents.book import render_book
from gaoxin.reports.documents.word import render_word
from gaoxin.reports.dossier import figures, registers, scores
from gaoxin.reports.dossier.application import application, day_zh, marks
from gaoxin.reports.dossier.model import OpenPoint, Snapshot
from gaoxin.reports.dossier.open_points import open_points


class Part(NamedTuple):
    """name: what follows the campaign's in the name of the file. title: what it is."""

    name: str
    title: str
    content: bytes


def parts(s: Snapshot) -> tuple[tuple[OpenPoint, ...], Iterator[Part]]:
    """What is open, and all parts but the quality reports and the manifest."""
    text = application(s)
    points = open_points(s, [text])
    return points, _rendered(s, text, points)


def _rendered(s: Snapshot, text: Document, points: tuple[OpenPoint, ...]) -> Iterator[Part]:
    zone = s.plan.zone.name.zh
    yield Part("application.docx", "申报报告（骨架）", word(s, text))
    shown = (figures.indicator_table(s), figures.condition_table(s), figures.return_table(s))
    yield Part("indicators.docx", "指标完成情况表、认定条件对照表", word(s, _annex(s, f"{zone}指标完成情况", *shown)))
    cells = _book(s, "指标完成情况", (*shown, figures.source_table(s)))
    yield Part("indicators.xlsx", "指标完成情况表、认定条件对照表，附逐单元格的数据来源表", cells)
    kept = (registers.open_table(points), registers.task_table(s), registers.rectification_table(s), scores.score_table(s),
            scores.item_table(s), registers.gate_table(s), registers.approval_table(s), registers.waiver_table(s),
            registers.extension_table(s), registers.correction_table(s))
    what = "待办事项、任务台账、问题整改、初评、关口、审批、豁免、延期"
    ledgers = word(s, _annex(s, f"{zone}创建工作台账", *kept))
    yield Part("registers.docx", what, ledgers)
    yield Part("registers.xlsx", f"{what}（表格）", _book(s, "创建工作台账", kept))


def _annex(s: Snapshot, title: str, *tables: Table) -> Document:
    return Document(title, (f"截至{day_zh(s)}　账本第 {s.stood.known_seq} 条",), tables, head=marks(s), wide=True)


def word(s: Snapshot, document: Document) -> bytes:
    return render_word(document, s.stood.as_of, _author(s))


def _book(s: Snapshot, title: str, tables: tuple[Table, ...]) -> bytes:
    under = "　".join(filter(None, (f"截至 {s.stood.as_of:%Y-%m-%d %H:%M}，账本第 {s.stood.known_seq} 条", marks(s))))
    return render_book(tables, under, s.stood.as_of, _author(s), title)


def _author(s: Snapshot) -> str:
    return s.unit(s.plan.governance.office)
