"""A plan comes into force by an act: who did it, why, what changed, and from when, are recorded."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from gaoxin.campaign.acting import entitled, refusals_recorded
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.placing import make_folders
from gaoxin.campaign.reaching import Reached, reached
from gaoxin.campaign.workplace import time_of
from gaoxin.campaign.writing import must_be_short
from gaoxin.clock import LATEST, local_day
from gaoxin.i18n import Text, Worded
from gaoxin.ledger.actor import Way
from gaoxin.people.acts import Act
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, plan_hash
from gaoxin.planning.authoring.concerns import of_units
from gaoxin.planning.authoring.diff import Change, differences
from gaoxin.planning.authoring.moved_days import moved_days
from gaoxin.planning.authoring.overtaken import overtaken
from gaoxin.quality.suites import must_fit
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Store, Warehouse
from gaoxin.warehouse.plans import PlanVersion, deadlines_of, mark_of
from gaoxin.warehouse.process import of_process


class Told(Answer):
    """A unit whose duties changed, and by which of the changes."""

    unit: str
    changes: Sequence[Change]


class Registered(Answer, beside="new"):
    """version: the one that is in force now; new: whether it came into force by this act. changes: against the version before;
    none of a first one. told: the units that the next reminders tell of it. reached: the rules that judge periods which were
    judged without them. findings: how many of each severity `plan check` has of the plan; None where supervision found it
    unchanged."""

    campaign: str
    version: int
    in_force_from: datetime
    changes: Sequence[Change]
    told: Sequence[Told]
    reached: Sequence[Reached]
    new: bool
    findings: dict[str, int] | None


# Who puts a plan into force, beside units: no unit's id has a blank.
COMMAND_LINE, SUPERVISION = "command line", "supervision flow"
_DAYS_OFF = Text("放假安排更新", "other days off are known")
_ACTORS = {COMMAND_LINE: Text("命令行", "command line"), SUPERVISION: Text("督办流程", "supervision flow"),
           "first act": Text("首次操作", "first act")}


def who(plan: Plan, by: str | None) -> Worded:
    """Whoever put a version into force, by name."""
    if by is None:
        return Text("何人不详", "by whom is not known")
    return _ACTORS.get(by) or next((u.name for u in plan.units if u.id == by), Text(by, by))


def register_plan(settings: Settings, campaign: str, as_of: datetime | None = None, *, by: str, reason: str | None = None,
                  late: bool = False, way: Way = Way.PROGRAM, airflow: str | None = None) -> Registered:
    """Puts the plan file into force, and owes word of it to every unit whose duties it changes; where nothing changed, the
    version that stands. by: who does it. Raises what find_plan raises, UsageError where it would be dated outside a drill, and
    NotAllowed for an account that may not, Refused for a reason that is too long and where an override does
    not fit. way, airflow: as open_workplace has them."""
    plan, who = find_plan(settings.plans, campaign), of_process(way, airflow)
    with Warehouse.open(settings).read() as store:
        now = time_of(as_of, *store.ledger.installation(), acts=True, late=late)
    warehouse = Warehouse.open(settings)
    with refusals_recorded(warehouse, campaign, now, who, Act.REGISTER):
        warehouse = entitled(warehouse, who, Act.REGISTER, plan)
    must_be_short(reason, "--reason")
    must_fit(plan)  # else no return of that form could be judged
    with warehouse.begin() as store:
        before = store.plans.in_force(campaign, LATEST)
        if before and before.plan_hash != plan_hash(plan):
            store.ledger.moment(now)  # nobody else puts a version into force from here on: what it changes is against the last
            before = store.plans.in_force(campaign, LATEST)
        moved = _moved(store, before, plan) if before else {}
        changes = (*_changes(before.plan, plan, local_day(now)), *moved) if before else ()
        told = of_units(changes, before.plan, plan) if before and changes else {}
        for change, units in moved.items():
            told |= {unit: tuple(dict.fromkeys((*told.get(unit, ()), change))) for unit in units}
        if moved and before and before.plan_hash == plan_hash(plan):
            reason = reason or _DAYS_OFF.zh
        new = store.plans.register(plan, plan_hash(plan), now, by=by, reason=reason, changes=[c.message.zh for c in changes],
                                   told={unit: [c.message for c in theirs] for unit, theirs in told.items()},
                                   moved=bool(moved))
        stands = store.plans.in_force(campaign, LATEST)
        retroactive = reached(store, before.plan, plan) if before and changes else []
    assert stands
    make_folders(settings, stands.plan)
    findings = _found(plan) if new or by != SUPERVISION else None
    if not new:
        return Registered(campaign, stands.version, stands.registered_at, (), (), (), new, findings)
    return Registered(campaign, stands.version, stands.registered_at, changes, [Told(*found) for found in told.items()],
                      retroactive, new, findings)


def _moved(store: Store, before: PlanVersion, plan: Plan) -> dict[Change, tuple[str, ...]]:
    """What other days off than those by which the deadlines of the version in force were worked out move, with the units whose
    days these are. Of a version from before that was noted they are compared, once a process."""
    mark = mark_of(plan)
    place = plan.id, before.version, plan_hash(plan), mark
    if store.plans.calendar_mark(plan.id) == mark or place in _COMPARED:
        return {}
    rows = [(d.kind, d.ref, d.unit, d.due) for d in store.plans.deadlines(plan.id, LATEST)]
    found = moved_days(rows, [(d.kind, d.ref, d.unit, d.due) for d in deadlines_of(plan)], before.plan, plan)
    if not found:
        _COMPARED.add(place)
    return found


_COMPARED: set[tuple[str, int, str, str]] = set()


def _found(plan: Plan) -> dict[str, int]:
    from gaoxin.planning.check.checks import check_plan  # much to import, for what seldom happens

    found = Counter(str(f.severity) for f in check_plan(plan))
    return {severity: found[severity] for severity in ("error", "warning")}


def _changes(before: Plan, after: Plan, day: date) -> tuple[Change, ...]:
    """What differs, and which of the days that it moves come too late to count for what was."""
    return () if plan_hash(before) == plan_hash(after) else (*differences(before, after), *overtaken(before, after, day))
