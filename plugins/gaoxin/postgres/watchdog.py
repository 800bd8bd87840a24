"""Stops the embedded server after its last user, also one that was killed and could not do it itself.

A process of its own, started by cluster.py with `python -I -S`: standard library only, nothing of gaoxin. It blocks in
`flock` at no cost until every user's shared lock is gone.
"""

import contextlib
import fcntl
import os
import subprocess
import sys


def main(watch: str, users: str, pg_ctl: str, data: str, socket_dir: str, uid: str, gid: str) -> None:
    held = os.open(watch, os.O_RDWR)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another watchdog was faster
    lock = os.open(users, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    if os.path.exists(os.path.join(data, "postmaster.pid")):
        root = os.geteuid() == 0
        subprocess.run([pg_ctl, "-w", "-m", "fast", "-D", data, "stop"], cwd="/", check=False,
                       user=int(uid) if root else None, group=int(gid) if root else None, extra_groups=[] if root else None)
    if socket_dir != data:
        with contextlib.suppress(OSError):
            os.rmdir(socket_dir)
    # Ends with both locks: who comes next finds no server and no watchdog, and starts both.


if __name__ == "__main__":
    main(*sys.argv[1:])
