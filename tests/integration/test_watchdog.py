"""Whatever a launcher dies of, nothing that it started stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil

from tests.processes import line_of

# A launcher in small: it starts the watchdog, and a child with the mark that ignores SIGTERM and has a child of its own.
_LAUNCHER = """
import os, subprocess, sys, time
from gaoxin.launcher.watchdog import MARK
dog = subprocess.Popen([sys.executable, "-m", "gaoxin.launcher.watchdog", "m-test"], stdin=subprocess.PIPE, text=True,
                       start_new_session=True)
stubborn = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " \\
    "c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True); " \\
    "print(c.pid, flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", stubborn], env={**os.environ, MARK: "m-test"}, stdout=subprocess.PIPE,
                         start_new_session=True, text=True)
# As Airflow's API server: its environment shows no mark, so only its session tells whose it is.
titled = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
dog.stdin.write(f"{titled.pid}\\n")
dog.stdin.flush()
print(dog.pid, child.pid, titled.pid, child.stdout.readline().strip(), flush=True)
time.sleep(600)
"""


def test_a_killed_launcher_leaves_no_process():
    launcher = subprocess.Popen([sys.executable, "-c", _LAUNCHER], stdout=subprocess.PIPE, text=True)
    pids = [int(p) for p in line_of(launcher).split()]
    assert len(pids) == 4
    assert all(psutil.pid_exists(p) for p in pids)
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait()
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and any(_alive(p) for p in pids):
        time.sleep(0.2)
    assert not [p for p in pids if _alive(p)]


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
