"""What every kind of target is: a model of the plan that can be judged, told and looked into. One module a kind, in `targets/`.

A kind is a subclass of `TargetKind` in a module of `gaoxin.plan.targets`, which finds it there; no other file names it.
It needs a key that marks it (`marks`), `judge` and `told`; for all else there is a default. Its words for authors stand
beside its fields, and so does what an id in it leads to (`gaoxin.plan.base.Model`).

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
filled, milestones deliverables. What is unknown has neither, but for any_of, where a part that can be told stands for it; nor has
what is early: an earlier year's value that reaches the number of a later one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import ge, gt, le, lt
from typing import Any, ClassVar, Literal

from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.base import Model, opt
from gaoxin.plan.measure import Measure
from gaoxin.plan.world import ReferenceUsed, World

Zones = Callable[[tuple[str, ...]], Sequence[str]]  # the zones meant by ids of zones or tiers, or by `all`
Names = Mapping[str, Worded]  # of whatever a target mentions, by id
Quantity = tuple[Any, ...]  # what a target speaks of, without its number

REASONS = Code("target.reasons", "{reasons:;}", "{reasons:;}")
NEVER_FORESEEN = Code("target.never_foreseen", "此类目标只按已有数值判断，不作预测",
                      "a target of this kind is judged by what is known; no forecast is made")
_NO_ZONE = Code("target.no_zone", "{names} 没有园区", "no zone is meant by {names}")
_NO_JUDGE = Code("target.not_judged", "此类目标无法判断", "nothing judges a target of this kind")
_ONE_COMPARATOR = Code("plan.one_comparator", "目标值须且只须写一个比较词（at_least、more_than、at_most、less_than）",
                       "give exactly one of at_least, more_than, at_most, less_than")
_BRACKETED = Code("target.bracketed", "({part})", "({part})", part=Message)
_AS_WRITTEN = Code("target.as_written", "{written}", "{written}")


class Truth(StrEnum):
    """Three-valued: unknown is never promoted."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judged:
    """A target's truth, and what decided it.
    target: what was judged; parts: its parts, judged. leaf: the leaf that decides, and of it zone, value, unit, period, limit
    (the number to be reached), gap, completion and reference; each None where it cannot be told or does not apply. reason: why
    the truth is unknown, else None. open_ended: an upper limit on a total that still grows. early: that it is not met for no
    other reason than that the value is of an earlier year than the one asked for; then nothing is missing of it yet, and it has
    neither gap nor completion."""

    truth: Truth
    target: TargetKind
    leaf: TargetKind
    value: Decimal | None = None
    unit: str = ""
    period: Period | None = None
    limit: Decimal | None = None
    gap: Decimal | None = None
    completion: Decimal | None = None
    reason: Message | None = None
    reference: ReferenceUsed | None = None
    zone: str | None = None
    open_ended: bool = False
    early: Message | None = None
    parts: tuple[Judged, ...] = ()


class TargetKind(Model):
    """marks: keys, one of which tells that a mapping is of this kind. place: where the kind stands in the documentation.
    combines: how a composite kind's truth follows from that of its parts. counts_items: it counts indicators and tasks of
    the plan, and is judged after them. may_contradict: figures of its parts that exclude each other make it unknown.
    no_pace: why no pace of a figure leads to a leaf, so that it cannot be looked ahead; None where one does. said: what a
    composite kind makes of its `parts`. examples: what a document says, and how that is written."""

    marks: ClassVar[tuple[str, ...]] = ()
    place: ClassVar[int] = 100
    examples: ClassVar[tuple[tuple[str, str], ...]] = ()
    combines: ClassVar[Literal["all", "any"] | None] = None
    counts_items: ClassVar[bool] = False
    may_contradict: ClassVar[bool] = False
    no_pace: ClassVar[Message | None] = NEVER_FORESEEN()
    said: ClassVar[Code | None] = None

    def within(self) -> Iterator[tuple[str, TargetKind]]:
        """The parts of a composite target, each with the way that leads to it; none of a leaf."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, TargetKind):
                yield name, value
            elif isinstance(value, tuple):
                yield from ((f"{name}.{at}", part) for at, part in enumerate(value) if isinstance(part, TargetKind))

    @cached_property
    def parts(self) -> tuple[TargetKind, ...]:
        return tuple(part for _, part in self.within())

    @property
    def scope(self) -> tuple[str, ...]:
        """Ids of the zones or tiers, each of which its parts speak of; () where they speak of what it does itself."""
        return ()

    def spread(self, zones: Zones, zone: str | None) -> list[tuple[TargetKind, str | None]]:
        """The parts, each with the zone that it speaks of. zone: that which the target itself is judged for."""
        among = zones(self.scope) if self.scope else (zone,)
        return [(part, one) for one in among for part in self.parts]

    def zone_of(self, zone: str | None) -> str | None:
        """The zone that a leaf speaks of, within a target judged for a zone."""
        return zone

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        """The target in a world. measures: the indicator's; the first is meant where a leaf names none. zone: judge for that
        zone alone, as each_zone does."""
        made = tuple(part.judge(world, measures, one) for part, one in self.spread(world.zones, zone))
        if made:
            return _composed(self, made)
        if self.parts:  # all of nothing would be met, and nobody meant that
            return Judged(Truth.UNKNOWN, self, self.parts[0], reason=_NO_ZONE(names=self.scope))
        return Judged(Truth.UNKNOWN, self, self, reason=_NO_JUDGE())

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        """The target as people read it. measures: the indicator's. What is mentioned and has no name is told by its id."""
        if self.said:
            return self.said(parts=listed(self.parts, measures, names))
        given = self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return _AS_WRITTEN(written=json.dumps(given, ensure_ascii=False))

    def wholes(self, made: Judged) -> tuple[Judged, ...]:
        """Of the target as it was judged the leaves that speak of the whole: all, where none is a part of another."""
        return tuple(one for part in made.parts for one in part.target.wholes(part)) if made.parts else (made,)

    def tasks(self, known: Sequence[str]) -> list[str]:
        """The tasks whose deliverables it asks for: those it mentions. known: ids of all the plan's tasks."""
        return [name for kind, name, _ in self.mentions() if kind == "task"]

    def indicators(self, known: Sequence[str]) -> list[str]:
        """The indicators that it counts, of those that can be counted."""
        return []

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        """What it asks for, quantity by quantity, to be compared with other targets of the indicator. first: the
        indicator's first measure. scope: the zones that it is asked of each."""
        if self.parts:
            scope = tuple(sorted(self.scope)) or scope
            return {key: value for part in self.parts for key, value in part.demands(first, scope).items()}
        return {(type(self).__name__, self.model_dump_json(), scope): True}

    def compared(self, zones: Zones, zone: str | None) -> list[tuple[TargetKind, str | None]]:
        """The thresholds that a leaf comes to, each with its zone: where it starts from can be asked of these."""
        return []

    @property
    def classes(self) -> tuple[tuple[int, Decimal], ...]:
        """How many zones have to reach how much at least, class by class; () where it says nothing of that."""
        return ()

    @property
    def forecasts(self) -> bool:
        """Whether a forecast of a leaf is made: honestly it can be of a measure's own value and what follows from it."""
        return False

    @property
    def measured(self) -> bool:
        """Whether it speaks of a measure of its indicator, by a key `of`."""
        return "of" in type(self).model_fields

    @property
    def measure(self) -> str | None:
        """The id of the measure that it names."""
        return getattr(self, "of", None)

    def unit(self, measures: Sequence[Measure]) -> str:
        """The unit of measure of what a leaf speaks of; "" where it has none."""
        return measure_of(measures, self).unit if self.measured and measures else ""


_FROM_WORST = (Truth.NOT_MET, Truth.UNKNOWN, Truth.MET)


def any_truth(parts: Sequence[Truth]) -> Truth:
    """Kleene's or."""
    return max(parts, key=_FROM_WORST.index, default=Truth.NOT_MET)


def all_truth(parts: Sequence[Truth]) -> Truth:
    """Kleene's and."""
    return min(parts, key=_FROM_WORST.index, default=Truth.MET)


def joined(reasons: Sequence[Message | None]) -> Message | None:
    """Several reasons as one, each told once, also where one of them is made of several; None without any."""
    told = list(dict.fromkeys(one for r in reasons if r for one in (r.context["reasons"] if r.code == REASONS.code else (r,))))
    return REASONS(reasons=told) if len(told) > 1 else told[0] if told else None


def _composed(target: TargetKind, judged: tuple[Judged, ...]) -> Judged:
    """Alternatives are decided by the best part: the one with the highest completion among those that explain the truth; where
    that is unknown by a part with a value, since that is what can be worked on. All else is decided by the worst part; where
    the truth is unknown by the unknown part that keeps it from being met."""
    decides, truths = _deciding(target, judged), [j.truth for j in judged]
    truth = any_truth(truths) if target.combines == "any" else all_truth(truths)
    reason = joined([j.reason for j in judged if j.truth is Truth.UNKNOWN]) if truth is Truth.UNKNOWN else None
    return replace(decides, truth=truth, target=target, reason=reason, parts=judged,
                   early=decides.early if truth is Truth.NOT_MET else None)


def _deciding(target: TargetKind, judged: Sequence[Judged]) -> Judged:
    if target.combines == "any":
        return max(judged, key=lambda j: (j.truth is Truth.MET, _done(j) is not None, _done(j) or 0, -(j.gap or 0)))
    return min(judged, key=lambda j: (_FROM_WORST.index(j.truth), -1 if (done := _done(j)) is None else done, -(j.gap or 0)))


def own(judged: Judged, measures: Sequence[Measure]) -> Judged | None:
    """Whose figures are those of the indicator itself: of a target of one value that value; of one with several whichever decides
    of those that speak of the whole, as long as they speak of one measure (its own value, its growth, two bounds). None where
    they speak of several measures, or each of a zone: each of these is a part's figure, and the indicator has none.
    measures: the indicator's."""
    if not judged.parts:
        return judged
    found = judged.target.wholes(judged)
    if len({_subject(one, measures) for one in found}) > 1:
        named = {measure_of(measures, one.target).id for one in found if one.target.measured}
        found = tuple(one for one in found if one.target.measured and isinstance(one.target, Compared) and one.zone is None)
        if len(named) != 1 or not found:
            return None
    decides = any(one.leaf is judged.leaf and one.zone == judged.zone for one in found)
    return judged if decides else _deciding(judged.target, found)


def _subject(leaf: Judged, measures: Sequence[Measure]) -> Quantity:
    """What a leaf speaks of: a measure of a zone or of the whole, the places that its values fill, else what it asks for."""
    if not leaf.target.measured:
        return leaf.target.model_dump_json(), leaf.zone
    return measure_of(measures, leaf.target).id, isinstance(leaf.target, Compared), leaf.zone


def _done(judged: Judged) -> Decimal | None:
    """How far a part has come, to be held beside others: what is early has come to its number."""
    return Decimal(1) if judged.early else judged.completion


def measure_of(measures: Sequence[Measure], target: TargetKind) -> Measure:
    """The measure that a target speaks of: that which it names, or the first."""
    return next(m for m in measures if target.measure in (None, m.id))


def listed(parts: Sequence[TargetKind], measures: Sequence[Measure], names: Names) -> tuple[Message, ...]:
    """Parts as people read them, in brackets where they are composite themselves."""
    told = ((part, part.told(measures, names)) for part in parts)
    return tuple(_BRACKETED(part=words) if part.parts else words for part, words in told)


def named(ids: Sequence[str], names: Names) -> tuple[Worded | str, ...]:
    return tuple(names.get(i, i) for i in ids)


class Comparator(StrEnum):
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"

    @property
    def sign(self) -> str:
        return _SIGNS[self][0]

    @property
    def higher_is_better(self) -> bool:
        return self in (Comparator.AT_LEAST, Comparator.MORE_THAN)

    @property
    def strict(self) -> bool:
        """Whether the number itself does not count."""
        return self in (Comparator.MORE_THAN, Comparator.LESS_THAN)


_SIGNS: dict[str, tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    "at_least": ("≥", ge), "more_than": (">", gt), "at_most": ("≤", le), "less_than": ("<", lt)}


class Compared(Model):
    """What every target with a number has: exactly one comparator key."""

    between_keys: ClassVar = {_ONE_COMPARATOR: {"oneOf": [{"required": [key.value]} for key in Comparator]}}

    at_least: Decimal | None = opt("不低于（≥）：数字，不带单位", "at least (≥): a number without its unit")
    more_than: Decimal | None = opt("高于（>）：数字，不带单位", "more than (>): a number without its unit")
    at_most: Decimal | None = opt("不高于（≤）：数字，不带单位", "at most (≤): a number without its unit")
    less_than: Decimal | None = opt("低于（<）：数字，不带单位", "less than (<): a number without its unit")

    @cached_property
    def comparator(self) -> Comparator:
        return next(c for c in Comparator if getattr(self, c) is not None)

    @property
    def value(self) -> Decimal:
        number: Decimal = getattr(self, self.comparator)
        return number

    def reached_by(self, value: Decimal, limit: Decimal | None = None) -> bool:
        """Whether a value satisfies the comparator. limit: the number, where it is not the target's own (a reference)."""
        limit = self.value if limit is None else limit
        return _SIGNS[self.comparator][1](value, limit)

    def gap_to(self, value: Decimal, limit: Decimal | None = None) -> Decimal:
        """What is missing to the number, 0 when it is reached."""
        limit = self.value if limit is None else limit
        if self.reached_by(value, limit):
            return Decimal(0)
        return abs(limit - value) or Decimal(1).scaleb(min(_exponent(value), _exponent(limit), 0))

    def completion(self, value: Decimal, limit: Decimal | None = None) -> Decimal:
        """How far a value has come, 1 at the number."""
        limit = self.value if limit is None else limit
        higher = self.comparator.higher_is_better
        if limit <= 0 or (not higher and value <= 0):
            return Decimal(1 if self.reached_by(value, limit) else 0)
        return max(value, Decimal(0)) / limit if higher else limit / value


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
