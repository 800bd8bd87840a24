"""What became of what units handed in, as news: what was accepted, told once, and a correction that was sent back, told at once.

A return that was sent back and is owed is told by its reminder; here are those of which an accepted version stands. Reads only.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from gaoxin.campaign.mending import to_correct
from gaoxin.campaign.standing import row_of, versions_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import ZONE, local_day
from gaoxin.gates.model import OwedReturn
from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Finding
from gaoxin.quality.review import of_people
from gaoxin.reminders.model import News, Section
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict
from gaoxin.returns.schedule import Round
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn

TOLD_FOR = timedelta(days=14)  # what was judged longer ago is not told any more: an outage ends without a flood of old news
FINDINGS_TOLD = 8

_ACCEPTED = Code("reminders.accepted", "报送“{form}”{period}第 {version} 版已受理{warned}",
                 "return {form} {period}, version {version}, is accepted{warned}", form=Worded, period=Period, version=int,
                 warned=Message | None)
_TO_EXPLAIN = Code("reminders.accepted_to_explain", "，有 {count} 处警告须作说明", ", {count} warning(s) are to be explained")
_SENT_BACK = Code("reminders.correction_back", "报送“{form}”{period}第 {version} 版退回；第 {stands} 版仍有效\n   {mend:\n   }",
                  "return {form} {period}: version {version} was sent back, version {stands} stands\n   {mend:\n   }",
                  form=Worded, period=Period, version=int, stands=int, mend=tuple)
# The findings on a return are told in Chinese, as they stand on the list that went back with it.
_FINDING = Code("reminders.finding", "- {message:zh}", "- {message:zh}", message=Message)
_FINDING_AT = Code("reminders.finding_at", "- {place}：{message:zh}", "- {place}：{message:zh}", place=str, message=Message)
_MORE_FINDINGS = Code("reminders.more_findings", "- 另有 {count} 处", "- 另有 {count} 处", count=int)


def told(w: Workplace, store: Store, since: date | None) -> list[News]:
    """since: the first day of the campaign here; nothing before it is news."""
    first = max((d for d in (since, local_day(w.now) - TOLD_FOR) if d), default=date.min)
    keys = store.standing.judged(w.plan.id, datetime.combine(first, time.min, tzinfo=ZONE), w.known)
    if not keys:
        return []
    rounds = {(r.form, r.period, u): r for r in w.rounds() for u in r.units}
    asked = [key for key in keys if (key.form, key.period, key.unit) in rounds]
    came = versions_of(store.standing.versions(w.plan.id, sorted({(k.form, k.period) for k in asked}), w.known))
    owed = [(key, rounds[key.form, key.period, key.unit]) for key in asked]
    return [n for key, of in owed for n in _of_return(w, store, key, of, came.get(key, []), first)]


def _of_return(w: Workplace, store: Store, key: ReturnKey, owed: Round, came: list[StoredReturn], first: date) -> Iterator[News]:
    row = row_of(Owed(key, owed.due), came, w.now, w.days)
    if row.state is not ReturnState.ACCEPTED:
        return
    about = {"form": w.plan.form(key.form).name, "period": key.period}
    version = next(v for v in came if v.version == row.version)
    if version.checked_at and local_day(version.checked_at) >= first:
        warned = _TO_EXPLAIN(count=row.to_explain) if row.to_explain else None
        yield News("return", str(key), f"accepted{row.version}", key.unit, Section.ACCEPTED,
                   _ACCEPTED(**about, version=version.version, warned=warned), local_day(version.checked_at))
    if back := _later_back(came, row, first):
        findings = to_correct(store, [back.return_id], w.known)[back.return_id].findings
        yield News("return", str(key), f"rejected{back.version}{by_people(findings)}", key.unit, Section.SENT_BACK,
                   _SENT_BACK(**about, version=back.version, stands=version.version, mend=mend(findings)),
                   local_day(back.checked_at or back.received_at), urgent=True)


def _later_back(came: Iterable[StoredReturn], row: OwedReturn, first: date) -> StoredReturn | None:
    """The last version after the accepted one, where it was sent back since a day."""
    later = [v for v in came if v.version > (row.version or 0)]
    last = later[-1] if later else None
    back = last is not None and last.verdict is Verdict.REJECTED and local_day(last.checked_at or last.received_at) >= first
    return last if back else None


def mend(findings: Sequence[Finding]) -> tuple[Message, ...]:
    """The first errors of a version that was sent back, and how many more there are."""
    errors = [f for f in findings if f.severity is Severity.ERROR]
    more = len(errors) - FINDINGS_TOLD
    return (*map(_finding, errors[:FINDINGS_TOLD]), *([_MORE_FINDINGS(count=more)] if more > 0 else ()))


def by_people(findings: Sequence[Finding]) -> str:
    """What tells one sending back of a version from another: each is told."""
    said = "".join(f.message.identity for f in of_people(findings))
    return f".{sha256(said.encode()).hexdigest()[:8]}" if said else ""


def _finding(finding: Finding) -> Message:
    """With sheet and cell, unless the message names the cell itself."""
    place = " ".join(x for x in (finding.sheet, finding.cell) if x)
    if not place or finding.says_where:
        return _FINDING(message=finding.message)
    return _FINDING_AT(place=place, message=finding.message)
