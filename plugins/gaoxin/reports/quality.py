"""The quality report of one period: every return, every check with its outcome, every finding, what was not evaluated.

Reads no store and no clock. The page is one HTML file without scripts and without anything loaded from elsewhere, since the
networks that it is read in are closed (Great Expectations' own Data Docs load some sixteen resources from the internet).
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import CheckResult, Finding, Outcome
from gaoxin.quality.verdict import TITLED
from gaoxin.returns.model import ReturnState, Verdict

NO_REASON = Code("reports.no_reason", "原因不详", "no reason given")

_RETURNS_A_TABLE = 5  # beside the columns of a check; more do not fit a page


@dataclass(frozen=True)
class Named:
    """An id with its names."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class Explained:
    """A unit's explanation of a warning."""

    rule: str
    text: str
    by: str
    recorded_at: datetime
    business_day: date | None = None
    entered_because: str | None = None
    account: str | None = None
    authenticated: bool | None = None


@dataclass(frozen=True)
class VersionPage:
    """One version of a return with all that its check said. counts: whether it is the version in force. plan_version: of the plan
    under which it was checked. entered_because: why it was entered after its business day, None where it was not.
    account, authenticated: as `ledger.actor.By` has them."""

    return_id: str
    version: int
    counts: bool
    verdict: Verdict | None
    file: str
    sha256: str
    received_at: datetime
    checked_at: datetime | None
    suite: str
    suite_version: str
    sample: bool
    findings: tuple[Finding, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    explanations: tuple[Explained, ...] = ()
    plan_version: int | None = None
    business_day: date | None = None
    entered_because: str | None = None
    account: str | None = None
    authenticated: bool | None = None


@dataclass(frozen=True)
class ReturnPage:
    """One owed return and its versions from the one in force on. earlier: how versions before that ended, by version."""

    form: Named
    unit: Named
    due: date
    state: ReturnState
    late_days: int
    versions: tuple[VersionPage, ...] = ()
    earlier: tuple[tuple[int, Verdict | None], ...] = ()


@dataclass(frozen=True)
class QualitySnapshot:
    """What was known of one period's returns as of a time. Both shares are 0–1 over what is due by then, None if nothing is.
    plan_version: under which all of it stands so; that of a check under which it was made. checkpoint: where the ledger stood, as
    a signed note; None where nothing was recorded yet."""

    campaign: Named
    zone: Named
    period: str
    as_of: datetime
    completeness: Decimal | None
    timeliness: Decimal | None
    returns: tuple[ReturnPage, ...]
    drill: bool = False
    plan_version: int | None = None
    checkpoint: str | None = None

    @property
    def pages(self) -> list[tuple[ReturnPage, VersionPage]]:
        return [(page, version) for page in self.returns for version in page.versions]

    @property
    def sample(self) -> bool:
        return any(version.sample for _, version in self.pages)


def render_quality_report(snapshot: QualitySnapshot) -> str:
    """The page, as one self-contained HTML document in Chinese with English beside it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["percent"] = lambda share: "—" if share is None else f"{share * 100:.1f}%"
    environment.filters["moment"] = lambda moment: "—" if moment is None else moment.strftime("%Y-%m-%d %H:%M")
    suites = {(page.form, v.suite, v.suite_version) for page, v in snapshot.pages if v.checks}
    return environment.get_template("quality.html.j2").render(
        s=snapshot, totals=totals(snapshot), matrices=list(_matrices(snapshot)), unknown=list(_unknown(snapshot)),
        suites=sorted(suites, key=lambda item: (item[0].id, item[1:])), pages=snapshot.pages,
    )


def render_quality_json(snapshot: QualitySnapshot) -> str:
    """The same content for machines: sorted keys, one newline at the end."""
    document = {**asdict(snapshot, dict_factory=_both), "totals": totals(snapshot)}
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False, default=_plain) + "\n"


def totals(snapshot: QualitySnapshot) -> dict[str, int]:
    """The numbers at the head of the report. accepted counts returns in force; rejected, returns that stand rejected."""
    states = Counter(page.state for page in snapshot.returns)
    versions = [version for _, version in snapshot.pages]
    severities = Counter(finding.severity for version in versions for finding in version.findings)
    outcomes = Counter(check.outcome for version in versions for check in version.checks)
    with_warnings = sum(v.counts and v.verdict is Verdict.ACCEPTED_WITH_WARNINGS for v in versions)
    return {
        "owed": len(snapshot.returns), "received": sum(bool(page.versions) for page in snapshot.returns),
        "accepted": states[ReturnState.ACCEPTED], "accepted_with_warnings": with_warnings,
        "rejected": states[ReturnState.REJECTED], "overdue": states[ReturnState.OVERDUE],
        "errors": severities[Severity.ERROR], "warnings": severities[Severity.WARNING], "infos": severities[Severity.INFO],
        "checks": sum(outcomes.values()), "passed": outcomes[Outcome.PASSED], "failed": outcomes[Outcome.FAILED],
        "not_evaluated": outcomes[Outcome.NOT_EVALUATED],
    }


def _matrices(snapshot: QualitySnapshot) -> Iterator[dict[str, Any]]:
    """A form's checks by level, for as many returns as fit side by side."""
    forms: dict[Named, list[tuple[Named, VersionPage]]] = {}
    for page, version in snapshot.pages:
        if version.checks:
            forms.setdefault(page.form, []).append((page.unit, version))
    for form, found in forms.items():
        for at in range(0, len(found), _RETURNS_A_TABLE):
            columns = found[at:at + _RETURNS_A_TABLE]
            yield {"form": form, "columns": columns, "levels": _levels([version for _, version in columns])}


def _levels(versions: list[VersionPage]) -> dict[int, list[dict[str, Any]]]:
    """By level the checks, each with one outcome a return, None where the return was not asked."""
    by_rule = [{check.rule: check for check in version.checks} for version in versions]
    checks = {rule: check for found in reversed(by_rule) for rule, check in found.items()}
    levels: dict[int, list[dict[str, Any]]] = {}
    for rule in dict.fromkeys(rule for found in by_rule for rule in found):
        row = {"check": checks[rule], "cells": [found.get(rule) for found in by_rule]}
        levels.setdefault(checks[rule].level, []).append(row)
    return dict(sorted(levels.items()))


def _unknown(snapshot: QualitySnapshot) -> Iterator[dict[str, Any]]:
    """The checks of one return that were not evaluated for one reason: what is checked, and the variables it was not checked
    for."""
    for page, version in snapshot.pages:
        reasons: dict[Message, list[CheckResult]] = {}
        for check in version.checks:
            if check.outcome is Outcome.NOT_EVALUATED:
                reasons.setdefault(check.reason or NO_REASON(), []).append(check)
        for reason, checks in reasons.items():
            grouped: dict[Message, list[Worded]] = {}
            for check in checks:
                parts = check.title.context if check.title.code == TITLED.code else {}
                grouped.setdefault(parts.get("rule", check.title), []).extend([parts["name"]] if parts else [])
            yield {"page": page, "version": version, "reason": reason, "checks": checks, "grouped": grouped}


def _both(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A part of the report as JSON has it: what may be a message, in both languages."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if isinstance(value, Message):
            found |= {name: value.zh, f"{name}_en": value.en}
        else:
            found |= {name: value, **({f"{name}_en": None} if name == "reason" else {})}
    return found


def _plain(value: Any) -> float | str:
    """What JSON itself cannot say."""
    match value:
        case Decimal():
            return float(round(value, 6))
        case date():
            return value.isoformat()
    raise TypeError(f"not for a report: {value!r}")
