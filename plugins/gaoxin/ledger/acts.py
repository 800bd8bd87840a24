"""What people do: recorded at one time, and speaking of a business day, which may lie before it (补录)."""

from dataclasses import dataclass
from datetime import date

from gaoxin.i18n import Code, Message
from gaoxin.ledger.actor import By, vouched

_AFTERWARDS = Code("ledger.afterwards", "{told}（补录：业务日期 {day}，{because}）",
                   "{told} (entered afterwards: business day {day}, {because})", because=str)


@dataclass(frozen=True, kw_only=True)
class Act(By):
    """business_day: that of its recording, unless it was entered afterwards; then entered_because says why. It dates nothing:
    what was known when, lateness and order go by the time of recording."""

    business_day: date | None = None
    entered_because: str | None = None

    @property
    def entered_afterwards(self) -> bool:
        return self.entered_because is not None


def afterwards(told: Message, act: Act) -> Message:
    """What is told of an act, whether it was entered afterwards, and whether nobody vouches for who did it."""
    told = vouched(told, act)
    if act.entered_because is None or act.business_day is None:
        return told
    return _AFTERWARDS(told=told, day=act.business_day, because=act.entered_because)
