"""The quality report of one period: every return and value, every finding, what was not evaluated, what passed, counted.

Reads no store and no clock. The page is one HTML file without scripts and without anything loaded from elsewhere, since the
networks that it is read in are closed (Great Expectations' own Data Docs load some sixteen resources from the internet). What is
long is folded on a screen, and open on paper.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaoxin.i18n import Code, Lang, Message, Worded
from gaoxin.numerals import plain
from gaoxin.periods import Period, Periodicity
from gaoxin.quality.model import Came, Outcome
from gaoxin.quality.verdict import BROKEN, TITLED
from gaoxin.reports.model import Figure, Line, Named, QualitySnapshot, TrendPoint, totals
from gaoxin.reports.words import LEVELS, OUTCOMES, SEVERITIES, VERDICTS, how_it_stands

if TYPE_CHECKING:
    from jinja2 import Environment

NO_REASON = Code("reports.no_reason", "原因不详", "no reason given")

Clean = Set[tuple[str, Message]]  # rules with their titles, of checks that all passed

_HEIGHT = 100  # of a chart's field, so that a share is a height


def render_quality_report(snapshot: QualitySnapshot, lang: Lang = "zh") -> str:
    """The page, as one self-contained HTML document in one language."""
    suites = {(page.form, v.suite, v.suite_version) for page, v in snapshot.pages if v.checked_at}
    return _environment(lang).get_template("quality.html.j2").render(
        s=snapshot, stands=lambda said, last: how_it_stands(said, snapshot.as_of.date(), counts=last), totals=totals(snapshot),
        levels=list(_levels(snapshot)), unknown=list(_unknown(snapshot)),
        untrusted=[(page, v, f) for page, v in snapshot.pages for f in v.findings if is_of(f.message, BROKEN)],
        suites=sorted(suites, key=lambda item: (item[0].id, item[1:])), pages=snapshot.pages, trend=_drawn(snapshot.trend),
        annex=_annex(snapshot) if snapshot.outcomes else None,
    )


def render_overview(campaign: Named, zone: Named, as_of: datetime, periods: Sequence[Line],
                    lang: Lang = "zh", *, drill: bool = False) -> str:
    """A campaign's reports, a line a period with where it lies. periods: file, how it stands, its totals; the earliest first."""
    return _environment(lang).get_template("quality_overview.html.j2").render(
        campaign=campaign, zone=zone, as_of=as_of, periods=periods, drill=drill,
        trends=[_drawn(points) for points in _alike([point for _, point, _ in periods]) if len(points) > 1])


def _alike(points: Iterable[TrendPoint]) -> list[list[TrendPoint]]:
    """Periods of the same length together: one line through months and years would say nothing."""
    found: dict[Periodicity, list[TrendPoint]] = {}
    for point in points:
        found.setdefault(Period.parse(point.period).periodicity, []).append(point)
    return list(found.values())


@cache
def _environment(lang: Lang) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True,
                       lstrip_blocks=True, undefined=StrictUndefined)
    made.filters |= {
        "percent": lambda share: "—" if share is None else f"{share * 100:.1f}%",
        "moment": lambda moment: "—" if moment is None else moment.strftime("%Y-%m-%d %H:%M"),
        "said": lambda worded: worded.to(lang), "rows": lambda figures: _rows(figures, lang),
        "t": lambda zh, en: zh if lang == "zh" else en,  # a filter: of fixed words it is worked out once, as the page is compiled
    }
    made.globals |= {"lang": lang, "VERDICTS": VERDICTS, "SEVERITIES": SEVERITIES,
                     "LEVELS": LEVELS, "OUTCOMES": OUTCOMES}
    return made


def _number(value: Decimal | None) -> str:
    return "—" if value is None else plain(value, grouped=True)


def _rows(figures: Iterable[Figure], lang: Lang) -> str:
    """The lines of a table of figures, safe as they are: a report has tens of thousands, too many for a template's loop."""
    return "".join(
        f"<tr><td>{_escaped(f.name.to(lang))}</td><td>{_number(f.value)}</td><td>{_escaped(f.unit)}</td>"
        f"<td>{_escaped(f'{f.sheet} {f.cell}'.strip() or '—')}</td><td>{_number(f.before)}</td><td>{_change(f.change)}</td>"
        f"<td>{_number(f.replaced)}</td></tr>\n" for f in figures)


_escaped = lru_cache(4096)(escape)  # names, units and cells come again with each return


def _change(share: Decimal | None) -> str:
    return "—" if share is None else f"{share * 100:+.1f}%"


def is_of(message: Message, code: Code) -> bool:
    """Whether a message is of a code, or is put together with one that is."""
    return message.code == code.code or any(isinstance(v, Message) and is_of(v, code) for v in message.context.values())


def _levels(snapshot: QualitySnapshot) -> Iterator[dict[str, Any]]:
    """By level how checks came out and what was found, and of how many of its checks anything could be said."""
    outcomes, found = Counter[tuple[int, Outcome]](), Counter[tuple[int, str]]()
    for came in snapshot.outcomes:
        outcomes[came.level, came.outcome] += came.many
    for _, version in snapshot.pages:
        found.update((f.level, f.severity.value) for f in version.findings)
    for level in sorted({level for level, _ in (*outcomes, *found)}):
        counts = {outcome.value: outcomes[level, outcome] for outcome in Outcome}
        checks = sum(counts.values())
        yield {"level": level, "checks": checks, **counts, "found": [found[level, s.value] for s in SEVERITIES],
               "evaluated": Decimal(checks - counts["not_evaluated"]) / checks if checks else None}


def _unknown(snapshot: QualitySnapshot) -> Iterator[dict[str, Any]]:
    """The checks of a form that were not evaluated for one reason: what is checked, and the variables and units it was not
    checked for."""
    forms = {page.form.id: page.form for page in snapshot.returns}
    units = {page.unit.id: page.unit for page in snapshot.returns}
    reasons: dict[tuple[str, Message], list[Came]] = {}
    for came in snapshot.outcomes:
        if came.outcome is Outcome.NOT_EVALUATED:
            reasons.setdefault((came.form, came.reason or NO_REASON()), []).append(came)
    for (form, reason), checks in reasons.items():
        whose = tuple(sorted({u for c in checks for u in c.units}))
        everybody = len(whose) > 3 and whose == snapshot.judged.get(form)
        yield {"form": forms[form], "reason": reason, "many": sum(c.many for c in checks), "grouped": _grouped(checks),
               "everybody": everybody, "units": [units[u] for u in whose]}


def _grouped(checks: Iterable[Came]) -> dict[Worded, list[Worded]]:
    """What is checked, and the names of the variables of which it is, where it is said of each."""
    grouped: dict[Worded, list[Worded]] = {}
    for check in checks:
        parts = check.title.context if check.title.code == TITLED.code else {}
        grouped.setdefault(parts.get("rule", check.title), []).extend([parts["name"]] if parts else [])
    return grouped


def _annex(snapshot: QualitySnapshot) -> dict[str, Any]:
    """How every check came out. everywhere: those that all returns of all forms passed, as a file's structure. forms: of each
    the rest: those that all its returns passed, by their number, and of others how each came out and whose did not pass."""
    units, forms = ({of.id: of for of in found} for found in zip(*((p.unit, p.form) for p in snapshot.returns), strict=True))
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for came in snapshot.outcomes:
        row = found.setdefault(came.form, {}).setdefault(
            came.rule, {"check": came, **{o.value: 0 for o in Outcome}, "units": {}})
        row[came.outcome.value] += came.many
        if came.outcome is Outcome.FAILED:
            row["units"] |= {unit: units[unit] for unit in came.units}
    clean = {form: {(rule, row["check"].title) for rule, row in rows.items() if not row["failed"] and not row["not_evaluated"]}
             for form, rows in found.items()}
    everywhere = set.intersection(*clean.values()) if len(clean) > 1 else set()
    shown = [row["check"] for row in next(iter(found.values()), {}).values()]
    return {"everywhere": _grouped(c for c in shown if (c.rule, c.title) in everywhere), "many": len(everywhere),
            "forms": [_of_form(forms[form], rows, clean[form], everywhere) for form, rows in found.items()]}


def _of_form(form: Named, rows: Mapping[str, dict[str, Any]], clean: Clean, everywhere: Clean) -> dict[str, Any]:
    passed, levels = dict[int, list[Came]](), dict[int, list[dict[str, Any]]]()
    for rule, row in rows.items():
        check, key = row["check"], (rule, row["check"].title)
        if key not in clean:
            levels.setdefault(check.level, []).append(row)
        elif key not in everywhere:
            passed.setdefault(row["passed"], []).append(check)
    return {"form": form, "levels": dict(sorted(levels.items())),
            "passed": [(times, len(checks), _grouped(checks)) for times, checks in sorted(passed.items(), reverse=True)]}


def _drawn(points: Sequence[TrendPoint]) -> dict[str, Any]:
    """What charts are drawn of: by period its place, the lines of both shares through the periods that have them, and the bars of
    warnings, the highest of which fills its field."""
    step, most = 60, max((point.warnings for point in points), default=0) or 1

    def line(of: str) -> str:
        shares = [(n, share) for n, point in enumerate(points) if (share := getattr(point, of)) is not None]
        return " ".join(f"{40 + n * step},{10 + _HEIGHT - round(share * _HEIGHT)}" for n, share in shares)

    placed = [(40 + n * step, point) for n, point in enumerate(points)]
    return {"length": Period.parse(points[0].period).periodicity.value if points else "", "points": placed,
            "warnings": [(x, round(point.warnings * (_HEIGHT - 10) / most), point) for x, point in placed],
            "width": 60 + step * max(len(points), 1),
            "completeness": line("completeness"), "timeliness": line("timeliness")}
