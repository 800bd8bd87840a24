"""What every check that a plan declares within a form is made of.

A kind of check is one module of this folder: its model, what it makes of reported values, its messages, the words that
editors show. Everything else asks the model: the reader which ids it speaks of, the check of plans what can be compared,
`gaoxin.quality` for the rule and the amount that it limits, made-up returns how to satisfy it. Pure: plain values come in.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.base import Id, Key
from gaoxin.plan.checks.beside import Asked, Elsewhere
from gaoxin.plan.checks.beside import Reported as Reported
from gaoxin.plan.life import Living


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


EXPLAIN = Code("checks.explain", "，属实请说明原因", ", and explain if true")  # to a warning alone: an error is corrected
LACKING = Code("checks.lacking", "缺少可用的数值：{names}", "no usable value of {names}")
INCONVERTIBLE = Code("checks.inconvertible", "方案中计量单位不能换算：{names}",
                     "the plan's units of measure cannot be converted: {names}")
SEVERITY = Key("程度", "severity", "退回 须说明 提示")  # words for that key


@dataclass(frozen=True)
class Judged:
    """The amount that the check limits, exactly; what its message speaks of, which may be left out of an amount that no limit can
    refuse; other amounts worth keeping beside it."""

    amount: Decimal
    context: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Whole:
    """A return as a check looks at it: its records (of a series form one, all its variables), and what is beside it."""

    records: tuple[Mapping[Id, Reported], ...]
    beside: Elsewhere


class Found(NamedTuple):
    """What a check makes of one record, or with `record` None of the return as a whole. item: at whose cell it is told."""

    record: int | None
    item: Id
    what: Judged | Message | None


@dataclass(frozen=True)
class Made:
    """Made-up values of one return, to be changed until they satisfy the form's checks. given: what has a value set for it.
    lot: a number of 0–1 drawn for the parts named. aim: the value set for an item, if any. rounded: as the item prints it."""

    values: dict[str, Any]
    units: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    lot: Callable[..., Decimal] = lambda *parts: Decimal("0.5")
    aim: Callable[[str], Decimal | None] = lambda item: None
    rounded: Callable[[str, Decimal], Decimal] = lambda item, value: value

    def of(self, item: str, unit_of: str) -> Decimal:
        """An item's figure in the unit of measure of another."""
        return measures.convert(self.values[item], self.units[item], self.units[unit_of])


class DeclaredCheck(Living):
    """place: where the kind stands among the others. judged_in: kinds of forms in which it is judged. wants: the type of the
    fields that it speaks of. titled, told: the codes of its title and message. example: how keys of its own are written, where
    docs/plan_examples.yaml does not show them."""

    place: ClassVar[int] = 50
    judged_in: ClassVar[frozenset[str]] = frozenset({"series"})
    wants: ClassVar[str] = "number"
    example: ClassVar[str] = ""
    titled: ClassVar[Code]
    told: ClassVar[Code]

    if TYPE_CHECKING:  # every kind declares these, in the order in which a plan is read
        kind: str
        id: Id
        severity: Severity

    def items(self) -> tuple[Id, ...]:
        """Every variable or field of the form that it speaks of, in the order written."""
        return tuple(name for _, name, _ in self.mentions())

    @property
    def subject(self) -> Id:
        """The one at whose cell it is told."""
        return self.items()[0]

    @property
    def level(self) -> int:
        """Of validation (DOMAIN): 2 within what the unit reports, 3 with another unit, 4 with another's register, 5 with what is
        published."""
        return 2

    def asks(self) -> tuple[Asked, ...]:
        """The returns beside its own that it looks at, which decide it when they come."""
        return ()

    def wanted(self) -> dict[Id, str]:
        """Of the fields that must be of a type: which."""
        return dict.fromkeys(self.items(), self.wants)

    def coded(self) -> dict[Id, tuple[str, ...]]:
        """The codes that it names, of which fields."""
        return {}

    def defined(self) -> dict[str, Any]:
        """What decides its answers and stands nowhere else in its rule, for the version of a suite."""
        return {}

    def compared(self) -> tuple[Id, tuple[Id, ...]] | None:
        """A whole, and what must be of its dimension and kind; None where units of measure may differ."""
        return None

    def done(self) -> tuple[Id, ...]:
        """Date fields that speak of something done, so never of a day after the period's end."""
        return ()

    @abstractmethod
    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most that the amount may be; without either there is nothing to judge."""

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        """What the rule is called: a code, and of its fields those that the plan decides: the items, by their names."""
        items = {field: getattr(self, field) for field in self.titled.fields if field in type(self).model_fields}
        return self.titled, {f: tuple(names[i] for i in v) if isinstance(v, tuple) else names[v] for f, v in items.items()}

    def message(self) -> Code:
        """What is told of an amount beyond the limits. Its fields: what `judge` hands over, and {limits}, {most} of the rule."""
        return self.told

    @abstractmethod
    def look(self, whole: Whole) -> Iterator[Found]:
        """What it makes of a return."""

    def settle(self, made: Made) -> None:
        """Changes made-up values so that they satisfy the check, as far as that is simple."""


class OfRecord(DeclaredCheck):
    """A check of what stands side by side: in one record of a register, in all of a series form."""

    def look(self, whole: Whole) -> Iterator[Found]:
        return (Found(at, self.subject, self.judge(record)) for at, record in enumerate(whole.records))

    @abstractmethod
    def judge(self, given: Mapping[Id, Reported]) -> Judged | Message | None:
        """The amount of one record, or why there is none; None where a value is not there, as another check tells."""


class OfFigures(OfRecord):
    """A check between figures of one return, or of one record of a register: it needs them all, and those compared in one unit of
    measure."""

    judged_in: ClassVar[frozenset[str]] = frozenset({"series", "register"})

    def judge(self, given: Mapping[Id, Reported]) -> Judged | Message | None:
        about = [given[item] for item in self.items()]
        if lacking := tuple(one.name for one in about if not isinstance(one.value, Decimal)):
            return LACKING(names=lacking)
        if compared := self.compared():
            whole, parts = compared
            bad = tuple(given[p].name for p in parts if not measures.convertible(given[p].unit, given[whole].unit))
            if bad:
                return INCONVERTIBLE(names=bad)
        return self.measure(given)

    @abstractmethod
    def measure(self, given: Mapping[Id, Reported]) -> Judged | Message:
        """The amount, of figures that are all there."""


def figure(one: Reported, unit: str | None = None) -> Decimal:
    """The figure, in its own or another unit of measure."""
    assert isinstance(one.value, Decimal)
    return one.value if unit is None else measures.convert(one.value, one.unit, unit)
