"""Taking in returns: check them, submit them, or pull them from the inbox; load what is accepted.

Each return becomes known in a transaction of its own, raw bytes first; nothing that a unit sent is ever deleted, and a
file leaves the inbox only after the transaction that knows it was committed. Running anything twice changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from gaoxin.campaign import arriving, sticking
from gaoxin.campaign.acting import acts_as, must_name_accounts, refusals_recorded
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.inbox import Inbox, reason_of, too_large
from gaoxin.campaign.judging import (
    corrects,
    judge,
    plan_in_force,
    plans_of,
    read_by,
    real,
    reasoned,
    refused,
    unexplained,
    unreadable,
    with_reads,
    without_reason,
)
from gaoxin.campaign.mapped import Place, kept, read_files, read_from
from gaoxin.campaign.measuring import keep_before
from gaoxin.campaign.placing import drifted, make_folders, may_submit, owner_of, place_in, placed, stays, strangers
from gaoxin.campaign.reaching import noted
from gaoxin.campaign.rejudging import keep_again, told_again
from gaoxin.campaign.returned import Rejection, rejections
from gaoxin.campaign.taking import CheckedFile, Given, SubmittedFile, giving, refuse, take, take_all
from gaoxin.campaign.workplace import Workplace, time_of, workplace_of
from gaoxin.campaign.writing import must_be_short
from gaoxin.clock import local_day
from gaoxin.containers.apart import open_book
from gaoxin.i18n import Message
from gaoxin.ledger.actor import Actor, Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people import acts
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality.history import looked_at
from gaoxin.quality.model import Checked, Finding
from gaoxin.quality.shares import doubtful, settled
from gaoxin.returns.model import Facts, ReadReturn, Verdict
from gaoxin.settings import Settings
from gaoxin.unseen import kept_name, line
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.process import of_process
from gaoxin.warehouse.stored import StoredReturn


class Judged(Answer):
    """The answer to a check and to a submission: no where any file is rejected. campaign, form, unit and period of a file are
    null where its cover does not say which return it is."""

    returns: Sequence[CheckedFile]

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(str(r.verdict) for r in self.returns)

    @property
    def exit_status(self) -> int:
        return 1 if self.verdicts[Verdict.REJECTED] else 0


@dataclass(frozen=True)
class TurnedAway:
    """A file that is no return, as it was called in the inbox, and why; it lies in refused/ with the reason beside it."""

    file: str
    findings: tuple[Finding, ...]


class Pulled(Answer, beside="inbox", optional="known files rejected growing"):
    """returns: the ids of those that are new; files: the names of their files, by id. rejected: those that the check sent back.
    growing: what is still being written and waits. checked: verdict -> how many, and facts: how many were loaded; None where that
    was not asked for. known: the files that are a version which is there and made none, with its id. refused: the files that
    were turned away. strange_folders: of the inbox, with files in them, that are no unit's. no_files: what is a link, hidden, or
    no regular file, and is not taken. drifted: what waits until the office has updated its mapping."""

    campaign: str
    returns: list[str]
    checked: dict[str, int] | None
    facts: int | None
    refused: tuple[TurnedAway, ...]
    strange_folders: tuple[str, ...]
    no_files: tuple[str, ...]
    drifted: tuple[str, ...]
    inbox: Path
    known: dict[str, str] | None = None
    files: dict[str, str] | None = None
    rejected: tuple[Rejection, ...] | None = None
    growing: tuple[str, ...] | None = None

    @property
    def exit_status(self) -> int:
        return 1 if self.refused or (self.checked and self.checked.get(Verdict.REJECTED)) else 0


def check_files(settings: Settings, files: Sequence[Path], now: datetime, place: Place | None = None) -> list[CheckedFile]:
    """Judges files, touching no database; files given together are each other's history. In the order given. Raises UsageError
    for a file that cannot be opened."""
    return [CheckedFile(line(str(file)), one.read, one.verdict, one.findings, one.checks)
            for file, one in zip(files, judged_files(settings, files, now, place), strict=True)]


def judged_files(settings: Settings, files: Sequence[Path], now: datetime, place: Place | None = None) -> list[Checked]:
    """As check_files, with every check that was made."""
    plan_of = plans_of(settings)
    reads = [read for _, read in read_files(files, plan_of, place, open_book)]
    found: dict[int, Checked] = {}
    for campaign, places in _by_campaign(reads).items():
        chosen = [reads[i] for i in places]
        found |= zip(places, map(unreadable, chosen) if campaign is None else judge(
            plan_of(campaign), chosen, [local_day(now)] * len(places), Facts(now), whole=False
        ), strict=True)
    return [replace(found[i], read=reads[i]) for i in range(len(files))]


def submit_files(settings: Settings, files: Sequence[Path], as_of: datetime | None = None,
                 entered: Entered = AT_ONCE, reason: str | None = None, way: Way = Way.PROGRAM,
                 place: Place | None = None) -> list[SubmittedFile]:
    """Judges files, keeps them, and loads what is accepted. In the order given, which is the order of their versions. The same
    bytes again are the return that is there; after a newer version they are one more, unless a person sent just them back. What
    was rejected is judged again, since rules may have been mended. reason: why
    they correct what is in force, beside what the files say of it. What the account may not report is refused, with the reason
    among its findings. Raises UsageError for a file that cannot be opened, and where it would be dated outside a drill; Refused
    for a reason that is too long; SystemFault and Transient from the database."""
    with Warehouse.open(settings).begin() as store:
        now = time_of(as_of, *store.ledger.installation(), acts=True)
    with refusals_recorded(Warehouse.open(settings), "", now, of_process(way), acts.Act.SUBMIT):
        must_name_accounts(Warehouse.open(settings))
    entered.at(now)  # what cannot be is refused before anything is read
    working = cache(lambda campaign: workplace_of(settings, find_plan(settings.plans, campaign), as_of, acts=True, way=way))
    given = read_files(files, lambda campaign: working(campaign).plan, place, kept(settings))
    found: dict[int, SubmittedFile] = {}
    # Those without a campaign last.
    for campaign, places in sorted(_by_campaign([read for _, read in given]).items(), key=lambda group: group[0] is None):
        if campaign is not None:
            w = working(campaign)
            reads = {i: giving(given[i][1], reason) for i in places}
            judged = {i: may_submit(w, w.actor, reads[i]) for i in places}
            allowed = {i: who for i, (who, read) in judged.items() if read is reads[i]}
            for i in places:
                if i not in allowed:
                    found[i] = _not_theirs(w, line(str(files[i])), given[i][0], reads[i])
            if allowed:
                must_be_short(reason, "--reason")
            taken = dict(zip(allowed, take_all(w, [Given(line(str(files[i])), given[i][0], real(w, reads[i]), who)
                                                   for i, who in allowed.items()], "submit", entered), strict=True))
            if taken:
                judging = replace(next(iter(allowed.values())), unit=None)
                found |= taken
                returns = {i: file for i, file in taken.items() if file.return_id}
                found |= zip(returns, judge_and_load(w.by(judging), [*returns.values()]), strict=True)
            continue
        with replace(Warehouse.open(settings), actor=of_process(way)).begin() as store:
            for i in places:
                refuse(store, "", *given[i], now, source="submit")
                found[i] = SubmittedFile(line(str(files[i])), given[i][1], Verdict.REJECTED, refused(given[i][1]))
    return [found[i] for i in range(len(files))]


def waiting(w: Workplace) -> list[ReadReturn]:
    """This campaign's files in the inbox that pull would take now, by path; those with an unreadable cover too. What was dealt
    with and cannot be moved is not among them."""
    plan_of, inbox, before = plan_in_force(w), Inbox.of(w.settings), sticking.stuck(w)
    strange = strangers(w, inbox)
    reads = (read_from(content, file.name, plan_of, place_in(w, inbox, file), kept(w.settings)) for file, content in inbox.files()
             if inbox.folder_of(file) not in strange and inbox.name(file) not in before)
    return [read for read in reads if read.key is None or read.key.campaign == w.plan.id]


def pull(w: Workplace, period: Period | None = None, *, taking: bool = True) -> list[str]:
    """The ids of the returns that are new: as `emptied`."""
    return [*emptied(w, period, taking=taking).created]


@dataclass(frozen=True)
class Emptied:
    """created: the returns that are new, id -> file; turned: files that were turned away; same: those that are a version which
    is there, file -> its id; growing: those that are still being written."""

    created: Mapping[str, str]
    turned: Sequence[TurnedAway]
    same: Mapping[str, str]
    growing: Sequence[str]


def emptied(w: Workplace, period: Period | None = None, *, taking: bool = True) -> Emptied:
    """Takes this campaign's files out of the inbox, of all periods or one. A taken file
    moves to inbox/taken/. One whose cover does not say which return it is moves to inbox/refused/ with its reason beside it.
    Files of other campaigns and periods, files that are still being written, and files that are no workbook or CSV stay where
    they are. They are taken as they came (`arriving`), so that of two for one return the one that came last is its last version.
    A file that lies in another unit's folder than its cover says, or that its owner may not report, is refused, too; what lies in
    a folder of no unit stays (`strangers`).
    taking: False takes no return: only what is none is moved away, so that its sender learns of it within the hour.
    What cannot be moved holds nobody up: it stays, is recorded once like any other, and is told (`sticking`) until it can be."""
    make_folders(w.settings, w.plan)
    plan_of, inbox, created = plan_in_force(w), Inbox.of(w.settings), dict[str, str]()
    strange, before, failed = strangers(w, inbox), sticking.stuck(w), dict[str, Message]()
    seen, left, turned, same = arriving.seen(w), dict[str, str](), list[TurnedAway](), dict[str, str]()

    def turn_away(file: Path, who: Actor, findings: Sequence[Finding], said: dict[str, Any],
                  kept: tuple[bytes, ReadReturn] | None = None) -> None:
        with sticking.staying(failed, inbox, file):
            with w.by(who).warehouse.begin() as store:
                if inbox.name(file) in before and sticking.refused_before(w, store, said):
                    pass  # recorded when it was tried first
                elif kept is None:
                    store.ledger.note(w.plan.id, EventKind.FILE_REFUSED, w.now, said)
                else:
                    refuse(store, w.plan.id, *kept, w.now, source="inbox")
            inbox.refuse(file, reason_of(file.name, findings, drill=w.drill))
            turned.append(TurnedAway(inbox.name(file), tuple(findings)))

    for file, size in inbox.huge():
        if inbox.folder_of(file) not in strange:
            turn_away(file, owner_of(w, inbox, file), too_large(size),
                      {"name": kept_name(file.name), "size": size, "problems": ["oversized"]})
    for file, content in inbox.files(lambda files: arriving.ordered(inbox, seen, files)):
        if inbox.folder_of(file) in strange:
            continue
        read = read_from(content, file.name, plan_of, place_in(w, inbox, file), kept(w.settings))
        if stays(w, inbox, file, content, read):
            left[inbox.name(file)] = read.sha256
            continue  # not the unit's fault: it is taken when the plan or its mapping is mended, or by its own campaign
        if read.key is not None and read.key.campaign != w.plan.id:
            continue
        who, judged = placed(w, inbox, file, read) if read.key else (owner_of(w, inbox, file), read)
        if read.key is None or judged is not read:
            turn_away(file, who, refused(judged), {"sha256": read.sha256}, (content, judged))
        elif (taking and period in (None, read.key.period)) or inbox.name(file) in before:
            again = inbox.name(file) in before
            known = again and sticking.received_before(w, read.sha256)
            came = arriving.arrival(w, inbox, seen, file, read.sha256)
            taken = None if known else take(w.by(who), file.name, content, read, "inbox", stuck=again, arrival=came)
            if taken and taken.created and taken.return_id:
                created[taken.return_id] = inbox.name(file)
            elif taken and taken.return_id and not again:
                same[inbox.name(file)] = taken.return_id
            with sticking.staying(failed, inbox, file):
                if taken is None or taken.return_id:
                    inbox.take(file)
                else:
                    inbox.refuse(file, reason_of(file.name, taken.findings, drill=w.drill))
                    turned.append(TurnedAway(inbox.name(file), taken.findings))
        else:
            left[inbox.name(file)] = read.sha256
    sticking.note(w, inbox, before, failed)
    arriving.note(w, seen, left)
    return Emptied(created, turned, same, [name for name in inbox.growing if name.split("/")[0] not in strange])


def take_in(w: Workplace, period: Period | None, *, check: bool) -> Pulled:
    """As pull, by whoever may; with `check` judges what came and loads what is accepted. Raises NotAllowed; SystemFault,
    when all else is done, where files cannot be moved."""
    with acts_as(w, acts.Act.PULL) as w:
        found = _taken_in(w, period, check=check)
    sticking.must_be_none(w)
    return found


def _taken_in(w: Workplace, period: Period | None, *, check: bool) -> Pulled:
    came, inbox = emptied(w, period), Inbox.of(w.settings)
    left: dict[str, Any] = {"strange_folders": tuple(strangers(w, inbox)), "no_files": tuple(inbox.no_files()),
                            "drifted": tuple(drifted(w, inbox)), "known": dict(came.same) or None,
                            "files": dict(came.created) or None, "growing": tuple(came.growing) or None}
    verdicts, facts, rejected = check_and_load(w, period) if check else (None, None, ())
    return Pulled(w.plan.id, [*came.created], verdicts, facts, tuple(came.turned), inbox=w.settings.inbox, **left,
                  rejected=rejected or None)


def check_and_load(w: Workplace, period: Period | None = None) -> tuple[dict[str, int], int, tuple[Rejection, ...]]:
    """Judges what came and loads what is accepted: verdict -> how many, rows of facts, and what was sent back."""
    with w.warehouse.read() as store:
        pending = [item.return_id for item in store.returns.pending(w.plan.id, period)]
    check_pending(w, period)
    facts = load_accepted(w, period)
    with w.warehouse.read() as store:  # afterwards: beside what was loaded, what was accepted may have been rejected
        verdicts = Counter(str(item.verdict) for item in store.returns.several(pending).values())
        return dict(verdicts), facts, rejections(store, pending)


def check_pending(w: Workplace, period: Period | None = None) -> list[Checked]:
    """Judges every return that came and was not judged, or not by every rule since one was broken, all of a period in one call.
    What is in force stays so, whatever a rule that was mended says of it: then the check stands that said so."""
    with w.warehouse.read() as store:
        pending = store.returns.pending(w.plan.id, period)
        facts = store.facts.of_slices(w.plan.id, w.known, looked_at(w.plan, [item.key for item in pending]))
        read, accepted = ([read_by(w, store.returns.content(item.sha256), item.file, item.key) for item in items]
                          for items in (pending, store.returns.checked_not_loaded(w.plan.id) if pending else []))
        read = noted(w, store, pending, read)
    accepted = [settled(w.plan, one, facts) for one in accepted]
    known = with_reads(facts, w.plan, accepted)
    read = [one if item.loaded_at else reasoned(w.plan, item, one, known, w.days)  # what is in force corrects nothing
            for item, one in zip(pending, read, strict=True)]
    found = judge(w.plan, read, [item.handed_in for item in pending], facts, accepted)
    kept = {item.return_id: replace(checked, verdict=Verdict.ACCEPTED_WITH_WARNINGS)
            if item.loaded_at and checked.verdict is Verdict.REJECTED else checked
            for item, checked in zip(pending, found, strict=True)}
    with w.warehouse.begin() as store:
        store.returns.save_checks(kept, w.now, w.under)
    return found


def load_accepted(w: Workplace, period: Period | None = None) -> int:
    """Loads every accepted return that is not in the facts yet; returns how many rows of facts these are."""
    with w.warehouse.read() as store:
        waiting = store.returns.checked_not_loaded(w.plan.id, period)
        reads = [read_by(w, store.returns.content(item.sha256), item.file, item.key) for item in waiting]
        unclear = [one.key for one in reads if one.key and doubtful(one)]
        facts = store.facts.of_slices(w.plan.id, w.known, looked_at(w.plan, unclear))
        given = [(item, settled(w.plan, read, facts)) for item, read in zip(waiting, reads, strict=True)]
    # Where the plan was changed since the check it asks for no such return any more.
    strangers = [(item, read) for item, read in given if read.key != item.key]
    if strangers:
        with w.warehouse.begin() as store:
            for item, read in strangers:
                store.returns.save_check(item.return_id, unreadable(read), w.now, w.under)
    rows, _ = _loaded(w, [(item, read) for item, read in given if read.key == item.key])
    return sum(rows.values())


def _loaded(w: Workplace, accepted: list[tuple[StoredReturn, ReadReturn]],
            judged: Mapping[str, Checked] | None = None) -> tuple[dict[str, int], dict[str, Checked]]:
    """Loads returns and keeps what others' checks say of it, as one: by return how many rows, and the checks that were kept.
    judged: checks to be kept with them, of rejected ones too. Judging holds nobody up; what was loaded meanwhile beside these has
    it judged again, and what has become a late correction without a reason is rejected; what was sent back stays out."""
    checks = dict(judged or {})
    keep_before(w, [item for item, _ in accepted])
    while accepted or checks:
        again = told_again(w, accepted, checks)
        with w.warehouse.begin() as store:
            if store.returns.loaded_since(w.plan.id, again.slices, again.own, again.known_seq, w.now):
                continue
            if back := store.reviews.sent_back(item.return_id for item, _ in accepted if item.loaded_at is None):
                accepted = [(item, read) for item, read in accepted if item.return_id not in back]  # meanwhile, by a person
                continue
            silent = [(item, read) for at, (item, read) in enumerate(accepted)
                      if item.loaded_at is None and unexplained(w.plan, item, read, w.days)
                      and corrects(w.plan, store, item, read, accepted[:at])]
            if not silent:
                store.returns.save_checks(checks, w.now, w.under)
                rows = store.returns.load_all([(item.return_id, read) for item, read in accepted], w.plan, w.now)
                keep_again(w, store, again)
                return rows, checks
        refused_now = judge(w.plan, [without_reason(w.plan, item, read, w.days) for item, read in silent],
                            [item.handed_in for item, _ in silent], Facts(w.now))
        checks |= {item.return_id: checked for (item, _), checked in zip(silent, refused_now, strict=True)}
        accepted = [(item, read) for item, read in accepted if item.return_id not in {one.return_id for one, _ in silent}]
    return {}, {}


def _by_campaign(reads: Sequence[ReadReturn]) -> dict[str | None, list[int]]:
    found: dict[str | None, list[int]] = defaultdict(list)
    for i, read in enumerate(reads):
        found[read.key.campaign if read.key else None].append(i)
    return found


def _not_theirs(w: Workplace, file: str, content: bytes, read: ReadReturn) -> SubmittedFile:
    """Keeps a file that its account may not report, and says so; it is no return."""
    who, told = may_submit(w, w.actor, read)
    with replace(w.by(who).warehouse, first=None).begin() as store:
        refuse(store, w.plan.id, content, told, w.now, source="submit")
    return SubmittedFile(file, told, Verdict.REJECTED, refused(told), account=who.person, authenticated=who.authenticated)


def judge_and_load(w: Workplace, taken: list[SubmittedFile]) -> list[SubmittedFile]:
    """Judges those that need it and loads what is accepted; what came of each."""
    with w.warehouse.read() as store:
        known = store.returns.several(file.return_id or "" for file in taken)
        standing = [known[file.return_id or ""] for file in taken]
        back = store.reviews.sent_back(item.return_id for item in standing)
        todo = [i for i, item in enumerate(standing)  # what a person sent back waits for another version, not for other rules
                if item.verdict in (None, Verdict.REJECTED) and item.return_id not in back]
        facts = store.facts.of_slices(w.plan.id, w.known, looked_at(w.plan, [taken[i].read.known for i in todo]))
        given = noted(w, store, [standing[i] for i in todo], [taken[i].read for i in todo])
    reads = [reasoned(w.plan, standing[i], read, facts, w.days) for i, read in zip(todo, given, strict=True)]
    judged = dict(zip(todo, judge(w.plan, reads, [standing[i].handed_in for i in todo], facts), strict=True))
    accepted = [(item, judged[i].read if i in judged else file.read)
                for i, (item, file) in enumerate(zip(standing, taken, strict=True))
                if judged.get(i, file).verdict is not Verdict.REJECTED and item.return_id not in back]
    rows, kept = _loaded(w, accepted, {standing[i].return_id: checked for i, checked in judged.items()})
    told = [kept.get(item.return_id, file) for item, file in zip(standing, taken, strict=True)]
    return [replace(file, verdict=one.verdict, findings=one.findings, checks=one.checks, rows=rows.get(item.return_id))
            for file, item, one in zip(taken, standing, told, strict=True)]
