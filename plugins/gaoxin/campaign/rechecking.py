"""What becomes of a rectification: evidence that its owner hands in, the re-check (复查) of whoever found it, and opening it
again.

Nobody re-checks their own. What a gate opened closes by itself once its shortfall is gone, or is closed by the office, the
supervision office or the leading group; evidence can be handed in for it as well.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.decisions import close_found
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.problems import Problem, shown
from gaoxin.campaign.scans import evidence_of, must_fit
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_short, words_of
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import Rectification
from gaoxin.i18n import Text
from gaoxin.people import acts
from gaoxin.people.acts import NotAllowed
from gaoxin.plan.model import Plan
from gaoxin.unseen import kept_name
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.problems import Outcome


class HandedIn(Answer):
    """A file that was handed in for a rectification. there_before: these bytes were already, and nothing is recorded now."""

    file: str
    sha256: str
    there_before: bool


class MendingRecorded(Answer):
    campaign: str
    problem: Problem
    files: Sequence[HandedIn]
    by: str

    @property
    def new(self) -> int:
        return sum(not f.there_before for f in self.files)

    @property
    def exit_status(self) -> int:
        return 0 if self.new else 1


class Rechecked(Answer):
    """outcome: accepted (closed), sent_back (open again), reopened."""

    campaign: str
    problem: Problem
    outcome: str
    by: str
    reason: str


def hand_in(w: Workplace, id: str, files: Sequence[tuple[str, bytes]], by: str, note: str | None = None,
            entered: Entered = AT_ONCE) -> MendingRecorded:
    """Keeps files by which the owner of a rectification shows that it is made good: name and bytes of each. note: what it says of
    them. Of bytes that were handed in since it was opened nothing is recorded again. Raises UsageError for an unknown one,
    NotAllowed for another unit than its owner or a member of that, Refused for one that is closed and for an empty file."""
    with acting(w, acts.Act.EVIDENCE, by) as (w, store):
        w.plan.unit(by)
        found = _found(w, store, id)
        owner = w.plan.unit(found.owner)
        if by != found.owner and by not in owner.members:
            raise NotAllowed(Text(f"整改由{owner.name.to('zh')}负责", f"{owner.name.to('en')} owes it"), where=found.id,
                             todo=Text(f"由{owner.name.to('zh')}提交佐证", f"let {owner.name.to('en')} hand it in"))
        _must_be_open(found)
        if not files:
            raise UsageError(Text("没有佐证文件", "there is no file"), where=found.id,
                             todo=Text("至少提交一个文件", "hand in one at least"))
        for name, content in files:
            if not content:
                raise Refused(Text("佐证文件是空的", "the file is empty"), where=name,
                              todo=Text("提交有内容的文件", "hand in a file with content"))
            must_fit(name, len(content))
        must_be_short(note, found.id)
        act, kept = entered.of(w), []
        for name, content in files:
            sha256 = store.returns.land(content, name, w.now, "rectification")
            new = store.problems.hand_in(found, sha256, by, (note or "").strip() or None, w.now, act)
            kept.append(HandedIn(name, sha256, not new))
        return MendingRecorded(w.plan.id, _as_it_stands(w, store, found.id), kept, by)


class Kept(Answer, beside="content"):
    """A file that was handed in for a rectification of a unit."""

    owner: str
    name: str
    content: bytes


def handed_in(w: Workplace, id: str, sha256: str) -> Kept:
    """A file that was handed in, as it came. Raises UsageError where none was by this hash."""
    with w.warehouse.read() as store:
        owners = {r.id: r.owner for r in store.decisions.rectifications(w.plan.id, w.known)}
        steps = store.problems.steps(w.plan.id, w.known).get(id, ())
        step = next((s for s in steps if s.kind == "handed_in" and s.sha256 == sha256), None)
        if step is None:
            raise UsageError(Text("没有这个佐证文件", "no such file was handed in"), where=f"{id} {sha256[:12]}",
                             todo=Text("从问题与整改页面选择", "choose one on the page of problems"))
        return Kept(owners[id], step.file or sha256, store.returns.content(sha256))


def recheckers_of(plan: Plan, item: Rectification) -> list[str]:
    """The unit that re-checks a problem: who found it. What a gate opened is nobody's to re-check: it is closed."""
    return [item.finder] if item.finder else []


def recheck(w: Workplace, id: str, outcome: Outcome, reason: str, by: str, due: date | None = None,
            entered: Entered = AT_ONCE) -> Rechecked:
    """The word of whoever found it on what was handed in: accepted closes it, sent_back opens it again with the reason; due:
    until when, where that changes. Raises UsageError for an unknown one, NotAllowed for another's unit or account, Refused
    where nothing was handed in since it was opened or sent back, and for a due day that is over."""
    with acting(w, acts.Act.RECHECK, by) as (w, store):
        name, found = w.plan.unit(by).name, _found(w, store, id)
        _must_be_finders(w, found, by)
        must_be_apart(w, store, acts.Act.RECHECK, found.owner)
        _must_be_open(found)
        if found.state != "handed_in":
            owner = w.plan.unit(found.owner).name
            raise Refused(Text(f"{owner.to('zh')}还没有提交佐证，无可复查",
                               f"{owner.to('en')} has handed nothing in: there is nothing to re-check"), where=found.id,
                          todo=Text("待其以 gaoxin problem evidence 提交后复查", "wait until it has, by gaoxin problem evidence"))
        said = words_of(reason, found.id, Text("复查须写意见", "a re-check needs its reason"),
                        todo=Text("写明复查意见", "say what the re-check found"))
        if due is not None and (outcome == "accepted" or due < local_day(w.now)):
            raise Refused(Text("退回时才另定期限，且须是今天或以后",
                               "a new day is given to what is sent back, and not one that is over"),
                          where=found.id, todo=Text("改正 --due", "mend --due"))
        act = entered.of(w)
        store.problems.recheck(found, outcome, said, by, due, w.now, act)
        if outcome == "accepted":
            close_found(store, found.id, w.now, name, said, act)
        return Rechecked(w.plan.id, _as_it_stands(w, store, found.id), outcome, by, said)


def reopen(w: Workplace, id: str, reason: str, by: str, due: date) -> Rechecked:
    """Opens a closed problem again (回头看): its finder saw it anew. Raises as recheck does."""
    with acting(w, acts.Act.RECHECK, by) as (w, store):
        found = _found(w, store, id)
        _must_be_finders(w, found, by, "重开", "reopen")
        must_be_apart(w, store, acts.Act.RECHECK, found.owner)
        if found.closed_at is None:
            waits = found.state == "handed_in"
            raise Refused(Text("该问题还没有销号，无须重开", "it is not closed: nothing is to be reopened"), where=found.id,
                          todo=Text("佐证不过关的，复查时退回", "send it back by the re-check, if it does not hold") if waits
                          else Text("仍在整改，等责任单位提交佐证", "its owner has still to make it good"))
        said = words_of(reason, found.id, Text("重开须写理由", "opening it again needs a reason"))
        if due < local_day(w.now):
            raise Refused(Text(f"期限 {due} 已过", f"{due} is over"), where=found.id,
                          todo=Text("写今后的日期", "give a day to come"))
        store.problems.record(again(found, w.now, due), because=said)
        return Rechecked(w.plan.id, _as_it_stands(w, store, found.id), "reopened", by, said)


def again(found: Rectification, at: datetime, due: date) -> Rectification:
    """A closed one, open for the next time."""
    return replace(found, opening=found.opening + 1, opened_at=at, due=due, closed_at=None, closed_because=None, stage=None,
                   stage_at=None)


def _found(w: Workplace, store: Store, id: str) -> Rectification:
    """The one with this id, or with this last part of it."""
    known = store.decisions.rectifications(w.plan.id, LATEST)
    meant = [r for r in known if r.id == id] or [r for r in known if r.id.rpartition(".")[2] == id]
    if len(meant) != 1:
        raise UsageError(Text(f"没有整改事项 {id!r}", f"no rectification {id!r}"), where=w.plan.id,
                         todo=Text("用 gaoxin problems 查看", "see gaoxin problems"))
    return meant[0]


def _must_be_finders(w: Workplace, found: Rectification, by: str, zh: str = "复查", en: str = "re-check") -> None:
    if not found.by_people:
        raise Refused(Text("这是关口提出的整改，缺口补齐后由关口销号，有新的缺口由关口重开",
                           "a gate opened it, closes it once the shortfall is gone, and opens it again where there is one"),
                      where=found.id, todo=Text("或用 gaoxin rectification close 销号", "or use gaoxin rectification close")
                      if found.closed_at is None else Text("无须另办", "nothing is to be done"))
    if by not in recheckers_of(w.plan, found):
        name, finder = w.plan.unit(by).name, w.plan.unit(found.finder or "").name
        raise NotAllowed(Text(f"{name.to('zh')}不能{zh}：该问题由{finder.to('zh')}提出",
                              f"{name.to('en')} may not {en} it: {finder.to('en')} found it"), where=found.id,
                         todo=Text(f"由{finder.to('zh')}{zh}", f"let {finder.to('en')} {en} it"))


def _must_be_open(found: Rectification) -> None:
    if found.closed_at is not None:
        raise Refused(Text("该事项已销号", "it is closed already"), where=found.id,
                      todo=Text("无须再办", "nothing is left to do"))


def _as_it_stands(w: Workplace, store: Store, id: str) -> Problem:
    item = next(r for r in store.decisions.rectifications(w.plan.id, LATEST) if r.id == id)
    return shown(item, store.problems.steps(w.plan.id, LATEST)[id], local_day(w.now))


def paths(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Name and bytes of each."""
    return [(kept_name(file.name), evidence_of(file)) for file in files]

