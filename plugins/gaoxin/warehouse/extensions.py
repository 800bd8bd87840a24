"""Requests for another day, and what was decided on them."""

from datetime import datetime
from typing import Any

from gaoxin.extensions.model import Days, Extension, Grant, Outcome, Ruling
from gaoxin.ledger.actor import told_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository, row_of

_RULING = "ruling_"


class ExtensionStore(Repository):
    """store.extensions"""

    def days(self, campaign: str) -> Days:
        """Every extension that was ever granted, in the order of the grants."""
        found = self._ask("select x.number, x.kind, x.ref, x.due, r.day, r.recorded_at as at, r.seq from gaoxin.extensions x"
                          " join gaoxin.extension_rulings r using (campaign, number)"
                          " where x.campaign = :c and r.outcome = 'granted' order by r.seq", c=campaign).mappings()
        return Days(tuple(rows.made(Grant, rows.localised(row)) for row in found))

    def known(self, campaign: str, as_of: datetime) -> list[Extension]:
        """By number."""
        drill = self._unvouched_drill(as_of)
        return [_made(row, drill=drill) for row in self._known("extensions", campaign=campaign, as_of=as_of)]

    def next_number(self, campaign: str) -> int:
        return self._ask("select coalesce(max(number), 0) + 1 from gaoxin.extensions where campaign = :c",
                         c=campaign).scalar_one()

    def ask(self, campaign: str, item: Extension) -> None:
        row = {"campaign": campaign, **{name: value for name, value in row_of(item).items() if name != "ruling"}}
        self._say("extensions", row, EventKind.EXTENSION_ASKED, item.recorded_at, "number ref unit due wished",
                  about=str(item.kind), reason=rows.digest(item.reason))

    def rule(self, campaign: str, item: Extension, ruling: Ruling) -> None:
        row = {"campaign": campaign, "number": item.number, **row_of(ruling)}
        more: dict[str, Any] = {"about": str(item.kind), "ref": item.ref, "unit": item.unit, "due": item.due,
                                "reason": rows.digest(ruling.reason)}
        if ruling.outcome is Outcome.GRANTED:
            self._say("extension_rulings", row, EventKind.EXTENSION_GRANTED, ruling.recorded_at, "number by day", **more)
        else:
            self._say("extension_rulings", row, EventKind.EXTENSION_REFUSED, ruling.recorded_at, "number by", **more)


def _made(row: dict[str, Any], *, drill: bool) -> Extension:
    ruling = {name.removeprefix(_RULING): row.pop(name) for name in [*row] if name.startswith(_RULING)}
    asked, ruled = (told_of(each.pop("actor"), drill=drill) for each in (row, ruling))
    decided = rows.made(Ruling, ruling | ruled) if ruling["outcome"] else None
    return rows.made(Extension, row | asked | {"ruling": decided})
