"""Each step of a period broken in each way that it can be: every gate is judged, nothing is lost, nothing comes twice, what is
late is marked. The campaign ends as one that nothing happened to."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from gaoxin.ledger.kinds import EventKind
from tests.faults.machine import can_mount, kill_all, mounted
from tests.faults.play import Breaks, Fault, Play

pytestmark = [pytest.mark.scheduler, pytest.mark.timeout(900)]

RETURNS = ("return CAMPAIGN__industry__committee__YEAR-03", "return CAMPAIGN__industry__committee__YEAR-04")
# How a campaign ends to which nothing happens. Figures: as multiples of the first gross output.
ENDS = {
    "passed": {"collection": "04-26", "application": "05-28"}, "returns": ["YEAR-03 1 accepted", "YEAR-04 1 accepted"],
    "facts": ["gross_output YEAR-03 1", "gross_output YEAR-04 2", "value_added YEAR-03 0.3", "value_added YEAR-04 0.6"],
    # As of the held gate, a month after the target's day, the second return is missing: the target cannot be judged.
    "indicators": ["gross_output YEAR-03 met 1", "gross_output YEAR-03 unknown 1", "gross_output YEAR-04 met 2"],
    "verdicts": ["gross_output YEAR-04-30 met 2"],
    "uses": [
        "approval collection/government None", "dossier CAMPAIGN__dossier__manifest.json None", "gate application None",
        "gate collection None", "indicator gross_output YEAR-03",
        "indicator gross_output YEAR-04", "report CAMPAIGN__quality__YEAR-03.html YEAR-03",
        "report CAMPAIGN__quality__YEAR-04.html YEAR-04", "verdict gross_output@YEAR-04-30 None",
    ],
    "decided": [("collection", "hold", 0), ("collection", "pass", 0), ("application", "hold", 0), ("application", "pass", 0)],
    "rehearsed": ["application", "collection"],
    "events": {
        "approval.recorded": 1, "bulletin.drafted": 2, "deadline.step": 25, "dossier.built": 1, "plan.registered": 1,
        "rectification.closed": 2,
        "rectification.opened": 2, "return.checked": 2, "return.loaded": 2, "return.received": 2, "verdict.kept": 2,
    },
    "rows": {
        "approval.recorded": {"approvals": 1, "usage_slices": 2, "usages": 1}, "bulletin.drafted": {"bulletins": 2},
        "deadline.step": {"deadline_steps": 25},
        "dossier.built": {"usage_slices": 2, "usages": 1}, "plan.registered": {"deadlines": 9, "plan_versions": 1},
        "rectification.closed": {"rectification_closings": 2},
        "rectification.opened": {"rectifications": 2}, "return.checked": {"check_runs": 2, "suites": 1},
        "return.loaded": {"facts": 4, "loads": 2}, "return.received": {"returns": 2},
        "verdict.kept": {"target_verdicts": 2, "usage_slices": 2, "usages": 2},
    },
    "landed": 2, "done": ["consent.asked", "statistics.run"],
    "reminders": ["CAMPAIGN.committee.YEAR-04-02", "CAMPAIGN.committee.YEAR-04-09", "CAMPAIGN.committee.YEAR-04-10",
                  "CAMPAIGN.committee.YEAR-05-27", "CAMPAIGN.committee.YEAR-05-28", "CAMPAIGN.government.YEAR-05-27",
                  "CAMPAIGN.supervision.YEAR-05-27"],
    "steps": sorted([
        "gate CAMPAIGN.application.complete before7", "gate CAMPAIGN.application.targets before7",
        "gate application passed", "gate collection passed", "indicator gross_output passed",
        *(f"gate phase~{phase}~committee middle" for phase in ("application", "collection")),
        *(f"phase {phase}~{end} passed" for phase in ("application", "collection") for end in ("starts", "ends")),
        *(f"{RETURNS[0]} {step}" for step in ("accepted1", "before1", "before3.superseded", "before7", "passed")),
        *(f"{RETURNS[1]} {step}" for step in (
            "accepted1", "before1.superseded", "before3.superseded", "due.superseded", "overdue1.superseded", "overdue3",
            "supervision", "leading_group", "passed")),
    ]),
    "open": [],
}


@contextlib.contextmanager
def worker_killed(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    kill_all(*processes)
    yield


@contextlib.contextmanager
def scheduler_killed(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """Its workers live on, and what they do must count."""
    kill_all(play.machine.component("scheduler"))
    play.machine.revive()
    yield


@contextlib.contextmanager
def machine_killed(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """All that runs, at once: Airflow, its tasks, PostgreSQL with all its processes."""
    leaders = [play.machine.component(name) for name in ("scheduler", "api-server", "dag-processor", "triggerer")]
    database = play.machine.database()
    kill_all(*processes, *(child for leader in leaders for child in leader.children(recursive=True)), *leaders, *database)
    assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in database)
    play.machine.raise_database()
    play.machine.revive()
    yield


@contextlib.contextmanager
def database_restarted(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """A scheduler that ends over it waits for its tasks: they go on before it is started again."""
    play.machine.restart_database()
    yield
    play.machine.revive()


@contextlib.contextmanager
def backend_killed(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    play.machine.kill_backend()
    yield
    play.machine.revive()


@contextlib.contextmanager
def reports_read_only(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """As root no mode keeps anybody from writing: there the folder is one that cannot be written to by anybody, or, where nothing
    can be mounted, no folder at all."""
    folder = play.machine.settings.reports
    folder.mkdir(parents=True, exist_ok=True)
    if can_mount():
        with mounted(folder, "ro,size=1m"):
            yield
    elif os.geteuid() == 0:
        aside = folder.rename(folder.with_name("reports.aside"))
        folder.touch()
        yield
        folder.unlink()
        aside.rename(folder)
    else:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)


@contextlib.contextmanager
def _full(folder: Path) -> Iterator[None]:
    """A disk of its own for a folder, with all that lies there, and full."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}.aside")
    shutil.copytree(folder, aside)
    size = sum(f.stat().st_size + 8192 for f in folder.rglob("*")) + 65536
    with mounted(folder, f"size={size}"):
        subprocess.run(["cp", "-a", f"{aside}/.", str(folder)], check=True)
        filler = folder / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
            while True:
                out.write(b"\0" * 4096)
        yield
        filler.unlink()
        shutil.rmtree(aside)
        shutil.copytree(folder, aside)
    shutil.copytree(aside, folder, dirs_exist_ok=True)
    shutil.rmtree(aside)


@contextlib.contextmanager
def landing_full(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    with _full(play.machine.settings.landing):
        yield


@contextlib.contextmanager
def reports_full(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    with _full(play.machine.settings.reports):
        yield


@contextlib.contextmanager
def plan_broken(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    file = play.folder / "plan.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("at_least: 5", "at_leest: 5"), encoding="utf-8")
    yield
    file.write_text(good, encoding="utf-8")


# The steps of each part as they come, each with what its transaction records; None: nothing, or not always.
STEPS: dict[str, dict[str, EventKind | None]] = {
    "rehearse": {  # what takes the run with it lies before anything is handed in: what comes first would take that in
        "supervision.survey": EventKind.RUN_STARTED, "supervision.verify": EventKind.LEDGER_VERIFIED,
        "supervision.reports": None, "supervision.start": None, "supervision.alarm": None,
        "rehearsal.late_returns": None, "rehearsal.rehearse": EventKind.GATE_DECIDED,
    },
    "remind": {"reminders.remind": EventKind.REMINDER_SENT},
    "statistics": {
        "statistics.pull": EventKind.RETURN_RECEIVED, "statistics.check": EventKind.RETURN_CHECKED,
        "statistics.load": EventKind.RETURN_LOADED, "statistics.indicators": EventKind.INDICATORS_COMPUTED,
        "statistics.report": EventKind.STATISTICS_RUN, "statistics.affected": EventKind.RUN_STARTED,
        "statistics.reevaluate": None,
    },
    "decide": {
        "collection.late_returns": None, "collection.gate": EventKind.GATE_DECIDED,
        "collection.consent": EventKind.APPROVAL_RECORDED, "collection.seal": EventKind.GATE_DECIDED,
        "collection.release": EventKind.RUN_STARTED, "collection.open_next": None,
    },
    "held": {"application.hold": EventKind.REMINDER_SENT},
    "last": {"application.late_returns": EventKind.RETURN_LOADED, "application.gate": EventKind.GATE_DECIDED,
             "application.release": None},
}
FAILS_ON_PURPOSE = "application.hold"  # it never comes to its end


def before(step: str, kind: EventKind | None) -> str:
    return f"{step}.before"


def writing(step: str, kind: EventKind | None) -> str:
    return f"{step}.{kind}.writing" if kind else f"{step}.before"


def written(step: str, kind: EventKind | None) -> str:
    return f"{step}.{kind}.written" if kind else f"{step}.after"


def after(step: str, kind: EventKind | None) -> str:
    return written(step, kind) if step == FAILS_ON_PURPOSE else f"{step}.after"


def each(breaks: Breaks, when: Callable[[str, EventKind | None], str]) -> list[Fault]:
    """All steps broken in one way, one after the other."""
    return [Fault(part, when(step, kind), breaks) for part, steps in STEPS.items() for step, kind in steps.items()]


QUICK = [
    Fault("remind", "reminders.remind.after", worker_killed),
    Fault("statistics", "statistics.report.before", reports_read_only, lasting=True),
    Fault("decide", "collection.seal.before", scheduler_killed),
]
# What lasts, one fault of each part to a campaign.
LASTING = [
    [Fault("statistics", "statistics.report.before", reports_read_only, lasting=True,
           meanwhile=(Fault("statistics", "statistics.anyway.run.started.writing", worker_killed),)),
     Fault("decide", "collection.gate.before", plan_broken, lasting=True)],
    [Fault("statistics", "statistics.pull.before", landing_full, lasting=True,
           meanwhile=(Fault("statistics", "statistics.decide_anyway.after", worker_killed),)),
     Fault("decide", "collection.seal.before", plan_broken, lasting=True),
     Fault("last", "application.late_returns.before", landing_full, lasting=True)],
    [Fault("statistics", "statistics.report.before", reports_full, lasting=True,
           meanwhile=(Fault("statistics", "supervision.alarm.alarm.changed.writing", database_restarted),)),
     Fault("decide", "collection.consent.before", plan_broken, lasting=True)],
    [Fault("statistics", "statistics.load.before", plan_broken, lasting=True,
           meanwhile=(Fault("statistics", "supervision.alarm.reminder.sent.writing", worker_killed),)),
     Fault("decide", "collection.release.before", plan_broken, lasting=True)],
    [Fault("statistics", "supervision.survey.before", plan_broken, lasting=True),
     Fault("decide", "collection.late_returns.before", plan_broken, lasting=True)],
]
# Each by its name: all steps broken in one way; then what lasts.
CAMPAIGNS = {
    **{f"{breaks.__name__}-{when.__name__}": each(breaks, when) for breaks, when in (
        (worker_killed, writing), (worker_killed, after), (scheduler_killed, before), (database_restarted, writing),
        (backend_killed, written), (machine_killed, writing), (machine_killed, after))},
    **{"-and-".join(map(str, faults)): faults for faults in LASTING},
}
MOUNTS = (reports_full, landing_full)  # only a small disk of its own can be filled


@pytest.mark.faults
def test_three_faults_change_nothing_of_how_the_campaign_ends(play):
    """A worker killed after its mail went out and before it could say so; reports that cannot be written; the scheduler killed
    between the consent and the decision that it seals."""
    play.play(*QUICK)
    assert play.outcome() == ENDS
    assert [key for key in play.alarms() if key.startswith("failed")] == ["failed YEAR-03".replace("YEAR", str(play.year))]


@pytest.mark.faults
def test_a_campaign_that_nothing_happens_to(play):
    play.play()
    assert play.outcome() == ENDS
    assert play.alarms() == []


@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", CAMPAIGNS)
def test_faults_change_nothing_of_how_the_campaign_ends(play, name):
    faults = CAMPAIGNS[name]
    if any(fault.breaks in MOUNTS for fault in faults) and not can_mount():
        pytest.skip("no tmpfs can be mounted by this account on this machine: no disk of its own that fills")
    play.play(*faults)
    assert play.outcome() == ENDS
    if any(fault.lasting for fault in faults):
        assert play.alarms()


@pytest.mark.faults
def test_a_machine_that_was_off_over_a_deadline_catches_up_and_says_that_it_is_late(play):
    """Nobody looks from the return's due day on until after the gate's deadline."""
    play.hand_in(3)
    play.hand_in(4)
    play.tick("supervision", play.at(5, 6))
    play.settle(play.at(5, 6))
    play.tick("supervision", play.at(5, 28))
    play.tick("supervision", play.at(6, 1))
    ends = play.outcome()
    decided = [tuple(one) for one in ends["decided"]]
    assert ends["passed"] == {"collection": "05-06", "application": "05-28"}
    assert [one for one in decided if one[1] == "pass"] == [("collection", "pass", 6), ("application", "pass", 0)]
    assert {late for phase, _, late in decided if phase == "collection"} == {6}
    assert {name: ends[name] for name in ("returns", "facts", "verdicts", "open")} == {
        name: ENDS[name] for name in ("returns", "facts", "verdicts", "open")}
