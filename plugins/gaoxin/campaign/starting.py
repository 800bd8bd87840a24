"""What whoever is logged in finds at the start: of a unit's clerk, what each campaign wants of its units; of whoever decides,
which gates wait for that. Reads only."""

from collections.abc import Sequence
from datetime import date

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.desks import Desk, desk
from gaoxin.campaign.paging import Page
from gaoxin.campaign.reading import reader
from gaoxin.campaign.workplace import accounts_of, open_workplace
from gaoxin.gates.model import Mode
from gaoxin.gates.turns import whose_turn
from gaoxin.i18n import Worded
from gaoxin.ledger.actor import Role, Way
from gaoxin.people.acts import Act
from gaoxin.settings import Settings
from gaoxin.warehouse.process import of_process


class Waits(Answer):
    """A gate that waits for nothing but a unit's consent, as it was decided last. name: of its phase."""

    phase: str
    name: Worded
    unit: str
    deadline: date


def waiting_for(settings: Settings, campaign: str, way: Way, airflow: str, *, only_reads: bool) -> Sequence[Waits]:
    """The gates of a campaign that wait for an account's consent. only_reads: it may do nothing at all."""
    accounts = accounts_of(settings)
    found = accounts.known(of_process(way, airflow), campaign) if accounts else None
    if only_reads or (accounts and (found is None or Role.LEADER not in found.roles)):
        return ()
    w = open_workplace(settings, campaign, in_force=True, way=way, airflow=airflow)
    asked = {p.id: p for p in w.plan.phases if p.gate.approvals}
    with w.warehouse.read() as store:
        passed = store.decisions.passed(w.plan.id, w.known)
        kept = store.overseeing.last_gates(w.plan.id, asked.keys() - passed.keys(), w.known)
    turns = [(asked[id], whose_turn(asked[id], gate)) for id, gate in kept.items() if gate.mode is Mode.DECISION]
    could = reader(w).could
    return [Waits(p.id, p.name, turn.by, p.gate.deadline) for p, turn in turns
            if turn and any(could(Act.APPROVE, unit) for unit in turn.deciders)]


def own_desks(settings: Settings, campaign: str, way: Way, airflow: str) -> Sequence[Desk]:
    """The desks of an account that reports for units and does nothing else; none of any other."""
    accounts = accounts_of(settings)
    found = accounts.known(of_process(way, airflow), campaign) if accounts else None
    if found is None or {*found.roles} != {Role.UNIT}:
        return ()
    w = open_workplace(settings, campaign, in_force=True, way=way, airflow=airflow)
    return [desk(w, unit, Page(1)) for unit in reader(w).units]
