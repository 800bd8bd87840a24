"""Mappings (对照): how a unit's own table is read as a form, declared once and never guessed.

A table is found by the text of its first header cell. Its columns and rows are named by the path of their headings, and each
says what a figure in it is: of which variable, whose, of which period, in which unit of measure. What the figures of a table
are is the business of `gaoxin.mapping`; which of them are a return's, of its readers.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gaoxin.errors import UsageError
from gaoxin.i18n import Code
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.base import FormId, Id, Key, Model, Named, Unfit, UnitId, UnitOfMeasure, opt
from gaoxin.plan.forms import FieldType

HeadingPath = str | tuple[str, ...]

LINE_SAYS_NOTHING = Code("plan.mapping_line_says_nothing",
                         "只写了 {at}，没有写它是什么：variable、variables、field、entity、what、total 或 leave",
                         "only says {at} and not what it is: variable, variables, field, entity, what, total or leave", at=str)
LINE_LEFT_AND_TAKEN = Code("plan.mapping_line_left_and_taken", "写了 leave（不取）就不能再写取什么",
                           "left out, and taken as well")
LINE_UNNAMED = Code("plan.mapping_line_unnamed", "应写 at（表头或行名）或 code（代码）", "give at, a heading, or code")
NO_SUCH_CAPTURE = Code("plan.mapping_no_such_capture", "「{name}」不能识别；花括号里只能写 period、entity、unit",
                       "{name} is not known: in braces stand period, entity or unit", name=str)
LINE_SAID_TWICE = Code("plan.mapping_line_said_twice", "{at} 写了两次", "{at} is said twice", at=str)
TABLE_WITHOUT_LINES = Code("plan.mapping_table_without_lines", "应写 columns 或 rows；整张表不取时写 leave: 原因",
                           "give columns or rows; of a table that is left out: leave: why")


TOO_MANY_STARS = Code("plan.mapping_too_many_stars", "一级表头里最多写 {most} 个 *，不超过 200 字",
                      "a heading has at most {most} * and 200 signs", most=int)
CAPTURED_TWICE = Code("plan.mapping_captured_twice", "一级表头里同一个花括号只能写一次", "a level holds each brace once")
NO_SUCH_PERIOD = Code("plan.mapping_no_such_period",
                      "「{period}」不是报告期；写 title、sheet、file，或 2024、2024-Q2、2024-06 这样的一期",
                      "{period!r} is no period: write title, sheet, file, or one such as 2024, 2024-Q2, 2024-06", period=str)
MARK_IS_A_FIGURE = Code("plan.mapping_mark_is_a_figure", "「{mark}」是一个数，不是符号；每个这样的数都会读成别的",
                        "{mark} is a figure and no mark; each such figure would be read as something else", mark=str)
BLANKS_OF_A_REGISTER = Code("plan.mapping_blanks_of_a_register", "marks：名录里的空白就是没有填，不能另作说明",
                            "marks: a blank of a register is nothing, and cannot be said to be something")
_STARS, _LONGEST = 4, 200
_FIGURE = re.compile(r"[-+(]?[0-9,.\s]*[1-9][0-9,.\s]*[%‰)]?")  # but for nought, which may stand for what is too small


def _a_glob(value: str) -> str:
    if value.count("*") > _STARS or len(value) > _LONGEST:
        raise Unfit(TOO_MANY_STARS(most=_STARS))
    return value


def _a_place(value: str) -> str:
    if value not in tuple(PeriodFrom):
        try:
            Period.parse(value)
        except UsageError as error:
            raise Unfit(NO_SUCH_PERIOD(period=value)) from error
    return value


Signs = Annotated[str, StringConstraints(strip_whitespace=False)]  # a line break and a blank are signs
Glob = Annotated[str, AfterValidator(_a_glob)]  # `*` stands for anything


class Mark(StrEnum):
    """What a mark in a figure's place means."""

    MISSING = "missing"
    BELOW_SMALLEST_UNIT = "below_smallest_unit"
    ZERO = "zero"


def _no_figures(value: dict[str, Mark]) -> dict[str, Mark]:
    if figure := next((mark for mark in value if _FIGURE.fullmatch(unicodedata.normalize("NFKC", mark).strip())), None):
        raise Unfit(MARK_IS_A_FIGURE(mark=figure))
    return value


Marks = Annotated[dict[str, Mark], AfterValidator(_no_figures)]


class Share(StrEnum):
    """How a column of shares is written: 0.8 is 0.8 % or 80 %."""

    PERCENT = "percent"
    FRACTION = "fraction"


class Take(StrEnum):
    ALL = "all"
    NEWEST = "newest"


class Total(StrEnum):
    """The parts that a total is held against: every other line, or those above it since the total before."""

    ALL = "all"
    ABOVE = "above"


class PeriodFrom(StrEnum):
    TITLE = "title"
    SHEET = "sheet"
    FILE = "file"


class Line(Model):
    """A column or a row of a table. at: its heading, or the path of headings above it; the last words of the path are enough
    where they are of one line alone. `*` stands for anything; `{period}`, `{entity}`, `{unit}` for what they then say."""

    words = Key("一栏或一行：怎样认出它，里面的数字是什么", "column or row: how it is found, and what its figures are")
    at: HeadingPath | None = opt("表头：栏名或行名；多层的写成列表，如 [其中, 装备制造, 产值]",
                                 "at: its heading, or the path of headings as a list", None)
    code: str | None = opt("代码：表中代码栏的内容", "code: as it stands in the column of codes")
    variable: Id | None = opt("统计变量", "variable")
    variables: dict[str, Id] = opt("几个统计变量：另一方向的 what: 变量；没有 what 的写 value",
                                   "variables: by `what` of the other side; value where it has none", default_factory=dict)
    field: Id | None = opt("栏目：用于名录", "field: of a register")
    type: FieldType | None = opt("类型：与报表一致，可不写", "type: the form's", None,
                                 called="文字 数字 日期 代码 统一社会信用代码 高企证书编号")
    key: bool = opt("识别栏：与报表一致，可不写", "key: what identifies an entry; the form's", False)
    entity: str | None = opt("属于谁：地区、单位等，按 entities 的写法", "entity: whose figures these are, as entities has it")
    unit: UnitOfMeasure | None = opt("计量单位：表上没有写或写得不明时", "unit of measure, where the table does not say it")
    what: str | None = opt("是什么：另一方向的 variables 以此对照，如 growth",
                           "what: it is, by which `variables` of the other side go")
    take: Take = opt("取哪些：几栏各为一期时", "take: of several periods", Take.ALL, called="全部 最新一期")
    share: Share | None = opt("比率怎么写：不写则由同栏其他数值判断", "share: how it is written; else other values settle it",
                              None, called="百分数 小数")
    total: Total | None = opt("合计：不取，只与各项之和核对；同时写 entity、variable 或 variables 的也取",
                              "total: held against its parts; with an entity or a variable taken too",
                              None, called="对其他各行 对上方各行")
    split: Signs | None = opt('一格几个名称时的分隔符，如 、；各占一行的写 "\\n"',
                             'split: what parts several names in one cell; "\\n": lines', None)
    leave: str | None = opt("不取：写明原因", "leave: left out, and why")

    @property
    def path(self) -> tuple[str, ...]:
        return (self.at,) if isinstance(self.at, str) else self.at or ()

    @model_validator(mode="after")
    def says_what_it_is(self) -> Self:
        takes = (self.variable, self.variables, self.field, self.entity, self.what, self.total, self.captured)
        self.fit(bool(self.path or self.code), LINE_UNNAMED)
        self.fit(not (self.leave and any(takes[:-1])), LINE_LEFT_AND_TAKEN)
        self.fit(bool(self.leave or any(takes)), LINE_SAYS_NOTHING, at="/".join(self.path) or str(self.code))
        self.fit(all(level.count("*") <= _STARS and len(level) <= _LONGEST for level in self.path), TOO_MANY_STARS, most=_STARS)
        self.fit(all(len(set(found)) == len(found) for level in self.path if (found := re.findall(r"\{\w*\}", level))),
                 CAPTURED_TWICE)
        for name in self.captured:
            self.fit(name in ("period", "entity", "unit"), NO_SUCH_CAPTURE, name=name)
        return self

    @property
    def captured(self) -> tuple[str, ...]:
        return tuple(name for level in self.path for name in re.findall(r"\{(\w*)\}", level))


class Table(Model):
    """One table. at: the text of its first header cell. headings: what its columns and rows were called when the mapping was
    made; where they are called otherwise nothing is taken."""

    words = Key("一张表：在哪里、哪些栏和行取作什么", "table: where it stands, what is taken of it")
    between_keys: ClassVar = {TABLE_WITHOUT_LINES: {"anyOf": [{"required": ["columns"]}, {"required": ["rows"]},
                                                              {"required": ["leave"]}]}}
    at: Annotated[Glob, Key("起点：左上角表头的文字，如 地区", "at: the text of its first header cell")]
    sheet: Glob | None = opt("工作表名称：可用 *；#2 为第 2 张", "sheet: its name, with *; #2 is the second")
    titled: Glob | None = opt("工作表里的标题：按标题认工作表时写", "titled: a text that stands on the sheet")
    after: Glob | None = opt("在哪个标题之后：同样的起点有几处时写，如 *续表*",
                             "after: a text before it, where `at` stands several times")
    header: int | None = opt("表头行数：起点起共几行；不写则按起点的合并单元格",
                             "header: how many rows; else as its first cell is merged",
                             None, ge=1, le=20)
    above: int = opt("起点上方还有几行表头", "above: rows of headings above it", 0, ge=0, le=10)
    fill: bool = opt("未合并的上层表头向右延续", "fill: headings of groups carry on to the right, unmerged", False)
    stub: tuple[str, ...] = opt("行名所在的栏：不写则为第一栏", "stub: the columns that name its rows; else the first", ())
    codes: str | None = opt("代码栏", "codes: the column of codes")
    units: str | None = opt("计量单位栏", "units: the column of units of measure")
    variable: Id | None = opt("统计变量：整张表只有一个时", "variable: of the whole table")
    entity: str | None = opt("属于谁：整张表相同时", "entity: of the whole table")
    unit: UnitOfMeasure | None = opt("计量单位：整张表相同、表上没有写明时", "unit of measure of the whole table")
    period: Annotated[str,
                      AfterValidator(_a_place)] = opt("报告期从哪里来：title 标题、sheet 工作表名称、file 文件名，或写明一期",
                      "period: from the title, the sheet's or the file's name, or written here", "title")
    share: Share | None = opt("比率怎么写", "share: how shares are written", None, called="百分数 小数")
    columns: tuple[Line, ...] = opt("各栏", "columns", ())
    rows: tuple[Line, ...] = opt("各行", "rows", ())
    until: Glob | None = opt("到哪一行为止：不写则到注释、空表或下一张表",
                             "until: the row that ends it; else notes or the next table")
    leave: str | None = opt("整张表不取：写明原因", "leave: left out, and why")
    headings: tuple[str, ...] = opt("制作对照时的栏名和行名：gaoxin mapping try --headings 可得", "headings: of when it was made",
                                    ())

    @model_validator(mode="after")
    def says_each_line_once(self) -> Self:
        for lines in (self.columns, self.rows):
            said = [(line.path, line.code) for line in lines]
            twice = next((one for one in said if said.count(one) > 1), None)
            self.fit(twice is None, LINE_SAID_TWICE, at="/".join(twice[0]) or str(twice[1]) if twice else "")
        return self

    @property
    def is_register(self) -> bool:
        return any(line.field for line in self.columns)


class Mapping(Named):
    """How files of some units are read as a form."""

    words = Key("对照：单位自有的表怎样读作报表", "mapping: how a unit's own table is read as a form")
    version: Annotated[int, Key("版本：每次修改加一", "version: raised at each change")] = Field(ge=1)
    form: Annotated[FormId, Key("读作哪张报表", "form: what it is read as")]
    units: tuple[UnitId, ...] = opt("哪些单位的文件：不写则为填报该表的全部单位",
                                    "units: whose files; else all that report the form", ())
    file: Glob | None = opt("文件名：可用 *", "file: its name, with *")
    entity: str | None = opt("哪一行或栏是填报单位自己的，如 全区", "entity: whose figures are the unit's own")
    entities: dict[str, tuple[str, ...]] = opt("各地区或单位的其他写法：名称: [写法]", "entities: name: [other spellings]",
                                               default_factory=dict)
    marks: Marks = opt('符号的含义，如 "…": below_smallest_unit；空白写 "": zero',
                       'marks: what they mean; "": what a blank cell means', default_factory=dict)
    unit: UnitOfMeasure | None = opt("计量单位：各表都没有写明时", "unit of measure, where no table says it")
    periodicity: Periodicity | None = opt("报告期：与报表一致，可不写", "periodicity: the form's", None, called="月 季 半年 年")
    tables: Annotated[tuple[Table, ...], Key("各表", "tables")] = Field(min_length=1)

    @model_validator(mode="after")
    def a_registers_blanks_are_blank(self) -> Self:
        blank = any(not mark.strip() for mark in self.marks) and any(table.is_register for table in self.tables)
        self.fit(not blank, BLANKS_OF_A_REGISTER)
        return self

    def named(self) -> Iterator[tuple[str, str]]:
        """Every variable and field that it names, with the place: `tables.0.rows.2.variable`."""
        for i, table in enumerate(self.tables):
            if table.variable:
                yield f"tables.{i}.variable", table.variable
            for side, lines in (("columns", table.columns), ("rows", table.rows)):
                for j, line in enumerate(lines):
                    where = f"tables.{i}.{side}.{j}"
                    yield from ((f"{where}.{key}", name) for key in ("variable", "field") if (name := getattr(line, key)))
                    yield from ((f"{where}.variables", name) for name in line.variables.values())
