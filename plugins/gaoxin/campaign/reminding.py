"""What is due and was not told before: what is still owed, the ladder's rule, word of changes and of alarms.

How it goes out, each thing once, is another room's (`campaign.delivering`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise

from gaoxin import links
from gaoxin.campaign import (
    burdening,
    cadencing,
    carding,
    explaining,
    extending,
    gatekeeping,
    phasing,
    problems,
    questioning,
    refusals,
    results,
    taskbook,
)
from gaoxin.campaign.acting import acts_as
from gaoxin.campaign.anchoring import has_key, signing_key, standing
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.correcting import waiting
from gaoxin.campaign.delivering import begun, deliver, mailer
from gaoxin.campaign.handed import dues as owed_for
from gaoxin.campaign.handed import handed_in, with_waiting
from gaoxin.campaign.mending import ToCorrect, mend_by, to_correct
from gaoxin.campaign.preparing import SUPERSEDED, SentReminder, foreseen, held, outgoing
from gaoxin.campaign.results import by_people, mend
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.stopping import Stops
from gaoxin.campaign.workplace import Workplace
from gaoxin.channels.contacts import contacts_of
from gaoxin.channels.office import Channels
from gaoxin.clock import ZONE, end_of, local_day
from gaoxin.errors import SystemFault, UsageError
from gaoxin.gates.model import OwedReturn
from gaoxin.gates.rectifying import due_day
from gaoxin.i18n import Code, Lang, Message, Worded, message
from gaoxin.ledger.checkpoint import signed
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.periods import Period
from gaoxin.reminders.accounts import accounts_notices
from gaoxin.reminders.alarm import alarm_notice, audiences, raised
from gaoxin.reminders.anchor import AUDITOR, anchor, anchor_key
from gaoxin.reminders.ladder import at_once, plan_reminders, rung_key
from gaoxin.reminders.model import Attachment, Due, News, Reminder, ReminderState
from gaoxin.reminders.notice import notice, notice_key
from gaoxin.returns.model import ReturnState, opens
from gaoxin.tasks.owing import owed
from gaoxin.warehouse.engine import Store

# The deadline that a rung is a step of, where it is another thing's: of what a gate asks for, or of what a return brings.
_STEP_OF = {"rectification": "gate", "consent": "gate", "mapping": "return", "explanation": "return", "extension": "question",
            "closing": "task"}
_RETURN = Code("reminders.return", "报送“{form}”{period}", "return {form} {period}", form=Worded, period=Period)
_TASK = Code("reminders.task", "任务“{task}”：{missing}", "task {task}: {missing}", task=Worded, missing=tuple)
_HOW = Code("reminders.how", "报送：填好后命名为 {file}，放入收件箱 {inbox}，或在本单位工作台上传（{page}）",
            "报送：填好后命名为 {file}，放入收件箱 {inbox}，或在本单位工作台上传（{page}）\n   "
            "hand it in as {file} in the inbox {inbox}, or on the unit's desk ({page})", file=str, inbox=str, page=str)
_WAYS = {
    "task": Code("reminders.how_task", "办理：在本单位工作台报告进展和节点（{page}），成果材料交办公室登记",
                 "办理：在本单位工作台报告进展和节点（{page}），成果材料交办公室登记\n"
                 "   tell of progress and milestones on the unit's desk ({page}); what is delivered the office records",
                 page=str),
    "cadence": Code("reminders.how_cadence", "办理：办后在本单位工作台登记（{page}），或由办公室登记",
                    "办理：办后在本单位工作台登记（{page}），或由办公室登记\n"
                    "   when it is done it is recorded on the unit's desk ({page}), or by the office", page=str),
    "rectification": Code("reminders.how_rectification", "办理：在问题页面提交佐证（{page}）",
                          "办理：在问题页面提交佐证（{page}）\n   evidence is handed in on the page of problems ({page})",
                          page=str),
}
_AS_IT_IS = ToCorrect()
_RECTIFICATION = Code("reminders.rectification", "整改：{subject}", "to mend: {subject}", subject=Message)
_CORRECTION = Code("reminders.correction", "处理数据更正 {return_id}：{count} 项用过原数据（{items}）",
                   "decide on the correction {return_id}: {count} item(s) used the old figures ({items})",
                   return_id=str, count=int, items=tuple)
_USED = {
    kind: Code(f"reminders.used_{kind}", f"{zh} {{id}}", f"{kind} {{id}}", id=str)
    for kind, zh in {"indicator": "指标", "verdict": "到期结论", "gate": "关口", "approval": "审批", "report": "报告",
                     "dossier": "申报材料"}.items()
}

class Reminders(Answer):
    campaign: str
    as_of: datetime
    dry_run: bool
    reminders: Sequence[SentReminder]

    @property
    def states(self) -> Counter[str]:
        return Counter(r.shown for r in self.reminders)

    @property
    def exit_status(self) -> int:
        """Failed ones are told one by one; whoever runs this by a timer sees only the status."""
        return SystemFault.exit_status if self.states[ReminderState.FAILED] else 0


def send(w: Workplace, *, dry_run: bool, lang: Lang) -> Reminders:
    """As remind, by whoever may. lang: of what goes out, which is not that of whoever asks. Raises NotAllowed."""
    if dry_run:
        return Reminders(w.plan.id, w.now, dry_run, remind(w, dry_run, mailer(w), lang))
    with acts_as(w, Act.REMIND) as w:
        return Reminders(w.plan.id, w.now, dry_run, remind(w, dry_run, mailer(w), lang))


def remind(w: Workplace, dry_run: bool = False, mailer: Channels | None = None, lang: Lang | None = None, pages: str = ""
           ) -> list[SentReminder]:
    """Sends word of changed plans and the digests that are due at `w.now`, and says what became of each. Without a mailer a
    reminder counts as sent when its .eml file lies in the outbox folder. With one, a unit without an address in the contacts file
    is held. On a day off, and outside of the hours of the plan's rhythm, everything is held and nothing written; `dry_run` writes
    nothing either, and tells when what waits goes. A unit that had a digest today gets the next one on the next working day.
    pages: where the desks of units are seen."""
    today, contacts, dues = local_day(w.now), contacts_of(w.settings), owed_dues(w)
    if not dry_run and held(w, ()) is None:
        with w.warehouse.read() as store:
            since = _first_day(w, store)
        carding.enter(w, since)
    with w.warehouse.read() as store:
        since, news = _first_day(w, store), _news(w, store, dues)
        settled = _settled(w, store, dues, news)
        served = store.outbox.served(w.plan.id, datetime.combine(today, time.min, tzinfo=ZONE), w.known)
        capped, why_held = burdening.capped(w, store)
        notices = [*owed_alarms(w, store), *owed_of_accounts(w, store), *owed_notices(w, store),
                   *_anchor(w, store, contacts, today)]
        before = begun(w, store, mailer, contacts, {d.ref for d in dues} | {n.ref for n in news})
    had = served | before.audiences
    found = [*notices, *plan_reminders(w.plan, dues, w.now, settled | before.bound, served=() if dry_run else had,
                                       on_days_off=True, news=news, since=since, capped=capped, why_held=why_held)]
    fresh = outgoing(w, found, mailer, contacts, lang, _kinds(dues, news))
    if dry_run:
        return [*foreseen(w, before.again, ()), *foreseen(w, fresh, had)]
    planned = [*before.again, *fresh]
    waiting = held(w, planned)
    return deliver(w, planned, mailer, contacts, pages) if waiting is None else waiting


def tell_results(w: Workplace, mailer: Channels | None = None, pages: str = "") -> list[SentReminder]:
    """Tells at once, on a working day within the hours of the rhythm, what was sent back since the last digest, which consent is
    asked for, and which was refused; each once."""
    dues = owed_dues(w)
    with w.warehouse.read() as store:
        since = _first_day(w, store)
        news = [n for n in (*results.told(w, store, since), *refusals.told(w, store, since)) if n.urgent]
        found = at_once(w.plan, dues, w.now, _settled(w, store, dues, news), news)
    contacts = contacts_of(w.settings) if found else {}
    planned = outgoing(w, found, mailer, contacts, kinds=_kinds(dues, news))
    waiting = held(w, planned)
    return deliver(w, planned, mailer, contacts, pages) if waiting is None else waiting


def _first_day(w: Workplace, store: Store) -> date:
    """On which the first version of the plan came into force here; today, where the first act puts it into force."""
    return local_day(store.plans.since(w.plan.id) or w.now)


def _news(w: Workplace, store: Store, dues: Sequence[Due]) -> list[News]:
    since = _first_day(w, store)
    return [*results.told(w, store, since), *refusals.told(w, store, since),
            *carding.told(w, store), *phasing.told(w, store, dues, since)]


def _settled(w: Workplace, store: Store, dues: Sequence[Due], news: Sequence[News]) -> set[str]:
    steps = store.plans.steps(w.plan.id, w.known, {d.ref for d in dues} | {n.ref for n in news})
    return {rung_key(ref, step.removesuffix(SUPERSEDED)) for _, ref, step in steps}


def _kinds(dues: Sequence[Due], news: Sequence[News]) -> dict[str, str]:
    """The deadline that each rung is a step of."""
    return {n.ref: n.kind for n in news} | {d.ref: _STEP_OF.get(d.kind, d.kind) for d in dues}


def owed_dues(w: Workplace) -> list[Due]:
    """Everything that units still owe at `w.now`: returns that may be handed in or were sent back, tasks without all their
    deliverables, open rectifications, consents that were asked for, corrections to be decided on, questions to the office,
    explanations to be given anew or reviewed, requests for another day, tasks to be closed, what cadences ask for. What came and
    is not yet checked is not asked for again; nor what was handed in and waits for a mapping: that is the office's to update."""
    handed = handed_in(w)
    wanted = (ReturnState.DUE, ReturnState.OVERDUE, ReturnState.REJECTED)
    with w.warehouse.read() as store:
        seen = Overview(w, store)
        rows = with_waiting(w, seen.rows(seen.incomplete, lambda r: r.opens <= local_day(w.now)), handed)
        rows = [r for r in rows if r.state in wanted]
        back = [r.return_id for r in rows if r.return_id and r.state is ReturnState.REJECTED]
        asked = to_correct(store, back, w.known)
        dues = [return_due(w, r, asked.get(r.return_id or "", ToCorrect())) for r in rows]
        moved = store.plans.moved(w.plan.id, w.known, [*(d.ref for d in dues), *(t.id for t in w.plan.tasks)])
        tasks = taskbook.states(w, store)
        open_ = store.decisions.rectifications(w.plan.id, w.known, open_only=True)
        corrected = waiting(w, store)
        dues += questioning.waiting(w, store) + explaining.dues(w, store) + gatekeeping.consents_due(w, store)
        dues += extending.dues(w, store) + taskbook.dues(w, store) + cadencing.dues(w, store)
    dues += owed_for(w, handed)
    for task in w.plan.tasks:  # a masked or missing date is told by the check of the plan; nothing falls due by it
        dues += [Due("task", o.ref, o.unit, _TASK(task=task.name, missing=o.missing), o.due, beside=o.beside)
                 for o in owed(w.plan, task, tasks[task.id], w.due_of_task(task)) if o.due]
    for one in corrected:
        items = tuple(dict.fromkeys(_USED[u.kind](id=u.id) for u in one.open))
        told = _CORRECTION(return_id=one.return_id, count=len(items), items=items)
        day = due_day(w.plan, local_day(one.recorded_at), date.min)
        dues.append(Due("correction", f"correction~{one.return_id}", one.unit, told, day, opened=local_day(one.recorded_at)))
    dues += problems.dues(w.plan, open_, lambda subject: _RECTIFICATION(subject=subject))
    put_off = {(str(g.kind), g.ref) for g in w.days.grants}
    dues = [replace(d, moved=d.moved or (d.kind, d.ref.partition("~")[0]) in moved | put_off) for d in dues]
    return stopped(w, [_led(w, d) for d in dues])


def _led(w: Workplace, due: Due) -> Due:
    """A day that a version of the plan moved into the past leads from the day on which it did. With where and how it is done."""
    limit = due.due if due.rejected else w.limit_of(due.kind, due.ref, due.due, local_day(w.now))
    return replace(due, due=max(limit, due.due), how=due.how or _way(w, due))


def _way(w: Workplace, due: Due) -> Message | None:
    """How what is no return is done, and where."""
    if due.kind not in _WAYS or due.ref.endswith("~recheck"):
        return None
    page = links.part_page(w.plan.id, "problems") if due.kind == "rectification" else links.desk_page(w.plan.id, due.unit)
    return _WAYS[due.kind](page=page)


def stopped(w: Workplace, dues: Sequence[Due]) -> list[Due]:
    """Those that are late with what stops their clocks."""
    late = [d for d in dues if d.due < local_day(w.now)]
    with w.warehouse.read() as store:
        found = Stops(w, store, late)
    return [replace(d, stops=found.of(d)) if d.due < local_day(w.now) else d for d in dues]


def owed_notices(w: Workplace, store: Store) -> list[Reminder]:
    """Word of changed duties that units are owed and that was not sent by `w.known`: planned when the version came into force, it
    is owed until it was."""
    owed = store.plans.notices(w.plan.id, w.known)
    sent = store.outbox.sent([notice_key(w.plan.id, n.version, n.unit) for n in owed], w.known) if owed else set()
    waiting = [n for n in owed if notice_key(w.plan.id, n.version, n.unit) not in sent]
    if not waiting:
        return []
    names = {u.id: u.name for version in reversed(store.plans.versions(w.plan.id, w.known)) for u in version.plan.units}
    return [notice(w.plan, n.version, n.day, n.unit, names.get(n.unit), n.changes, n.reason) for n in waiting]


def owed_alarms(w: Workplace, store: Store) -> list[Reminder]:
    """Word of what supervision raised an alarm for, or saw healed, and that was not sent by `w.known`; of what is older than a
    week only that which stands since: an address that is entered late is not told all that ever was."""
    found, before, week = [], dict[str, Message](), local_day(w.now) - timedelta(days=7)
    events = store.ledger.events(w.plan.id, EventKind.ALARM_CHANGED, until=w.known)
    stays: list[set[str]] = [*accumulate((set(e.payload["open"]) for e in reversed(events)), set.intersection)]
    for event, since in zip(events, reversed(stays), strict=True):
        now, healed = ({key: message(what) for key, what in event.payload[part].items()} for part in ("open", "healed"))
        told, before = raised(before, now), now
        if local_day(event.at) < week:
            told, healed = {key: what for key, what in told.items() if key in since}, {}
        if told or healed:
            found += [alarm_notice(w.plan, event.seq, local_day(event.at), who, [*told.values()], [*healed.values()])
                      for who in audiences(w.plan)]
    sent = store.outbox.sent([notice.key for notice in found], w.known) if found else set()
    return [notice for notice in found if notice.key not in sent]


def owed_of_accounts(w: Workplace, store: Store) -> list[Reminder]:
    """Word of each accounts file that was noticed for the first time since the campaign began, and not sent by `w.known`. One
    that comes again is an alarm."""
    used = store.ledger.events("", EventKind.ACCOUNTS_USED, until=w.known)
    first = {e.payload["sha256"]: e.seq for e in reversed(used)}
    found = {changed.seq: accounts_notices(w.plan, before, changed) for before, changed in pairwise(used)
             if "held" in changed.payload and changed.seq == first[changed.payload["sha256"]]}
    sent = store.outbox.sent([one.key for notices in found.values() for one in notices], w.known) if found else set()
    owed = [(seq, one) for seq, notices in found.items() for one in notices if one.key not in sent]
    began = store.ledger.first(w.plan.id) if owed else 0
    return [one for seq, one in owed if seq > began]


def tell_alarms(w: Workplace, mailer: Channels | None = None, pages: str = "") -> list[SentReminder]:
    """Sends word of alarms, and of changed accounts, at once, also on a day off, but not at night; each once. Where the contacts
    file is faulty it is held until it is mended."""
    try:
        contacts = contacts_of(w.settings)
    except UsageError:
        contacts = {}
    with w.warehouse.read() as store:
        found = outgoing(w, [*owed_alarms(w, store), *owed_of_accounts(w, store)], mailer, contacts)
    waiting = held(w, found, on_days_off=True)
    return deliver(w, found, mailer, contacts, pages) if waiting is None else waiting


def unsent(w: Workplace) -> int:
    """How many digests of returns and tasks should have gone out by the working day before, and did not. In a drill nobody sends
    by the clock, and a plan that came into force since asks for them only now. A unit without an address is held anyway."""
    day = w.plan.workdays.workdays_before(local_day(w.now), 1)
    begins = datetime.combine(day, time.min, tzinfo=ZONE)
    if w.drill or w.version is None or w.version.registered_at >= begins:
        return 0
    dues = [replace(d, rejected=False) for d in owed_dues(w) if d.kind in ("return", "task")]
    with w.warehouse.read() as store:
        since, settled = _first_day(w, store), _settled(w, store, dues, ())
        served = store.outbox.served(w.plan.id, begins, w.known)
    contacts = contacts_of(w.settings)
    found = plan_reminders(w.plan, dues, end_of(day), settled, served=served, since=since)
    return sum(not contacts or r.audience in contacts for r in found)


def _anchor(w: Workplace, store: Store, contacts: Mapping[str, object], today: date) -> list[Reminder]:
    """The day's checkpoint for the auditor, where the contacts name one and it has not been sent."""
    if AUDITOR not in contacts or not has_key(w.settings) or store.outbox.sent([anchor_key(today)], w.known):
        return []
    found = standing(store)
    return [anchor(today, found.seq, signed(found, signing_key(w.settings)))] if found else []


def return_due(w: Workplace, row: OwedReturn, asked: ToCorrect = _AS_IT_IS) -> Due:
    """A return as something that is owed, and how it is handed in. asked: what is to be corrected in it."""
    rejected = row.state is ReturnState.REJECTED
    due, ref = mend_by(w.plan, row.due, asked.sent_back), f"{w.plan.id}__{row.form}__{row.unit}__{row.period}"
    file = f"{ref}.xlsx"
    return Due("return", ref, row.unit, _RETURN(form=w.plan.form(row.form).name, period=row.period), due, rejected=rejected,
               mend=mend(asked.findings) if rejected and row.return_id else (), moved=due > row.due,
               attempt=f"{row.version or ''}{by_people(asked.findings)}" if rejected else "", opened=opens(row.period, row.due),
               how=_HOW(file=file, inbox=f"{w.settings.inbox.name}/{row.unit}", page=links.desk_page(w.plan.id, row.unit)),
               attachment=Attachment(row.form, row.unit, row.period))
