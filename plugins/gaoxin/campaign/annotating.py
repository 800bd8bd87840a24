"""A unit's own workbook given back with what was found on each cell, and a list of findings beside it that leads to the cells."""

import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from os.path import relpath
from pathlib import Path

from gaoxin.campaign.inbox import ENDINGS
from gaoxin.campaign.taking import CheckedFile
from gaoxin.campaign.wording import known
from gaoxin.containers.commenting import commented
from gaoxin.containers.refusing import Unreadable
from gaoxin.errors import UsageError, system_said
from gaoxin.i18n import Lang, Message, Text
from gaoxin.quality.model import Finding
from gaoxin.returns.model import NOTES, PROBLEMS
from gaoxin.returns.sheets.look import FONT, lines_of
from gaoxin.unseen import writable

_RESERVED = re.compile(r"[\x20-\x26+<>?\[\]\\^`{|}]")  # what a link to a file may not have as it is
_TEXTS = frozenset({".csv", ".tsv", ".txt", ".json"})
_AUTHOR = Text("审核", "check")
_HEADS = (Text("序号", "no."), Text("程度", "severity"), Text("工作表", "sheet"), Text("单元格", "cell"),
          Text("问题与处理", "what is wrong, and what to do"), Text("原样", "as written"), Text("审核项目", "what was checked"),
          Text("规则编号", "rule"))
_WIDTHS = (6, 8, 12, 8, 60, 14, 26, 26)
_TOP = 3  # rows above the findings
_LINE = 17  # points, of Chinese characters
_HIGHEST = 409  # points, of a row


def annotate(checked: Sequence[CheckedFile], files: Sequence[Path], out: Path, titles: Sequence[Mapping[str, Message]],
             lang: Lang) -> list[list[Path]]:
    """By file what was written: the workbook with comments, and the list of findings. Of a file that is no .xlsx only the list,
    which leads into it, since nothing can be written into it without making it anew. files: where each lies. out: a file for one
    workbook, a folder for several. titles: by file what each rule asks. Raises UsageError for a place that cannot be written,
    that is the unit's own file, or that is named like a file of another kind."""
    if len(checked) > 1 or out.is_dir() or out.suffix.lower() != ".xlsx":
        _must_be_folder(out)
        targets = [out / f"{file.stem}.批注.xlsx" for file in files]
    else:
        targets = [out]
    if len(set(targets)) < len(targets):
        raise UsageError(Text("几个文件同名，批注会互相覆盖", "several files have one name"), where="--annotate",
                         todo=Text("分几次审核", "check them one by one"))
    return [_one(*each, lang) for each in zip(checked, files, targets, titles, strict=True)]


def _must_be_folder(out: Path) -> None:
    if not out.is_dir() and out.suffix.lower() in ENDINGS:
        raise UsageError(Text(f"批注只能写成 .xlsx：{out}", f"comments are written as .xlsx: {out}"), where="--annotate",
                         todo=Text("文件名以 .xlsx 结尾；要批注的不是 .xlsx 时，先另存为 .xlsx 再审核，否则只有问题清单",
                                   "let the name end in .xlsx; save what is no .xlsx as one before it is checked, or there is a "
                                   "list of findings alone"))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(Text(f"{out} 不是文件夹，也不是 .xlsx 文件名", f"{out} is neither a folder nor named .xlsx"),
                         where="--annotate",
                         todo=Text("写一个以 .xlsx 结尾的文件名，或一个文件夹",
                                   "name a file that ends in .xlsx, or a folder")) from error


def _one(checked: CheckedFile, source: Path, target: Path, asked: Mapping[str, Message], lang: Lang) -> list[Path]:
    if target.resolve() == source.resolve():
        raise UsageError(Text("批注不能写回原文件", "comments are not written into the file itself"), where="--annotate",
                         todo=Text("另取一个文件名", "name another file"))
    written: list[Path] = []
    try:
        made = commented(source.read_bytes(), _notes(checked.findings, lang), _AUTHOR.to(lang), (_AUTHOR.zh, _AUTHOR.en))
        written.append(_written(target, made))
    except Unreadable:  # no .xlsx, or one that calls programs: the list alone
        pass
    listed = target.with_name(f"{target.stem.removesuffix('.批注')}.问题清单.xlsx")
    # Where nothing can be written into it, the list leads into the unit's own file; a text has no cells to go to.
    own = None if source.suffix.lower() in _TEXTS else Path(relpath(source, target.parent)).as_posix()
    written.append(_written(listed, _list_of(checked, asked, target.name if written else own, lang)))
    return written


def _notes(findings: Sequence[Finding], lang: Lang) -> dict[tuple[str | None, str | None], str]:
    """What stands on each cell, a line a finding; without a cell it is of the sheet, or of the workbook."""
    found: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for finding in findings:
        words = " ".join(finding.beside.to(lang).splitlines())  # as `commented` tells its own lines from people's
        found[finding.sheet, finding.cell if finding.sheet else None].append(f"【{severity(finding, lang)}】{words}")
    return {at: "\n".join(said) for at, said in found.items()}


def _written(target: Path, content: bytes) -> Path:
    try:
        target.write_bytes(content)
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"写不下来：{why.zh}", f"cannot write: {why.en}"), where=str(target),
                         todo=Text("另选一个位置", "name another place")) from error
    return target


def severity(finding: Finding, lang: Lang) -> str:
    word = known(str(finding.severity))
    return word.to(lang) if word else str(finding.severity)


def _list_of(checked: CheckedFile, asked: Mapping[str, Message], beside: str | None, lang: Lang) -> bytes:
    """The findings as a workbook; each cell that is named leads into `beside`, the commented workbook or the unit's own."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = Text("问题清单", "findings").to(lang)
    for at, line in enumerate(_heading(checked, lang), 1):
        sheet.cell(at, 1, writable(line)).font = Font(name=FONT, bold=at == 1, size=14 if at == 1 else 10)
    for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), 1):
        top = sheet.cell(_TOP, column, head.to(lang))
        top.font, top.fill = Font(name=FONT, bold=True), PatternFill("solid", fgColor="F4F5F6")
        sheet.column_dimensions[get_column_letter(column)].width = width
    titles = {**PROBLEMS, **NOTES}
    for at, f in enumerate(checked.findings, _TOP + 1):
        title = titles.get(f.rule.removeprefix("file.")) or asked.get(f.rule)
        row: tuple[int | str | None, ...] = (at - _TOP, severity(f, lang), f.sheet, f.cell, f.beside.to(lang), f.value,
                                                title.to(lang) if title else None, f.rule)
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column, writable(value) if isinstance(value, str) else value)
            if isinstance(value, str):  # what a unit wrote is text here, never a formula of ours
                cell.data_type, cell.quotePrefix = "s", value.startswith(("=", "+", "-", "@"))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name=FONT, size=10, color="808080" if column == len(row) else None)
        sheet.row_dimensions[at].height = min(_HIGHEST, _LINE * max(
            lines_of(str(v or ""), w) for v, w in zip(row, _WIDTHS, strict=True)))
        if beside and f.sheet and f.cell:
            link = sheet.cell(at, 4)
            quoted = writable(f.sheet).replace("'", "''")
            target = _RESERVED.sub(lambda sign: f"%{ord(sign[0]):02X}", beside)
            link.hyperlink = Hyperlink(ref=link.coordinate, target=target, location=f"'{quoted}'!{f.cell}")
            link.font = Font(name=FONT, size=10, color="0B5CAD", underline="single")
    sheet.freeze_panes = f"A{_TOP + 1}"
    sheet.print_title_rows = f"{_TOP}:{_TOP}"
    sheet.print_area = f"A1:{get_column_letter(len(_HEADS) - 1)}{sheet.max_row}"  # without the rules' ids, which commands take
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(checked: CheckedFile, lang: Lang) -> tuple[str, str]:
    """Which return it is, and its file with what became of it."""
    called = checked.read.called
    title = Text(f"问题清单：{called.zh}", f"Findings: {called.en}") if called else Text("问题清单", "Findings")
    verdict, many = known("file.drifted" if checked.waits else str(checked.verdict)), len(checked.findings)
    of = verdict or Text("", "")
    file = Path(checked.file).name
    return title.to(lang), Text(f"文件：{file}；结论：{of.zh}；共 {many} 处",
                                f"File: {file}; verdict: {of.en}; {many} finding(s)").to(lang)
