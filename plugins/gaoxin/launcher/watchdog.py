"""Ends everything that a launcher started, however the launcher ended. Run as a process of its own: `python -m`.

Its standard input names the components, one process id a line, and closes when the launcher leaves, also when it is killed
with -9. Then every process is ended that belongs to a component: by its session, by descent, or by the mark in its
environment. One sign is not enough: Airflow's processes overwrite their environment with a title, LocalExecutor workers
outlive their scheduler and ignore SIGTERM, and supervised tasks may lead sessions of their own.
"""

import os
import signal
import sys
from collections.abc import Iterable

import psutil

MARK = "GAOXIN_LAUNCH"
GRACE_SECONDS = 8


def belonging(mark: str, leaders: Iterable[psutil.Process]) -> list[psutil.Process]:
    """All living processes of the launch, without this one. leaders: the components, each the leader of a session."""
    sessions = {p.pid for p in leaders if p.is_running() or not psutil.pid_exists(p.pid)}
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            if os.getsid(process.pid) in sessions or process.environ().get(MARK) == mark:
                found[process.pid] = process
                found.update((child.pid, child) for child in process.children(recursive=True))
        except (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
            continue
    found.pop(os.getpid(), None)
    return list(found.values())


def end_all(mark: str, leaders: Iterable[psutil.Process]) -> None:
    """Ends every process of the launch. A second round by force also catches what was forked during the first."""
    leaders = list(leaders)
    for how in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
        processes = belonging(mark, leaders)
        for process in processes:
            try:
                process.send_signal(how)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(processes, timeout=GRACE_SECONDS)


def main() -> None:
    # Ctrl-C reaches the whole terminal group; the watchdog must outlive the launcher that it watches.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    leaders = []
    for line in sys.stdin:
        try:
            leaders.append(psutil.Process(int(line)))
        except psutil.NoSuchProcess:
            continue
    end_all(sys.argv[1], leaders)


if __name__ == "__main__":
    main()
