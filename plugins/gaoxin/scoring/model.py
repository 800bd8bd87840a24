"""Score sheets as they were filled in, and what they come to. Plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gaoxin.i18n import Message, Worded
from gaoxin.ledger.acts import Act


@dataclass(frozen=True)
class Line:
    """What an assessor wrote for an item, or for one of its deductions: points, a count, 1 or 0 for yes or no. words: why not
    all points."""

    value: Decimal
    words: str | None = None


@dataclass(frozen=True)
class Sheet(Act):
    """One version of one assessor's sheet. seat: `1` … of experts, or a unit's id. lines: by item, or item and deduction. by: the
    unit that entered it; reason: why it was corrected, None of the first version; sha256: of its workbook, where it has one."""

    assessment: str
    seat: str
    version: int
    lines: Mapping[str, Line]
    by: str
    recorded_at: datetime
    reason: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Computed:
    """What an indicator gives an item that is computed by it. share: of its points, 0 to 1; None: unknown, and why."""

    share: Decimal | None
    told: Message | None = None


@dataclass(frozen=True)
class ItemScore:
    """points: None while it cannot be told; lacking: the lines that are not filled in."""

    item: str
    points: Decimal | None
    lacking: tuple[str, ...] = ()
    told: Message | None = None


@dataclass(frozen=True)
class SheetScore:
    """What one sheet comes to. total: None while an item of its parts cannot be told. bonus: what counts of it, within its
    cap."""

    seat: str
    version: int
    items: tuple[ItemScore, ...]
    bonus: Decimal
    total: Decimal | None

    @property
    def whole(self) -> bool:
        return self.total is not None


@dataclass(frozen=True)
class Spread:
    """Of the totals of whole sheets. deviation: the standard deviation of all of them (not of a sample)."""

    least: Decimal
    most: Decimal
    deviation: Decimal


@dataclass(frozen=True)
class ItemResult:
    """An item over all whole sheets. points: what they come to; least, most: among them. below: less than the share that opens a
    rectification."""

    item: str
    name: Worded
    points: Decimal | None
    full: Decimal
    least: Decimal | None
    most: Decimal | None
    below: bool
    words: tuple[tuple[str, str], ...] = ()  # seat, what it wrote
    told: Message | None = None


@dataclass(frozen=True)
class Score:
    """What an assessment came to as of a time. total: None without a whole sheet. missing: seats without a sheet; incomplete:
    whose sheet lacks what they fill in; outliers: whose total differs by more than the plan lets pass untold. unknown: items that
    are computed by an indicator that has no value: till then no sheet is whole. outdated: seats whose sheet was given for other
    points than the plan's by now. unopened: items that fall short and of which no rectification was ever opened."""

    assessment: str
    full: Decimal
    pass_mark: Decimal | None
    total: Decimal | None
    sheets: tuple[SheetScore, ...]
    items: tuple[ItemResult, ...]
    spread: Spread | None
    missing: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    outliers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    unopened: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """How many sheets are filled in; they are whole once no item is unknown."""
        return len(self.sheets) - len(self.incomplete)

    @property
    def whole(self) -> int:
        """How many whole sheets there are."""
        return sum(s.whole for s in self.sheets)

    @property
    def passed(self) -> bool | None:
        """Whether the pass mark is reached; None where there is none, or no total."""
        return None if self.total is None or self.pass_mark is None else self.total >= self.pass_mark
