"""What must be made good (问题与整改): every rectification with its state, evidence and history; lists of problems entered,
one by one or as a workbook. What happens to them afterwards is `campaign.rechecking`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from gaoxin.campaign.acting import acting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.calling import unit_called
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_told, words_of
from gaoxin.clock import LATEST, local_day
from gaoxin.containers.apart import open_book
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import Rectification
from gaoxin.gates.rectifying import due_day
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.people import acts
from gaoxin.people.acts import NotAllowed
from gaoxin.plan.criteria.rectifications_closed import ORIGINS, Origin
from gaoxin.plan.model import Plan
from gaoxin.problems.lateness import Moment, days_late
from gaoxin.problems.listing import Listed, due_if_unstated, head_of, read_list
from gaoxin.problems.model import SUBJECT, Fault, Found, Given
from gaoxin.problems.rules import finders_of, is_own, phase_on, problem_id
from gaoxin.reminders.model import Due
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.problems import Step

_DAYS = Code("problems.days", "期限 {due} 早于发现日期 {found}",
             "the due day {due} is before the day {found} on which it was found",
             due=date, found=date)
_TO_COME = Code("problems.to_come", "发现日期 {day} 还没有到", "{day}, on which it was found, is yet to come")
_TO_RECHECK = Code("problems.to_recheck", "复查整改：{subject}", "re-check what was made good: {subject}", subject=Message)
_BEFORE = Code("problems.before_the_campaign", "发现日期 {day} 早于本创建工作开始（{first}）；核对日期",
               "{day}, on which it was found, is before the campaign began ({first}): look the day up", day=date, first=date)
_OWN = Code("problems.own", "{unit}提出的问题不能由{unit}自己整改：提出单位要复查",
            "{unit} cannot find its own problem: whoever finds it re-checks it", unit=Worded)
_DIFFERS = Code("problems.differs", "已登记（{id}），{what}为“{old}”，这里是“{new}”；已登记的不改，确需变更由提出单位复查时另定",
                "recorded already ({id}) with {what} {old!r}, and here it is {new!r}: what is recorded is not changed", id=str,
                what=str, old=str, new=str)
_NUMBER_TAKEN = Code("problems.number_taken", "序号 {number} 已登记为另一个问题（{id}）：{text}",
                     "the number {number} is recorded for another problem ({id}): {text}", number=str, id=str, text=str)


class Done(Answer):
    """One step of a rectification: opened (by a gate), found, reopened, handed_in, accepted, sent_back, to_extend (asked for),
    extended, not_extended, closed. sha256,
    file: of what was handed in, or of the list in which it came; due: the day that was given."""

    problem: str
    kind: str
    at: datetime
    by: str | None
    text: str | Message | None
    sha256: str | None
    file: str | None
    due: date | None
    opening: int
    business_day: date | None
    entered_afterwards: bool
    entered_because: str | None
    account: str | None
    authenticated: bool | None


class Problem(Answer):
    """A rectification as it stands. origin: gate (opened by one), or how it was found: inspection, hearing, assessment,
    supervision. state: open, handed_in (waits for its re-check), sent_back, closed. overdue: on the day of the question, while
    its owner owes it; days_late: by how many it is or ever was, whatever became of it since. waits_for: the unit that is
    to act now; None where nothing is left. text: what it is about, without its source. evidence: what was
    handed in since it was opened last; history: everything that was done about it."""

    id: str
    number: str | None
    origin: Origin
    phase: str
    criterion: str
    subject: Message
    text: str | Message
    source: str | None
    finder: str | None
    owner: str
    standard: str | None
    found_on: date | None
    opened_at: datetime
    opening: int
    due: date
    state: str
    overdue: bool
    days_late: int
    waits_for: str | None
    evidence: Sequence[Done]
    history: Sequence[Done]
    closed_at: datetime | None


class Problems(Answer):
    campaign: str
    as_of: datetime
    problems: Sequence[Problem]

    def _having(self, *states: str) -> int:
        return sum(p.state in states for p in self.problems)

    @property
    def open(self) -> int:
        return len(self.problems) - self._having("closed")

    @property
    def waiting(self) -> int:
        return self._having("handed_in")

    @property
    def overdue(self) -> int:
        return sum(p.overdue for p in self.problems)


@dataclass(frozen=True)
class Entered:
    """A problem that was read, and the id by which it stands; new: recorded now. due: its day as it stands, also where another
    was given since. closed_on: when one that is there was closed, which being found again does not undo."""

    id: str
    number: str | None
    text: str
    owner: str
    due: date
    phase: str
    new: bool
    closed_on: date | None = None


class Row(Answer):
    """What is wrong with a row of a list. cell: SHEET!CELL; None of the whole file."""

    cell: str | None
    message: Message


class ProblemsEntered(Answer):
    """What a list, or one problem, came to. faults: with one nothing was recorded. there_before: of how many nothing was recorded
    since they were before; told: what was not read."""

    campaign: str
    origin: Origin
    source: str
    finder: str
    file: Path | None
    sha256: str | None
    entered_on: date
    problems: Sequence[Entered]
    faults: Sequence[Row]
    told: Sequence[Message]

    @property
    def new(self) -> int:
        return sum(p.new for p in self.problems)

    @property
    def there_before(self) -> int:
        return len(self.problems) - self.new

    @property
    def closed(self) -> Sequence[Entered]:
        """Those that are there and closed: found again, they are to be reopened by who found them."""
        return [p for p in self.problems if p.closed_on]

    @property
    def exit_status(self) -> int:
        return 1 if self.faults else 0


def problems(w: Workplace, *, open_only: bool = False) -> Problems:
    """All that must be made good or was, as of `w.now`: those that wait first, by their day."""
    with w.warehouse.read() as store:
        return _problems(w, store, open_only=open_only)


def _problems(w: Workplace, store: Store, *, open_only: bool) -> Problems:
    steps, today = store.problems.steps(w.plan.id, w.known), local_day(w.now)
    there = store.decisions.rectifications(w.plan.id, w.known, open_only=open_only)
    found = [shown(r, steps.get(r.id, ()), today) for r in there]
    return Problems(w.plan.id, w.now, sorted(found, key=lambda p: (p.state == "closed", p.due, p.id)))


def shown(r: Rectification, steps: Sequence[Step], today: date) -> Problem:
    history = [_done(s) for s in steps]
    owed = r.state in ("open", "sent_back")
    return Problem.of(r, text=r.subject.context["text"] if r.subject.code == SUBJECT.code else r.subject,
                      overdue=owed and r.due < today,
                      days_late=days_late((Moment(s.kind, local_day(s.at), s.due) for s in steps), today),
                      waits_for=r.owner if owed else r.finder if r.state == "handed_in" else None,
                      evidence=[s for s in history if s.kind == "handed_in" and s.opening == r.opening], history=history)


def _done(s: Step) -> Done:
    return Done.of(s, problem=s.id, text=s.text or s.told, entered_afterwards=s.entered_afterwards)


def add(w: Workplace, found: Found, by: str) -> ProblemsEntered:
    """Records one problem that a unit found, and opens its rectification; one that is there stands as it is. Raises UsageError
    for an unknown unit or phase, NotAllowed for a unit or an account that may not, Refused for what cannot be."""
    with acting(w, acts.Act.FIND, by) as (w, store):
        _must_find(w, by)
        w.plan.unit(found.owner)
        if found.phase is not None:
            w.plan.phase(found.phase)
        for zh, en, text in (("问题", "problem", found.text), ("整改标准", "standard", found.standard),
                             ("来源", "source", found.source)):
            must_be_told(text, w.plan.id, Text(f"没有写{zh}", f"its {en} is not said"), Text(f"写明{zh}", f"give the {en}"))
        found = Found(**{**vars(found), **{name: words_of(getattr(found, name), name, Text("", "")) for name in
                                           ("text", "standard", "source")}})
        if faults := [fault for fault, _ in _checked(w, store, [found], by)]:
            raise Refused(Text(faults[0].zh, faults[0].en), where=w.plan.id,
                          todo=Text("改正后重新登记", "mend it and enter it again"))
        entered = _record(w, store, [found], by, None)
        return ProblemsEntered(w.plan.id, found.origin, found.source, by, None, None, local_day(w.now), entered, (), ())


def due_unless_stated(w: Workplace, found_on: date) -> date:
    """By when a problem is to be made good of which nobody says it. Raises UsageError where the plan does not say it either."""
    day = due_if_unstated(w.plan, found_on)
    if day is None:
        raise UsageError(Text("没有写整改期限，方案也没有规定督办期限",
                              "no due day is given, and the plan has none for problems"), where="--due",
                         todo=Text("以 --due 写期限，或在方案中写 supervised: {problem: 工作日数}",
                                   "give --due, or write supervised: {problem: WORKING_DAYS} in the plan"))
    return day


def load(w: Workplace, file: Path, content: bytes, name: str, given: Given, by: str) -> ProblemsEntered:
    """Records the problems of a list, all of them or, where a row has a fault, none. Of a list that is sent again nothing is
    recorded twice. Raises as `add` does."""
    with acting(w, acts.Act.FIND, by) as (w, store):
        _must_find(w, by)
        must_be_told(given.source, name, Text("没有写来源", "its source is not said"), Text("写明来源", "give the source"))
        listed: Listed = read_list(w.plan, open_book(content, name), given, partial(unit_called, w.plan))
        today = local_day(w.now)
        faults = [_row(f) for f in listed.faults] + [Row(one.place, fault) for fault, one in
                                                     _checked(w, store, listed.problems, by)]
        if faults:
            return ProblemsEntered(w.plan.id, given.origin, given.source, by, file, None, today, (), faults, listed.told)
        sha256 = store.returns.land(content, name, w.now, "problems") if _any_new(w, store, listed.problems) else None
        entered = _record(w, store, listed.problems, by, sha256)
        return ProblemsEntered(w.plan.id, given.origin, given.source, by, file, sha256, today, entered, (), listed.told)


def _row(f: Fault) -> Row:
    return Row("!".join(filter(None, (f.sheet, f.cell))) or None, f.message)


def _must_find(w: Workplace, by: str) -> None:
    name, finders = w.plan.unit(by).name, finders_of(w.plan)
    if by not in finders:
        units = [w.plan.unit(u).name for u in finders]
        raise NotAllowed(Text(f"{name.to('zh')}不登记问题", f"{name.to('en')} records no problems"), where=w.plan.id,
                         todo=Text("由" + "、".join(u.to("zh") for u in units) + "登记",
                                   "recorded by " + ", ".join(u.to("en") for u in units)))


def _id(w: Workplace, one: Found) -> str:
    return problem_id(w.plan.id, one.origin, one.source, one.owner, one.text)


def _any_new(w: Workplace, store: Store, found: Sequence[Found]) -> bool:
    known = {r.id for r in store.decisions.rectifications(w.plan.id, LATEST)}
    return any(_id(w, one) not in known for one in found)


def _checked(w: Workplace, store: Store, found: Sequence[Found], by: str) -> list[tuple[Message, Found]]:
    """What is wrong with problems in themselves and beside those that are recorded."""
    known = {r.id: r for r in store.decisions.rectifications(w.plan.id, LATEST) if r.by_people}
    numbered = {(str(r.origin), r.source or "", r.number): r for r in known.values() if r.number}
    told: list[tuple[Message, Found]] = []
    for one in found:
        id = _id(w, one)
        if there := known.get(id):  # what was right when it was recorded is not judged again by the day on which it is sent again
            told += [(m, one) for m in _differing(w.plan, one, there)]
            continue
        told += [(m, one) for m in _wrong(w, one, by)]
        if (other := numbered.get((one.origin, one.source, one.number or ""))) and other.id != id:
            told.append((_NUMBER_TAKEN(number=one.number or "", id=other.id, text=other.subject.context["text"]), one))
    return told


def _wrong(w: Workplace, one: Found, by: str) -> list[Message]:
    wrong = []
    if one.found_on > local_day(w.now):
        wrong.append(_TO_COME(day=one.found_on))
    if (first := w.plan.earliest) and one.found_on < first:
        wrong.append(_BEFORE(day=one.found_on, first=first))
    if one.due < one.found_on:
        wrong.append(_DAYS(due=one.due, found=one.found_on))
    if is_own(w.plan, by, one.owner):
        wrong.append(_OWN(unit=w.plan.unit(by).name))
    return wrong


def _differing(plan: Plan, one: Found, there: Rectification) -> list[Message]:
    """What a problem that is recorded says otherwise. A phase that is not named is no other one."""
    pairs: list[tuple[str, object, object]] = [("standard", there.standard, one.standard)]
    pairs.append(("due", there.first_due, one.due))
    if one.phase:
        names = {p.id: p.name.to("zh") for p in plan.phases}
        pairs.append(("phase", names.get(there.phase, there.phase), names.get(one.phase, one.phase)))
    return [_DIFFERS(id=there.id, what=head_of(key), old=str(old), new=str(new)) for key, old, new in pairs if old != new]


def _record(w: Workplace, store: Store, found: Sequence[Found], by: str, sha256: str | None) -> list[Entered]:
    entered = []
    known = {r.id: r for r in store.decisions.rectifications(w.plan.id, LATEST)}
    for one in found:
        id, phase = _id(w, one), one.phase or phase_on(w.plan, one.found_on)
        new = store.problems.record(Rectification(
            id=id, campaign=w.plan.id, phase=phase, criterion="", ref="", owner=one.owner,
            subject=SUBJECT(text=one.text, source=one.source), opened_at=w.now, due=one.due, origin=one.origin, finder=by,
            source=one.source, number=one.number, standard=one.standard, found_on=one.found_on,
            list_sha256=sha256 if one.place else None, place=one.place if sha256 else None))
        there = known.get(id) if not new else None
        closed = local_day(there.closed_at) if there and there.closed_at else None
        entered.append(Entered(id, one.number, one.text, one.owner, there.due if there else one.due, phase, new, closed))
    return entered


def dues(plan: Plan, found: Sequence[Rectification], told: Callable[[Message], Message] = lambda subject: subject) -> list[Due]:
    """What is owed of open rectifications: to make them good, or, of what was handed in, to re-check it within some working days.
    told: how what is to be made good is said."""
    made = []
    for r in found:
        if r.state == "handed_in" and r.finder and r.stage_at:
            day = due_day(plan, local_day(r.stage_at), date.min)
            made.append(Due("rectification", f"{r.id}~recheck", r.finder, _TO_RECHECK(subject=r.subject), day,
                            opened=local_day(r.stage_at)))
        else:
            back = r.stage == "sent_back" and r.stage_at is not None
            made.append(Due("rectification", r.id, r.owner, told(r.subject), r.due, about="" if r.by_people else r.ref,
                            opened=local_day(r.opened_at), rejected=back,
                            attempt=f"{r.opening}.{r.stage_at:%Y%m%d%H%M%S}" if back else ""))
    return made


class ListTemplate(Answer):
    campaign: str
    file: Path


def template(w: Workplace, file: Path) -> ListTemplate:
    """Writes an empty problem list."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(template_bytes(w))
    return ListTemplate(w.plan.id, file)


def template_bytes(w: Workplace) -> bytes:
    from gaoxin.problems.template import list_template

    return list_template(w.plan)


def origin_called(written: str) -> Origin:
    """By which way problems are found, in either language. Raises UsageError."""
    for origin, name in ORIGINS.items():
        if origin != "gate" and written.strip() in (origin, name.zh, name.en):
            return origin
    known = [o for o in ORIGINS if o != "gate"]
    raise UsageError(Text(f"没有“{written}”这种提出方式", f"no such way of finding problems: {written!r}"), where="--origin",
                     todo=Text("、".join(f"{ORIGINS[o].zh}（{o}）" for o in known), ", ".join(known)))


