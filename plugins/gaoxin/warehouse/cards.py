"""The warnings and cards that fell, each once."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from gaoxin.i18n import Message
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository


@dataclass(frozen=True)
class CardGiven:
    """A rule of the plan that fell for a unit. ref: what it is about. day: from which what it needs was so."""

    card: str
    unit: str
    ref: str
    form: str
    points: Decimal | None
    day: date
    why: Message
    recorded_at: datetime


class CardStore(Repository):
    """store.cards"""

    def known(self, campaign: str, as_of: datetime) -> list[CardGiven]:
        """In the order in which they fell."""
        from gaoxin.reminders import cards  # noqa: F401  its codes are read back here

        return [rows.made(CardGiven, row) for row in self._known("cards", campaign=campaign, as_of=as_of)]

    def give(self, campaign: str, given: CardGiven) -> bool:
        """False where it was given before, by whomever."""
        row = {"campaign": campaign, **vars(given)}
        return self._add("cards", row, EventKind.CARD_GIVEN, given.recorded_at, "card unit ref form day",
                         why=rows.digest(given.why.zh))
