"""What is told beside an act: that it was entered afterwards (补录), with the two options that say so; that nobody vouches for
the account that did it (未经认证); what a reviewer said of it."""

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
    """Of an act that was entered afterwards its business day and why, of one that is not authenticated its account; else
    nothing."""
    def told(row: Any, view: View) -> str | None:
        act = reached(row, get) if get else row
        said = [unvouched(act, view)]
        if getattr(act, "entered_because", None) is not None:
            said.append(view.say(f"补录：业务日期 {act.business_day}，{act.entered_because}",
                                 f"entered afterwards: business day {act.business_day}, {act.entered_because}"))
        return view.say("；", "; ").join(one for one in said if one) or None

    return told


def unvouched(act: Any, view: View) -> str | None:
    """That nobody vouches for the account that did it, where that is so."""
    if getattr(act, "authenticated", None) is not False:
        return None
    return view.say(f"未经认证（账号 {act.account}）", f"not authenticated (account {act.account})")


def reviewed(review: Any, view: View) -> str | None:
    """What a reviewer said of an explanation: by whom, and until when it holds; None where nobody has reviewed it."""
    if review is None:
        return None
    who = " ".join(filter(None, (view.unit_name(review.by), unvouched(review, view))))
    what = (view.say(f"接受，有效至 {review.holds_until}", f"accepted, holds until {review.holds_until}") if review.holds_until
            else view.say("退回", "sent back"))
    return f"{view.cell(review.at)} {who} {what}" + (f"{view.say('：', ': ')}{review.comment}" if review.comment else "")
