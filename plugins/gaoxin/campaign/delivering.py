"""Delivers reminders: who sends claims first, sends, and records what became of each at each address.

The rule is docs/decisions/112. Claims are two: locks of a session, which end with its process, say who is sending now; rows,
written before anything goes out, say what may have gone out when that process is gone. No transaction is open while a server
takes its time. The rungs of a digest are taken (steps of their deadlines) when the first of its addresses has it; until then
they are bound to it, so that no other digest tells them, unless all of it is known to have failed. What is unknown is repeated
under the same key. What is due, and to whom it is told, is not decided here (`campaign.reminding`).
"""

import hmac
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gaoxin import links
from gaoxin.campaign import forms
from gaoxin.campaign.anchoring import has_key, signing_key
from gaoxin.campaign.preparing import OUTBOX, SentReminder, ref_of, rungs_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.channels.connections import from_environment
from gaoxin.channels.contacts import Reached, contacts_of
from gaoxin.channels.kinds import CHANNELS
from gaoxin.channels.kinds.email import NOWHERE
from gaoxin.channels.kinds.outbox import Outbox
from gaoxin.channels.office import Channels
from gaoxin.channels.port import Address, Channel, File, Letter, Outcome, cleaned
from gaoxin.channels.robots import Robot
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import GaoxinError, Refused, SystemFault, UsageError
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period
from gaoxin.reminders import proof
from gaoxin.reminders.model import Attachment, Reminder, ReminderState
from gaoxin.reminders.proof import Delivery, State
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.outbox import OutboxEntry

AT_ONCE = 20  # reminders that are claimed in one transaction
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOOKED_BACK = timedelta(days=60)
_CARRY_FILES = ("email", OUTBOX)
_log = logging.getLogger(__name__)
_NO_ADDRESS = Code("reminders.no_address", "联系人文件中没有该单位的地址", "no address in the contacts file")
_NO_CHANNEL = Code("reminders.no_channel", "该单位选用{channel}，但没有配置其连接",
                   "it chose {channel}, of which there is no connection", channel=Text)
_BY_ANOTHER = Code("reminders.by_another", "已由另一进程发送", "sent by another process")
_NOT_SENT = Code("reminders.not_sent", "{what}（{where}）", "{what} ({where})", what=Text, where=str)


@dataclass(frozen=True)
class _Job:
    """A reminder that is sent here and now. dead: attempts of others, who claimed them and are gone; before: what is known of its
    addresses, those among it; waiting: the addresses to which it goes."""

    reminder: SentReminder
    channel: Channel
    letter: Letter
    addresses: Mapping[str, Address]
    dead: tuple[Delivery, ...]
    before: tuple[Delivery, ...]
    waiting: tuple[str, ...]


def mailer(w: Workplace, connections: Mapping[str, str] | None = None) -> Channels | None:
    """The channels of this installation, or None: then reminders stay files in the outbox folder.
    connections: those that an engine keeps, as URI or JSON; else the environment's. In a drill there are none: nobody is to be
    reminded of figures that were made up."""
    if w.drill:
        return None
    found = from_environment() if connections is None else connections
    return Channels.of(found) if found or _some_need_none(w) else None


def _some_need_none(w: Workplace) -> bool:
    """Whether somebody chose a channel of which the contacts say all."""
    try:
        return any(issubclass(CHANNELS[reached.channel], Robot) for reached in contacts_of(w.settings).values())
    except UsageError:  # an alarm of supervision, and told by whoever sends
        return False


@dataclass(frozen=True)
class Begun:
    """Digests that somebody has, or may have, and others do not. again: of these what is sent once more, as it was; bound: the
    rungs that no other digest may tell."""

    again: tuple[SentReminder, ...] = ()
    bound: frozenset[str] = frozenset()

    @property
    def audiences(self) -> set[str]:
        return {r.audience for r in self.again}


def begun(w: Workplace, store: Store, mailer: Channels | None, contacts: Mapping[str, Reached], owed: Collection[str],
          as_of: datetime | None = None) -> Begun:
    """owed: refs of what is still owed: a digest of which nothing is any more is not repeated. as_of: as far as it is known."""
    if mailer is None or not has_key(w.settings):
        return Begun()
    known = w.known if as_of is None else as_of
    entries = store.outbox.begun(w.plan.id, w.now - proof.REPEATED_FOR, known)
    tried, again, bound = store.outbox.deliveries([e.key for e in entries], known), [], set[str]()
    for entry in entries:
        reached = contacts.get(entry.reminder.audience)
        stands = proof.newest(tried[entry.key])
        if reached is None or reached.channel != entry.channel or not proof.somebody_may_have_it(stands):
            continue
        if proof.waits(stands, _by_digest(w, reached.addresses)) and {ref_of(key) for key in entry.reminder.refs} & {*owed}:
            again.append(_again(w, entry))
            bound |= {*entry.reminder.refs}
    return Begun(tuple(again), frozenset(bound))


def _again(w: Workplace, entry: OutboxEntry) -> SentReminder:
    carried = entry.carried or {}
    attachments = tuple(Attachment(a["form"], a["unit"], Period.parse(a["period"])) for a in carried.get("attachments", ()))
    kept = vars(entry.reminder) | {"lang": carried.get("lang", w.settings.lang), "attachments": attachments,
                                   "superseded": tuple(carried.get("superseded", ()))}
    return SentReminder(**kept, channel=entry.channel, kinds=carried.get("kinds", {}))


def deliver(w: Workplace, planned: Sequence[SentReminder], mailer: Channels | None, contacts: Mapping[str, Reached],
            pages: str = "") -> list[SentReminder]:
    """Claims each audience's digests, or a notice, sends, takes the rungs and marks them, and says what became of each. When
    server or database fails, nothing is marked as sent. pages: where the desks of units are seen."""
    found = list[SentReminder]()
    for n in range(0, len(planned), AT_ONCE):
        found += _delivered(w, planned[n:n + AT_ONCE], mailer, contacts, pages)
    return found


def _delivered(w: Workplace, planned: Sequence[SentReminder], mailer: Channels | None, contacts: Mapping[str, Reached], pages: str
               ) -> list[SentReminder]:
    ended, ready = dict[str, SentReminder](), dict[str, SentReminder]()
    for r in planned:
        why = _why_not(r, mailer, contacts)
        (ended if why else ready)[r.key] = _recorded(w, replace(r, state=ReminderState.HELD, detail=why)) if why else r
    try:
        with w.warehouse.claimed_of(*(_name(w.plan.id, r) for r in ready.values())) as mine:
            for made in _claimed(w, [r for r in ready.values() if _name(w.plan.id, r) in mine], mailer, contacts, pages):
                done = _sent(w, made) if isinstance(made, _Job) else made
                ended[done.key] = done
    except SystemFault as error:
        if mailer is None:
            raise
        ended |= {key: _failed(w, r, error) for key, r in ready.items() if key not in ended}
    return [ended.get(r.key) or replace(r, state=ReminderState.SENT, detail=_BY_ANOTHER()) for r in planned]


def _failed(w: Workplace, r: SentReminder, error: GaoxinError) -> SentReminder:
    why = _NOT_SENT(what=error.what, where=str(error.where))
    return _recorded(w, replace(r, state=ReminderState.FAILED, detail=why))


def _why_not(r: SentReminder, mailer: Channels | None, contacts: Mapping[str, Reached]) -> Message | None:
    if r.held is not None:
        return r.held
    if mailer is None:
        return None
    if r.audience not in contacts:
        return _NO_ADDRESS()
    return None if r.channel in mailer.by_name else _NO_CHANNEL(channel=CHANNELS[r.channel].called)


def _name(campaign: str, r: Reminder) -> str:
    """What is claimed. Digests of one audience may share rungs: one lock for all of them, however many these are."""
    return f"{campaign} {r.audience} digest" if r.refs else r.key


def _claimed(w: Workplace, mine: Sequence[SentReminder], mailer: Channels | None, contacts: Mapping[str, Reached], pages: str
             ) -> list[_Job | SentReminder]:
    """Those that nobody else has sent meanwhile, claimed before they go out; those that cannot be made have failed. Raises
    SystemFault."""
    if not mine:
        return []
    refs = {ref_of(key) for r in mine for key in r.refs}
    with w.warehouse.read() as store:
        taken = {f"{ref}@{step}" for _, ref, step in store.plans.steps(w.plan.id, LATEST, refs)}
        sent = store.outbox.sent([r.key for r in mine], LATEST)
        tried = store.outbox.deliveries([r.key for r in mine], LATEST)
        others = begun(w, store, mailer, contacts, refs, LATEST)
    made = list[_Job | SentReminder]()
    for r in mine:
        if r.key in sent or _told_by_another(r, taken, others, tried[r.key]):
            continue
        try:
            made.append(_job(w, r, mailer, contacts, tried[r.key], pages))
        except (UsageError, Refused) as error:  # what goes with it cannot be made; the others do not wait for that
            made.append(_failed(w, r, error))
    jobs = [job for job in made if isinstance(job, _Job) and (job.dead or job.waiting)]
    if mailer is not None and jobs:
        with w.warehouse.begin() as store:
            for job in jobs:
                _claim(w, store, job)
    return made


def _told_by_another(r: SentReminder, taken: Collection[str], others: Begun, tried: Sequence[Delivery]) -> bool:
    """Whether another digest has told one of its rungs, or may have."""
    elsewhere = {key for other in others.again if other.key != r.key for key in other.refs}
    own = any(one.state is State.SENT for one in tried)
    return bool(elsewhere.intersection(r.refs)) or (not own and not {*taken}.isdisjoint(r.refs))


def _job(w: Workplace, r: SentReminder, mailer: Channels | None, contacts: Mapping[str, Reached], tried: Sequence[Delivery],
         pages: str) -> _Job:
    channel: Channel = Outbox(w.settings.outbox) if mailer is None else mailer.by_name[r.channel]
    found = (Outbox.address(r.audience),) if mailer is None else contacts[r.audience].addresses
    addresses = _by_digest(w, found)
    before = tuple(one for one in tried if one.channel == r.channel)
    dead = tuple(proof.died(one) for one in proof.newest(before).values() if one.state is State.CLAIMED)
    before = (*before, *dead)
    waiting = tuple(proof.waits(proof.newest(before), addresses))
    letter = Letter(r.key, r.headline, r.body.to(r.lang), w.now, _desk(w, r.audience, pages), r.level.value, _files(w, r))
    return _Job(r, channel, letter, addresses, dead, before, waiting)


def _desk(w: Workplace, audience: str, pages: str) -> str:
    known = any(u.id == audience for u in w.plan.units)
    return links.at(pages, links.desk_page(w.plan.id, audience)) if pages and known else ""


def _files(w: Workplace, r: SentReminder) -> tuple[File, ...]:
    """What goes with it, where the channel carries files; elsewhere the desk has it."""
    if r.channel not in _CARRY_FILES:
        return ()
    made = (forms.beside(w, a.form, a.unit, a.period, r.lang) for a in r.attachments)
    names = {a: f"{w.plan.form(a.form).name.to(r.lang)}_{a.period}.xlsx".replace("/", "_") for a in r.attachments}
    return tuple(File(names[a], content, _XLSX) for a, (_, content) in zip(r.attachments, made, strict=True))


def _by_digest(w: Workplace, addresses: Sequence[Address]) -> dict[str, Address]:
    """By what the record knows an address by: keyed with the installation's own key, so that nobody finds a number by trying."""
    key = signing_key(w.settings)
    return {hmac.digest(key, f"contact\0{a.channel}\0{a.value}".encode(), "sha256").hex()[:32]: a for a in addresses}


def _claim(w: Workplace, store: Store, job: _Job) -> None:
    r, stands = job.reminder, proof.newest(job.before)
    store.outbox.plan(w.plan.id, r, r.channel, w.now, _carried(r))
    claimed = [proof.claim(Delivery(r.key, r.channel, digest, job.addresses[digest].masked, 0, State.CLAIMED), stands.get(digest))
               for digest in job.waiting]
    store.outbox.claim(w.plan.id, r.key, r.channel, job.dead, claimed, w.now)


def _carried(r: SentReminder) -> dict[str, Any] | None:
    if not r.refs:
        return None
    attachments = [{"form": a.form, "unit": a.unit, "period": str(a.period)} for a in r.attachments]
    return {"kinds": dict(r.kinds), "superseded": list(r.superseded), "lang": r.lang,
            **({"attachments": attachments} if attachments else {})}


def _sent(w: Workplace, job: _Job) -> SentReminder:
    """Sends it to those who have not got it, and records what became of it. Raises SystemFault."""
    r, outbox = job.reminder, job.channel.name == OUTBOX
    if not outbox:
        r = replace(r, file=_copied(w, job.letter, r.audience))
    stands = proof.newest(job.before)
    found = [_tried(job, digest, stands.get(digest)) for digest in job.waiting]
    stands = proof.newest((*job.before, *found))
    state, detail = proof.outcome(stands, list(job.addresses))
    if outbox and found:
        r = replace(r, file=w.settings.outbox / str(found[0].answer))
    r = replace(r, state=state, detail=detail, deliveries=tuple(stands[a] for a in job.addresses if a in stands))
    with w.warehouse.begin() as store:
        if any(one.state is State.SENT for one in found):
            for key in rungs_of(r):
                ref, step = key.rsplit("@", 1)
                store.plans.mark_step(w.plan.id, r.kinds[ref], ref, step, w.now)
        store.outbox.plan(w.plan.id, r, r.channel, w.now, _carried(r))
        if found:
            store.outbox.tried(w.plan.id, r.key, r.channel, found, w.now)
        _mark(w, store, r)
    return r


def _tried(job: _Job, digest: str, before: Delivery | None) -> Delivery:
    address = job.addresses[digest]
    try:
        said = job.channel.send(job.letter, address, before.done if before else 0)
    except SystemFault as error:
        if job.channel.name == OUTBOX:
            raise
        said = Outcome(State.FAILED, "", cleaned(f"{error.what.both()} {error.where}", address.hidden))
    final = said.final or (said.state is State.UNKNOWN and proof.is_last_try(job.before, digest))
    attempt = before.attempt + 1 if before else 1
    return Delivery(job.reminder.key, job.reminder.channel, digest, address.masked, attempt, said.state, final, said.done,
                    said.parts, said.code or None, said.answer or None)


def refused(w: Workplace) -> list[tuple[str, Delivery]]:
    """Audience and newest attempt of each address that the contacts still have and at which it failed for good. One that was
    taken out, or took something since, is none."""
    if not has_key(w.settings):
        return []
    with w.warehouse.read() as store:
        found = store.outbox.refused(w.plan.id, w.now - _LOOKED_BACK, w.known)
    if not found:
        return []
    known = {digest for reached in contacts_of(w.settings).values() for digest in _by_digest(w, reached.addresses)}
    return [(who, one) for who, one in found if one.address in known]


def _copied(w: Workplace, letter: Letter, audience: str) -> Path | None:
    """A copy for the office, without an address. A disk that is full keeps nobody from being told, that it is full for one."""
    try:
        return Outbox(w.settings.outbox).put(letter, f"{audience}@{NOWHERE}", letter.at)
    except SystemFault as error:
        _log.warning("%s", error)
        return None


def _recorded(w: Workplace, reminder: SentReminder) -> SentReminder:
    """Records what became of a reminder that was not sent."""
    with w.warehouse.begin() as store:
        store.outbox.plan(w.plan.id, reminder, reminder.channel, w.now, _carried(reminder))
        _mark(w, store, reminder)
    return reminder


def _mark(w: Workplace, store: Store, reminder: SentReminder) -> None:
    """The same outcome again is not recorded again, a failure for the same reason again on another day."""
    state, detail, at = store.outbox.last_mark(reminder.key, reminder.channel) or (ReminderState.PLANNED, None, w.now)
    changed = state is not reminder.state or detail != reminder.detail
    if changed or (state is ReminderState.FAILED and local_day(at) < local_day(w.now)):
        store.outbox.mark(reminder.key, reminder.channel, reminder.state, w.now, reminder.detail)
