"""What a person finds in a return, beside what the rules find: that it must be corrected. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from gaoxin.i18n import Code, Worded
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Finding

SENT_BACK = "review.sent_back"
_LEVEL = 1  # of one record: a person looked at this return (DOMAIN, validation levels)
_TOLD = Code(SENT_BACK, "{unit}退回修改：{text}（账号 {account}，{at}）", "sent back by {unit}: {text} (account {account}, {at})",
             unit=Worded, account=str, at=str)


def sent_back(unit: Worded, text: str, account: str | None, at: datetime, sheet: str | None = None, cell: str | None = None
              ) -> Finding:
    """unit: that sends it back."""
    told = _TOLD(unit=unit, text=text, account=account or "—", at=f"{at:%Y-%m-%d %H:%M}")
    return Finding(SENT_BACK, _LEVEL, Severity.ERROR, sheet, cell, None, None, told)


def of_people(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.rule == SENT_BACK)


def beside(said: Sequence[Finding], found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What people said before what the rules found, each once."""
    return (*said, *(f for f in found if f.rule != SENT_BACK))
