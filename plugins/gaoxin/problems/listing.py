"""Reads a problem list (问题清单): its heading by what people call the columns, its rows, and what is wrong with each, at its
cell.

Nothing is guessed: a row that lacks something, names no unit of the plan or a day that is none is a fault, and a list with a
fault is taken back whole. Rows above the heading are a title; what stands in merged cells holds for all rows that they span.
A row that names no unit and begins as signatures, sums and notes below a table do, as a heading of a part or as the list's own
heading is no problem: such rows are left out, and told.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from gaoxin.containers.model import Book, Content, Sheet, address
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.criteria.rectifications_closed import FOUND_BY_PEOPLE, ORIGINS, Origin
from gaoxin.plan.model import Plan
from gaoxin.problems.model import Fault, Found, Given
from gaoxin.returns.fields import read_day
from gaoxin.returns.text import plain, squeezed

WORDS: Mapping[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
LONGEST = 2_000  # characters of a cell
_LOOKED_AT = 30  # rows, for a heading
_KNOWN = {squeezed(name): key for key, names in WORDS["heads"].items() for name in names}

NO_HEADS = Code("problems.no_heads", "找不到问题清单的表头，应有：{names}；请用 gaoxin problem template 生成的模板",
                "no sheet has the heading of a problem list, which has: {names}; use the one that gaoxin problem template writes",
                names=tuple)
HEAD_MISSING = Code("problems.head_missing", "缺少“{name}”一列", "the column {name} is missing", name=str)
HEAD_TWICE = Code("problems.head_twice", "“{name}”有两列；请删去其中一列", "the column {name} occurs twice: delete one", name=str)
HEAD_UNKNOWN = Code("problems.head_unknown", "不认识的一列“{name}”，其中有内容；可用的列：{known}。改列名，或移到“备注”",
                    "the column {name} is unknown and holds something; known: {known}. Rename it, or move it to the remarks",
                    name=str, known=tuple)
LACKING = Code("problems.lacking", "没有写{what}", "{what} is missing", what=str)
TOO_LONG = Code("problems.too_long", "太长：{count} 字，最多 {most} 字",
                "too long: {count} characters, at most {most}", count=int, most=int)
NO_UNIT = Code("problems.no_unit", "方案中没有单位“{name}”；可用：{known}",
               "the plan has no unit {name!r}; known: {known}", name=str, known=tuple)
ONE_A_ROW = Code("problems.one_a_row", "“{name}”是几个单位：一条问题由一个单位负责整改，几个单位各自负责的分行写",
                 "{name!r} are several units: one makes a problem good; where each has its own part write a row each", name=str)
NO_PHASE = Code("problems.no_phase", "方案中没有阶段“{name}”；可用：{known}", "the plan has no phase {name!r}; known: {known}",
                name=str, known=tuple)
NO_ORIGIN = Code("problems.no_origin", "没有“{name}”这种提出方式；可用：{known}",
                 "no such way of finding: {name!r}; known: {known}", name=str, known=tuple)
NO_DAY = Code("problems.no_day", "“{name}”读不成日期，应写如 2020-10-31", "{name!r} is no day: write one such as 2020-10-31",
              name=str)
EMPTY = Code("problems.empty", "清单中一条问题也没有", "the list has no problem at all")
TWICE = Code("problems.twice", "与 {place} 是同一个问题；请删去一行", "the same problem as at {place}: delete one", place=str)
NUMBER_TWICE = Code("problems.number_twice", "序号 {number} 在 {place} 已用于另一个问题；请改序号",
                    "the number {number} stands at {place} for another problem: change it", number=str, place=str)
LEFT_OUT = Code("problems.left_out", "工作表“{sheet}”没有问题清单的表头，未读取",
                "the sheet {sheet} has no heading of a problem list: not read", sheet=str)
BESIDE = Code("problems.beside", "{sheet} 第 {rows:、} 行是签字、合计、说明、小标题或重复的表头，没有责任单位，未作为问题登记；"
              "确是问题的，补写责任单位",
              "{sheet}, row {rows:, }: signatures, a sum, a note, a heading of a part or the heading again, without an owner: "
              "not recorded. Where one is a problem, write its owner", sheet=str, rows=tuple)
_FOOT = re.compile(r"(合计|总计|小计|共计|共\d+[条项个处]|以下空白|以下无正文|\d{4}年\d{1,2}月\d{1,2}日$|"
                   r"[^:]{0,8}(填表|填报|制表|审核|复核|检查人|检查组|检查单位|被检查|经办|负责人|联系|电话|签字|签名|签收|签章|盖章|"
                   r"日期|报出|抄送|抄报)[^:]{0,8}:|[^:]{0,8}\(?(签字|签名|签章|盖章|公章)\)?$|\(?(注|备注|说明|填表说明|附注)\)?\d*[:.、])")
_SEVERAL = re.compile(r"[、，,;；/\s]")
_PART = re.compile(r"(\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+[、.])")


@dataclass
class Listed:
    """problems: those that are whole; faults: with one nothing is to be recorded; told: sheets and rows that were not read."""

    problems: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)


def head_of(key: str) -> str:
    """A column's own name, as the template has it."""
    return str(WORDS["heads"][key][0])


def read_list(plan: Plan, book: Book, given: Given, unit_called: Callable[[str], str]) -> Listed:
    """All problems of a workbook. unit_called: the id of the unit that is called so; raises UsageError where none or several
    are."""
    if book.problems:
        return Listed(faults=[Fault(p.message, p.sheet, p.cell) for p in book.problems])
    found, heads = Listed(), {name: _heads(sheet) for name, sheet in book.sheets.items() if sheet.visible}
    for name, sheet in book.sheets.items():
        if columns := heads.get(name):
            _Reader(plan, sheet, columns, given, unit_called, found).read()
        elif sheet.rows and sheet.visible and name not in (WORDS["notes"], WORDS["units"]):
            found.told.append(LEFT_OUT(sheet=name))
    if not any(heads.values()):
        found.faults.append(Fault(NO_HEADS(names=[head_of(key) for key in WORDS["needed"]])))
    elif not found.problems and not found.faults:
        found.faults.append(Fault(EMPTY()))
    found.faults += _alike(found.problems)
    return found


def needed(plan: Plan) -> list[str]:
    """The columns that a list must have: no due day where the plan gives one."""
    return [key for key in WORDS["needed"] if key != "due" or plan.supervised.problem is None]


def due_if_unstated(plan: Plan, found_on: date) -> date | None:
    """By when a problem is to be made good of which nothing is said; None where the plan says nothing either."""
    count = plan.supervised.problem
    return None if count is None else plan.workdays.workdays_after(found_on, count)


@dataclass(frozen=True)
class _Heads:
    """row: where the heading stands; columns: key -> column from 1; twice, strange: columns that occur again, or that nobody
    knows."""

    row: int
    columns: Mapping[str, int]
    twice: Mapping[int, str]
    strange: Mapping[int, str]


def _heads(sheet: Sheet) -> _Heads | None:
    """The first row that names at least two of the needed columns."""
    for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        named = [(column, text) for column in range(1, len(sheet.rows[row - 1]) + 1)
                 if (text := squeezed(sheet.text(row, column)).rstrip("*"))]
        keys = [(column, text, _KNOWN.get(text.partition("(")[0])) for column, text in named]
        columns: dict[str, int] = {}
        twice = {}
        for column, text, key in keys:
            if key in columns:
                twice[column] = text
            elif key:
                columns[key] = column
        if len(columns.keys() & {*WORDS["needed"]}) >= 2:
            return _Heads(row, columns, twice, {column: text for column, text, key in keys if key is None})
    return None


@dataclass
class _Reader:
    plan: Plan
    sheet: Sheet
    heads: _Heads
    given: Given
    unit_called: Callable[[str], str]
    found: Listed

    def read(self) -> None:
        before = len(self.found.faults)
        self._columns()
        if len(self.found.faults) > before:
            return
        beside = []
        for row in range(self.heads.row + 1, len(self.sheet.rows) + 1):
            if written := [text for column in range(1, len(self.sheet.rows[row - 1]) + 1)
                           if (text := squeezed(self.sheet.text(row, column)))]:
                if self._is_beside(row, written):
                    beside.append(str(row))
                else:
                    self._row(row)
        if beside:
            self.found.told.append(BESIDE(sheet=self.sheet.name, rows=beside))

    def _is_beside(self, row: int, written: list[str]) -> bool:
        """Whether a row is no problem: it has no owner of its own, and begins as what stands beside or between problems."""
        if (owner := self._raw(row, "owner")) and self._is_unit(str(owner)):
            return False
        if all(_KNOWN.get(text.rstrip("*").partition("(")[0]) for text in written) and len(written) >= 2:
            return True
        asked = [squeezed(str(self._raw(row, key) or "")) for key in needed(self.plan)]
        if all(asked) and len({*asked}) == len(asked):  # a whole problem, whose owner is misspelt
            return False
        return bool(_FOOT.match(written[0]) or (len({*written}) == 1 and _PART.match(written[0])))

    def _is_unit(self, name: str) -> bool:
        try:
            self.unit_called(plain(name))
        except UsageError:
            return False
        return True

    def _columns(self) -> None:
        for key in needed(self.plan):
            if key not in self.heads.columns:
                self._fault(HEAD_MISSING(name=head_of(key)), self.heads.row, 1)
        for column, name in self.heads.twice.items():
            self._fault(HEAD_TWICE(name=name), self.heads.row, column)
        for column, name in self.heads.strange.items():
            if any(self.sheet.text(row, column).strip() for row in range(self.heads.row + 1, len(self.sheet.rows) + 1)):
                known = [head_of(key) for key in WORDS["heads"]]
                self._fault(HEAD_UNKNOWN(name=name, known=known), self.heads.row, column)

    def _row(self, row: int) -> None:
        before = len(self.found.faults)
        text, standard = self._text(row, "text"), self._text(row, "standard")
        owner, due = self._unit(row), self._day(row, "due")
        found_on, origin = self._day(row, "found_on"), self._origin(row)
        if due is None and not self._raw(row, "due"):
            due = due_if_unstated(self.plan, found_on or self.given.found_on)
        number, phase, source = self._text(row, "number"), self._phase(row), self._text(row, "source")
        for key, value in (("text", text), ("owner", owner), ("standard", standard), ("due", due)):
            if value is None and not self._raw(row, key) and not self.sheet.trouble(row, self.heads.columns[key]):
                self._fault(LACKING(what=head_of(key)), row, self.heads.columns[key])
        if len(self.found.faults) > before or not (text and owner and standard and due):
            return
        place = f"{self.sheet.name}!{address(row, self.heads.columns['text'])}"
        self.found.problems.append(Found(text, owner, standard, due, origin, source or self.given.source,
                                         found_on or self.given.found_on, number, phase, place))

    def _raw(self, row: int, key: str) -> Content:
        """What stands in a column, of merged cells what stands in the first of them; None for a blank."""
        column = self.heads.columns.get(key)
        if column is None:
            return None
        top, left = next(((t, x) for t, x, b, r in self.sheet.merged if t <= row <= b and x <= column <= r), (row, column))
        value = self.sheet.cell(max(top, self.heads.row + 1), left)
        return None if isinstance(value, str) and not plain(value) else value

    def _text(self, row: int, key: str) -> str | None:
        value, column = self._raw(row, key), self.heads.columns.get(key)
        if column is None or (value is None and not self.sheet.trouble(row, column)):
            return None
        if trouble := self.sheet.trouble(row, column):
            self._fault(trouble.message, row, column)
            return None
        if marked := self.sheet.marked(row, column, words=True):
            self._fault(marked, row, column)
            return None
        text = plain(str(int(value)) if isinstance(value, float) and value == int(value) else str(value))
        if len(text) > LONGEST:
            self._fault(TOO_LONG(count=len(text), most=LONGEST), row, column)
        return text

    def _unit(self, row: int) -> str | None:
        if (name := self._text(row, "owner")) is None:
            return None
        if not self._is_unit(name):
            several = [part for part in _SEVERAL.split(name) if part.strip()]
            one_each = len(several) > 1 and all(self._is_unit(part) for part in several)
            self._no(ONE_A_ROW(name=name) if one_each else NO_UNIT(name=name, known=[u.name for u in self.plan.units]), row,
                     "owner")
            return None
        return self.unit_called(name)

    def _phase(self, row: int) -> str | None:
        if (name := self._text(row, "phase")) is None:
            return None
        said = squeezed(name)
        meant = [p.id for p in self.plan.phases if said in (p.id, squeezed(p.name.zh), squeezed(p.name.to("en")))]
        if not meant:
            self._no(NO_PHASE(name=name, known=[p.name for p in self.plan.phases]), row, "phase")
        return meant[0] if meant else None

    def _origin(self, row: int) -> Origin:
        if (name := self._text(row, "origin")) is None:
            return self.given.origin
        meant: list[Origin] = [o for o in FOUND_BY_PEOPLE if squeezed(name) in (o, *ORIGINS[o])]
        if not meant:
            self._no(NO_ORIGIN(name=name, known=[ORIGINS[o] for o in FOUND_BY_PEOPLE]), row, "origin")
        return meant[0] if meant else self.given.origin

    def _day(self, row: int, key: str) -> date | None:
        value, column = self._raw(row, key), self.heads.columns.get(key)
        trouble = self.sheet.trouble(row, column) if column else None
        if value is None and trouble is None:
            return None
        day, _, problem = read_day(value, self.sheet.epoch)
        if problem and key == "due" and isinstance(value, str):
            day, problem = _end_of_month(value), None
        if trouble or problem or not isinstance(day, date):
            self._no(trouble.message if trouble else NO_DAY(name=str(value)), row, key)
            return None
        return day

    def _no(self, told: Message, row: int, key: str) -> None:
        self._fault(told, row, self.heads.columns[key])

    def _fault(self, told: Message, row: int, column: int) -> None:
        self.found.faults.append(Fault(told, self.sheet.name, address(row, column)))


def _alike(problems: list[Found]) -> Iterator[Fault]:
    """Of problems that stand twice, and of numbers that stand for two, the later ones."""
    seen: dict[tuple[str, ...], Found] = {}
    numbers: dict[tuple[str, ...], Found] = {}
    for one in problems:
        whole = (one.origin, squeezed(one.source), one.owner, squeezed(one.text))
        if first := seen.get(whole):
            yield _at(TWICE(place=first.place or ""), one)
            continue
        seen[whole] = one
        if one.number:
            number = (one.origin, squeezed(one.source), one.number)
            if first := numbers.get(number):
                yield _at(NUMBER_TWICE(number=one.number, place=first.place or ""), one)
            numbers.setdefault(number, one)


def _at(told: Message, one: Found) -> Fault:
    sheet, _, cell = (one.place or "").rpartition("!")
    return Fault(told, sheet or None, cell or None)


def _end_of_month(text: str) -> date | None:
    """Of a limit that is a month (2026-04, 2026年4月, 2026年4月底) its last day, as in a plan."""
    try:
        period = Period.written(text)
    except UsageError:
        return None
    return period.end if period.periodicity is Periodicity.MONTH else None
