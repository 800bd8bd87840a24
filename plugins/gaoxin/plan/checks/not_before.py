"""Of two date fields of a register, the later one is not before the earlier one."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from gaoxin.i18n import Code, Worded
from gaoxin.plan.base import Id, Key, WithinForm
from gaoxin.plan.checks.base import SEVERITY, Judged, Made, OfRecord, Reported, Severity

TITLE = Code("checks.not_before.title", "{later} 不早于 {earlier}", "{later} not before {earlier}")
BEFORE = Code("checks.not_before", "{later} 早于 {earlier_name} {earlier}（{earlier_cell}）；请核对两个日期",
              "{later} lies before {earlier_name} {earlier} ({earlier_cell}); check both dates",
              later=date, earlier=date, earlier_name=Worded, earlier_cell=str)


class NotBefore(OfRecord):
    """Of two date fields of a register, `later` is not before `earlier`."""

    words = Key("日期先后", "not before: the order of two dates")
    place = 40
    judged_in: ClassVar[frozenset[str]] = frozenset({"register"})
    wants = "date"
    titled, told = TITLE, BEFORE

    kind: Literal["not_before"]
    id: Id
    earlier: Annotated[WithinForm, Key("较早的日期栏", "earlier: a date field")]
    later: Annotated[WithinForm, Key("较晚的日期栏", "later: a date field")]
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    @property
    def subject(self) -> Id:
        return self.later

    def done(self) -> tuple[Id, ...]:
        return (self.earlier,)

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return Decimal(0), None

    def judge(self, given: Mapping[Id, Reported]) -> Judged | None:
        """Days from the earlier date to the later."""
        earlier, later = given[self.earlier], given[self.later]
        if not isinstance(earlier.value, date) or not isinstance(later.value, date):
            return None
        return Judged(Decimal((later.value - earlier.value).days), {"later": later.value, "earlier": earlier.value,
                                                                    "earlier_name": earlier.name, "earlier_cell": earlier.cell})

    def settle(self, made: Made) -> None:
        later, earlier = made.values[self.later], made.values[self.earlier]
        if isinstance(later, date) and isinstance(earlier, date) and later < earlier:
            made.values[self.earlier], made.values[self.later] = later, earlier
