"""Bulletins: drafts as they were composed, what people wrote into them and said of them, what was released."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gaoxin.bulletins.model import Draft, Release, Said
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository, row_of


class BulletinStore(Repository):
    """store.bulletins"""

    def draft(self, campaign: str, made: Draft, known_seq: int, run: str = "") -> bool:
        """False, and nothing recorded, where that edition is there. known_seq: the last event that it knows."""
        row = _row(campaign, made)
        return self._add("bulletins", row, EventKind.BULLETIN_DRAFTED, made.recorded_at, "period edition late_days",
                         known_seq=known_seq, content=rows.digest(made.content), **({"run": run} if run else {}))

    def say(self, campaign: str, said: Said) -> None:
        told: dict[str, Any] = {"words": rows.digest(said.words)}
        if said.slot is None:
            self._say("bulletin_words", _row(campaign, said), EventKind.BULLETIN_COMMENTED, said.recorded_at, "period by", **told)
        else:
            self._say("bulletin_words", _row(campaign, said), EventKind.BULLETIN_WRITTEN, said.recorded_at, "period slot by",
                      **told)

    def release(self, campaign: str, made: Release) -> None:
        row = _row(campaign, made) | {"files": rows.plain(dict(made.files))}
        self._say("bulletin_releases", row, EventKind.BULLETIN_RELEASED, made.recorded_at, "period edition number by",
                  reports=dict(made.files))

    def drafts(self, campaign: str, as_of: datetime, period: Period | None = None) -> list[Draft]:
        """Every edition that was known by then, the oldest first."""
        return [rows.made(Draft, _read(row)) for row in self._asked("bulletins", campaign, as_of, period)]

    def said(self, campaign: str, as_of: datetime, period: Period | None = None) -> list[Said]:
        """Everything that was written by then, the oldest first."""
        return [rows.made(Said, _read(row)) for row in self._asked("bulletin_words", campaign, as_of, period)]

    def releases(self, campaign: str, as_of: datetime, period: Period | None = None) -> list[Release]:
        """Those of that time, the oldest first."""
        return [Release(**_read(row)) for row in self._asked("bulletin_releases", campaign, as_of, period)]

    def _asked(self, query: str, campaign: str, as_of: datetime, period: Period | None) -> list[dict[str, Any]]:
        return self._acted(query, campaign=campaign, as_of=as_of, period=None if period is None else str(period))


def _row(campaign: str, act: Draft | Said | Release) -> dict[str, Any]:
    return {"campaign": campaign, **row_of(act), "period": str(act.period)}


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "period": Period.parse(row["period"])}
