"""Stops the embedded server after its last user, also one that was killed and could not do it itself.

A process of its own, started by cluster.py with `python -I -S`: standard library only, of gaoxin nothing but `life`. It blocks
in `flock` at no cost until every user's shared lock is gone.
"""

import fcntl
import os
import sys
import time
from pathlib import Path


def main(watch: str, users: str, binaries: str, data: str, socket_dir: str, port: str, uid: str, gid: str) -> None:
    from gaoxin.postgres.life import PAUSE, Server

    held = os.open(watch, os.O_RDWR)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another watchdog was faster
    server = Server(Path(binaries), Path(data), Path(socket_dir), int(port), int(uid), int(gid))
    lock = os.open(users, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)

    def let_in() -> None:
        """While it recovers nobody is kept out: who comes next waits for the server itself, and keeps it."""
        fcntl.flock(lock, fcntl.LOCK_UN)
        time.sleep(PAUSE)
        fcntl.flock(lock, fcntl.LOCK_EX)

    server.stop(let_in)
    # Ends with both locks: who comes next finds no server and no watchdog, and starts both.


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(*sys.argv[1:])
