"""An event of the ledger, and the hash that chains it to the one before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class LedgerEvent:
    """seq from 1 without gaps; at: the campaign's time (as of), not the wall clock; payload: ids, hashes, verdicts,
    never contacts or secrets."""

    seq: int
    campaign: str
    kind: str
    at: datetime
    payload: dict[str, Any]
    prev_hash: str
    hash: str


def event_hash(seq: int, campaign: str, kind: str, at: datetime, payload: dict[str, Any], prev_hash: str) -> str:
    """sha256 over the canonical JSON of all fields; `at` in UTC, so that a server's time zone cannot change it."""
    body = [seq, campaign, kind, at.astimezone(UTC).isoformat(timespec="microseconds"), payload, prev_hash]
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
