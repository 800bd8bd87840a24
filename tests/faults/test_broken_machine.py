"""Each step of a period broken in each way that it can be: every gate is judged, nothing is lost, nothing comes twice, what is
late is marked. The campaign ends as one that nothing happened to."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import psutil
import pytest

from gaoxin.campaign.alarming import standing
from tests.faults.machine import Fault, Play, can_mount, kill_all, mounted

pytestmark = [pytest.mark.scheduler, pytest.mark.timeout(900)]

ENDS = {
    "passed": {"collection": "04-26", "application": "05-29"}, "returns": [(1, "accepted")], "loaded": 1, "received": 1,
    "approved": 1, "late": 0, "reminders": 1, "reports": True, "open": [],
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
    """All that runs, at once."""
    leaders = [play.machine.component(name) for name in ("scheduler", "api-server", "dag-processor", "triggerer")]
    kill_all(*processes, *(child for leader in leaders for child in leader.children(recursive=True)), *leaders)
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
    """As root no mode keeps anybody from writing: there the folder is one that cannot be written to by anybody."""
    folder = play.machine.settings.reports
    if os.geteuid() == 0:
        with mounted(folder, "ro,size=1m"):
            yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o500)
    try:
        yield
    finally:
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


STATISTICS = [f"statistics.{step}" for step in ("pull", "check", "load", "indicators", "report", "affected")]
DECIDE = [f"collection.{step}" for step in ("late_returns", "gate", "consent", "seal", "release")]
SUPERVISION = ["supervision.survey", "supervision.alarm"]
POINTS = [*(("statistics", p) for p in [*STATISTICS, *SUPERVISION]), *(("decide", p) for p in DECIDE),
          ("remind", "reminders.remind")]

QUICK = [
    Fault("remind", "reminders.remind.after", worker_killed),
    Fault("statistics", "statistics.report.before", reports_read_only, lasting=True),
    Fault("decide", "collection.seal.before", scheduler_killed),
]
LASTING = [
    Fault("statistics", "statistics.report.before", reports_read_only, lasting=True),
    Fault("statistics", "statistics.pull.before", landing_full, lasting=True),
    Fault("statistics", "statistics.report.before", reports_full, lasting=True),
    *(Fault(part, f"{point}.before", plan_broken, lasting=True) for part, point in POINTS if part != "remind"),
]


def lasting(part: str) -> list[Fault]:
    return [fault for fault in LASTING if fault.part == part]


# Each by its name: all steps broken in one way, one after the other; then what lasts, one fault of each part to a campaign.
CAMPAIGNS = {
    **{f"{breaks.__name__}-{when}": [Fault(part, f"{point}.{when}", breaks) for part, point in POINTS]
       for breaks, when in ((worker_killed, "before"), (worker_killed, "after"), (scheduler_killed, "before"),
                            (database_restarted, "before"), (backend_killed, "after"), (machine_killed, "after"))},
    **{"-and-".join(str(fault) for fault in faults if fault): [fault for fault in faults if fault]
       for faults in zip_longest(lasting("statistics"), lasting("decide"))},
}
MOUNTS = (reports_read_only, reports_full, landing_full)


def test_three_faults_change_nothing_of_how_the_campaign_ends(play):
    """A worker killed after its mail went out and before it could say so; reports that cannot be written; the scheduler killed
    between the consent and the decision that it seals."""
    faults = [fault for fault in QUICK if fault.breaks not in MOUNTS or os.geteuid() != 0 or can_mount()]
    play.play(*faults)
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
    if any(fault.breaks in MOUNTS for fault in faults) and os.geteuid() == 0 and not can_mount():
        pytest.skip("no tmpfs can be mounted here")
    play.play(*faults)
    assert play.outcome() == ENDS
    if any(fault.lasting for fault in faults):
        assert play.alarms()


@pytest.mark.faults
def test_a_machine_that_was_off_over_a_deadline_catches_up_and_says_that_it_is_late(play):
    """Nobody looks from the return's due day on until after the gate's deadline."""
    play.hand_in()
    play.tick("supervision", play.at(5, 6))
    play.settle(play.at(5, 6))
    play.tick("supervision", play.at(5, 29))
    ends = play.outcome()
    assert ends["passed"] == {"collection": "05-06", "application": "05-29"}
    assert ends["late"] == 6
    assert ends["returns"] == [(1, "accepted")]
    assert standing(play.workplace(play.at(6, 1))) == {}
