"""What is to be corrected in a return that was sent back, and by when. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from gaoxin.gates.rectifying import due_day
from gaoxin.plan.model import Plan
from gaoxin.quality.model import Finding
from gaoxin.quality.review import of_people
from gaoxin.warehouse.engine import Store


@dataclass(frozen=True)
class ToCorrect:
    """findings: what people said first, of an earlier version too while no version was accepted since. sent_back: the day on
    which they did, None where nobody did."""

    findings: tuple[Finding, ...] = ()
    sent_back: date | None = None


def mend_by(plan: Plan, due: date, sent_back: date | None) -> date:
    """Its own day, or five working days after a person sent it back, as for whatever is to be made good. sent_back: None where
    nobody did: what rules reject is told at once, and its day stays."""
    return due if sent_back is None else max(due, due_day(plan, sent_back, date.min))


def to_correct(store: Store, return_ids: Collection[str], known: datetime) -> dict[str, ToCorrect]:
    """Of versions that are rejected. A correction that the rules reject answers no remark, and takes no day away."""
    remarks = store.reviews.remarks(return_ids, known)
    found = store.returns.findings_of({*return_ids, *(r.return_id for r in remarks.values())}, known)
    told = {}
    for asked in return_ids:
        remark = remarks.get(asked)
        before = of_people(found[remark.return_id]) if remark and remark.return_id != asked else ()
        told[asked] = ToCorrect((*before, *found[asked]), remark.day if remark else None)
    return told
