"""What a mapping takes of a file: figures with their cells, what is left out, what is told. Plain values."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from gaoxin.containers.model import Position, Problem
from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.returns.model import CellValue


class NoValue(StrEnum):
    """Why no value can be made of a cell that is not blank."""

    MISSING = "missing"
    BELOW_SMALLEST_UNIT = "below_smallest_unit"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"
    NO_DAY = "no_day"


@dataclass(frozen=True)
class Taken:
    """One figure, or one field of a register's entry. value: in unit_of_measure, as the table has it. entity: whose it is, of
    an entry its key. part: of several entries in one row, which. no_value: why there is none."""

    variable: str
    value: CellValue
    unit_of_measure: str | None
    period: Period | None
    entity: str | None
    row: int
    part: int = 0
    no_value: NoValue | None = None


@dataclass(frozen=True)
class Left:
    """A cell with a figure that is not taken, and why. others: it is another's or of another period, which the mapping takes."""

    sheet: str
    cell: str
    raw: str
    why: Worded
    others: bool = False


@dataclass(frozen=True)
class Titled:
    """A text above a table, or below it."""

    sheet: str
    row: int
    column: int
    text: str
    above: bool


# Kinds that say no more than that the headings differ.
BY_HEADINGS = frozenset({"mapping_line_not_found", "mapping_line_twice", "mapping_meant_twice"})
LEFT_AS_SAID = Code("mapping.left_as_said", "对照写明不取：{why}", "left out, as the mapping says: {why}", why=str)


@dataclass
class Reading:
    """What a mapping makes of a file. told: what it does not say, or what contradicts it; drifted: those of it that mean that the
    table is not the one that the mapping was made for. seen: sheet -> the cells that were looked at. headings: by table, what
    its columns and rows are called. nil: a register says that there is nothing to report. spoken: what stands, where the mapping
    looks for a period, in place of one. doubt: why a register is of no period, though several are named. sums: of a register's
    tables so far, what its fields add up to, and those that count names."""

    values: list[Taken] = field(default_factory=list)
    blank: list[Taken] = field(default_factory=list)  # cells where a value is asked for and nothing stands
    left: list[Left] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)
    drifted: list[Problem] = field(default_factory=list)
    seen: dict[str, set[Position]] = field(default_factory=dict)
    headings: dict[int, tuple[str, ...]] = field(default_factory=dict)
    period: Period | None = None
    nil: bool = False
    spoken: tuple[str, ...] = ()
    doubt: Message | None = None
    titles: list[Titled] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)
    outside: list[tuple[str, Position]] = field(default_factory=list)  # figures in no table

    def tell(self, kind: str, message: Message, sheet: str | None = None, cell: str | None = None) -> None:
        self.told.append(Problem(kind, message, sheet, cell))
