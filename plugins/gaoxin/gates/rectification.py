"""A rectification (整改): one shortfall with an owner and a date. Plain frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gaoxin.i18n import Message


@dataclass(frozen=True)
class Rectification:
    """id is deterministic from campaign, phase, criterion and ref: a gate that holds twice opens it once."""

    id: str
    campaign: str
    phase: str
    criterion: str
    ref: str
    owner: str
    subject: Message
    opened_at: datetime
    due: date
    closed_at: datetime | None = None
    closed_because: Message | None = None
