"""What comes by a unit's desk: a file that somebody hands in on a page and waits for, and the acknowledgement of every file.

A desk's file is judged and landed as any return: by Great Expectations, in the same transactions as on the command line. What is
no return of this unit is kept, recorded and refused, as in the inbox.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from gaoxin.campaign.acting import acts_as
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.intake import judge_and_load
from gaoxin.campaign.judging import plan_in_force, real, refused
from gaoxin.campaign.mapped import Place, kept, read_from
from gaoxin.campaign.placing import with_problem
from gaoxin.campaign.standing import stands
from gaoxin.campaign.taking import SubmittedFile, giving, refuse, take
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_short
from gaoxin.errors import SystemFault, UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.mapping.choosing import DRIFTED
from gaoxin.people.acts import Act
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Finding
from gaoxin.quality.review import of_people
from gaoxin.returns.cover import explanation_of
from gaoxin.returns.model import PROBLEMS, ReadReturn, Verdict
from gaoxin.unseen import kept_name
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.sendings import Sending

AT_ONCE = 20     # files handed in together
_OTHER_DESK = Code("returns.other_desk", "这里是{desk}的工作台，封面写的是{unit}；请用本单位的模板，或到该单位的工作台上传",
                   "this is the desk of {desk}, and the cover names {unit}: use this unit's template, or that unit's desk",
                   desk=Worded, unit=Worded)
_OTHER_CAMPAIGN = Code("returns.other_campaign", "封面写的是另一项创建工作 {campaign}；请到那里上传",
                       "the cover names another campaign, {campaign}: upload it there", campaign=str)
_ready = threading.Lock()
_begun: list[threading.Thread] = []


class Acknowledged(Answer):
    """One sending of a file, as it can be kept: when, by which way and account, by which hash, and what was said to it then.
    key: by which it is asked for. return_id to version: None for a file that is no return; then `findings` are why. verdict: None
    also while it is not judged yet. stands: what that version stands as by now, None for what is no return. first: the sending by
    which the same bytes had come before. reason_unused: see `Sending`. errors, warnings: how many. at: when this was asked."""

    campaign: str
    unit: str
    key: str
    file: str
    sha256: str
    size: int
    came_at: datetime
    source: str
    account: str | None
    authenticated: bool | None
    return_id: str | None
    form: str | None
    form_name: Worded | None
    period: Period | None
    version: int | None
    verdict: Verdict | None
    stands: str | None
    first: Sending | None
    reason_unused: bool
    checked_at: datetime | None
    findings: tuple[Finding, ...]
    errors: int
    warnings: int
    at: datetime
    drill: bool
    plan_version: int | None

    @property
    def changed(self) -> bool:
        """Whether it stands otherwise by now than it was answered."""
        return self.is_return and self.stands != (self.verdict or "received")

    @property
    def by_people(self) -> bool:
        """Whether a person sent it back."""
        return bool(of_people(self.findings))

    @property
    def waits(self) -> bool:
        """Whether it is no return because the office has to update a mapping first: its unit has nothing to correct."""
        return not self.is_return and any(f.rule == f"file.{DRIFTED}" for f in self.findings)

    @property
    def is_return(self) -> bool:
        return self.return_id is not None


def make_ready() -> None:
    """Begins, once a process, to import what judges returns, while whoever opened a desk still chooses a file."""
    with _ready:
        if not _begun:
            from gaoxin.quality.runner import make_ready

            _begun.append(threading.Thread(target=make_ready, name="gaoxin-make-ready", daemon=True))
            _begun[0].start()


def hand_in(w: Workplace, unit: str, name: str, content: bytes, reason: str | None = None) -> SubmittedFile:
    """One file for a unit, judged, kept, and loaded where it is accepted. The same bytes again are the one that is there; after
    a newer version they are a version of their own, unless a person sent just them back. reason: why it corrects what is in
    force, beside what the file says of it. Raises NotAllowed for whoever may not report for that unit; Refused for a reason that
    is too long; SystemFault and Transient from the database."""
    with acts_as(w, Act.SUBMIT, unit) as w:
        w.plan.unit(unit)
        must_be_short(reason, name)
        read = _seen(w, unit, content, kept_name(name))
        if read.key is None or _amiss(w, unit, read) is not None:
            with replace(w.warehouse, first=None).begin() as store:
                number = refuse(store, w.plan.id, content, read, w.now, source="page", named=True)
            return SubmittedFile(read.file, read, Verdict.REJECTED, refused(read), number=number, **w.told_by)
        taken = take(w, read.file, content, giving(read, reason), "page")
        if taken.return_id is None:
            return taken
        (done,) = judge_and_load(w.by(replace(w.actor, unit=None)), [taken])
        if done.created:
            return done
        taken_by_it = taken.verdict is Verdict.REJECTED and done.verdict is not Verdict.REJECTED
        return _came_again(w, done, None if taken_by_it else explanation_of(reason))


def _came_again(w: Workplace, done: SubmittedFile, unused: str | None) -> SubmittedFile:
    """Records one more sending of a return that was there, and what it was answered with. unused: the reason that came with it,
    where it is the reason of nothing."""
    with w.warehouse.begin() as store:
        number = store.sendings.came_again(w.plan.id, done.return_id or "", done.sha256, done.read.file, done.verdict, w.now,
                                           unused)
        return replace(done, number=number)


def _seen(w: Workplace, unit: str, content: bytes, name: str) -> ReadReturn:
    """A file as it is read on a unit's desk, with a problem where its cover names something else."""
    read = read_from(content, name, plan_in_force(w), Place(w.plan.id, unit), kept(w.settings))
    amiss = _amiss(w, unit, read)
    return real(w, read) if amiss is None else with_problem(read, *amiss)


def _amiss(w: Workplace, unit: str, read: ReadReturn) -> tuple[str, Message] | None:
    if read.key is None or (read.key.campaign, read.key.unit) == (w.plan.id, unit):
        return None
    if read.key.campaign != w.plan.id:
        return "other_campaign", _OTHER_CAMPAIGN(campaign=read.key.campaign)
    return "other_unit", _OTHER_DESK(desk=w.plan.unit(unit).name, unit=w.plan.unit(read.key.unit).name)


def acknowledged(w: Workplace, unit: str, keys: Iterable[str]) -> Sequence[Acknowledged]:
    """What came for a unit, by the number of each sending; by the id of a return its first, by the hash of a file that is none
    its last. Raises UsageError for what did not come, or not for this unit."""
    with w.warehouse.read() as store:
        came = store.sendings.of_unit(w.plan.id, unit, w.known)
        found = []
        for key in keys:
            one = next((s for s in came if key == s.key or (not s.again and key == (s.return_id or s.sha256))), None)
            if one is None:
                raise _nothing(w, unit, key)
            before = next((s for s in came if one.again and s.return_id == one.return_id and not s.again), None)
            found.append(_of_return(w, store, unit, one, before) if one.return_id else _refusal(w, store, unit, one))
        return found


def _of_return(w: Workplace, store: Store, unit: str, one: Sending, before: Sending | None) -> Acknowledged:
    (stored,) = store.returns.all(w.plan.id, w.known, return_id=one.return_id)
    name = next((f.name for f in w.plan.forms if f.id == stored.key.form), Text(stored.key.form, stored.key.form))
    return Acknowledged.of(
        one, campaign=w.plan.id, unit=unit, form=stored.key.form, form_name=name,
        period=stored.key.period, version=stored.version, stands=stands(stored), first=before,
        findings=tuple(store.sendings.findings(one)), at=w.now, drill=w.drill)


def _refusal(w: Workplace, store: Store, unit: str, one: Sending) -> Acknowledged:
    try:
        read: ReadReturn | None = _seen(w, unit, store.returns.content(one.sha256), one.file)
    except SystemFault:
        read = None  # its bytes are gone: what was recorded is told all the same
    told = why_refused(read, one.problems)
    return Acknowledged.of(one, campaign=w.plan.id, unit=unit, form=None, form_name=None, period=None, version=None, stands=None,
                           first=None, findings=tuple(told), errors=len(told), at=w.now, drill=w.drill)


def why_refused(read: ReadReturn | None, problems: Sequence[str]) -> list[Finding]:
    """What was recorded of a file that was refused, in the words of its reading today; by its title what that does not tell any
    more. read: None where the file cannot be read again."""
    told = [f for f in refused(read) if f.rule.removeprefix("file.") in problems] if read and read.problems else []
    known = {f.rule.removeprefix("file.") for f in told}
    return [*told, *(f for kind in problems if kind not in known for f in _titled(kind))]


_KIND = Code("returns.refused_kind", "{title}", "{title}", title=Worded)
_REPLACED = Text("就是已收过或退回的一版，此后已报新的一版；改回原数的，写明原因后重报（在封面“情况说明”里，没有封面的上传时写）",
                 "an earlier version that was taken or sent back, after which a newer one came: to report the former figures "
                 "again, say why (on the cover, or where it has none as it is uploaded)")


def _titled(kind: str) -> tuple[Finding, ...]:
    """What is told of a problem where the file cannot be read again: its title."""
    title = _REPLACED if kind == "replaced" else PROBLEMS.get(kind, Text(kind, kind))
    return (Finding(f"file.{kind}", 0, Severity.ERROR, None, None, None, None, _KIND(title=title)),)


def _nothing(w: Workplace, unit: str, key: str) -> UsageError:
    name = w.plan.unit(unit).name
    return UsageError(Text(f"{name.to('zh')}没有收到过这份文件", f"no such file came for {name.to('en')}"), where=key,
                      todo=Text("从工作台的报送历史进入", "go there from the desk's history"))
