"""Acts that are entered afterwards (补录): of which day, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_short, says_nothing
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.returns.cover import explanation_of


@dataclass(frozen=True)
class Entered:
    """on: the business day, today where left out; because: why it is entered afterwards."""

    on: date | None = None
    because: str | None = None

    def of(self, w: Workplace) -> dict[str, Any]:
        """As `at`, of an act in a campaign: it can be of no day before that began."""
        return self.at(w.now, w.plan.earliest)

    def at(self, now: datetime, since: date | None = None) -> dict[str, Any]:
        """The columns that say so, of an act at `now`. since: the first day of which it can be (`Plan.earliest`). Raises
        UsageError for a day to come or before that, and unless a reason is given exactly
        for a day that is over; Refused for one that is too long."""
        must_be_short(self.because, "--late-reason")
        today, because = local_day(now), explanation_of(self.because)
        day = self.on or today
        if day > today:
            raise UsageError(Text(f"业务日期 {day} 还没有到（今天是 {today}）", f"{day} is yet to come: today is {today}"),
                             where="--on", todo=Text("写今天或以前的日期", "give today or a day before"))
        if since and day < min(since, today):
            raise UsageError(Text(f"业务日期 {day} 早于本创建工作开始（{since}）",
                                  f"{day} is before the campaign began ({since})"),
                             where="--on", todo=Text(f"核对日期，写 {since} 或以后的日期", f"look the day up: {since} or after"))
        if day < today and because is None:
            raise UsageError(says_nothing(self.because) or
                             Text(f"业务日期 {day} 早于今天，属于补录，须写理由",
                                  f"{day} is over: what is entered afterwards needs a reason"), where="--late-reason",
                             todo=Text("加 --late-reason 理由", "add --late-reason TEXT"))
        if day == today and self.because is not None:
            raise UsageError(Text("不是补录，不写补录理由", "nothing is entered afterwards here"), where="--late-reason",
                             todo=Text("以 --on 写以前的业务日期，或去掉 --late-reason",
                                       "name a day that is over by --on, or leave --late-reason out"))
        return {"business_day": day, "entered_because": because}


AT_ONCE = Entered()
