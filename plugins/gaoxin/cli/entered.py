"""What is entered afterwards (补录): the two options of every act, and how it is shown."""

from datetime import date
from typing import Annotated, Any

from gaoxin.campaign.answer import reached
from gaoxin.cli.arguments import day_of, option
from gaoxin.cli.layout import Cell, View

OnOption = Annotated[date | None, option("--on", "DAY", "业务日期，默认今天 / the business day; default today",
                                         parser=lambda text: day_of(text, "--on"))]
LateOption = Annotated[str | None, option("--late-reason", "TEXT",
                                          "补录理由；业务日期早于今天时必填 / why it is entered afterwards")]


def afterwards(get: str | None = None) -> Cell:
    """Of an act that was entered afterwards its business day and why; else nothing."""
    def told(row: Any, view: View) -> str | None:
        act = reached(row, get) if get else row
        if not getattr(act, "entered_afterwards", False):
            return None
        return view.say(f"补录：业务日期 {act.business_day}，{act.entered_because}",
                        f"entered afterwards: business day {act.business_day}, {act.entered_because}")

    return told
