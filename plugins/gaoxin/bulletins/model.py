"""What is recorded of bulletins. Plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gaoxin.ledger.actor import By
from gaoxin.periods import Period


@dataclass(frozen=True)
class Draft(By):
    """An edition of a period's bulletin. content: its text as it is kept, as JSON. due: None where nothing asked for it."""

    period: Period
    edition: int
    content: str
    due: date | None
    late_days: int
    recorded_at: datetime


@dataclass(frozen=True)
class Said(By):
    """What somebody wrote. slot: for which place of the text; None of a comment."""

    period: Period
    slot: str | None
    words: str
    by: str
    recorded_at: datetime


@dataclass(frozen=True)
class Release(By):
    """files: by name the sha256 of each."""

    period: Period
    edition: int
    number: str
    files: Mapping[str, str]
    by: str
    recorded_at: datetime
