"""Every deadline of a campaign, of whatever kind, as it stands at a time. Reads, and marks what passed.

What passed is told by the rows, whatever an engine's DAGs do: marked once, with how late that was seen.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.dated import Dated, Wanted
from gaoxin.campaign.handed import HandedIn, handed_in
from gaoxin.campaign.opened import opened
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.deadlines.feed import calendar_of
from gaoxin.deadlines.model import Deadline, Kind, State
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Text, Worded
from gaoxin.warehouse.engine import Store

_CALENDAR = Code("deadlines.calendar", "{plan}：{unit}", "{plan}: {unit}", plan=Worded, unit=Worded)


class Deadlines(Answer):
    """By day. unit, since, until, kinds: as asked for. open: of those listed, how many are to come and not done; passed: over and
    not done."""

    campaign: str
    as_of: datetime
    plan_version: int | None
    unit: str | None
    since: date | None
    until: date | None
    deadlines: Sequence[Deadline]

    @property
    def open(self) -> int:
        return sum(d.state is State.OPEN for d in self.deadlines)

    @property
    def passed(self) -> int:
        return sum(d.state is State.PASSED for d in self.deadlines)


def deadlines(w: Workplace, unit: str | None = None, since: date | None = None, until: date | None = None,
              kinds: Sequence[str] = (), *, only_open: bool = False) -> Deadlines:
    """since, until: of which days. only_open: what is not done. Raises UsageError for an unknown unit or kind, and for days that
    end before they begin."""
    if unit is not None:
        w.plan.unit(unit)
    if since and until and until < since:
        raise UsageError(Text(f"{until} 早于 {since}", f"{until} lies before {since}"), where="--to",
                         todo=Text("写不早于起日的日期", "give a day that is no earlier"))
    wanted = Wanted(since, until, unit, tuple(kind_of(name) for name in kinds))
    with w.warehouse.read() as store:
        found = listed(w, store, wanted)
    return Deadlines(w.plan.id, w.now, w.plan_version, unit, since, until, [d for d in found if d.pending or not only_open])


def kind_of(name: str) -> Kind:
    if name not in {*Kind}:
        raise UsageError(Text(f"没有期限种类 {name!r}", f"no kind of deadline {name!r}"), where="--kind",
                         todo=Text("可用：" + "、".join(Kind), "known: " + ", ".join(Kind)))
    return Kind(name)


def seen(w: Workplace, wanted: Wanted) -> Sequence[Deadline]:
    """As `listed`, for pages and feeds, which are asked again and again."""
    return _seen(w, wanted, tuple(handed_in(w).values()))


@remembered(64)
def _seen(w: Workplace, wanted: Wanted, handed: tuple[HandedIn, ...]) -> Sequence[Deadline]:
    """handed: what waits in the inbox, by which some of it stands."""
    with w.warehouse.read() as store:
        return tuple(listed(w, store, wanted))


def listed(w: Workplace, store: Store, wanted: Wanted) -> list[Deadline]:
    """Within a transaction, by day, kind and ref."""
    found = (*Dated(w, store, wanted).all(), *opened(w, store, wanted))
    return sorted((d for d in found if wanted.takes(d)), key=lambda d: (d.due, [*Kind].index(d.kind), d.ref, d.unit))


def mark_passed(w: Workplace) -> int:
    """Marks each deadline that has passed, once: of the plan by the days of the version in force, what acts opened by its own day
    while it is not done. One that was put off after it had passed does not pass again. A late start catches up and says by how
    many days. Returns how many."""
    today = local_day(w.now)
    with w.warehouse.read() as store:
        over = [d for d in opened(w, store, Wanted()) if d.state is State.PASSED and d.due < today]
    with w.warehouse.begin() as store:
        return store.plans.mark_passed(w.plan.id, today, w.now, [(d.kind, d.ref, d.unit, d.due) for d in over])


class Fed(Answer):
    """events: how many; cancelled: of these withdrawn. sha256: of the file."""

    campaign: str
    unit: str
    file: Path
    events: int
    cancelled: int
    sha256: str


def feed(w: Workplace, unit: str) -> bytes:
    """A unit's deadlines for its calendar program. Raises UsageError for an unknown unit, Refused where no plan is in force."""
    return _fed(w, unit)[0]


def write_feed(w: Workplace, unit: str, file: Path) -> Fed:
    """Raises as feed does, and OSError where it cannot be written."""
    content, found = _fed(w, unit)
    file.write_bytes(content)
    return Fed(w.plan.id, unit, file, len(found), sum(d.state is State.WITHDRAWN for d in found), sha256(content).hexdigest())


def _fed(w: Workplace, unit: str) -> tuple[bytes, Sequence[Deadline]]:
    name = w.plan.unit(unit).name
    if w.version is None:
        raise Refused(Text("方案还没有生效，没有期限可订阅", "no plan is in force: there are no deadlines yet"), where=w.plan.id,
                      todo=Text(f"先 gaoxin plan register {w.plan.id}", f"gaoxin plan register {w.plan.id} first"))
    found = seen(w, Wanted(unit=unit))
    with w.warehouse.read() as store:
        since = store.plans.since(w.plan.id)
    label = _CALENDAR(plan=w.plan.name, unit=name)
    return calendar_of(w.plan.id, label, found, since or w.version.registered_at, w.settings.lang, drill=w.drill), found
