"""Corrections and what comes of them: a later version of figures that were in force touches whatever used them.

What is touched follows from what was recorded as used. Each stays open until a named role decides: reopened, erratum, or
unaffected for a reason. A gate that is reopened has not passed, and neither may what comes after it, until it passes again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast, get_args

from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.anew import Anew, Because, Causes
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_told
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Text
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.periods import Period
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.uses import Correction, Kind, Outcome, Touched

State = Literal["open", "reopened", "erratum", "unaffected"]
_STATES: dict[Outcome, State] = {"reopen": "reopened", "erratum": "erratum", "unaffected": "unaffected"}
_ROLES = ("office", "supervision", "leading_group", "consent")


class Affected(Answer):
    """One thing that used the old figures. kind, id, period: as in `Usage`. old: what it said. new: what it would say as things
    stand, or stood when it was decided on; None where that is not computed anew (a report), or the plan knows no such thing any
    more. because: the act since (`Corrected.since`) for which that is otherwise, and not the correction. state, by, reason,
    decided_at: what was decided; account, authenticated: who did."""

    kind: Kind
    id: str
    period: Period | None
    at: datetime
    old: str
    new: str | None
    because: Because | None
    state: State
    by: str | None = None
    reason: str | None = None
    decided_at: datetime | None = None
    account: str | None = None
    authenticated: bool | None = None


class Since(Answer):
    """What else has come of a version that corrects: a person sent it back, and it stands so; or a later one, return_id, has
    taken its place."""

    act: Because
    return_id: str
    on: date


class Corrected(Answer):
    """A correction. id: of the return that corrects. late: after the return's due day; then reason is the unit's."""

    id: str
    return_id: str
    version: int
    replaces: str
    late: bool
    recorded_at: datetime
    reason: str | None
    variables: tuple[str, ...]
    since: tuple[Since, ...]
    affected: tuple[Affected, ...]


class Corrections(Answer):
    campaign: str
    corrections: Sequence[Corrected]

    @property
    def open(self) -> int:
        return sum(a.state == "open" for c in self.corrections for a in c.affected)


class CorrectionDecided(Answer):
    """items: kind:id of each thing that was decided on."""

    campaign: str
    id: str
    outcome: Outcome
    by: str
    reason: str
    items: tuple[str, ...]


def corrections(w: Workplace) -> Corrections:
    """All corrections as of `w.now`, the oldest first, each with what it affects."""
    with w.warehouse.read() as store:
        now, touched, found = Anew(w, store), store.uses.touched(w.plan.id, w.known), store.uses.corrections(w.plan.id, w.known)
        later = {one.return_id: _after(one, found) for one in found}
        back = store.reviews.sent_back([one.return_id for one in found], w.known)
        causes = Causes(w, store, touched, {name: {c.return_id: c.recorded_at for c in them} for name, them in later.items()})
        return Corrections(w.plan.id, [
            Corrected.of(one, id=one.return_id, since=tuple(_since(one, back, later[one.return_id])),
                         affected=tuple(_affected(u, now, causes, one) for u in touched.get(one.return_id, [])))
            for one in found
        ])


def _after(one: Correction, all_: Sequence[Correction]) -> list[Correction]:
    """What corrected the same return again."""
    of = one.return_id.rpartition("__v")[0]
    return [c for c in all_ if c.return_id.rpartition("__v")[0] == of and c.version > one.version]


def _since(one: Correction, back: Mapping[str, date], later: Sequence[Correction]) -> Iterator[Since]:
    if day := back.get(one.return_id):
        yield Since("sent_back", one.return_id, day)
    if later:
        yield Since("replaced", later[-1].return_id, local_day(later[-1].recorded_at))


def _affected(u: Touched, now: Anew, causes: Causes, one: Correction) -> Affected:
    """new: as it was when it was decided on; while it is open as it is."""
    state = _STATES[u.outcome] if u.outcome else "open"
    new = u.new_value if u.outcome else now.says(u.kind, u.id, u.period)
    return Affected(u.kind, u.id, u.period, u.at, u.value, new, causes.of(u, new, one.return_id, now), state, u.by, u.reason,
                    u.decided_at, u.account, u.authenticated)


def decide_correction(w: Workplace, correction: str, outcome: str, by: str, reason: str,
                      items: Sequence[str] = ()) -> CorrectionDecided:
    """Decides on everything that a correction leaves open, or on some of it (kind:id, of an indicator's value kind:id@period).
    by: a unit, or a role's name. Raises UsageError for an unknown correction, outcome, unit or item; NotAllowed for a unit or an
    account without that role or that handed in the figures itself; Refused for a reason that says nothing, and where nothing is
    open."""
    with acting(w, Act.CORRECT, _deciders(w).get(by, by)) as (w, store):
        unit = _role(w, by)
        found = next((c for c in store.uses.corrections(w.plan.id, w.known) if c.return_id == correction), None)
        if found is None:
            raise UsageError(Text(f"没有更正 {correction!r}", f"no correction {correction!r}"), where=w.plan.id,
                             todo=Text(f"用 gaoxin corrections {w.plan.id} 查看", f"see gaoxin corrections {w.plan.id}"))
        if found.unit == unit:
            raise NotAllowed(Text("更正由报送单位以外的单位处理", "a correction is not decided on by the unit that handed it in"),
                             where=correction, todo=Text("由办公室、督查单位或领导小组处理",
                                                         "let the office, supervision or the leading group decide"))
        must_be_apart(w, store, Act.CORRECT, found.unit)
        if outcome not in get_args(Outcome):
            raise UsageError(Text(f"处理结果 {outcome!r} 无效", f"no such outcome: {outcome!r}"), where="outcome",
                             todo=Text("写 reopen、erratum 或 unaffected", "write reopen, erratum or unaffected"))
        chosen = cast(Outcome, outcome)
        must_be_told(reason, correction, Text("处理更正须写理由", "deciding on a correction needs a reason"))
        open_ = store.uses.touched(w.plan.id, w.known, correction=correction, open_only=True).get(correction, [])
        names = list(dict.fromkeys(u.name for u in open_))
        meant = {n for u in open_ for n in (u.name, f"{u.kind}:{u.id}") if n in items}
        if unknown := sorted(set(items) - meant):
            raise UsageError(Text(f"没有待处理的 {'、'.join(unknown)}", f"not open: {', '.join(unknown)}"), where=correction,
                             todo=Text("待处理：" + ("、".join(names) or "无"), "open: " + (", ".join(names) or "nothing")))
        if not open_:
            raise Refused(Text("这项更正没有待处理的事项", "nothing of this correction is open"), where=correction,
                          todo=Text("无须再办", "nothing is left to do"))
        taken = [u for u in open_ if not items or meant & {u.name, f"{u.kind}:{u.id}"}]
        now = Anew(w, store)
        said = {u.usage_id: now.says(u.kind, u.id, u.period) for u in taken}
        store.uses.decide(w.plan.id, correction, taken, said, chosen, unit, " ".join(reason.split()), w.now)
    return CorrectionDecided(w.plan.id, correction, chosen, unit, reason, tuple(dict.fromkeys(u.name for u in taken)))


@dataclass(frozen=True)
class Waiting:
    """A correction of which something is open. unit: whose part it is to decide, since it did not hand it in."""

    return_id: str
    recorded_at: datetime
    open: tuple[Touched, ...]
    unit: str


def waiting(w: Workplace, store: Store) -> list[Waiting]:
    """The corrections that wait to be decided on, the oldest first."""
    touched = store.uses.touched(w.plan.id, w.known, open_only=True)
    deciding_units = list(_deciders(w).values())
    found = []
    for one in store.uses.corrections(w.plan.id, w.known) if touched else ():
        if users := touched.get(one.return_id):
            unit = next((u for u in deciding_units if u != one.unit), deciding_units[0])
            found.append(Waiting(one.return_id, one.recorded_at, tuple(users), unit))
    return found


def _deciders(w: Workplace) -> dict[str, str]:
    """The units that decide on corrections, by role."""
    return {role: unit for role in _ROLES if (unit := getattr(w.plan.governance, role))}


def _role(w: Workplace, by: str) -> str:
    """The unit that is meant: by its id, or by the role it has."""
    units = _deciders(w)
    unit = units.get(by, by)
    name = w.plan.unit(unit).name
    if unit not in units.values():
        allowed = list(dict.fromkeys(units.values()))
        raise NotAllowed(Text(f"{name.to('zh')}无权处理更正", f"{name.to('en')} may not decide on a correction"), where=w.plan.id,
                         todo=Text("由" + "、".join(w.plan.unit(u).name.zh for u in allowed) + "处理",
                                   "decided on by " + ", ".join(allowed)))
    return unit
