"""What any container says of its sheets: one contract for .xlsx, .xls, .ods, a web page and text. Plain values.

Positions are (row, column), both from 1. Where a container cannot tell two things apart it says the graver one, so that
nothing is read as if all were well; text has no formats and hides nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gaoxin import numerals
from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.runs import CONTROL, HIDDEN, RAISED, STRUCK, Mark
from gaoxin.i18n import Code, Message

Position = tuple[int, int]
Content = None | bool | int | float | str | date | datetime | time | timedelta

ERROR_CELL = Code("returns.error_cell", "单元格是错误值 {error}；请改正公式或直接填写数值",
                  "the cell holds the error {error}: mend the formula or type the value")
UNVALUED = Code("returns.unvalued", "公式没有计算结果；请在表格软件中打开并保存，或直接填写数值",
                "the formula carries no computed value: open and save it in a spreadsheet program, or type the value")

FORMULA_DIFFERS = Code("returns.formula_differs",
                       "单元格是公式 ={text}，应得 {result}，文件里保留的却是 {kept}；请在表格软件中重新计算后保存，或直接填数",
                       "the formula ={text} comes to {result}, and the file keeps {kept}: compute and save it in a spreadsheet "
                       "program, or type the value", text=str, result=str, kept=str)

OUTSIDE = Code("returns.formula_outside", "公式 ={text} 取自其他文件、程序或网络，数值无从核对；请粘贴为数值",
               "the formula ={text} takes from another file, a program or the network, and nobody can check it: paste the value",
               text=str)
BY_CHANCE = Code("returns.formula_by_chance", "公式 ={text} 每次计算结果都不同；请填写实际数",
                 "the formula ={text} comes to something else each time: type the actual figure", text=str)
_MARKED = {
    STRUCK: Code("returns.struck_out",
                 "单元格「{text}」中的「{part}」加了删除线，看不出以哪个为准；请删去作废的内容，留下的去掉删除线",
                 "{part!r} in the cell {text!r} is struck out, and nobody can say what counts: delete what no longer does, and "
                 "take the line from the rest", part=str),
    HIDDEN: Code("returns.not_shown", "单元格显示「{text}」，另有不显示的「{part}」，看不出以哪个为准；请删去不显示的内容",
                 "the cell shows {text!r} and hides {part!r}, and nobody can say which counts: delete what is hidden", part=str),
    CONTROL: Code("returns.form_control",
                  "单元格「{text}」中的「{part}」是网页表单的输入框或选择框，看不出填的是什么；请把数或字直接写在单元格里",
                  "{part!r} in the cell {text!r} is a field of a web form, and nobody can say what was entered: write it into "
                  "the cell itself", part=str),
    RAISED: Code("returns.raised",
                 "单元格「{text}」中的「{part}」是上标或下标，看不出是注释号还是数字；请只填数字，注释另写在旁边",
                 "{part!r} in the cell {text!r} is raised or lowered, and nobody can say whether it is the number of a note or a "
                 "digit: type the figure alone, and the note beside it", part=str)}
_TEXTS = re.compile(r'"[^"]*"')
_OUTSIDE = re.compile(r"""(?ix) ' [^']* \[ [^\[\]]* \] [^']* ' !                      # '[another workbook]its sheet'!A1
                              | (?<![\w\]]) \[ [^\[\]]* \] [^\s!\[\]+\-*/(),;:&=<>]* !  # [1]Sheet1!A1, no column of a table
                              | (?: file | https? | smb ) ://                         # as .ods has it""")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'|\\[[^\\[\\]]*\\]")  # texts, names of sheets and of a table's columns
_CALLS = re.compile(r"""(?ix) [\w."] \s* \| [^!{}]* !  # DDE: program|topic!item
                            | (?<![\w.]) (?: _xl\w+\. | com\.microsoft\. )*  # as they are kept
                              (?: webservice | rtd | dde | filterxml | call | register(?:\.id)? | sql\.request | image
                                | exec ) \s* \(""")
_BY_CHANCE = re.compile(r"(?i)\b(?:rand|randbetween|randarray)\s*\(")

_FORMULA_TOLD = 60  # characters
EPOCH = date(1899, 12, 30)  # Excel's day 0, with its 29 February 1900 that never was
EPOCH_1904 = date(1904, 1, 1)  # day 0 of a workbook in the 1904 date system

# As spreadsheet programs show them; a text that is one of these was pasted from a cell that held it.
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"})


@dataclass(frozen=True)
class Problem:
    """A structural problem found in reading (level 0). kind is a stable id, such as `encrypted` or `headers_renamed`."""

    kind: str
    message: Message
    sheet: str | None = None
    cell: str | None = None


@dataclass
class SheetFacts:
    """What a sheet says of its cells beside their content. formats: of cells that do not show their number as it is stored."""

    errors: dict[Position, str] = field(default_factory=dict)
    unvalued: set[Position] = field(default_factory=set)  # a formula that carries no value
    formulas: dict[Position, str] = field(default_factory=dict)  # with their values kept; the text where the container has it
    shared: dict[Position, Position] = field(default_factory=dict)  # whose formula is another cell's, moved to its own place
    differs: dict[Position, float] = field(default_factory=dict)  # what a formula comes to, where another value is kept
    formats: dict[Position, NumberFormat] = field(default_factory=dict)
    marks: dict[Position, Mark] = field(default_factory=dict)  # what is set apart from the rest of a cell's text
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    calls: list[Problem] = field(default_factory=list)  # formulas that call programs or the network: told of the book


@dataclass
class Sheet:
    """One sheet. rows[r][c]: its content, counted from 0; an empty cell is None or "". merged: top, left, bottom, right.
    typed: False where every cell is text, so that a number as text says nothing of how it was typed. epoch: day 0 of the
    workbook's date system, from which a number in place of a day counts."""

    name: str
    rows: Sequence[Sequence[Content]]
    facts: SheetFacts = field(default_factory=SheetFacts)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    visible: bool = True
    typed: bool = True
    epoch: date = EPOCH

    def cell(self, row: int, column: int) -> Content:
        """The content; None outside of the sheet and for an empty cell."""
        if 0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1]):
            value = self.rows[row - 1][column - 1]
            return None if value == "" else value
        return None

    def text(self, row: int, column: int | None) -> str:
        """The content as text, near to what the sheet shows; nothing for a column that is not there."""
        return "" if column is None else shown(self.cell(row, column))

    def error(self, row: int, column: int) -> str | None:
        """The error value that a cell holds, also one that was pasted as text."""
        if (found := self.facts.errors.get((row, column))) is not None:
            return found
        value = self.cell(row, column)
        return value.strip() if isinstance(value, str) and value.strip() in ERRORS else None

    def formula(self, row: int, column: int) -> str | None:
        """Of a cell with a formula as much as is told of it, without the sign of equality; nothing of it where the container does
        not say it. None for any other cell."""
        text = self.facts.formulas.get((row, column))
        return text and text.lstrip("=")[:_FORMULA_TOLD] + "…" * (len(text) > _FORMULA_TOLD)

    def marked(self, row: int, column: int, *, words: bool = False) -> Message | None:
        """Why a cell's text, though it has one, is none that could be taken as it stands. words: whether it is taken as words,
        where a note's number changes no figure."""
        if (mark := self.facts.marks.get((row, column))) is None or (words and mark.kind not in (STRUCK, CONTROL)):
            return None
        return _MARKED[mark.kind](text=self.text(row, column), part=mark.part or self.text(row, column))

    def trouble(self, row: int, column: int) -> Problem | None:
        """Why the cell has no usable content although it is not empty: an error value, or a formula that was never computed,
        takes from elsewhere or from chance, or comes to something else than what is kept for it."""
        where = address(row, column)
        if (error := self.error(row, column)) is not None:
            return Problem("error_cell", ERROR_CELL(error=error), self.name, where)
        if (row, column) in self.facts.unvalued:
            return Problem("formula_without_value", UNVALUED(), self.name, where)
        if foreign := _not_its_own(self.facts.formulas.get(self.facts.shared.get((row, column), (row, column))) or ""):
            return Problem(*foreign, self.name, where)
        if (result := self.facts.differs.get((row, column))) is not None:
            told = FORMULA_DIFFERS(text=self.formula(row, column) or "", result=shown(result), kept=self.text(row, column) or "—")
            return Problem("formula_differs", told, self.name, where)
        return None


def calls(formula: str) -> bool:
    """Whether a formula, or a text that would become one, calls another program or the network."""
    return ("|" in formula or "(" in formula) and _CALLS.search(_QUOTED.sub('""', formula)) is not None


def called(formula: str, sheet: str, cell: str | None) -> Problem:
    """What is told of such a formula, wherever it stands."""
    return Problem("external_links", OUTSIDE(text=formula.lstrip("=")[:_FORMULA_TOLD]), sheet, cell)


def _not_its_own(formula: str) -> tuple[str, Message] | None:
    """Kind and words for a formula whose value does not come from its own workbook alone."""
    said = _TEXTS.sub('""', formula)
    text = formula.lstrip("=")[:_FORMULA_TOLD]
    if _OUTSIDE.search(said) or calls(formula):
        return "external_links", OUTSIDE(text=text)
    return ("formula_differs", BY_CHANCE(text=text)) if _BY_CHANCE.search(said) else None


@dataclass
class Book:
    """The sheets of a file by name, in its order; or problems, and then no sheets. text: whether its name is its cover."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    text: bool = False


def address(row: int, column: int) -> str:
    """`D5` for row 5, column 4, as Excel shows them."""
    return f"{letters_of(column)}{row}"


def letters_of(column: int) -> str:
    """`D` for column 4."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def row_and_column(cell: str) -> Position | None:
    """What `address` made; None for a text that is no address."""
    found = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", cell)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def exact(number: int | float) -> Decimal:
    """A cell's number without binary noise: 15 significant digits, no trailing zeros, no exponent for whole numbers."""
    return whole_or_short(Decimal(number) if isinstance(number, int) else Decimal(format(number, ".15g")))


def whole_or_short(value: Decimal) -> Decimal:
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def shown(raw: object) -> str:
    """A cell's content as text, near to what the sheet shows."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)) and raw == raw and abs(raw) != float("inf"):
        return numerals.plain(exact(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == datetime.min.time() else raw.isoformat(sep=" ")
    return str(raw)
