"""A unit's own workbook given back with what was found on each cell, and a list of findings beside it that leads to the cells."""

import io
from collections import defaultdict
from collections.abc import Sequence
from os.path import relpath
from pathlib import Path

from gaoxin.campaign.taking import CheckedFile
from gaoxin.campaign.wording import known
from gaoxin.containers.commenting import commented
from gaoxin.containers.refusing import Unreadable
from gaoxin.errors import UsageError
from gaoxin.i18n import Lang, Text
from gaoxin.quality.model import Finding
from gaoxin.unseen import writable

_TEXTS = frozenset({".csv", ".tsv", ".txt", ".json"})
_AUTHOR = Text("审核", "check")
_HEADS = (Text("序号", "no."), Text("程度", "severity"), Text("工作表", "sheet"), Text("单元格", "cell"),
          Text("问题", "what is wrong"),
          Text("原样", "as written"), Text("规则", "rule"))
_WIDTHS = (6, 10, 14, 10, 90, 18, 30)


def annotate(checked: Sequence[CheckedFile], out: Path, lang: Lang) -> list[list[Path]]:
    """By file what was written: the workbook with comments, and the list of findings. Of a file that is no .xlsx only the list,
    which leads into it, since nothing can be written into it without making it anew. out: a file for one workbook, a folder for
    several. Raises UsageError for a place that cannot be written, or that is the unit's own file."""
    if len(checked) > 1 or out.is_dir() or out.suffix.lower() != ".xlsx":
        _must_be_folder(out)
        targets = [out / f"{Path(one.file).stem}.批注.xlsx" for one in checked]
    else:
        targets = [out]
    if len(set(targets)) < len(targets):
        raise UsageError(Text("几个文件同名，批注会互相覆盖", "several files have one name"), where="--annotate",
                         todo=Text("分几次审核", "check them one by one"))
    return [_one(one, target, lang) for one, target in zip(checked, targets, strict=True)]


def _must_be_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(Text(f"{out} 不是文件夹，也不是 .xlsx 文件名", f"{out} is neither a folder nor named .xlsx"),
                         where="--annotate",
                         todo=Text("写一个以 .xlsx 结尾的文件名，或一个文件夹",
                                   "name a file that ends in .xlsx, or a folder")) from error


def _one(checked: CheckedFile, target: Path, lang: Lang) -> list[Path]:
    source = Path(checked.file)
    if target.resolve() == source.resolve():
        raise UsageError(Text("批注不能写回原文件", "comments are not written into the file itself"), where="--annotate",
                         todo=Text("另取一个文件名", "name another file"))
    written: list[Path] = []
    notes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for finding in checked.findings:
        if finding.sheet and finding.cell:
            notes[finding.sheet, finding.cell].append(f"【{severity(finding, lang)}】{finding.message.to(lang)}")
    try:
        made = commented(source.read_bytes(), {at: "\n".join(said) for at, said in notes.items()}, _AUTHOR.to(lang))
        written.append(_written(target, made))
    except Unreadable:  # no .xlsx: the list alone
        pass
    listed = target.with_name(f"{target.stem.removesuffix('.批注')}.问题清单.xlsx")
    # Where nothing can be written into it, the list leads into the unit's own file; a text has no cells to go to.
    own = None if source.suffix.lower() in _TEXTS else Path(relpath(source, target.parent)).as_posix()
    written.append(_written(listed, _list_of(checked.findings, target.name if written else own, lang)))
    return written


def _written(target: Path, content: bytes) -> Path:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise UsageError(Text(f"写不下来：{error.strerror}", f"cannot write: {error.strerror}"), where=str(target),
                         todo=Text("另选一个位置", "name another place")) from error
    return target


def severity(finding: Finding, lang: Lang) -> str:
    word = known(str(finding.severity))
    return word.to(lang) if word else str(finding.severity)


def _list_of(findings: Sequence[Finding], beside: str | None, lang: Lang) -> bytes:
    """The findings as a workbook; each cell that is named leads into `beside`, the commented workbook or the unit's own."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.hyperlink import Hyperlink
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = Text("问题清单", "findings").to(lang)
    sheet.append([head.to(lang) for head in _HEADS])
    for at, finding in enumerate(findings, 1):
        sheet.append([at, *map(as_text, (severity(finding, lang), finding.sheet, finding.cell, finding.message.to(lang),
                                         finding.value, finding.rule))])
        if beside and finding.sheet and finding.cell:
            link = sheet.cell(at + 1, 4)
            quoted = writable(finding.sheet).replace("'", "''")
            link.hyperlink = Hyperlink(ref=link.coordinate, target=beside, location=f"'{quoted}'!{finding.cell}")
            link.font = Font(name="微软雅黑", color="0B5CAD", underline="single")
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[chr(64 + column)].width = width
    for cell in sheet[1]:
        cell.font, cell.fill = Font(name="微软雅黑", bold=True), PatternFill("solid", fgColor="F4F5F6")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_text(value: object) -> str | None:
    """What a unit wrote is text here, never a formula of ours."""
    if value is None:
        return None
    text = writable(str(value))
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
