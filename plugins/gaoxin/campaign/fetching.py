"""Fetching: each unit's sources asked, what comes landed first and taken as any return; what does not come is recorded, told of
that unit, and keeps nobody else waiting.

The core takes bytes with where and when they came from, and knows no protocol: that is `gaoxin.sources`'. A connection is handed
in by whoever runs this and goes nowhere but there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from hashlib import sha256
from typing import Any

from gaoxin.campaign.acting import acts_as
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.intake import check_and_load, judge_and_load
from gaoxin.campaign.judging import plan_in_force, real
from gaoxin.campaign.judging import refused as refused_because
from gaoxin.campaign.mapped import Place, kept, read_from
from gaoxin.campaign.placing import with_problem
from gaoxin.campaign.returned import Rejection
from gaoxin.campaign.sourcing import declared, owed
from gaoxin.campaign.taking import refuse, take
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.actor import Actor, Way
from gaoxin.mapping.choosing import DRIFTED
from gaoxin.people.acts import Act
from gaoxin.periods import Period
from gaoxin.plan.forms import unfit
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.plan.sources import DeclaredSource
from gaoxin.returns.fetched import COLUMN_UNDECLARED
from gaoxin.returns.layout import fetched_stem
from gaoxin.returns.model import ReadReturn, Verdict
from gaoxin.sources import kinds
from gaoxin.sources.asking import Job, asked
from gaoxin.sources.base import Amiss, Brought, Fetched, Options, Wanted
from gaoxin.sources.connections import read_connections
from gaoxin.unseen import kept_name
from gaoxin.warehouse.fetches import Asked, Came
from gaoxin.warehouse.fetches import Fetched as Row

NO_CONNECTION = Code("sources.no_connection", "没有连接 {name}：在 Airflow 中建立，或写进 GAOXIN_SOURCES 的连接文件",
                     "there is no connection {name}: make it in Airflow, or in the file that GAOXIN_SOURCES names", name=str)
OTHER_UNIT = Code("sources.other_unit", "取自{unit}的来源，封面却写{named}：请单位放自己的报表，或改正封面",
                  "it came from the source of {unit}, and its cover names {named}: let the unit put its own there, or mend it",
                  unit=Worded, named=Worded)
OTHER_RETURN = Code("sources.other_return", "是 {form} {period}的报表，此次不取",
                    "it is of {form} {period}, which was not asked for", form=str, period=Period)
OTHER_CAMPAIGN = Code("sources.other_campaign", "封面写的是另一项创建工作 {campaign}，不取：确属本项的，请单位用本项的模板",
                      "its cover names another campaign, {campaign}, and it is left: where it is of this one, let the unit take "
                      "its template", campaign=str)
FAILED = Code("sources.failed", "{unit}《{form}》{period}，来源 {source} 取不到：{why}",
              "{form} {period} of {unit}: source {source} did not give it: {why}", unit=Worded, form=Worded, period=Period,
              source=str, why=Message)

_ELSEWHERE = (OTHER_RETURN.code, OTHER_CAMPAIGN.code)  # nothing is amiss with a file that was not asked for

Want = Wanted[DeclaredSource]
Connections = Mapping[str, Mapping[str, Any]]


class Left(Answer):
    """A file, or a column of a source's rows, that was seen and not taken, and why."""

    name: str
    why: Message


class Fetch(Answer):
    """What came of asking one unit's source. state: fetched (something new came), refused (what came is no return), unchanged,
    nothing, waits, failed. returns: ids of returns that are new; refused: files that are none, and why."""

    form: str
    unit: str
    period: Period
    source: str
    kind: str
    state: str
    place: str | None
    returns: tuple[str, ...]
    refused: tuple[Left, ...]
    left: tuple[Left, ...]
    why: Message | None


class Fetches(Answer, optional="rejected"):
    """checked: verdict -> how many, and facts: how many were loaded; None where that was not asked for. rejected: returns that
    the check sent back."""

    campaign: str
    fetches: tuple[Fetch, ...]
    checked: dict[str, int] | None = None
    facts: int | None = None
    rejected: tuple[Rejection, ...] | None = None

    @property
    def failed(self) -> tuple[Fetch, ...]:
        return tuple(one for one in self.fetches if one.state == "failed")

    @property
    def returns(self) -> tuple[str, ...]:
        return tuple(name for one in self.fetches for name in one.returns)

    @property
    def exit_status(self) -> int:
        return 1 if self.failed or any(one.refused for one in self.fetches) or (self.checked or {}).get(Verdict.REJECTED) else 0


def fetch(w: Workplace, *, form: str | None = None, unit: str | None = None, period: Period | None = None, again: bool = False,
          check: bool = False) -> Fetches:
    """By whoever may, with the connections of the installation's file. Raises NotAllowed; UsageError for a form, unit or period
    without a source and for a faulty file of connections."""
    given = read_connections(w.settings.sources) if w.settings.sources else {}
    with acts_as(w, Act.PULL) as w:
        found = fetched(w, given, form=form, unit=unit, period=period, again=again)
        if not check:
            return found
        verdicts, facts, rejected = check_and_load(w, period)
        return replace(found, checked=verdicts, facts=facts, rejected=rejected or None)


def fetched(w: Workplace, given: Connections, *, form: str | None = None, unit: str | None = None, period: Period | None = None,
            again: bool = False) -> Fetches:
    """given: what the plan's connections are. period: None for all that is owed. again: what is known is fetched anew, too."""
    wanted = _wanted(w, form, unit, period)
    known = [{} if again else _known(w, want) for want in wanted]
    jobs, found = list[Job[int]](), dict[int, Fetch]()
    for number, want in enumerate(wanted):
        if (why := _lacks(w, want, given)) is not None:
            found[number] = _kept(w, want, Amiss(why), {})
            continue
        options = Options(given[want.source.connection])
        jobs.append(Job(number, partial(kinds.fetch, want, options, known[number]), want.source.deadline, options.scrubbed))
    for number, result in asked(jobs):
        found[number] = _kept(w, wanted[number], result, known[number])
    return Fetches(w.plan.id, tuple(found[number] for number in range(len(wanted))))


def _wanted(w: Workplace, form: str | None, unit: str | None, period: Period | None) -> list[Want]:
    """Raises UsageError where the plan has no such source."""
    if form is not None:
        w.plan.form(form)
    if unit is not None:
        w.plan.unit(unit)
    if period is None:
        with w.warehouse.read() as store:
            found = owed(w, store)
    else:
        found = [Wanted(of, who, period, source) for of, source, who in declared(w.plan) if period in w.plan.form(of).periods()]
    chosen = [one for one in found if form in (None, one.form) and unit in (None, one.unit)]
    if not any(form in (None, of) and unit in (None, who) for of, _, who in declared(w.plan)) and (form or unit):
        raise UsageError(Text("方案没有为此声明来源", "the plan declares no source for this"),
                         where=" ".join(filter(None, (form, unit))),
                         todo=Text("用 gaoxin sources 查看全部来源", "see all with gaoxin sources"))
    return [_named(w, one) for one in chosen]


def _named(w: Workplace, want: Want) -> Want:
    own = {want.unit, *w.plan.unit(want.unit).members}
    names = {u.id: {u.id, u.name.zh, u.name.en or u.id, *(a.name for a in u.aliases)} for u in w.plan.units}
    mine = frozenset(name for unit in own for name in names[unit])
    return replace(want, own=mine, others=frozenset(name for called in names.values() for name in called) - mine)


def _lacks(w: Workplace, want: Want, given: Connections) -> Message | None:
    missing = None if want.source.connection in given else NO_CONNECTION(name=want.source.connection)
    return next(unfit(w.plan.form(want.form), want.source), missing)


def _about(want: Want) -> Asked:
    return Asked(want.form, want.unit, want.source.id, want.period)


def _known(w: Workplace, want: Want) -> dict[str, str]:
    with w.warehouse.read() as store:
        return store.fetches.known(w.plan.id, _about(want), plan_hash(w.plan), any_period=want.source.rows is None)


def _kept(w: Workplace, want: Want, result: Brought | Amiss, known: Mapping[str, str]) -> Fetch:
    """Lands and takes what came, and records what came of it. Bytes whose record was lost are taken again, and are the return
    that is there."""
    who = replace(w.actor, way=Way.SOURCE, role=None, unit=want.unit, authenticated=False, airflow=None)
    came, left = list[Came](), list[Left]()
    new, refused, unchanged = list[str](), list[Left](), 0
    if isinstance(result, Amiss):
        came.append(Came("failed", why=result.why))
    else:
        for one in result.fetched:
            if one.name is None and known.get(one.place) == one.mark:
                unchanged += 1
                continue
            taken = _taken(w, who, want, one)
            if isinstance(taken, Message):
                left.append(Left(one.name or want.source.id, taken))
                if taken.code not in _ELSEWHERE:
                    came.append(Came("waits", one.place, one.name, why=taken))
                continue
            made, why, undeclared = taken
            left += [Left(want.source.id, told) for told in undeclared]
            came.append(made)
            if isinstance(why, Message):
                refused.append(Left(made.name or "", why))
            elif why and made.return_id:
                new.append(made.return_id)
            else:
                unchanged += 1
        unchanged += result.unchanged
        for name, why in (*result.waiting, *result.refused):
            left.append(Left(name, why))
            came.append(Came("waits", name=name, why=why))
    state = _state(came, new, refused, unchanged)
    if not came:
        came.append(Came(state))
    with w.by(who).warehouse.begin() as store:
        store.fetches.record(w.plan.id, _about(want), want.source.kind, state, came, w.now, plan_hash(w.plan))
    return Fetch(want.form, want.unit, want.period, want.source.id, want.source.kind, state,
                 next((one.place for one in came if one.place), None), tuple(new), tuple(refused), tuple(left),
                 result.why if isinstance(result, Amiss) else None)


def _state(came: Sequence[Came], new: Sequence[object], refused: Sequence[object], unchanged: int) -> str:
    """All that came in one word."""
    states = {one.state for one in came}
    if "failed" in states:
        return "failed"
    if new or refused:
        return "fetched" if new else "refused"
    return "waits" if "waits" in states else "unchanged" if unchanged else "nothing"


def _taken(w: Workplace, who: Actor, want: Want, one: Fetched) -> tuple[Came, bool | Message, tuple[Message, ...]] | Message:
    """Bytes as a return, whether it is new, or why they are refused as none, and which columns of rows nobody declared; why they
    are left where they are not what was asked for."""
    rows = fetched_stem(w.plan.id, want.form, want.unit, want.period, want.source.id) + one.ending
    name = rows if one.name is None else kept_name(one.name)
    read = read_from(one.content, name, plan_in_force(w), _place(w, want, one), kept(w.settings))
    if one.name is not None:
        if (why := _not_now(w, want, read)) is not None:
            return why
        read = _of_unit(w, want, read)
    by = w.by(who)
    parts = [asdict(part) for part in one.parts] or None
    made = Came("fetched", one.place, name, sha256(one.content).hexdigest(), one.mark, one.asked or None, parts)
    if read.key is None or any(p.kind == "other_unit" for p in read.problems):
        with by.warehouse.begin() as store:
            refuse(store, w.plan.id, one.content, read, w.now, source=want.source.kind, named=True)
        return made, refused_because(read)[0].message, ()
    taken = take(by, name, one.content, real(w, read), want.source.kind)
    if taken.return_id and not taken.created and taken.verdict is Verdict.REJECTED:
        judge_and_load(w, [taken])  # the rules, or the way in which it is read, may have been mended
    if taken.return_id is None:
        return made, taken.findings[0].message, ()
    undeclared = dict.fromkeys(note.message for note in read.notes if note.message.code == COLUMN_UNDECLARED.code)
    return replace(made, return_id=taken.return_id), taken.created, tuple(undeclared)


def _place(w: Workplace, want: Want, one: Fetched) -> Place | None:
    """Whose a file of a folder is that has no cover, by which a mapping reads it. The period is known where the path says it."""
    if one.name is None:
        return None
    return Place(w.plan.id, want.unit, want.form, want.period if "{period}" in getattr(want.source, "path", "") else None)


def _not_now(w: Workplace, want: Want, read: ReadReturn) -> Message | None:
    """Why a file of a folder is not taken now: it says that it is something else, or a plan or mapping is to be mended first."""
    if read.key is None:
        return next((p.message for p in read.problems if p.kind in (DRIFTED, "plan_unreadable")), None)
    if read.key.campaign != w.plan.id:
        return OTHER_CAMPAIGN(campaign=read.key.campaign)
    if (read.key.form, read.key.period) != (want.form, want.period):
        return OTHER_RETURN(form=read.key.form, period=read.key.period)
    return None


def _of_unit(w: Workplace, want: Want, read: ReadReturn) -> ReadReturn:
    """With a problem where its cover names another unit than the one whose folder it lay in."""
    if read.key is None or read.key.unit == want.unit:
        return read
    return with_problem(read, "other_unit", OTHER_UNIT(unit=w.plan.unit(want.unit).name, named=w.plan.unit(read.key.unit).name))


def told(w: Workplace, fetches: Sequence[Fetch | Row]) -> Iterator[Message]:
    """What failed, a line each."""
    for one in fetches:
        if one.state == "failed" and one.why is not None:
            yield FAILED(unit=w.plan.unit(one.unit).name, form=w.plan.form(one.form).name, period=one.period, source=one.source,
                         why=one.why)
