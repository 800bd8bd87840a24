"""What a quality report tells: a snapshot of one period, put together by whoever reads the store."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from gaoxin.i18n import Lang, Message, Worded
from gaoxin.ledger.actor import By
from gaoxin.ledger.acts import Act
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Came, Finding, Outcome
from gaoxin.returns.model import ReturnState, Verdict


@dataclass(frozen=True)
class Named:
    """An id with its names."""

    id: str
    zh: str
    en: str

    def to(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Answered:
    """A reviewer's last word on an explanation. holds_until: of one that was accepted; None where it was sent back, with why."""

    by: Named
    at: datetime
    holds_until: date | None
    reason: str | None = None


@dataclass(frozen=True)
class Explained(Act):
    """A unit's explanation of a warning. covered: what the warnings said of which it speaks; of those of its rule, where none is
    told. answer: None while a reviewer has not spoken."""

    rule: str
    text: str
    by: Named
    recorded_at: datetime
    covered: tuple[Message, ...] = ()
    answer: Answered | None = None

    def covers(self, finding: Finding) -> bool:
        return self.rule == finding.rule and (not self.covered or finding.message in self.covered)


class Figure(NamedTuple):
    """A value in force with its place; of a register what its records come to, with their rows or their column. before: of the
    period before, replaced: of the version before, in the same unit of measure; None where there is none, or the version before
    said the same. how: of a register whether it is the number of its records, what a variable of the plan
    counts or adds up among them, the sum of a field or its mean."""

    name: Named
    value: Decimal
    unit: str
    sheet: str
    cell: str
    before: Decimal | None = None
    replaced: Decimal | None = None
    how: Literal["", "records", "count", "sum", "mean"] = ""

    @property
    def change(self) -> Decimal | None:
        """Against the period before, as a share of it."""
        return (self.value - self.before) / abs(self.before) if self.before else None


class Rewritten(NamedTuple):
    """What a version of a register changed against the one whose place it took. added, changed: rows of this version; lost: rows
    of that one; each the first few of as many as are told."""

    replaces: int
    added: tuple[int, ...]
    lost: tuple[int, ...]
    changed: tuple[int, ...]
    many_added: int
    many_lost: int
    many_changed: int


@dataclass(frozen=True)
class VersionPage(Act):
    """One version of a return with all that its check said. counts: whether it is the version in force. plan_version: of the plan
    under which it was checked. findings: by severity, in one what weighs most first; scores: what each weighs, nought
    where nothing says so. figures: those in force, of a register their sums. rewritten: of a register that is a correction."""

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
    explanations: tuple[Explained, ...] = ()
    plan_version: int | None = None
    figures: tuple[Figure, ...] = ()
    register: bool = False
    rewritten: Rewritten | None = None
    scores: tuple[float, ...] = ()

    @property
    def weighed(self) -> list[tuple[Finding, float]]:
        return list(zip(self.findings, self.scores or (0.0,) * len(self.findings), strict=True))

    @property
    def corrected(self) -> int:
        """How many of its figures took the place of others."""
        return sum(figure.replaced is not None for figure in self.figures)

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class Remarked(By):
    """What a person said of a version: that it is to be corrected (back), or that it need not after all, and why. place:
    SHEET!CELL, "" where it is about the whole."""

    version: int
    back: bool
    by: Named
    place: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Corrected:
    """A version that took the place of another in force. late: after the due day. reason: the unit's. figures: how many of a
    return's differ."""

    version: int
    replaces: int
    late: bool
    reason: str | None
    figures: int
    at: datetime


@dataclass(frozen=True)
class ReturnPage:
    """One owed return and its versions from the one in force on. earlier: how versions before that ended, by version. remarks:
    what people said of any of them, and corrections: those that there were, both the first one first. mended: of the versions
    before those of which anything was found."""

    form: Named
    unit: Named
    due: date
    state: ReturnState
    late_days: int
    versions: tuple[VersionPage, ...] = ()
    earlier: tuple[tuple[int, Verdict | None], ...] = ()
    remarks: tuple[Remarked, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    mended: tuple[VersionPage, ...] = ()


@dataclass(frozen=True)
class TrendPoint:
    """A period among those before. Shares are 0–1, None where nothing was due. warnings: of what is accepted."""

    period: str
    completeness: Decimal | None
    timeliness: Decimal | None
    warnings: int


Line = tuple[str, TrendPoint, dict[str, int]]  # of an overview: the file of a period's report, how the period stands, its totals


@dataclass(frozen=True)
class Waived:
    phase: Named
    criterion: str
    by: Named
    reason: str
    expires: date
    recorded_at: datetime
    scope: tuple[Worded, ...] = ()


@dataclass(frozen=True)
class QualitySnapshot:
    """What was known of one period's returns as of a time. Both shares are 0–1 over what is due by then, None if nothing is.
    plan_version: under which all of it stands so; that of a check under which it was made. checkpoint: where the ledger stood, as
    a signed note; None where nothing was recorded yet. replaces: the digests of the reports that were kept of it before, the
    newest first, which it supersedes. trend: the periods before of the same length, and this one last."""

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
    outcomes: tuple[Came, ...] = ()
    replaces: tuple[str, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    waivers: tuple[Waived, ...] = ()

    @cached_property
    def pages(self) -> list[tuple[ReturnPage, VersionPage]]:
        return [(page, version) for page in self.returns for version in page.versions]

    @cached_property
    def mended(self) -> list[tuple[ReturnPage, VersionPage]]:
        """Versions that others took the place of, of which something was found."""
        return [(page, version) for page in self.returns for version in page.mended]

    @cached_property
    def judged(self) -> dict[str, tuple[str, ...]]:
        """By form the units, by id, of whose returns checks tell."""
        found: dict[str, set[str]] = {}
        for page, version in self.pages:
            if version.checked_at:
                found.setdefault(page.form.id, set()).add(page.unit.id)
        return {form: tuple(sorted(units)) for form, units in found.items()}

    @property
    def sample(self) -> bool:
        return any(version.sample for _, version in self.pages)


def totals(snapshot: QualitySnapshot) -> dict[str, int]:
    """The numbers at the head of the report. accepted counts returns in force; rejected, returns that stand rejected."""
    states = Counter(page.state for page in snapshot.returns)
    versions = [version for _, version in snapshot.pages]
    severities = Counter(finding.severity for version in versions for finding in version.findings)
    outcomes = Counter[Outcome]()
    for came in snapshot.outcomes:
        outcomes[came.outcome] += came.many
    with_warnings = sum(v.counts and v.verdict is Verdict.ACCEPTED_WITH_WARNINGS for v in versions)
    return {
        "owed": len(snapshot.returns), "received": sum(bool(page.versions) for page in snapshot.returns),
        "accepted": states[ReturnState.ACCEPTED], "accepted_with_warnings": with_warnings,
        "rejected": states[ReturnState.REJECTED], "overdue": states[ReturnState.OVERDUE],
        "errors": severities[Severity.ERROR], "warnings": severities[Severity.WARNING], "infos": severities[Severity.INFO],
        "checks": sum(outcomes.values()), "passed": outcomes[Outcome.PASSED], "failed": outcomes[Outcome.FAILED],
        "not_evaluated": outcomes[Outcome.NOT_EVALUATED],
    }
