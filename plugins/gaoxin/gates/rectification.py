"""A rectification (整改): one shortfall with an owner and a date. Plain frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Rectification:
    """id is deterministic from campaign, phase, criterion and ref: a gate that holds twice opens it once.

    closed_because: one line in Chinese and one in English.
    """

    id: str
    campaign: str
    phase: str
    criterion: str
    ref: str
    owner: str
    subject: str
    subject_en: str
    opened_at: datetime
    due: date
    closed_at: datetime | None = None
    closed_because: str | None = None
