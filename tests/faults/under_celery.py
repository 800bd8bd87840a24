"""Celery as in compose: workers, broker and PostgreSQL are killed while a campaign is played, which ends as one that nothing
happened to. Run by `make faults-celery` alone: it takes minutes and needs Redis or Valkey."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from gaoxin.drill.airflow_api import wait_until
from tests.faults.composed import WORKERS, Composed, brought_up
from tests.faults.play import Fault, Play
from tests.faults.test_broken_machine import ENDS, after, backend_killed, database_restarted, each, writing

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="session")
def machine(request: pytest.FixtureRequest) -> Iterator[Composed]:
    with brought_up(Composed, request, "gxc-") as found:
        yield found


@pytest.fixture
def play(machine: Composed, request: pytest.FixtureRequest) -> Iterator[Play]:
    machine.revive()
    found = Play(machine, machine.cases[request.node.nodeid], patience=300)  # a task takes seconds to get to a worker
    yield found
    found.let_all_go()


def composed(play: Play) -> Composed:
    assert isinstance(play.machine, Composed)
    return play.machine


@contextlib.contextmanager
def worker_killed(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """The whole worker, in the middle of a task."""
    machine = composed(play)
    machine.kill(machine.worker_of(processes))
    time.sleep(2)
    machine.revive()
    yield


@contextlib.contextmanager
def broker_killed(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """While a task runs; it ends, and what comes after it is due, before the broker is back."""
    composed(play).kill("broker")
    back = threading.Timer(10, play.machine.revive)
    back.start()
    yield
    back.join()


@contextlib.contextmanager
def broker_killed_with_a_queue(play: Play, processes: list[psutil.Process]) -> Iterator[None]:
    """A task waits in the queue, since both workers are dead, when the broker is killed too."""
    machine = composed(play)
    for worker in WORKERS:
        machine.kill(worker)
    assert wait_until(lambda: machine.queued() > 0, seconds=90, check=lambda: None), "nothing was queued"  # it is missed first
    machine.kill("broker")
    machine.revive()
    yield


CAMPAIGNS = {
    "broker": [Fault("statistics", "statistics.check.before", broker_killed),
               Fault("decide", "collection.seal.after", broker_killed)],
    "broker-with-a-queue": [Fault("statistics", "statistics.pull.after", broker_killed_with_a_queue),
                            Fault("decide", "collection.gate.after", broker_killed_with_a_queue)],
    "database": [Fault("remind", "reminders.remind.before", database_restarted),
                 Fault("statistics", "statistics.report.before", database_restarted),
                 Fault("decide", "collection.gate.before", database_restarted)],
    "backend": [Fault("statistics", "statistics.load.before", backend_killed),
                Fault("decide", "collection.release.before", backend_killed)],
    **{f"worker-{when.__name__}": each(worker_killed, when) for when in (writing, after)},
}


def test_a_campaign_that_nothing_happens_to(play):
    play.play()
    assert play.outcome() == ENDS


def test_workers_hold_the_warehouses_address_and_no_other(machine):
    given = machine.environment("worker1", "worker")
    assert not [name for name in given if name.startswith("AIRFLOW__DATABASE") or "FERNET" in name or "JWT" in name]
    secrets = {file.name for file in (machine.base / "secrets.of" / "worker1").iterdir()}
    assert "gaoxin_writer_password" in secrets
    assert not secrets & {"airflow_db_password", "gaoxin_owner_password", "fernet_key", "jwt_secret", "postgres_password"}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_faults_change_nothing_of_how_the_campaign_ends(play, name):
    play.play(*CAMPAIGNS[name])
    assert play.outcome() == ENDS
