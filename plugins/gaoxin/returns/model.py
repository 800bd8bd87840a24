"""What a return is, once read: its cover, its values with their cells, and the facts it becomes. Plain frozen values."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Self

from gaoxin.containers.model import Problem
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.periods import Period


class ReturnState(StrEnum):
    """The state of one owed return (INTERFACES: returns status), with what a gate says of it, and a report's cell in Chinese."""

    told: Message
    cell: str

    def __new__(cls, state: str, zh: str = "", en: str = "", cell: str = "") -> Self:
        made = str.__new__(cls, state)
        made._value_, made.told, made.cell = state, Code(f"returns.state.{state}", zh, en)(), cell
        return made

    NOT_DUE = "not_due", "未到报送期", "not due yet", "未到期"
    DUE = "due", "应报未报", "not handed in yet", "可报送"  # it is asked for (`opens`), the due day has not passed
    OVERDUE = "overdue", "逾期未报", "overdue", "逾期未报"
    RECEIVED = "received", "已收到，尚未校核", "received, not yet checked", "已收待审"
    WAITING = "waiting", "已报送，待办公室处理", "handed in, waits for the office's mapping", "待办公室"
    REJECTED = "rejected", "已退回，待改正", "rejected, to be corrected", "已退回"
    ACCEPTED = "accepted", "已接受", "accepted", "已接收"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ReturnKey:
    """Which return: one unit's form for one period."""

    campaign: str
    form: str
    unit: str
    period: Period

    def __str__(self) -> str:
        return f"{self.campaign}__{self.form}__{self.unit}__{self.period}"


def opens(period: Period, due: date) -> date:
    """From which day on a return is asked for that is due on a day: once its period is over, or, where it is due within it, from
    the first day of that month."""
    return period.end + timedelta(days=1) if due > period.end else due.replace(day=1)


@dataclass(frozen=True)
class Owed:
    """A return that the plan asks for, and the day it is due."""

    key: ReturnKey
    due: date

    @property
    def opens(self) -> date:
        return opens(self.key.period, self.due)


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell as it was read, and what was made of it.
    value: Decimal, date, str or None. raw: the text as the sheet shows it. repairs: what was repaired (full-width digits,
    thousands separators …). problem: why no value could be made, or None; a value that is ambiguous has a problem and no value:
    it is never guessed."""

    sheet: str
    cell: str
    raw: str
    value: Decimal | date | str | None
    repairs: tuple[Message, ...] = ()
    problem: Message | None = None


@dataclass(frozen=True)
class SeriesValue:
    """One row of a series form. unit_given: the unit of measure written in the sheet; value.value is still in it. unit_raw: the
    text of the cell for it."""

    variable: str
    value: CellValue
    unit_given: str | None
    unit_cell: str | None = None
    note: str | None = None
    unit_raw: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a register: field -> cell. row: its row in the sheet, from 1 as Excel counts."""

    row: int
    fields: dict[str, CellValue]


# Every kind of structural problem and note that reading can tell, with a title. A problem means that the file, or part of it,
# could not be taken as it stands; a note is information.
_LISTED = json.loads(Path(__file__).with_name("kinds.json").read_text(encoding="utf-8"))
PROBLEMS = {kind: Text(*title) for kind, title in _LISTED["problems"].items()}
NOTES = {kind: Text(*title) for kind, title in _LISTED["notes"].items()}


@dataclass
class Told:
    """What reading one sheet tells beside its values: problems and notes, by the lists above. sheet: its name."""

    sheet: str | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def tell(self, kind: str, message: Message, cell: str | None = None) -> None:
        (self.problems if kind in PROBLEMS else self.notes).append(Problem(kind, message, self.sheet, cell))


@dataclass(frozen=True)
class ReadReturn:
    """A file as read. key is None when the cover does not say which return it is; problems then say why.
    explanation: the unit's words on a revision or a warning (cover key `explanation`, optional). reason: why it corrects an
    earlier version: those words, or what it notes beside the figures. notes: what was repaired or left aside outside of the
    values (a cover in full-width letters,
            a hidden row): information, no fault. mapping: by which a file without a cover was read,
    with its version. meant: of a file whose mapping is to be updated first the form, and its period where it says one. A cell
    that holds an error or an unvalued formula stands in `problems` and, with the same words, in its CellValue."""

    file: str
    sha256: str
    size: int
    key: ReturnKey | None
    template: int | None = None
    series: tuple[SeriesValue, ...] = ()
    entries: Sequence[Entry] = ()
    problems: tuple[Problem, ...] = ()
    explanation: str | None = None
    reason: str | None = None
    sample: bool = False  # marked as made up (样本数据)
    nil: bool = False  # says that there is nothing to report (零报告)
    notes: tuple[Problem, ...] = ()
    mapping: str | None = None
    meant: tuple[str, Period | None] | None = None
    signed: tuple[tuple[str, str], ...] = ()  # who answers for it on the cover: label and name, or day
    called: Message | None = None  # which return it is, in words
    cover: str | None = None  # the sheet that says so; None where the file's name, a mapping or a source does

    @property
    def known(self) -> ReturnKey:
        """The key of a file whose cover says which return it is. Raises ValueError for another."""
        if self.key is None:
            raise ValueError(f"{self.file}: its cover does not say which return it is")
        return self.key


@dataclass(frozen=True)
class Fact:
    """One accepted value of a series form. Bitemporal: `period` it speaks of, `recorded_at` it became known."""

    campaign: str
    form: str
    unit: str
    variable: str
    period: Period
    value: Decimal
    unit_of_measure: str
    recorded_at: datetime
    return_id: str
    version: int
    file_sha256: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class RegisterFact:
    """One accepted record of a register. values: field -> text, ISO date or number as text; cells: field -> address."""

    campaign: str
    form: str
    unit: str
    period: Period
    row: int
    values: dict[str, str | None]
    cells: dict[str, str]
    sheet: str
    recorded_at: datetime
    return_id: str
    version: int
    file_sha256: str


@dataclass(frozen=True)
class Held:
    """A figure that a form asks for and that its unit has reported elsewhere already: in the form's own unit of measure. told: in
    which return, in words."""

    value: Decimal
    told: Worded


@dataclass(frozen=True)
class Slice:
    """Which facts are asked for; None asks for all. variables: of series; a register's entries come whole. latest: of each form
    and unit only the latest of the periods for which anything was accepted, 2 the one before it, 0 all (`of_slices`). rows: of
    registers what stands in the sheet's rows up to this one, None for all of it."""

    forms: frozenset[str] | None = None
    units: frozenset[str] | None = None
    periods: frozenset[Period] | None = None
    variables: frozenset[str] | None = None
    latest: int = 0
    rows: int | None = None


EVERYTHING = Slice()


@dataclass(frozen=True)
class Facts:
    """What was known at a time: for every (form, unit, period) the accepted version with the highest number.
    received: the (form, unit, period) accepted at all: a register that was handed in empty has no entries and is still known to
    be empty. unsettled: form, unit, period and variable of values whose level was asked about, and no explanation is accepted;
    settled: of those of which one is; both of what was asked for by unit alone."""

    as_of: datetime
    series: tuple[Fact, ...] = ()
    entries: Sequence[RegisterFact] = ()
    received: frozenset[tuple[str, str, Period]] = field(default_factory=frozenset)
    unsettled: frozenset[tuple[str, str, Period, str]] = field(default_factory=frozenset)
    settled: frozenset[tuple[str, str, Period, str]] = field(default_factory=frozenset)
