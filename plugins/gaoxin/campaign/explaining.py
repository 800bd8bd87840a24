"""Explanations of warnings, and what a reviewer says of them: accepted until a day, or sent back with a comment.

A warning is closed by its unit's explanation that a reviewer accepted and that holds (docs/decisions/099). What was said last of
just this warning counts; a corrected figure is another warning, and asks for words of its own. """

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.rejudging import level_accepted
from gaoxin.campaign.showing import unit_in
from gaoxin.campaign.weighing import scores
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_short, words_of
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.rectifying import due_day
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.people.seeing import could_do
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.quality.scored import Weighed
from gaoxin.quality.wording import alike, general, hints
from gaoxin.reminders.model import Due
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.reviews import Warned
from gaoxin.warehouse.stored import Explanation, Reviewed


class Answered(StrEnum):
    """How warnings of a rule are answered. SILENT: nothing was said of them; else as `Reviewed`."""

    SILENT = "silent"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    EXPIRED = "expired"

    @property
    def by_unit(self) -> bool:
        """Whether its unit owes words."""
        return self in (Answered.SILENT, Answered.SENT_BACK, Answered.EXPIRED)


_EXPLAIN = Code("explaining.owed", "重新说明“{form}”{period}的警告 {count} 项（说明被退回或已过期）",
                "explain {count} warning(s) of {form} {period} anew (sent back, or expired)", form=Worded, period=Period,
                count=int)
_REVIEW = Code("explaining.to_review", "审核{unit}“{form}”{period}的说明 {count} 项",
               "review {count} explanation(s) of {unit}, {form} {period}", unit=Worded, form=Worded, period=Period, count=int)
_ACCEPTABLE = frozenset({Answered.WAITING, Answered.SENT_BACK, Answered.EXPIRED})
_RETURNABLE = frozenset({Answered.WAITING, Answered.ACCEPTED, Answered.EXPIRED})


class Standing(Answer):
    """Warnings of a rule on a return, of which the same was said last. message: of the first of them. owner: whose it is to act,
    None where nothing is to be done. given: with the reviewer's last word; None where nothing was said. hints: what looks odd
    about it."""

    return_id: str
    unit: str
    form: str
    form_name: Worded
    period: Period
    rule: str
    warnings: int
    message: Message
    state: Answered
    owner: str | None
    given: Explanation | None
    hints: tuple[Message, ...]


class Explanations(Answer):
    """unit: whose alone; None: everybody's. What weighs most first, over all returns; what has no score after it, by return,
    rules in the order of the findings."""

    campaign: str
    as_of: datetime
    unit: str | None
    explanations: Sequence[Standing]

    @property
    def waiting(self) -> Sequence[Standing]:
        return [one for one in self.explanations if one.state is Answered.WAITING]

    @property
    def owed(self) -> Sequence[Standing]:
        """What units are to say."""
        return [one for one in self.explanations if one.state.by_unit]


class Reviews(Answer):
    """What was accepted or sent back in one go. holds_until: the last day on which it holds; None where it was sent back. closed:
    the unit's later returns that were asked about the same level, and are not any more."""

    campaign: str
    return_id: str
    rules: tuple[str, ...]
    accepted: bool
    by: str
    comment: str | None
    holds_until: date | None
    at: datetime
    account: str | None
    authenticated: bool | None
    closed: tuple[str, ...] = ()


def explanations(w: Workplace, unit: str | None = None, *, everything: bool = False) -> Explanations:
    """Of the warnings on returns that count: those that somebody is to act on; everything: the accepted ones, too. Raises
    UsageError for an unknown unit."""
    if unit is not None:
        w.plan.unit(unit)
    with w.warehouse.read() as store:
        found = [one for one in standing_in(w, store) if unit in (None, one.unit)
                 and (everything or one.state is not Answered.ACCEPTED)]
        asked = [Weighed(one.form, one.unit, one.period, one.rule.rpartition(".")[0], one.message) for one in found]
        weighed = zip(found, scores(w, store, asked), strict=True)
    return Explanations(w.plan.id, w.now, unit, [one for one, _ in sorted(weighed, key=lambda one: -one[1])])


def of_return(w: Workplace, return_id: str) -> list[Standing]:
    """Of its warnings, where it counts."""
    with w.warehouse.read() as store:
        return standing_in(w, store, return_id)


def standing_in(w: Workplace, store: Store, return_id: str | None = None) -> list[Standing]:
    """Of all returns that count, or of one of them, within a transaction."""
    warned = store.reviews.warned(w.plan.id, w.known, return_id)
    said = said_of(store, warned, w.known)
    alike = store.reviews.alike(said)
    names = {f.id: f.name for f in w.plan.forms}
    return [Standing.of(one, form_name=names.get(one.form, Text(one.form, one.form)), state=state, given=given,
                        owner=_owner(w.plan, one.unit, state),
                        hints=tuple(hints(given.text, alike.get(given.number, ()))) if given else ())
            for one in warned for given in (said.get(one.number or 0),) for state in (_state(given, local_day(w.now)),)]


def said_of(store: Store, warned: Iterable[Warned], as_of: datetime) -> dict[int, Explanation]:
    """The explanations that count, by number."""
    found = store.returns.explanations_of(dict.fromkeys(one.return_id for one in warned), as_of)
    return {e.number: e for given in found.values() for e in given}


def dues(w: Workplace, store: Store) -> list[Due]:
    """What is owed since a unit said something, or a reviewer sent it back: one thing a return, within five working days."""
    owed: dict[tuple[str, str], list[tuple[date, Standing]]] = defaultdict(list)
    for one in standing_in(w, store):
        if one.given is None or one.owner is None:
            continue
        review = one.given.review
        since = one.given.recorded_at if review is None else review.at
        day = review.holds_until if review and review.holds_until else local_day(since)
        owed[one.return_id, one.owner].append((day, one))
    return [_due(w.plan, found[0][1], max(day for day, _ in found), len(found)) for found in owed.values()]


def _due(plan: Plan, one: Standing, since: date, count: int) -> Due:
    about: dict[str, Any] = {"form": one.form_name, "period": one.period, "count": count}
    told = _EXPLAIN(**about) if one.state.by_unit else _REVIEW(unit=plan.unit(one.unit).name, **about)
    owner = one.owner or one.unit
    return Due("explanation", f"explanation~{one.return_id}~{owner}~{since}", owner, told, due_day(plan, since, date.min),
               about=one.return_id.rpartition("__v")[0], opened=since)


def _state(given: Explanation | None, day: date) -> Answered:
    return Answered.SILENT if given is None else Answered(given.stands_on(day))


def _owner(plan: Plan, unit: str, state: Answered) -> str | None:
    if state.by_unit:
        return unit
    return next(iter(plan.governance.reviewers(unit)), None) if state is Answered.WAITING else None


def must_say_why(text: str, where: str) -> None:
    """Raises Refused for words that say that a figure is right, and not why: no reviewer could accept them."""
    if general(text):
        said = text.strip()[:40]
        raise Refused(Text(f"“{said}”没有说明原因", f"{said!r} gives no reason"), where=where,
                      todo=Text("写明具体原因：什么项目、企业或事项，影响多少",
                                "say what happened: which project or company, how much"))


def may_be_said(before: Explanation, now: Explanation, day: date) -> bool:
    """Whether it is to be recorded beside what was said before of the same warnings; not where that waits in the same words.
    Raises Refused where it is accepted, and where it was sent back for these words."""
    state, same = before.stands_on(day), (alike(before.text), before.by) == (alike(now.text), now.by)
    where = f"{before.return_id} {before.rule}"
    if state is Reviewed.ACCEPTED and before.review:
        raise Refused(Text("已接受的说明仍然有效", "what was said of it is accepted and holds"), where=where,
                      todo=Text("无须再作说明；数有误的，更正报表",
                                "nothing is left to say; where the figure is wrong, correct the return"))
    if state is Reviewed.SENT_BACK and same and before.review:
        raise Refused(Text(f"这段说明已被退回：{before.review.comment}", f"these words were sent back: {before.review.comment}"),
                      where=where, todo=Text("按退回意见另作说明，或更正报表", "say what is asked for, or correct the return"))
    return state is not Reviewed.WAITING or not same


def hinted(store: Store, return_id: str, rules: Collection[str]) -> tuple[Message, ...]:
    """What looks odd about what was said last of these rules of a return."""
    last = {e.rule: e for e in store.returns.explanations(return_id) if e.rule in rules}
    alike = store.reviews.alike(e.number for e in last.values())
    return tuple(dict.fromkeys(hint for e in last.values() for hint in hints(e.text, alike.get(e.number, ()))))


def accept(w: Workplace, return_id: str, rules: Collection[str] = (), *, until: date | None = None, comment: str | None = None,
           by: str | None = None, shown: Collection[int] | None = None) -> Reviews:
    """Accepts what a unit said last of these rules' warnings, or of all that wait. until: the last day on which it holds, not
    after what the plan allows (`Rhythm.explained_days`), and that where left out. shown: the explanations that a page showed the
    reviewer. Raises as `send_back` does, and Refused for a day that is over or too late."""
    by = by or _as_whom(w, return_id)
    with acting(w, Act.REVIEW, by) as (w, store):
        _must_be_reviewer(w, store, return_id, by)
        today = local_day(w.now)
        last = today + timedelta(days=w.plan.rhythm.explained_days)
        holds, said = until or last, " ".join((comment or "").split()) or None
        must_be_short(said, return_id)
        if not today <= holds <= last:
            raise Refused(Text(f"有效期 {holds} 无效：应在 {today} 至 {last} 之间",
                               f"it cannot hold until {holds}: between {today} and {last}"), where=return_id,
                          todo=Text("改写日期，或不写", "give another day, or none"))
        chosen = _chosen(w, store, return_id, rules, shown, _ACCEPTABLE)
        for given in chosen.values():
            store.reviews.accept_explanation(w.plan.id, given, by, said, holds, w.now)
        closed = level_accepted(w, store, store.returns.several([return_id])[return_id], chosen)
        return Reviews(w.plan.id, return_id, tuple(chosen), True, by, said, holds, w.now, closed=closed, **w.told_by)


def send_back(w: Workplace, return_id: str, because: str, rules: Collection[str] = (), *, by: str | None = None,
              shown: Collection[int] | None = None) -> Reviews:
    """Sends back what a unit said last of these rules' warnings, or of all that wait: then it owes other words. What was accepted
    before is taken back so, where its rule is named. Raises UsageError for an unknown return, NotAllowed for a unit or an account
    that does not review it, or that handed it in; Refused for words that say nothing, for a return that does not count, and where
    there is nothing to be reviewed or the unit has said something else meanwhile."""
    by = by or _as_whom(w, return_id)
    with acting(w, Act.REVIEW, by) as (w, store):
        _must_be_reviewer(w, store, return_id, by)
        said = words_of(because, return_id, Text("退回须写明缺什么", "say what is lacking"),
                        todo=Text("写明缺什么", "say what is lacking"))
        chosen = _chosen(w, store, return_id, rules, shown, _RETURNABLE)
        for given in chosen.values():
            store.reviews.send_explanation_back(w.plan.id, given, by, said, w.now)
        return Reviews(w.plan.id, return_id, tuple(chosen), False, by, said, None, w.now, **w.told_by)


def _chosen(w: Workplace, store: Store, return_id: str, rules: Collection[str], shown: Collection[int] | None,
            among: Collection[Answered]) -> dict[str, Explanation]:
    """By rule the explanations that are meant: of all those named, or of all that wait."""
    found = standing_in(w, store, return_id)
    wanted = [one for one in found if (one.rule in rules if rules else one.state is Answered.WAITING)]
    unfit = [one.rule for one in wanted if one.state not in among]
    strange = [rule for rule in rules if rule not in {one.rule for one in found}]
    if not wanted or unfit or strange:
        names = "、".join([*strange, *unfit])
        waiting = [one.rule for one in found if one.state is Answered.WAITING]
        accepted = [one.rule for one in found if one.state is Answered.ACCEPTED and Answered.ACCEPTED in among]
        zh, en = "待审核：" + ("、".join(waiting) or "无"), "waiting: " + (", ".join(waiting) or "nothing")
        if accepted:
            zh += "；要收回已接受的，写明规则：" + "、".join(accepted)
            en += "; to take back what is accepted, name the rule: " + ", ".join(accepted)
        raise Refused(Text(f"{names or return_id} 没有可审核的说明", f"no explanation of {names or return_id} is to be reviewed"),
                      where=return_id, todo=Text(zh, en))
    given = [one.given for one in wanted if one.given is not None]
    if shown is not None and any(one.number not in shown for one in given):
        raise Refused(Text("单位已另作说明，未记录", "the unit has said something else since: not recorded"), where=return_id,
                      todo=Text("看过新的说明后再审核", "look at what it says now, then decide"))
    return {one.rule: one for one in given}


def _as_whom(w: Workplace, return_id: str) -> str:
    """The first of those that review it, as which whoever acts could."""
    units = w.plan.governance.reviewers(unit_in(w.plan, return_id))
    return next((u for u in units if could_do(w.accounts, w.actor, Act.REVIEW, w.plan, u)),
                next(iter(units), w.plan.governance.office))


def _must_be_reviewer(w: Workplace, store: Store, return_id: str, by: str) -> None:
    found = store.returns.all(w.plan.id, LATEST, return_id=return_id)
    if not found:
        raise UsageError(Text(f"本创建工作没有报送 {return_id!r}", f"this campaign has no return {return_id!r}"),
                         where="return_id",
                         todo=Text("用 gaoxin explanations list 查看", "see gaoxin explanations list"))
    unit = found[0].key.unit
    units, name = w.plan.governance.reviewers(unit), w.plan.unit(by).name
    if by not in units:
        raise NotAllowed(Text(f"{name.to('zh')}不能审核这份报表的说明",
                              f"{name.to('en')} may not review what is said of this return"),
                         where=return_id,
                         todo=Text("由" + ("、".join(w.plan.unit(u).name.zh for u in units) or "督查单位（方案未指定）") + "审核",
                                   "done by " + (", ".join(units) or "supervision, which the plan does not name")))
    must_be_apart(w, store, Act.REVIEW, unit)
