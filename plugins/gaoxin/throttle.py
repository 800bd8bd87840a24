"""How often somebody may try to log in: a few tries at once, then with waits that double.

Counted by address and account together, so that nobody locks another out from elsewhere, and more patiently by address alone,
against one password tried on many accounts. What is counted lies in so many slots and no more, by a hash that nobody outside can
foresee: made-up names fill no memory, and push nothing out of it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from time import monotonic

SLOTS = 4096
FREE = 5             # tries of one account from one address, one after the other
FREE_OF_ADDRESS = 20
LONGEST = 60.0       # seconds
FORGOTTEN = 900.0    # seconds without a try


@dataclass
class _Slot:
    tries: int = 0
    until: float = 0.0
    last: float = 0.0


class Throttle:
    """clock: seconds that only go up."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._secret, self._slots = clock, secrets.token_bytes(16), dict[int, _Slot]()

    def wait(self, address: str, account: str) -> float:
        """Seconds until the next try; 0: now, and that try is counted as failed until `passed` says otherwise, since others may
        be tried meanwhile."""
        now = self._clock()
        counted = [(self._slot(address, account), FREE), (self._slot(address), FREE_OF_ADDRESS)]
        if (left := max(slot.until for slot, _ in counted) - now) > 0:
            return left
        for slot, free in counted:
            slot.tries = 1 if now - slot.last > FORGOTTEN else slot.tries + 1
            slot.last = now
            if slot.tries >= free:
                slot.until = now + min(2.0 ** min(slot.tries - free, 16), LONGEST)
        return 0.0

    def passed(self, address: str, account: str) -> None:
        """The try was right: the account is free again. The address has its one try back and no more: who has an account of his
        own must not buy tries at others with it."""
        own, shared = self._slot(address, account), self._slot(address)
        own.tries, own.until = 0, 0.0
        shared.tries, shared.until = max(shared.tries - 1, 0), 0.0

    def _slot(self, *key: str) -> _Slot:
        text = "\0".join(key).encode("utf-8", "surrogatepass")
        number = int.from_bytes(blake2b(text, digest_size=8, key=self._secret).digest()) % SLOTS
        return self._slots.setdefault(number, _Slot())
