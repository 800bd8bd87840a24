"""Ends everything that a launcher started, however the launcher ended. Run as a process of its own: `python -m`.

It waits until its standard input closes, which happens when the launcher leaves, and also when it is killed with -9.
Then every process that carries the launch's mark in its environment is ended: gently, after a grace period by force.
LocalExecutor workers outlive a dead scheduler and ignore SIGTERM, so a process group is not enough (brief, section 13).
The database server has a watchdog of its own (gaoxin.warehouse) and does not carry the mark.
"""

from __future__ import annotations

import os
import signal
import sys

import psutil

MARK = "GAOXIN_LAUNCH"
GRACE_SECONDS = 8


def marked(mark: str) -> list[psutil.Process]:
    """All living processes whose environment carries the mark, without this one."""
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def end_all(mark: str) -> None:
    """Ends every marked process. A second round by force also catches what was forked during the first."""
    for how in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
        processes = marked(mark)
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
    sys.stdin.buffer.read()
    end_all(sys.argv[1])


if __name__ == "__main__":
    main()
