"""Registered plans and their deadlines: rows made once, which act though no DAG ever runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from gaoxin.clock import LATEST, local_day
from gaoxin.i18n import Message, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import MANY, Repository


@dataclass(frozen=True)
class DeadlineRow:
    """kind: return, gate, task, indicator, milestone or phase. ref: return key, phase, task or indicator id; of a milestone and
    of a phase's first and last day what stands behind a ~ tells which. unit: who owes it. source: the place in the document, or
    the rule, that the day comes from."""

    kind: str
    ref: str
    unit: str
    due: date
    source: str


Opened = tuple[str, str, str, date]  # kind, ref, whose, its day


@dataclass(frozen=True)
class PlanVersion:
    """A plan as it was put into force. registered_by: None where that is not known any more."""

    version: int
    plan_hash: str
    plan: Plan
    registered_at: datetime
    registered_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class GateDays:
    """When a version came into force, by whom, and from which day on it has a gate decided; None where it has no such gate."""

    version: int
    day: date
    by: str | None
    opens: date | None


@dataclass(frozen=True)
class Notice:
    """What a unit is owed word of: the changes of its duties by a version, in force from that day."""

    version: int
    day: date
    reason: str | None
    unit: str
    changes: tuple[Message, ...]


class PlanStore(Repository):
    """store.plans"""

    def in_force(self, campaign: str, as_of: datetime) -> PlanVersion | None:
        """The version in force as of a time; None where none was registered by then."""
        return next(self._versions(campaign, as_of, 1), None)

    def since(self, campaign: str) -> datetime | None:
        """When the first version came into force; None where none ever did."""
        found = self._ask("select min(registered_at) from gaoxin.plan_versions where campaign = :c", c=campaign).scalar_one()
        return found and rows.local(found)

    def version(self, campaign: str, version: int) -> PlanVersion:
        """One that is known to be there."""
        return next(self._versions(campaign, LATEST, 1, version))

    def gate_days(self, campaign: str, phase: str, as_of: datetime) -> list[GateDays]:
        """The days that each version gives to a phase's gate, of those in force by a time, in order."""
        found = self._known("gate_versions", campaign=campaign, phase=phase, as_of=as_of)
        return [GateDays(r["version"], local_day(r["registered_at"]), r["registered_by"],
                         r["deadline"] and r["deadline"] - timedelta(days=r["decide_days"])) for r in found]

    def versions(self, campaign: str, as_of: datetime) -> list[PlanVersion]:
        """Those that came into force by a time, the newest first."""
        return list(self._versions(campaign, as_of))

    def _versions(self, campaign: str, as_of: datetime, most: int | None = None, only: int | None = None
                  ) -> Iterator[PlanVersion]:
        found = self._ask("select version, plan_hash, registered_at, registered_by, reason from gaoxin.plan_versions"
                          " where campaign = :c and registered_at <= :t and version = coalesce(:only, version)"
                          " order by version desc limit :most", c=campaign, t=as_of, most=most, only=only)
        for row in found.all():
            yield PlanVersion(row.version, row.plan_hash, self._plan(campaign, row.version, row.plan_hash),
                              rows.local(row.registered_at), row.registered_by, row.reason)

    def _plan(self, campaign: str, version: int, plan_hash: str) -> Plan:
        if plan_hash not in _KNOWN:
            found = self._ask("select plan from gaoxin.plan_versions where campaign = :c and version = :v", c=campaign, v=version)
            _KNOWN[plan_hash] = Plan.made_of(found.scalar_one())
        return _KNOWN[plan_hash]

    def of_hashes(self, campaign: str, hashes: Iterable[str]) -> dict[str, Plan]:
        """Versions by what they were known by; those of the hashes that were ever in force."""
        found = self._ask("select plan_hash, min(version) as version from gaoxin.plan_versions"
                          " where campaign = :c and plan_hash = any(:hashes) group by plan_hash", c=campaign, hashes=list(hashes))
        return {row.plan_hash: self._plan(campaign, row.version, row.plan_hash) for row in found.all()}

    def register_first(self, plan: Plan, plan_hash: str, at: datetime) -> None:
        """As register, by the first act of a campaign; nothing where a version was registered before."""
        if self._last(plan.id)[0] == 0:
            self.register(plan, plan_hash, at)

    def register(self, plan: Plan, plan_hash: str, at: datetime, *, by: str = "first act", reason: str | None = None,
                 changes: Sequence[str] = (), told: Mapping[str, Sequence[Message]] = MappingProxyType({}),
                 moved: bool = False) -> bool:
        """True when this is a new version (a return to an earlier text too); then its deadlines are written. by: who puts it into
        force; changes: in words, against the version before. told: which units are owed word of them, and of which
        (`notices`). moved: the text is the same, and its deadlines, by the days off that are known now, are not."""
        if self._last(plan.id)[1] == plan_hash and not moved:
            return False
        self._alone(at)
        version, known = self._last(plan.id)
        if known == plan_hash and not (moved and self.calendar_mark(plan.id) != mark_of(plan)):
            return False
        found = sorted(set(deadlines_of(plan)), key=lambda d: (d.kind, d.ref))
        row = {"campaign": plan.id, "version": version + 1, "plan_hash": plan_hash, "registered_at": at}
        self._put("plan_versions", row | {"plan": plan.model_dump(mode="json", by_alias=True), "registered_by": by,
                                          "calendar_mark": mark_of(plan), "reason": reason, "changes": list(changes),
                                          "told": dict(told)})
        self._put_many("deadlines", ({"campaign": plan.id, "plan_version": version + 1, **vars(d)} for d in found))
        noted = {"version": version + 1, "plan_hash": plan_hash, "deadlines": len(found), "by": by, "changes": len(changes)}
        self._ledger.note(plan.id, EventKind.PLAN_REGISTERED, at, noted | ({"units_told": sorted(told)} if told else {}))
        return True

    def calendar_mark(self, campaign: str) -> str | None:
        """What tells the working days by which the last version's deadlines were worked out; None where that was not noted."""
        return self._ask("select calendar_mark from gaoxin.plan_versions where campaign = :c order by version desc limit 1",
                         c=campaign).scalar_one_or_none()

    def notices(self, campaign: str, as_of: datetime) -> list[Notice]:
        """What units were owed word of by a time, sent or not, oldest first."""
        from gaoxin.planning.authoring import diff, moved_days, overtaken  # noqa: F401  their codes are read back here

        found = self._ask("select v.version, v.registered_at, v.reason, t.key as unit, t.value as changes"
                          " from gaoxin.plan_versions v, jsonb_each(v.told) t where v.campaign = :c and v.registered_at <= :t"
                          " order by v.version, t.key", c=campaign, t=as_of)
        return [Notice(r.version, local_day(r.registered_at), r.reason, r.unit, tuple(map(message, r.changes))) for r in found]

    def deadlines(self, campaign: str, as_of: datetime) -> list[DeadlineRow]:
        """Those of the version in force as of a time, by day."""
        found = self._ask("select kind, ref, unit, due, source from gaoxin.deadlines where campaign = :c and plan_version ="
                          " (select max(version) from gaoxin.plan_versions where campaign = :c and registered_at <= :t)"
                          " order by due, kind, ref", c=campaign, t=as_of)
        return [DeadlineRow(**r) for r in found.mappings()]

    def moved(self, campaign: str, as_of: datetime, refs: Iterable[str]) -> set[tuple[str, str]]:
        """(kind, ref) of those of these returns and tasks to which a version in force by a time gave another day than the first
        that had them."""
        found = self._ask("select d.kind, d.ref from gaoxin.deadlines d join gaoxin.plan_versions v"
                          " on (v.campaign, v.version) = (d.campaign, d.plan_version)"
                          " where d.campaign = :c and v.registered_at <= :t and d.kind in ('return', 'task')"
                          " and d.ref = any(:refs) group by d.kind, d.ref having (array_agg(d.due order by d.plan_version))[1]"
                          " <> (array_agg(d.due order by d.plan_version desc))[1]", c=campaign, t=as_of, refs=list(refs))
        return {(row.kind, row.ref) for row in found}

    def mark_step(self, campaign: str, kind: str, ref: str, step: str, at: datetime) -> bool:
        """Takes a step of a deadline; False when it was taken before, by whomever."""
        row = {"campaign": campaign, "kind": kind, "ref": ref, "step": step, "done_at": at}
        return self._add("deadline_steps", row, EventKind.DEADLINE_STEP, at, "kind ref step")

    def mark_passed(self, campaign: str, today: date, at: datetime, opened: Sequence[Opened] = ()) -> int:
        """Takes a step of every deadline that has passed and of which that was not said yet, saying by how many days; how many
        these are. opened: what acts opened and is not done; of that its unit is said, too."""
        self._alone(at)
        marked = 0
        for part in self._run_in_parts("passed_deadlines", campaign=campaign, today=today):
            self._pass(campaign, [(row.kind, row.ref, None, row.due) for row in part], today, at)
            marked += len(part)
        said = {(kind, ref) for kind, ref, step in self.steps(campaign, LATEST, [ref for _, ref, _, _ in opened])
                if step.startswith("passed")} if opened else set()
        left = [one for one in opened if one[:2] not in said]
        self._pass(campaign, left, today, at)
        marked += len(left)
        if marked > MANY:
            self._ask("select gaoxin.count_steps()")  # else the next question takes it for empty, and reads it once a deadline
        return marked

    def _pass(self, campaign: str, passed: Sequence[tuple[str, str, str | None, date]], today: date, at: datetime) -> None:
        if not passed:
            return
        found = [{"campaign": campaign, "kind": kind, "ref": ref, "step": f"passed +{(today - due).days}d"}
                 for kind, ref, _, due in passed]
        first = self._ledger.next_number(at)  # each row is of its own event
        self._put("deadline_steps", *({**row, "done_at": at, "seq": first + n} for n, row in enumerate(found)))
        for step, (_, _, unit, _) in zip(found, passed, strict=True):
            self._ledger.note(campaign, EventKind.DEADLINE_STEP, at,
                              rows.pick(step, "kind ref step") | ({"owed_by": unit} if unit else {}))
        self._ledger.flush()

    def steps(self, campaign: str, as_of: datetime, refs: Iterable[str] | None = None) -> set[tuple[str, str, str]]:
        """(kind, ref, step) of every step taken by a time, of all deadlines or of these."""
        found = self._ask("select kind, ref, step from gaoxin.deadline_steps where campaign = :campaign and done_at <= :t"
                          " and (cast(:refs as text[]) is null or ref = any(:refs))", campaign=campaign, t=as_of,
                          refs=None if refs is None else list(refs))
        return {(row.kind, row.ref, row.step) for row in found}

    def _last(self, campaign: str) -> tuple[int, str | None]:
        found = self._ask("select version, plan_hash from gaoxin.plan_versions where campaign = :c order by version desc limit 1",
                          c=campaign).one_or_none()
        return (found.version, found.plan_hash) if found else (0, None)


def rule_of(form: Form) -> str:
    """By which a form's returns fall due, in short."""
    from gaoxin.plan.words.due import said

    return f"{form.id}: {said(form.due).en}"


@once_a_plan
def mark_of(plan: Plan) -> str:
    """What tells the working days of a plan's life and of the two years after it: due days of its last periods lie there."""
    if plan.starts is None or plan.ends is None:
        return ""
    return plan.workdays.mark(plan.starts, plan.ends.replace(year=plan.ends.year + 2, day=1))


STARTS, ENDS = "~starts", "~ends"  # of a phase, behind its id


def milestone_ref(task: str, milestone: str) -> str:
    """As `tasks.owing` has it."""
    return f"{task}~milestone.{milestone}"


_KNOWN: dict[str, Plan] = {}  # by hash: a plan is read from its version once a process


def deadlines_of(plan: Plan) -> Iterator[DeadlineRow]:
    """Every deadline that a plan makes. An indicator's is the day of its last binding value, when it has one; values before it
    have their own, whose ref names the day."""
    from gaoxin.bulletins.due import all_due, releasers
    from gaoxin.plan.cadences import duties
    from gaoxin.returns.schedule import owed

    rules = {form.id: rule_of(form) for form in plan.forms}
    for item in owed(plan):
        yield DeadlineRow("return", str(item.key), item.key.unit, item.due, rules[item.key.form])
    for phase in plan.phases:
        office, place = plan.governance.office, phase.source.place
        yield DeadlineRow("gate", phase.id, office, phase.gate.deadline, place)
        yield DeadlineRow("phase", f"{phase.id}{STARTS}", office, phase.starts, place)
        yield DeadlineRow("phase", f"{phase.id}{ENDS}", office, phase.ends, place)
    for task in plan.tasks:
        if task.due is not None:
            yield DeadlineRow("task", task.id, plan.answerable(task), task.due, task.source.place)
        for one in task.milestones:
            yield DeadlineRow("milestone", milestone_ref(task.id, one.id), plan.answerable(task), one.due, task.source.place)
    for duty in duties(plan):
        yield DeadlineRow("cadence", duty.ref, duty.unit, duty.due, duty.cadence)
    for bulletin in all_due(plan):
        yield DeadlineRow("bulletin", str(bulletin.period), releasers(plan)[0], bulletin.day, bulletin.cadence.id)
    for indicator in plan.indicators:
        for bound in indicator.path:
            if bound.due is not None:
                ref = indicator.id if bound is indicator.binding else f"{indicator.id}@{bound.due}"
                yield DeadlineRow("indicator", ref, plan.answerable(indicator), bound.due, bound.source.place)
