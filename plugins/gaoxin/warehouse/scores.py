"""Score sheets as they were entered, every version of each seat's."""

from datetime import datetime
from decimal import Decimal

from gaoxin.ledger.kinds import EventKind
from gaoxin.scoring.model import Line, Sheet
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository, row_of


class ScoreStore(Repository):
    """store.scores"""

    def add(self, campaign: str, sheet: Sheet) -> None:
        row = {"campaign": campaign, **row_of(sheet), "lines": rows.plain(dict(sheet.lines))}
        self._say("score_sheets", row, EventKind.SCORE_ENTERED, sheet.recorded_at, "assessment seat version by",
                  lines=rows.digest(dict(sheet.lines)), **({"reason": sheet.reason} if sheet.reason else {}))

    def sheets(self, campaign: str, as_of: datetime, assessment: str | None = None) -> list[Sheet]:
        """Every version that was known by then."""
        found = self._acted("score_sheets", campaign=campaign, assessment=assessment, as_of=as_of)
        return [Sheet(**{**row, "lines": {name: Line(Decimal(line["value"]), line["words"])
                                          for name, line in row["lines"].items()}}) for row in found]
