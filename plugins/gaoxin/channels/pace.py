"""How fast a service lets itself be asked: so many messages a minute to one address, and silence after too many.

Counted in this process; where several send to one robot, the service's own refusal is heeded: nothing goes there until it is
over.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

LONGEST_WAIT = 65.0  # seconds: whoever would wait longer is told to come again
_MINUTE = 60.0


class Pace:
    """clock: seconds that only go up; sleep: waits so many of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._clock, self._sleep, self._guard = clock, sleep, threading.Lock()
        self._sent: dict[str, deque[float]] = defaultdict(deque)
        self._closed: dict[str, float] = {}

    def wait(self, where: str, per_minute: int, per_second: int = 0) -> bool:
        """Waits for the turn of a message; False where that would take too long: then it is none."""
        with self._guard:
            now, sent = self._clock(), self._sent[where]
            while sent and sent[0] <= now - _MINUTE:
                sent.popleft()
            turn = max(now, self._closed.get(where, now))
            if len(sent) >= per_minute:
                turn = max(turn, sent[-per_minute] + _MINUTE)
            if per_second and len(sent) >= per_second:
                turn = max(turn, sent[-per_second] + 1.0)
            if turn - now > LONGEST_WAIT:
                return False
            sent.append(turn)
        if turn > now:
            self._sleep(turn - now)
        return True

    def close(self, where: str, seconds: float) -> None:
        """Nothing goes there for a while: the service said that it was too much."""
        with self._guard:
            self._closed[where] = self._clock() + seconds


PACE = Pace()
