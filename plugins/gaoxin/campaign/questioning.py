"""Questions of units to the office, and its answers. They stand in the ledger, with whoever asked and answered.

What a question is about is written as FORM@PERIOD, FORM, or the id of a return of the unit's own; empty: the campaign.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gaoxin.campaign.acting import acting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import words_of
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.actor import told_of
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Due
from gaoxin.warehouse.engine import Store

_CAMPAIGN = Code("questions.campaign", "本项创建工作", "the campaign")()
_FORM = Code("questions.form", "{form} {period}", "{form} {period}", period=str)
_RETURN = Code("questions.return", "{form} {period} 第 {version} 版", "{form} {period}, version {version}", period=str,
               version=str)
_DUE = Code("questions.due", "答复{unit}的提问（{about}）：{text:.60}", "answer the question of {unit} ({about}): {text:.60}",
            unit=Worded, about=Worded)


class Reply(Answer):
    text: str
    by: str
    at: datetime
    account: str | None
    authenticated: bool | None


class Question(Answer):
    """number: by which it is answered. about: as it was written; about_name: in words. due: the day by which it is to be
    answered."""

    number: int
    unit: str
    about: str
    about_name: Worded
    text: str
    at: datetime
    due: date
    account: str | None
    authenticated: bool | None
    replies: tuple[Reply, ...]

    @property
    def open(self) -> bool:
        return not self.replies

    @property
    def return_id(self) -> str | None:
        """The return that it is about."""
        return self.about if "__" in self.about else None

    @property
    def form(self) -> tuple[str, str] | None:
        """The form and period that it is about."""
        form, _, period = self.about.partition("@")
        return (form, period) if period else None


class Questions(Answer):
    """By number. unit: whose alone; None: everybody's."""

    campaign: str
    as_of: datetime
    unit: str | None
    questions: Sequence[Question]

    @property
    def open(self) -> Sequence[Question]:
        return [q for q in self.questions if q.open]

    @property
    def answered(self) -> Sequence[Question]:
        """The newest first."""
        return [q for q in reversed(self.questions) if not q.open]


class Asked(Answer):
    campaign: str
    number: int
    unit: str
    about: str
    text: str
    due: date
    account: str | None
    authenticated: bool | None


class Replied(Answer):
    campaign: str
    number: int
    unit: str
    by: str
    text: str
    account: str | None
    authenticated: bool | None


def ask(w: Workplace, unit: str, text: str, about: str = "") -> Asked:
    """Raises UsageError for an unknown unit and for what is not the unit's to ask about; Refused for words that say nothing, and
    for what it asks already; NotAllowed for an account that does not report for it."""
    with acting(w, Act.ASK, unit) as (w, store):
        w.plan.unit(unit)
        said = words_of(text, unit, Text("没有写要问什么", "the question is empty"), lines=True,
                        todo=Text("写明要问什么", "write the question"))
        _must_be_its_own(w, store, unit, about.strip())
        _must_be_new(w, store, unit, said, about.strip())
        number = store.ledger.next_number(w.now)
        store.ledger.note(w.plan.id, EventKind.QUESTION_ASKED, w.now, {"unit": unit, "about": about.strip(), "text": said})
        return Asked(w.plan.id, number, unit, about.strip(), said, _due(w.plan, w.now), **w.told_by)


def answer(w: Workplace, number: int, text: str) -> Replied:
    """By the office, also once more. Raises UsageError for a question that nobody asked, else as `ask`."""
    by = w.plan.governance.office
    with acting(w, Act.ANSWER, by) as (w, store):
        said = words_of(text, f"{w.plan.id} {number}", Text("没有写答复", "the answer is empty"), lines=True,
                        todo=Text("写明答复", "write the answer"))
        event = store.ledger.event(number)
        if event is None or (event.kind, event.campaign) != (EventKind.QUESTION_ASKED, w.plan.id):
            raise UsageError(Text(f"没有第 {number} 号提问", f"there is no question {number}"), where=w.plan.id,
                             todo=Text(f"用 gaoxin questions {w.plan.id} 查看", f"see gaoxin questions {w.plan.id}"))
        unit = event.payload["unit"]
        told = {"question": number, "unit": unit, "by": by, "text": said}
        store.ledger.note(w.plan.id, EventKind.QUESTION_ANSWERED, w.now, told)
        return Replied(w.plan.id, number, unit, by, said, **w.told_by)


def questions(w: Workplace, unit: str | None = None, *, only_open: bool = False) -> Questions:
    """All that were asked by `w.now`, or a unit's. Raises UsageError for an unknown unit."""
    if unit is not None:
        w.plan.unit(unit)
    with w.warehouse.read() as store:
        found = asked(w, store)
    return Questions(w.plan.id, w.now, unit, [q for q in found if unit in (None, q.unit) and (q.open or not only_open)])


def asked(w: Workplace, store: Store) -> list[Question]:
    """Within a transaction, by number."""
    kinds = EventKind.QUESTION_ASKED, EventKind.QUESTION_ANSWERED
    events = store.ledger.events(w.plan.id, *kinds, until=w.known)
    drill = store.ledger.drill and store.ledger.accounts_file(w.known) is None
    replies: dict[int, list[Reply]] = defaultdict(list)
    for e in events:
        if e.kind == EventKind.QUESTION_ANSWERED:
            replies[e.payload["question"]].append(
                Reply(e.payload["text"], e.payload["by"], e.at, **told_of(e.actor, drill=drill)))
    return [_question(w.plan, e, tuple(replies[e.seq]), drill) for e in events if e.kind == EventKind.QUESTION_ASKED]


def waiting(w: Workplace, store: Store) -> list[Due]:
    """What the office owes an answer to, the oldest first."""
    return [Due("question", f"question~{q.number}", w.plan.governance.office,
                _DUE(unit=_name(w.plan, q.unit), about=q.about_name, text=" ".join(q.text.split())), q.due,
                opened=local_day(q.at))
            for q in asked(w, store) if q.open]


def _question(plan: Plan, event: LedgerEvent, replies: tuple[Reply, ...], drill: bool) -> Question:
    p = event.payload
    return Question(event.seq, p["unit"], p["about"], about_name(plan, p["about"]), p["text"], event.at, _due(plan, event.at),
                    replies=replies, **told_of(event.actor, drill=drill))


def _due(plan: Plan, at: datetime) -> date:
    """The next working day."""
    return plan.workdays.next_workday(local_day(at) + timedelta(days=1))


def about_name(plan: Plan, about: str) -> Message:
    """What a question is about, in words; names that the plan does not know any more as they were written."""
    forms = {f.id: f.name for f in plan.forms}
    if "__" in about:
        _, form, _, period, version = about.split("__")
        return _RETURN(form=forms.get(form, Text(form, form)), period=period, version=version.removeprefix("v"))
    form, _, period = about.partition("@")
    return _FORM(form=forms.get(form, Text(form, form)), period=period) if about else _CAMPAIGN


def _name(plan: Plan, unit: str) -> Worded:
    return next((u.name for u in plan.units if u.id == unit), Text(unit, unit))


def _must_be_new(w: Workplace, store: Store, unit: str, text: str, about: str) -> None:
    """A form that is sent twice asks once."""
    for q in asked(w, store):
        if q.open and (q.unit, q.about, q.text) == (unit, about, text):
            raise Refused(Text(f"已经问过：第 {q.number} 号提问与此相同，正等待答复；没有重复记录",
                               f"asked already: question {q.number} is the same and waits for its answer; kept once"),
                          where=unit, todo=Text("等待办公室答复；另有疑问的换个说法再问",
                                                "wait for the office's answer; ask in other words if there is more"))


def _must_be_its_own(w: Workplace, store: Store, unit: str, about: str) -> None:
    wrong = UsageError(Text(f"{about!r} 不是本单位的报表或报送", f"{about!r} is no form or return of this unit's"), where="about",
                       todo=Text("写 报表、报表@报告期 或报送编号；问整项工作则不写",
                                 "write FORM, FORM@PERIOD or the id of a return; nothing to ask about the campaign"))
    if "__" in about:
        found = store.returns.all(w.plan.id, w.known, return_id=about)
        if not found or found[0].key.unit != unit:
            raise wrong
    elif about:
        name, _, period = about.partition("@")
        form = next((f for f in w.plan.forms if f.id == name and unit in f.units), None)
        if form is None or (period and Period.parse(period) not in form.periods()):
            raise wrong
