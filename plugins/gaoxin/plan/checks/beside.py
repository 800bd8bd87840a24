"""What a check may look at beside the record that it judges: other records, other returns, what is published.

Plain values, and the one who knows them (`Elsewhere`), whom `gaoxin.quality` makes of what was accepted. What is not there is
told with its reason: a comparison with nothing is no pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from gaoxin.folding import folded
from gaoxin.i18n import Message, Worded

Figure = Decimal | date | str | None
Before = Literal["previous", "year_earlier"]
At = Literal["same", "previous", "year_earlier"]


@dataclass(frozen=True, slots=True)
class Reported:
    """A variable or field as it was reported. value: in `unit`, None when there is none to compute with. given,
    unit_given: the figure as it was written. cell: its address in the workbook, or a dash. blank: left empty, where it may be.
    signed: whether it may be negative."""

    name: Worded
    unit: str
    value: Figure
    cell: str
    given: Decimal | None = None
    unit_given: str | None = None
    integer: bool = False
    blank: bool = False
    signed: bool = False


Row = Mapping[str, Reported]


class Asked(NamedTuple):
    """Returns that a check looks at: of which form (None: its own), of which unit (None: the same, `all`: every one that reports
    the form), and at which period, seen from its own."""

    form: str | None
    by: str | None
    at: At


@dataclass(frozen=True)
class Held:
    """What is accepted of one return. figures: of a series form, its variables; None of a register, which has records."""

    figures: Row | None = None
    records: tuple[Row, ...] = ()


class Elsewhere(Protocol):
    """Who knows what is beside a return."""

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that identify a record of the return's own form."""

    def codes(self, field: str) -> tuple[str, ...]:
        """The codes that a field of the return's own form may have."""

    def called(self, form: str | None, table: str | None) -> Worded | None:
        """The name of a form or of a published table, in quotes; None for neither."""

    def held(self, asked: Asked) -> tuple[Held, ...] | Message:
        """The returns asked for, all of them, or why one is not there."""

    def reference(self, name: str) -> Reported | Message:
        """The value of a series of the plan for the return's period, as published by now; or why there is none."""

    def table(self, name: str) -> tuple[Row, ...]:
        """The rows of a published table of the plan."""


def same(value: Figure) -> str | None:
    """A text made comparable, as registers compare their keys. None when there is none."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return folded(value) or None
