"""A score sheet as a workbook: written for one seat, and read back. Which line a row is its code says, in a hidden column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaoxin.containers.model import Book, Sheet, address
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.numerals import plain as figure
from gaoxin.periods import Period
from gaoxin.plan.assessments import Assessment, Deduction, ScoreItem
from gaoxin.plan.model import Plan
from gaoxin.returns.numbers import parse_number
from gaoxin.returns.sheets.look import head, look, page_of_list, widths
from gaoxin.returns.template import saved
from gaoxin.returns.text import plain, squeezed
from gaoxin.scoring.combining import seat_name
from gaoxin.scoring.entering import COMPUTED
from gaoxin.scoring.model import Line

if TYPE_CHECKING:  # openpyxl is heavy: imported where a workbook is made
    from openpyxl.worksheet.worksheet import Worksheet

WORDS: Mapping[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
_COLUMNS = ("line", "part", "item", "how", "points", "value", "words")
_WIDTHS = {"A": 4.0, "B": 18, "C": 34, "D": 24, "E": 8, "F": 12, "G": 40}
_HEADS = {squeezed(name): key for key, names in WORDS["heads"].items() for name in names}
_LOOKED_AT = 20

NO_SHEET = Code("scoring.no_sheet", "找不到“{sheet}”工作表；请用 gaoxin score template 生成的评分表",
                "there is no sheet {sheet}: use the workbook that gaoxin score template writes", sheet=str)
NO_HEADS = Code("scoring.no_heads", "“{sheet}”里找不到表头，应有：{names}",
                "{sheet} has no heading; it should have: {names}", sheet=str,
                names=tuple)
NO_COVER = Code("scoring.no_cover", "封面缺少“{key}”", "the cover lacks {key}", key=Text)
NO_NUMBER = Code("scoring.no_number", "“{text}”不是数", "{text!r} is no number", text=str)
LINE_UNKNOWN = Code("scoring.row_unknown", "这一行的编号“{line}”不在评分表中；请用发下的评分表",
                    "the row's code {line!r} is not of this sheet: use the one that was sent out", line=str)
LINE_TWICE = Code("scoring.row_twice", "编号 {line} 有两行；请删去一行", "the line {line} stands twice: delete one", line=str)
OTHER_POINTS = Code("scoring.other_points",
                    "“{item}”按方案是“{asked}”，表上印的是“{printed}”：不是现行方案的评分表，请重新取表填写",
                    "{item} is “{asked}” by the plan, and “{printed}” on this sheet, which is not the plan's of now: fetch the "
                    "sheet anew", item=Worded, asked=str, printed=str)
NO_CODE = Code("scoring.no_code", "这一行没有编号，内容不知归哪一项；请用发下的评分表",
               "the row has no code, so nobody knows what it is of: use the sheet that was sent out")


@dataclass
class Read:
    """assessment, seat, campaign: as the cover has them. cells: by line, where its value and its words stand."""

    campaign: str = ""
    assessment: str = ""
    seat: str = ""
    lines: dict[str, Line] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[tuple[str | None, Message]] = field(default_factory=list)


def write(plan: Plan, asked: Assessment, seat: str) -> bytes:
    """The bytes of an empty sheet for one seat."""
    from openpyxl import Workbook

    book = Workbook()
    cover, sheet, notes = book.worksheets[0], book.create_sheet(WORDS["sheet"]), book.create_sheet(WORDS["notes"])
    cover.title = WORDS["cover"]
    for row, (key, value) in enumerate({"campaign": plan.id, "assessment": asked.id, "seat": seat}.items(), 1):
        look().put(cover, row, 1, WORDS["keys"][key][0], font=look().bold)
        look().put(cover, row, 2, value, number="@")
    title = f"{plan.name.to('zh')}：{asked.name.to('zh')}（{seat_name(plan, asked, seat).zh}）"
    look().put(cover, 5, 1, title, font=look().title)
    widths(cover, {"A": 14, "B": 28})
    _body(sheet, asked)
    for row, line in enumerate(WORDS["advice"], 1):
        look().put(notes, row, 1, line)
    widths(notes, {"A": 90.0})
    book.active = book.index(sheet)
    book.properties.title, book.properties.creator = asked.name.to("zh"), "gaoxin"
    return saved(book, Period.parse(str(plan.starts.year if plan.starts else 2000)))


def _body(sheet: Worksheet, asked: Assessment) -> None:
    head(sheet, [WORDS["heads"][key][0] for key in _COLUMNS])
    row = 1
    for part, item in _items(asked):
        for line in item.lines or (item.id,):
            row += 1
            deduction = next((d for d in item.deductions if line == f"{item.id}.{d.id}"), None)
            name = f"{item.name.to('zh')}：{deduction.name.to('zh')}{_each(deduction)}" if deduction else (
                item.name.to("zh"))
            how = _how(item)
            open_ = not item.indicator
            for column, value in enumerate((line, part, name, how, item.points), 1):
                look().put(sheet, row, column, value, fill=look().fixed_fill)
            for column in (6, 7):
                look().put(sheet, row, column, fill=look().input_fill if open_ else look().fixed_fill, unlocked=open_)
    widths(sheet, _WIDTHS)
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "A2"
    page_of_list(sheet, asked.name.to("zh"))


def _how(item: ScoreItem) -> str:
    return str(WORDS["how"]["computed" if item.indicator else item.kind].format(of=figure(item.of) if item.of else ""))


def _each(deduction: Deduction) -> str:
    return f"（每次扣 {figure(deduction.points)} 分）"


def _items(asked: Assessment) -> Iterator[tuple[str, ScoreItem]]:
    for part in asked.parts:
        for item in part.items:
            yield f"{part.name.to('zh')}（{figure(part.points)} 分）", item
    for item in asked.bonus.items if asked.bonus else ():
        yield f"加分（最多 {figure(asked.bonus.most)} 分）" if asked.bonus else "", item


def read(book: Book, known: Mapping[str, ScoreItem]) -> Read:
    """A sheet that was filled in. known: by line the item that it is of, those that are computed by their own id."""
    found = Read(faults=[("!".join(filter(None, (p.sheet, p.cell))) or None, p.message) for p in book.problems])
    if found.faults:
        return found
    cover, sheet = book.sheets.get(WORDS["cover"]), book.sheets.get(WORDS["sheet"])
    for name, one in ((WORDS["cover"], cover), (WORDS["sheet"], sheet)):
        if one is None:
            found.faults.append((None, NO_SHEET(sheet=name)))
    if cover is not None:
        _cover(cover, found)
    if sheet is not None:
        _rows(sheet, known, found)
    return found


def _cover(cover: Sheet, found: Read) -> None:
    said = {squeezed(cover.text(row, 1)): plain(cover.text(row, 2)) for row in range(1, len(cover.rows) + 1)}
    for key, names in WORDS["keys"].items():
        value = next((said[n] for n in names if said.get(n)), "")
        setattr(found, key, value)
        if not value:
            found.faults.append((cover.name, NO_COVER(key=Text(*names))))


def _rows(sheet: Sheet, known: Mapping[str, ScoreItem], found: Read) -> None:
    needed = ("line", "value", "words")
    for top in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        columns = {key: column for column in range(len(sheet.rows[top - 1]), 0, -1)
                   if (key := _HEADS.get(squeezed(sheet.text(top, column))))}
        if all(key in columns for key in needed):
            break
    else:
        found.faults.append((sheet.name, NO_HEADS(sheet=sheet.name, names=[WORDS["heads"][key][0] for key in needed])))
        return
    for row in range(top + 1, len(sheet.rows) + 1):
        _row(sheet, row, columns, known, found)


def _row(sheet: Sheet, row: int, columns: Mapping[str, int], known: Mapping[str, ScoreItem], found: Read) -> None:
    def at(key: str) -> str:
        return f"{sheet.name}!{address(row, columns[key])}"

    line, words = plain(sheet.text(row, columns["line"])), plain(sheet.text(row, columns["words"]))
    raw = sheet.cell(row, columns["value"])
    blank = raw is None or (isinstance(raw, str) and not plain(raw))
    if not line:
        if not blank or words:
            found.faults.append((at("value"), NO_CODE()))
        return
    if line not in known:
        found.faults.append((at("line"), LINE_UNKNOWN(line=line)))
    elif line in found.cells:
        found.faults.append((at("line"), LINE_TWICE(line=line)))
    else:
        found.cells[line] = at("value"), at("words")
        found.faults += [(at(key), message) for key, message in _otherwise(sheet, row, columns, line, known[line])]
        if trouble := sheet.trouble(row, columns["value"]):
            found.faults.append((at("value"), trouble.message))
        elif marked := sheet.marked(row, columns["value"]):
            found.faults.append((at("value"), marked))
        elif not blank and (value := value_of(known[line], raw)) is None:
            found.faults.append((at("value"), NO_NUMBER(text=str(raw))))
        elif not blank and value is not None:
            found.lines[line] = Line(value, words or None)
        elif words and known[line].indicator:
            found.faults.append((at("words"), COMPUTED(item=known[line].name)))


def _otherwise(sheet: Sheet, row: int, columns: Mapping[str, int], line: str, item: ScoreItem) -> Iterator[tuple[str, Message]]:
    """Where what is printed in a row, and was gone by, is not what the plan asks for."""
    each = next((_each(d) for d in item.deductions if line == f"{item.id}.{d.id}"), None)
    for key, asked in (("points", figure(item.points)), ("how", _how(item)), ("item", each)):
        printed = squeezed(sheet.text(row, columns[key])) if key in columns and asked else ""
        same = printed.endswith(squeezed(asked or "")) if key == "item" else printed == squeezed(asked or "")
        if key == "points" and printed:
            same = parse_number(sheet.cell(row, columns[key])).value == item.points
        if printed and not same:
            yield key, OTHER_POINTS(item=item.name, asked=asked or "", printed=plain(sheet.text(row, columns[key])))


def value_of(item: ScoreItem, raw: object) -> Decimal | None:
    """What somebody wrote as a value; None where it is no number, and of a yes or no neither. What a yes or no is written as is
    1 or 0."""
    if item.kind == "all_or_nothing":
        if isinstance(raw, bool):
            return Decimal(raw)
        said = squeezed(str(raw)).casefold()
        if said in WORDS["yes"] or said in WORDS["no"]:
            return Decimal(said in WORDS["yes"])
    parsed = parse_number(raw)
    return None if parsed.problem or parsed.unit else parsed.value
