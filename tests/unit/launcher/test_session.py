from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from io import StringIO

import pytest

from gaoxin.drill.scenario import Mishap, Scenario
from gaoxin.errors import Refused, UsageError
from gaoxin.launcher import session
from tests.processes import line_of


def test_only_a_folder_that_a_replay_made_is_wiped(tmp_path):
    home = tmp_path / "replay"
    session._wipe(home)
    (home / "old").touch()
    session._wipe(home)
    assert not (home / "old").exists()
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "facts").touch()
    with pytest.raises(Refused):
        session._wipe(precious)
    assert (precious / "facts").exists()


def test_a_port_in_use_is_told_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="GAOXIN_PORT"):
            session._port(other.getsockname()[1])


def test_a_correction_arrives_on_the_day_of_the_scenario(demo_plan, tmp_path):
    from gaoxin.drill.sample import make_samples
    from gaoxin.periods import Period

    place = "industry:committee:2024-05"
    samples = make_samples(
        demo_plan, None, Period.parse("2024-02"), Period.parse("2024-06"), tmp_path, 7, [f"broken_sum:{place}"], corrections=True
    )
    scenario = Scenario(mishaps=(Mishap(fault=f"broken_sum:{place}", corrected=date(2024, 6, 27)),))
    moved = session._with_arrivals(samples, scenario)
    corrected = [s for s in moved if s.version > 1]
    assert [s.arrives for s in corrected] == [date(2024, 6, 27)]
    assert [s for s in moved if s.version == 1] == [s for s in samples if s.version == 1]


@pytest.mark.skipif(sys.platform != "linux", reason="the parent's death is told by Linux alone")
def test_it_ends_with_the_process_that_started_it():
    child = (
        "import time; from gaoxin.launcher.session import end_with_parent; end_with_parent(); "
        "print('up', flush=True); time.sleep(60)"
    )
    parent = (
        "import subprocess, sys, time; c = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdout=subprocess.PIPE); "
        "c.stdout.readline(); print(c.pid, flush=True); time.sleep(60)"
    )
    started = subprocess.Popen([sys.executable, "-c", parent, child], stdout=subprocess.PIPE, text=True)
    pid = int(line_of(started))
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _alive(pid):
        time.sleep(0.1)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_where_to_look_names_the_file_with_the_passwords_and_none_of_them(demo_plan, tmp_path):
    from rich.console import Console

    from gaoxin.launcher.components import Airflow
    from gaoxin.settings import Settings

    settings = Settings(home=tmp_path)
    airflow = Airflow(settings, 8080, played=False)
    airflow.home.mkdir(parents=True)
    airflow.passwords_file.touch(mode=0o644)
    airflow.passwords_file.write_text('{"admin": "kept", "auditor": "from before"}')
    airflow._environment("postgresql:///w", "postgresql:///m")
    assert airflow.passwords == {"admin": "kept", "auditor": "from before"}
    for terminal in (True, False):
        console = Console(record=True, force_terminal=terminal, width=200, file=StringIO())
        session._tell_where(airflow, settings, demo_plan, console)
        said = console.export_text()
        assert str(airflow.passwords_file) in said
        assert [word for word in airflow.passwords.values() if word in said] == []
    assert {oct(f.stat().st_mode & 0o777) for f in (airflow.passwords_file, airflow.home / "keys.json")} == {"0o600"}


def test_a_file_that_does_not_let_a_campaign_be_played_is_told_before_anything_starts(tmp_path, monkeypatch):
    from gaoxin.settings import Settings
    from tests.conftest import PLANS

    monkeypatch.setattr(session, "_airflow", lambda *given: pytest.fail("something was started"))
    file = tmp_path / "accounts.yaml"
    settings = Settings(home=tmp_path, plans_=PLANS, accounts=file)
    for said, told in (("schema: 1\naccounts:\n  - {account: nobody-here, roles: [system]}\n", "airflow: admin"),
                       ("schema: 1\naccounts: [{account: a, role: []}]\n", "role")):
        file.write_text(said, encoding="utf-8")
        file.chmod(0o600)
        with pytest.raises(UsageError, match=told):
            session.run(settings, "demo", play=True)
        with pytest.raises(UsageError, match=told):
            session.replay(settings, "demo")
        assert sorted(f.name for f in tmp_path.iterdir()) == ["accounts.yaml"]
    with pytest.raises(UsageError, match="role"):
        session.run(settings, "demo", play=False)


def test_a_play_that_ends_early_is_told_and_what_was_started_stays_up(demo_plan, monkeypatch):
    from rich.console import Console

    from gaoxin.errors import GaoxinError, SystemFault
    from gaoxin.i18n import Text

    def refused(*given: object, others: bool) -> None:
        raise Refused(Text("账号 [admin] 不得审批", "[admin] may not consent"), todo=Text("改账号文件", "change the file"))

    class Up:
        dead: GaoxinError | None = None

        def check(self) -> None:
            if self.dead:
                raise self.dead

    up, console = Up(), Console(record=True, width=200, file=StringIO())
    monkeypatch.setattr(session, "_play", refused)
    assert session._play_as_far_as_may_be(None, demo_plan, up, None, console) is None  # type: ignore[arg-type]
    said = console.export_text()
    assert "[admin] 不得审批" in said
    assert "[admin] may not consent" in said
    up.dead = SystemFault(Text("scheduler 意外退出", "the scheduler has ended"), todo=Text("看日志", "see its log"))
    with pytest.raises(SystemFault, match="scheduler"):
        session._play_as_far_as_may_be(None, demo_plan, up, None, console)  # type: ignore[arg-type]
