"""All findings of a period as a workbook, a row each: for a clerk who filters, ticks off, and opens the cell that is meant.
Beside them what registers come to, and what was sent back and corrected."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from gaoxin.i18n import Lang, Text
from gaoxin.periods import Period
from gaoxin.quality.scored import weight
from gaoxin.reports.model import Named, QualitySnapshot, ReturnPage, VersionPage
from gaoxin.reports.words import SEVERITIES, VERDICTS, how_it_stands
from gaoxin.returns.sheets.look import lines_of
from gaoxin.returns.template import saved
from gaoxin.unseen import writable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_HEADS = (Text("序号", "no."), Text("报表", "form"), Text("单位", "unit"), Text("版本", "version"), Text("结论", "verdict"),
          Text("类别", "severity"), Text("级", "level"), Text("影响", "weight"), Text("工作表", "sheet"), Text("单元格", "cell"),
          Text("填报值", "value"),
          Text("问题与处理", "finding and what to do"), Text("单位说明及审核", "the unit's explanation, and its review"),
          Text("规则", "rule"),
          Text("文件", "file"), Text("文件 SHA-256", "the file's SHA-256"))
_WIDTHS = (9, 18, 16, 6, 12, 8, 5, 8, 9, 8, 14, 56, 26, 30, 60, 68)
_ACTED = [Text("报表", "form"), Text("单位", "unit"), Text("版本", "version"), Text("事项", "what"), Text("时间", "when"),
          Text("办理单位", "by"), Text("单元格", "cell"), Text("事由", "why")]
_ACTED_WIDTHS = (18, 16, 6, 18, 17, 16, 14, 60)
_SUMS = [Text("报表", "form"), Text("单位", "unit"), Text("版本", "version"), Text("项目", "what"), Text("数值", "value"),
         Text("计量单位", "unit of measure"), Text("工作表", "sheet"), Text("行、列", "rows, column"), Text("上期", "before"),
         Text("增减", "change"), Text("前一版", "version before"), Text("比前一版增加的记录", "records added since that version"),
         Text("减少的记录", "records lost"), Text("改动的记录", "records changed"), Text("文件", "file"),
         Text("文件 SHA-256", "the file's SHA-256")]
_SUMS_WIDTHS = (22, 18, 6, 26, 16, 10, 10, 14, 16, 10, 16, 12, 12, 12, 60, 68)
_TOLD = Text("{by}：{text}（{how}）", "{by}: {text} ({how})")
_WRAPPED = 13  # columns on paper, whose texts are broken into lines; the rest is for machines, and for who looks something up
_CELL, _FILE = 10, 15  # columns that are links
_MOST = 50_000  # rows of a campaign's list
_OF_CAMPAIGN = Text("本表列出各期有效报表的全部问题，按报告期排列；同一期内按类别、影响排列。其余（名录汇总、退回与更正、"
                    "已被取代的版本）见各期的 xlsx。",
                    "The findings on what is in force, period by period, within one by severity and weight. All else stands in "
                    "the workbooks of the periods.")
_MORE = Text("共 {count} 处，本表列出前 {most} 处，其余见各期的 xlsx。",
             "{count} in all; the first {most} are listed, the rest in the workbooks of the periods.")
_LINE = 17  # points, of Chinese characters
_HOW = (
    Text("本表列出本期全部问题，一行一处；可按单位、报表、类别筛选。",
         "Every finding of the period, a row each, to be filtered."),
    Text("按类别排列；同类中影响大的在前。影响＝偏离限度的程度×对各单位合计的份额，只有问及数值大小的问题才有。",
         "By severity; within one what weighs most first. Weight: distance over the limit times the share of all units' "
         "total that it moves; only findings about the size of a figure have one."),
    Text("单元格和文件两列是链接：把本表与各单位报送的原件放在同一文件夹，点击即打开原件并停在该单元格。",
         "Cell and file are links: put this workbook beside the files as they were handed in, and a click opens that cell."),
    Text("“已被取代的版本”列出其后已由新版取代的各版查出的问题，供对照，不再须办理。",
         "The sheet versions replaced has what was found in versions that later ones took the place of: nothing is left to do."),
    Text("“名录汇总”列出各名录的记录数和数字栏合计；数据表的逐项数值在同名的 HTML 和 JSON 里。",
         "The sheet registers has their records counted and their numbers added up; the values of series stand in the HTML and "
         "the JSON of the same name."),
    Text("原件以 SHA-256 为准：更正的报表文件名可能相同。",
         "The SHA-256 says which file is meant: corrections may bear the same name."),
)


def render_findings(snapshot: QualitySnapshot, lang: Lang = "zh") -> bytes:
    """The workbook's bytes, the same for the same snapshot."""
    from openpyxl import Workbook

    book = Workbook()
    sheet, how = book.worksheets[0], book.create_sheet(Text("使用说明", "how to use").to(lang))
    sheet.title = Text("问题清单", "findings").to(lang)
    title = f"{snapshot.campaign.to(lang)} {snapshot.period}"
    _list(sheet, _HEADS, _rows(snapshot.pages, snapshot.as_of.date(), lang), title, lang)
    if snapshot.mended:
        mended = book.create_sheet(Text("已被取代的版本", "versions replaced").to(lang), 1)
        _list(mended, _HEADS, _rows(snapshot.mended, snapshot.as_of.date(), lang), title, lang)
    if acted := list(_acted(snapshot, lang)):
        _fill_acted(book.create_sheet(Text("退回与更正", "sent back, corrected").to(lang), 1), [_ACTED, *acted], lang)
    if sums := list(_sums(snapshot, lang)):
        book.create_sheet(Text("名录汇总", "registers").to(lang), 1)
        _fill_sums(book.worksheets[1], sums, lang)
    _fill(how, ([title], *([line.to(lang)] for line in _HOW)))
    how.column_dimensions["A"].width = 110
    return saved(book, Period.parse(snapshot.period))


def findings_of(snapshot: QualitySnapshot, lang: Lang) -> list[list[Any]]:
    """A period's findings on what is in force, as a row of a campaign's list each."""
    return [[snapshot.period, *row[1:]] for row in _rows(snapshot.pages, snapshot.as_of.date(), lang)]


def render_campaign_findings(campaign: Named, rows: Sequence[list[Any]], last: str, lang: Lang = "zh") -> bytes:
    """The findings of all of a campaign's periods, up to the last, as one workbook."""
    from openpyxl import Workbook

    book = Workbook()
    sheet, how = book.worksheets[0], book.create_sheet(Text("使用说明", "how to use").to(lang))
    sheet.title = Text("问题清单", "findings").to(lang)
    _list(sheet, (Text("报告期", "period"), *_HEADS[1:]), rows[:_MOST], campaign.to(lang), lang)
    more = _MORE.to(lang).format(most=_MOST, count=len(rows)) if len(rows) > _MOST else ""
    _fill(how, ([campaign.to(lang)], *([line] for line in (_OF_CAMPAIGN.to(lang), more) if line)))
    how.column_dimensions["A"].width = 110
    return saved(book, Period.parse(last))


def _list(sheet: "Worksheet", heads: Sequence[Text], rows: Iterable[list[Any]], title: str, lang: Lang) -> None:
    _fill(sheet, ([head.to(lang) for head in heads], *rows))
    _link(sheet, _FILE, _CELL)
    _lay_out(sheet, title)


def _rows(pages: Iterable[tuple[ReturnPage, VersionPage]], day: date, lang: Lang) -> Iterator[list[Any]]:
    found = [(page, version, *one) for page, version in pages for one in version.weighed]
    found.sort(key=lambda one: weight(one[2].severity, one[3], one[2].level))
    for number, (page, version, f, score) in enumerate(found, 1):
        said = [e for e in version.explanations if e.covers(f)]
        stands = (how_it_stands(e, day, counts=e is said[-1]).to(lang) for e in said)
        told = "\n".join(_TOLD.to(lang).format(by=e.by.to(lang), text=e.text, how=how)
                         for e, how in zip(said, stands, strict=True))
        yield [number, page.form.to(lang), page.unit.to(lang), version.version, VERDICTS[version.verdict].to(lang),
               SEVERITIES[f.severity].to(lang), f.level, round(score, 4) or None, f.sheet, f.cell, f.value, f.message.to(lang),
               told, f.rule, version.file, version.sha256]


def _acted(snapshot: QualitySnapshot, lang: Lang) -> Iterator[list[Any]]:
    """What people sent back, and what units corrected, with the reasons."""
    for page in snapshot.returns:
        of = [page.form.to(lang), page.unit.to(lang)]
        for said in page.remarks:
            what = Text("退回修改", "sent back") if said.back else Text("撤回退回", "taken back")
            yield [*of, said.version, what.to(lang), f"{said.at:%Y-%m-%d %H:%M}", said.by.to(lang), said.place, said.text]
        for one in page.corrections:
            what = Text(f"更正第 {one.replaces} 版", f"corrects version {one.replaces}")
            late = Text("（逾期）", " (late)").to(lang) if one.late else ""
            yield [*of, one.version, what.to(lang) + late, f"{one.at:%Y-%m-%d %H:%M}", page.unit.to(lang), "", one.reason]


def _sums(snapshot: QualitySnapshot, lang: Lang) -> Iterator[list[Any]]:
    """What the records of each register in force come to."""
    for page, version in snapshot.pages:
        for f in version.figures if version.register else ():
            rows = version.rewritten if f.how == "records" else None
            changes = [rows.many_added, rows.many_lost, rows.many_changed] if rows else [None] * 3
            yield [page.form.to(lang), page.unit.to(lang), version.version, f.name.to(lang), f.value, f.unit, f.sheet, f.cell,
                   f.before, f.change, f.replaced, *changes, version.file, version.sha256]


def _fill_sums(sheet: "Worksheet", rows: list[list[Any]], lang: Lang) -> None:
    _fill_plain(sheet, [[head.to(lang) for head in _SUMS], *rows], _SUMS_WIDTHS)
    for row in sheet.iter_rows(min_row=2):
        row[9].number_format = "+0.0%;-0.0%;0.0%"
        for number in (4, 8, 10):
            row[number].number_format = "#,##0.####"
    _link(sheet, 15, 8)


def _fill_acted(sheet: "Worksheet", rows: list[list[Any]], lang: Lang) -> None:
    _fill_plain(sheet, ([one.to(lang) if isinstance(one, Text) else one for one in row] for row in rows), _ACTED_WIDTHS)


def _fill_plain(sheet: "Worksheet", rows: Iterable[list[Any]], widths: Sequence[int]) -> None:
    """A table below its heads, each page of paper with them."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    _fill(sheet, rows, laid_out=False)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet[1]:
        cell.font = Font(name="Calibri", size=11, bold=True)
    sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation = "A2", "1:1", "landscape"
    sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 9, 1, 0  # A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _fill(sheet: "Worksheet", rows: Iterable[list[Any]], *, laid_out: bool = True) -> None:
    """What a unit wrote is text here, never a formula of ours. laid_out: rows are as high as their text, in columns as wide as
    the list of findings has them."""
    from openpyxl.styles import Alignment

    wrapped, whole = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is None or value == "":
                continue
            cell = sheet.cell(at, column)
            cell.value = writable(value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type, cell.quotePrefix = "s", value.startswith(("=", "+", "-", "@"))
            cell.alignment = wrapped if column <= _WRAPPED else whole
        if laid_out and len(row) > 1:
            told = zip(row[:_WRAPPED], _WIDTHS[:_WRAPPED], strict=True)
            sheet.row_dimensions[at].height = _LINE * max(lines_of(str(text or ""), width) for text, width in told)


def _link(sheet: "Worksheet", of_file: int, of_cell: int) -> None:
    """The file by its name, beside this one; the cell in it, whose sheet stands before it."""
    from urllib.parse import quote

    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    linked = Font(name="Calibri", size=11, color="0B5CAD", underline="single")
    for row in sheet.iter_rows(min_row=2):
        file, sheet_name, place = (str(row[n - 1].value or "") for n in (of_file, of_cell - 1, of_cell))
        for n, there in ((of_file, ""), (of_cell, "'{}'!{}".format(sheet_name.replace("'", "''"), place))):
            if row[n - 1].value and (n == of_file or sheet_name):
                row[n - 1].hyperlink = Hyperlink(ref=row[n - 1].coordinate, target=quote(file), location=there or None)
                row[n - 1].font = linked


def _lay_out(sheet: "Worksheet", title: str) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet[1]:
        cell.font, cell.fill = Font(name="Calibri", size=11, bold=True), PatternFill("solid", fgColor="F4F5F6")
    sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows = "A2", sheet.dimensions, "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.print_area, sheet.print_options.gridLines = f"A1:{get_column_letter(_WRAPPED)}{sheet.max_row}", True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for part, told in ((sheet.oddHeader, title.replace("&", "&&")), (sheet.oddFooter, "&P / &N")):
        assert part is not None
        part.center.text = told
