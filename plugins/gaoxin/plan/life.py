"""The life of a rule: a draft judges nothing, one in force judges from a period on, a retired one up to a period."""

from __future__ import annotations

from typing import Any

from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.base import Model, PeriodText, opt

NOT_YET = Code("checks.not_yet", "本规则自{since}起施行", "this rule holds from {since}", since=Period)
RETIRED = Code("checks.retired", "本规则施行到{until}为止", "this rule held until {until}", until=Period)


def _left_out(value: object) -> bool:
    return value is None


class Living(Model):
    """What every rule says of its life. Left out of dumps where nothing is said: what was hashed before rules had a life stays
    what it was."""

    draft: bool = opt("草案：只试算、不审核报表，用 gaoxin rules try 看它在以往各期会查出什么",
                      "draft: judges nothing yet; gaoxin rules try tells what it would have found", False,
                      exclude_if=False.__eq__)
    since: PeriodText | None = opt("施行期：自哪个报告期起审核，此前各期仍按当时的规则",
                                   "since: the period from which it judges; earlier ones keep the rules of their day",
                                   exclude_if=_left_out)
    until: PeriodText | None = opt("废止期：审核到哪个报告期为止", "until: the last period that it judges",
                                   exclude_if=_left_out)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """What editors and docs show of a kind begins with what it says, and ends with its life."""
        super().__pydantic_init_subclass__(**kwargs)
        for name in ("draft", "since", "until"):
            cls.__pydantic_fields__[name] = cls.__pydantic_fields__.pop(name)

    def out_of_force(self, period: Period) -> Message | None:
        """Why it judges no return of a period; None where it does."""
        if self.since is not None and period < self.since:
            return NOT_YET(since=self.since)
        return RETIRED(until=self.until) if self.until is not None and period > self.until else None

    def judges(self, period: Period) -> bool:
        return not self.draft and self.out_of_force(period) is None
