"""Checks with conditions, and names in them for what is beside the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import model_validator

from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message, Text
from gaoxin.plan import conditions
from gaoxin.plan.base import Id, Unfit
from gaoxin.plan.checks.base import DeclaredCheck
from gaoxin.plan.checks.beside import Asked, Reported, Row
from gaoxin.plan.checks.inputs import Lookup, Taken
from gaoxin.plan.formulas import FormulaProblem

LACKING = Code("checks.condition.lacking", "缺少 {names}", "{names} not there", names=tuple)
UNTOLD = Code("checks.condition.untold", "条件无法判断：{why}", "the condition cannot be told: {why}", why=Message | Text)
NO_CONDITION = Code("plan.no_condition", "{why}", "{why}", why=Message)
NAMES_NOTHING = Code("plan.condition_names_nothing", "须提到本表的一个变量或栏目", "it must name an item of this form")
UNUSED = Code("plan.input_unused", "条件中没有用到 {names}", "{names}: used in no condition", names=tuple)


class Conditional(DeclaredCheck):
    """condition_keys: its keys that hold a condition."""

    condition_keys: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def conditions_can_be_read(self) -> Self:
        for text in self.texts():
            try:
                conditions.parse(text)
            except FormulaProblem as problem:
                raise Unfit(NO_CONDITION(why=problem.told)) from problem
        unused = tuple(name for name in self.inputs_named() if name not in self.named)
        self.fit(not unused, UNUSED, names=unused or ("",))
        return self.fit(bool(self.items()), NAMES_NOTHING)

    def texts(self) -> tuple[str, ...]:
        """Its conditions."""
        return tuple(text for key in self.condition_keys if (text := getattr(self, key)))

    def taken(self) -> Mapping[str, Taken]:
        """What it takes from beside the record, by name."""
        return self.inputs_named()

    def inputs_named(self) -> Mapping[str, Taken]:
        """Of that what its conditions name."""
        return {}

    @property
    def named(self) -> tuple[str, ...]:
        """Every name in its conditions, in the order of their keys."""
        return tuple(dict.fromkeys(name for text in self.texts() for name in conditions.names(text)))

    def mentions(self) -> Iterator[tuple[str, str, str]]:
        yield from super().mentions()
        for key in self.condition_keys:
            if text := getattr(self, key):
                yield from (("within", name, key) for name in conditions.names(text) if name not in self.inputs_named())

    def items(self) -> tuple[Id, ...]:
        own = [name for name in self.named if name not in self.inputs_named()]
        beside = [field for taken in self.taken().values() for field in (taken.via, *taken.matching.values()) if field]
        return tuple(dict.fromkeys((*own, *beside)))

    @property
    def level(self) -> int:
        return max((taken.level(self.judged_in == {"register"}) for taken in self.taken().values()), default=2)

    def asks(self) -> tuple[Asked, ...]:
        return tuple(taken.asked for taken in self.taken().values() if taken.asked)

    def wanted(self) -> dict[Id, str]:
        return {}

    def defined(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"says", "severity", "id", "min", "max"})


def found_for(names: tuple[str, ...], record: Row, lookup: Lookup) -> dict[str, Reported | Message]:
    """What names stand for in a record, or why they stand for nothing."""
    return {name: lookup.of(name, record) if name in lookup.inputs else record[name] for name in names}


def met(text: str | None, found: Mapping[str, Reported | Message]) -> bool | Message:
    """Whether a condition holds, or why that cannot be told; one that is not written holds."""
    if text is None:
        return True
    values = {name: one.value if isinstance(one, Reported) else None for name, one in found.items()}
    try:
        told = conditions.truth(text, values)
    except (FormulaProblem, UsageError) as problem:  # `plan check` refuses such a plan
        return UNTOLD(why=problem.told if isinstance(problem, FormulaProblem) else problem.what)
    if told is None:
        lacking = tuple(one.name for one in found.values() if isinstance(one, Reported) and one.value is None)
        return next((one for one in found.values() if isinstance(one, Message)), None) or LACKING(names=lacking)
    return UNTOLD(why=told) if isinstance(told, Message) else told


def sides(compared: conditions.Compared, found: Mapping[str, Reported | Message]) -> tuple[Decimal, Decimal] | None:
    """What stands on both sides of a comparison that holds or not; None where these are no figures."""
    told = conditions.both(compared, {name: one.value for name, one in found.items() if isinstance(one, Reported)})
    return told if isinstance(told, tuple) and isinstance(told[0], Decimal) else None
