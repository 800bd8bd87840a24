"""Use cases of a drill: whether one may begin here, and what the player of a campaign wants to know of its course.

Nothing here imitates anybody: that is `gaoxin.drill`. What people do in a drill they do by the use cases of every day.
"""

from datetime import datetime

from gaoxin.campaign.acting import acts_as, by_whom
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Way
from gaoxin.ledger.chain import LedgerEvent, Verification
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse


class DrillBegun(Answer):
    """begun: False where the installation was a drill before. played: how far its clock has come; None where it has not begun."""

    drill: bool
    begun: bool
    played: datetime | None


def begin_drill(settings: Settings, as_of: datetime | None = None, way: Way = Way.PROGRAM) -> DrillBegun:
    """Makes an empty installation a drill, for good; as_of: where its clock begins. Raises Refused where anything was recorded in
    it that no drill wrote, UsageError for a time where the clock runs already, NotAllowed for an account that may not."""
    warehouse, _ = by_whom(settings, Act.DRILL, way)
    with warehouse.alone() as store:  # nobody is recording something real meanwhile
        drill, played = store.ledger.installation()
        if not drill and store.ledger.count():
            raise Refused(Text("此处已有真实记录，不能在其上演练",
                               "real records are here: a drill must not be played on them"), where=str(settings.home),
                          todo=Text("以 GAOXIN_HOME 指定另一目录；gaoxin run 则去掉 --play",
                                    "name another GAOXIN_HOME; with gaoxin run leave --play out"))
        if played and as_of:
            raise UsageError(Text(f"演练已到 {played:%Y-%m-%d %H:%M}", f"the drill has come to {played:%Y-%m-%d %H:%M}"),
                             where="as_of", todo=Text("各命令以 --as-of 推进时钟", "each command moves its clock by --as-of"))
        store.ledger.begin_drill(as_of)
    return DrillBegun(True, not drill, as_of or played)


def is_drill(settings: Settings) -> bool:
    with Warehouse.open(settings).begin() as store:
        return store.ledger.installation()[0]


def begin(w: Workplace) -> bool:
    """Marks the campaign as played with made-up figures; True when it was played to its end before. Raises NotAllowed."""
    with acts_as(w, Act.DRILL) as w, w.warehouse.begin() as store:
        played = bool(store.ledger.last(w.plan.id, EventKind.DRILL_STARTED))
        if not played:
            store.ledger.append(w.plan.id, EventKind.DRILL_STARTED, w.now, {"note": ""})
        return played and set(store.decisions.passed(w.plan.id, LATEST)) == {p.id for p in w.plan.phases}


def passed(w: Workplace) -> set[str]:
    """The phases whose gate had let them end by now."""
    with w.warehouse.begin() as store:
        return set(store.decisions.passed(w.plan.id, w.known))


def handed_in(w: Workplace) -> set[str]:
    """The sha256 of every return that was ever handed in."""
    with w.warehouse.begin() as store:
        return store.standing.hashes(w.plan.id)


def news(w: Workplace, since: int) -> list[LedgerEvent]:
    """The campaign's events after that sequence number."""
    with w.warehouse.begin() as store:
        return store.ledger.events(w.plan.id, since=since)


def refused(w: Workplace, since: int) -> list[str]:
    """Why acts of runs, and of whoever plays, were refused after that sequence number; what people try on pages is theirs."""
    return [f"{e.payload['why']} / {e.payload['why_en']}" for e in news(w, since) if e.kind == EventKind.ACT_REFUSED
            and (e.actor or {}).get("way") in (Way.DAG, Way.PROGRAM)]


def verified(w: Workplace) -> Verification:
    with w.warehouse.begin() as store:
        return store.ledger.verify()


def decided(w: Workplace) -> list[GateResult]:
    """Every decision of the campaign's gates, oldest first; rehearsals left out."""
    with w.warehouse.begin() as store:
        return [r for r in store.decisions.gate_history(w.plan.id) if r.mode is Mode.DECISION]


def held(result: GateResult) -> bool:
    """Whether a gate was held. Waiting for nothing but the consent is not being held."""
    return result.verdict is GateVerdict.HOLD and not result.waits_only_for_approval
