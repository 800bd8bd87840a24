"""Targets judged in a World: three-valued truth, gap, completion, and the leaf that decides.

Truth follows Kleene's strong logic: any_of is met when one part is, not met when all parts are not, else unknown;
all_of, of_which and each_zone are not met when one part is not, met when all are, else unknown. Unknown is never
promoted. Where figures contradict each other (a part above its whole) nothing is known. Tiers and shares of the plan are
judged by bounds: what is unknown as worst and as best.

Gap, in the unit of the value (of a % percentage points): what is still missing; 0 exactly when it is met. For a strict
comparator with the value *at* the number, which is not met and yet has no distance, the gap is one unit of the finest
digit that value or number is written with (200 家 against "more than 200": 1; 0.60 against "less than 0.6": 0.01).

Completion, 1 at the number: for at_least and more_than value / number, not below 0; for at_most and less_than
number / value. Where the quotient has no meaning (a number of zero or less; a value of zero or less under an upper limit)
it is 1 when met and 0 when not. Against a reference the number is the reference with the margin added. Tiers count places
filled, milestones deliverables. What is unknown has neither, but for any_of, where a part that can be told stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gaoxin import measures as units
from gaoxin.i18n import Text
from gaoxin.indicators.derive import quantity
from gaoxin.indicators.model import Truth
from gaoxin.indicators.tiers import filled
from gaoxin.indicators.world import Reading, ReferenceReading, World
from gaoxin.periods import Period
from gaoxin.plan.indicator import Measure
from gaoxin.plan.targets import (
    AllOf,
    AnyOf,
    Compared,
    EachZone,
    Milestone,
    OfWhich,
    PlanShare,
    Target,
    Threshold,
    Tiers,
    Unquantified,
)

__all__ = ["Judged", "Reading", "all_truth", "any_truth", "completion_of", "gap_of", "judge", "reaches"]


@dataclass(frozen=True)
class Judged:
    """A target's truth, and what decided it.

    target: what was judged; parts: its parts, judged. leaf: the leaf that decides, and of it zone, value, unit, period,
    limit (the number to be reached), gap, completion and reference; each None where it cannot be told or does not apply.
    reason: why the truth is unknown, else None. open_ended: an upper limit on a total that still grows.
    """

    truth: Truth
    target: Target
    leaf: Target
    value: Decimal | None = None
    unit: str = ""
    period: Period | None = None
    limit: Decimal | None = None
    gap: Decimal | None = None
    completion: Decimal | None = None
    reason: Text | None = None
    reference: ReferenceReading | None = None
    zone: str | None = None
    open_ended: bool = False
    parts: tuple[Judged, ...] = ()


def judge(target: Target, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
    """The target in a world. measures: the indicator's; the first is meant where a leaf names none. zone: judge for that
    zone alone, as each_zone does.

    The deciding leaf of any_of is its best part and of the others the worst: among the parts that explain the truth, the
    one with the highest (lowest) completion; where the truth is unknown, for any_of a part with a value, since that is
    what can be worked on, and for the others the unknown part that keeps it from being met.
    """
    match target:
        case Threshold():
            return _threshold(target, world, measures, target.zone or zone)
        case AnyOf(any_of=parts):
            judged = tuple(judge(p, world, measures, zone) for p in parts)
            best = max(judged, key=lambda j: (j.truth is Truth.MET, j.completion is not None, j.completion or 0, -(j.gap or 0)))
            return _whole(target, any_truth([j.truth for j in judged]), best, judged)
        case AllOf(all_of=parts):
            return _all(target, tuple(judge(p, world, measures, zone) for p in parts))
        case OfWhich(whole=whole, of_which=parts):
            judged = tuple(judge(p, world, measures, zone) for p in (whole, *parts))
            return _contradicted(target, judged, measures) or _all(target, judged)
        case EachZone(each_zone=names, target=inner):
            zones = world.zones(names)
            if not zones:  # all of nothing would be met, and nobody meant that
                reason = Text(f"{'、'.join(names)} 没有园区", f"no zone is meant by {', '.join(names)}")
                return Judged(Truth.UNKNOWN, target, inner, reason=reason)
            return _all(target, tuple(judge(inner, world, measures, z) for z in zones))
        case Tiers():
            return _tiers(target, world, measures)
        case PlanShare():
            return _share(target, world)
        case Milestone(milestone=task):
            return _milestone(target, world.delivered(task))
        case Unquantified(unquantified=words):
            reason = Text(f"“{words.to('zh')}”没有数值，无法判断", f"“{words.to('en')}” gives no number: nobody can judge it")
            return Judged(Truth.UNKNOWN, target, target, reason=reason)
    raise TypeError(f"not a target: {target!r}")


def any_truth(parts: Sequence[Truth]) -> Truth:
    """Kleene's or."""
    if Truth.MET in parts:
        return Truth.MET
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else Truth.NOT_MET


def all_truth(parts: Sequence[Truth]) -> Truth:
    """Kleene's and."""
    if Truth.NOT_MET in parts:
        return Truth.NOT_MET
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else Truth.MET


def reaches(compared: Compared, value: Decimal, limit: Decimal | None = None) -> bool:
    """Whether a value satisfies a comparator. limit: the number, where it is not the comparator's own (a reference)."""
    return compared.reached_by(value, limit)


def gap_of(compared: Compared, value: Decimal, limit: Decimal | None = None) -> Decimal:
    """What is missing to the number, 0 when it is reached."""
    limit = compared.value if limit is None else limit
    if reaches(compared, value, limit):
        return Decimal(0)
    return abs(limit - value) or Decimal(1).scaleb(min(_exponent(value), _exponent(limit), 0))


def completion_of(compared: Compared, value: Decimal, limit: Decimal | None = None) -> Decimal:
    """How far a value has come, 1 at the number."""
    limit = compared.value if limit is None else limit
    higher = compared.comparator.higher_is_better
    if limit <= 0 or (not higher and value <= 0):
        return Decimal(1 if reaches(compared, value, limit) else 0)
    return max(value, Decimal(0)) / limit if higher else limit / value


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _measure(measures: Sequence[Measure], of: str | None) -> Measure:
    return next(m for m in measures if of in (None, m.id))


_STILL_GROWS = Text(
    "上限按累计数判断，须待年度（或到期）数据",
    "an upper limit on a running total is judged when its year is over or its due date reached",
)


def _threshold(target: Threshold, world: World, measures: Sequence[Measure], zone: str | None) -> Judged:
    found = quantity(target, _measure(measures, target.of), world, zone)
    seen = Judged(
        Truth.UNKNOWN, target, target, found.value, found.unit, found.period, found.limit, reference=found.reference, zone=zone
    )
    if found.value is None:
        return replace(seen, reason=found.reason)
    met = reaches(target, found.value, found.limit)
    if met and found.open_ended and not target.comparator.higher_is_better:
        return replace(seen, reason=_STILL_GROWS, open_ended=True)
    return replace(
        seen,
        truth=Truth.MET if met else Truth.NOT_MET,
        gap=gap_of(target, found.value, found.limit),
        completion=completion_of(target, found.value, found.limit),
        open_ended=found.open_ended and not target.comparator.higher_is_better,
    )


def _all(target: Target, judged: tuple[Judged, ...]) -> Judged:
    order = {Truth.NOT_MET: 0, Truth.UNKNOWN: 1, Truth.MET: 2}
    worst = min(judged, key=lambda j: (order[j.truth], -1 if j.completion is None else j.completion, -(j.gap or 0)))
    return _whole(target, all_truth([j.truth for j in judged]), worst, judged)


def _whole(target: Target, truth: Truth, decides: Judged, judged: tuple[Judged, ...]) -> Judged:
    reason = joined([j.reason for j in judged if j.truth is Truth.UNKNOWN]) if truth is Truth.UNKNOWN else None
    return replace(decides, truth=truth, target=target, reason=reason, parts=judged)


def joined(reasons: Sequence[Text | None]) -> Text | None:
    """Several reasons as one, each told once, also where one of them is made of several; None without any."""
    told = list(dict.fromkeys(one for r in reasons if r for one in _single(r)))
    return Text("；".join(t.zh for t in told), "; ".join(t.en for t in told)) if told else None


def _single(reason: Text) -> list[Text]:
    """The reasons that a joined one was made of; itself where it cannot be told apart."""
    zh, en = reason.zh.split("；"), reason.en.split("; ")
    return [Text(*pair) for pair in zip(zh, en, strict=True)] if len(zh) == len(en) else [reason]


def _contradicted(target: OfWhich, judged: tuple[Judged, ...], measures: Sequence[Measure]) -> Judged | None:
    """A part above its whole, both of the same day and in units of one dimension: the figures cannot both be right.

    Values of different days are no contradiction: the part may simply be the newer one.
    """
    whole, *parts = judged
    if not _plain(whole):
        return None
    for part in parts:
        if not _plain(part) or units.dimension(part.unit) != units.dimension(whole.unit):
            continue
        if (part.period and part.period.end) != (whole.period and whole.period.end) or part.zone != whole.zone:
            continue
        assert part.value is not None
        assert whole.value is not None
        if units.convert(part.value, part.unit, whole.unit) > whole.value:
            reason = Text(
                f"数据矛盾：其中数 {part.value} {part.unit} 大于总数 {whole.value} {whole.unit}",
                f"the figures contradict each other: a part of {part.value} {part.unit} in a whole of {whole.value} {whole.unit}",
            )
            unknown = replace(whole, gap=None, completion=None)
            return replace(unknown, truth=Truth.UNKNOWN, target=target, reason=reason, parts=judged)
    return None


def _plain(judged: Judged) -> bool:
    return isinstance(judged.target, Threshold) and judged.target.derivation is None and judged.value is not None


def _tiers(target: Tiers, world: World, measures: Sequence[Measure]) -> Judged:
    measure = _measure(measures, target.of)
    named = [z for one in target.tiers for z in one.named]
    reached, reasons, periods = {}, [], []
    for zone in dict.fromkeys((*world.zones(("all",)), *named)):
        judged = [
            _threshold(Threshold(of=measure.id, **{c.comparator.value: c.value}), world, measures, zone) for c in target.tiers
        ]
        reached[zone] = [j.truth for j in judged]
        reasons += [j.reason for j in judged]
        periods += [j.period for j in judged if j.period]
    surely, perhaps = filled(target.tiers, reached)
    places = sum(one.zones for one in target.tiers)
    if not reached:
        why = Text("方案没有列出任何园区", "the plan lists no zone")
        return Judged(Truth.UNKNOWN, target, target, None, "个", None, Decimal(places), reason=why)
    truth = Truth.MET if surely == places else Truth.NOT_MET if perhaps < places else Truth.UNKNOWN
    seen = Judged(
        truth, target, target, Decimal(surely), "个", min(periods, default=None), Decimal(places)
    )
    if truth is Truth.UNKNOWN:
        return replace(seen, reason=joined(reasons))
    return replace(seen, gap=Decimal(places - surely), completion=Decimal(surely) / places)


def _share(target: PlanShare, world: World) -> Judged:
    """By bounds: the unknown items as not done and as done. The value is the share that is surely done."""
    found = world.plan_share(target)
    unknown = Judged(Truth.UNKNOWN, target, target, None, "%", limit=target.value)
    if found is None or not found.wanted:
        return replace(unknown, reason=Text("没有可统计的指标或任务", "there is no indicator or task to count"))
    low, high = (Decimal(100 * n) / found.wanted for n in (found.met, found.met + found.unknown))
    unknown = replace(unknown, value=low)
    if reaches(target, low) != reaches(target, high):
        return replace(unknown, reason=Text(
            f"{found.wanted} 项中 {found.met} 项完成，{found.unknown} 项无法评估，两种可能都在",
            f"of {found.wanted} items {found.met} are done and {found.unknown} cannot be judged: it may go either way",
        ))
    truth = Truth.MET if reaches(target, low) else Truth.NOT_MET
    return replace(unknown, truth=truth, gap=gap_of(target, low), completion=completion_of(target, low))


def _milestone(target: Milestone, found: tuple[int, int] | None) -> Judged:
    if found is None:
        reason = Text(f"没有查看 {target.milestone} 的交付物", f"nobody looked at the deliverables of {target.milestone}")
        return Judged(Truth.UNKNOWN, target, target, unit="项", reason=reason)
    done, total = found
    truth = Truth.MET if done >= total else Truth.NOT_MET
    return Judged(
        truth, target, target, Decimal(done), "项", None, Decimal(total), Decimal(max(total - done, 0)), Decimal(done) / total
    )
