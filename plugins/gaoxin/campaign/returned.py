"""Returns that were sent back by a check, told by file and reason where they came in without anybody looking on."""

from collections.abc import Iterable

from gaoxin.campaign.answer import Answer
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Finding
from gaoxin.returns.model import Verdict
from gaoxin.warehouse.engine import Store

_TOLD = 3  # reasons of one return; all stand in its page and in the quality report


class Rejection(Answer):
    """errors: how many there are; findings: the first of them."""

    return_id: str
    file: str
    form: str
    unit: str
    period: Period
    errors: int
    findings: tuple[Finding, ...]


def rejections(store: Store, return_ids: Iterable[str]) -> tuple[Rejection, ...]:
    """Those of them that are rejected now."""
    bad = [one for one in store.returns.several(return_ids).values() if one.verdict is Verdict.REJECTED]
    found = store.returns.findings_of([one.return_id for one in bad]) if bad else {}
    told = []
    for one in bad:
        errors = [f for f in found[one.return_id] if f.severity is Severity.ERROR]
        told.append(Rejection(one.return_id, one.file, one.key.form, one.key.unit, one.key.period, len(errors),
                              tuple(errors[:_TOLD])))
    return tuple(told)
