"""Where some fields of a register agree, another agrees: a functional dependency."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import Field

from gaoxin.i18n import Code, Text
from gaoxin.plan.base import Id, Key, WithinForm
from gaoxin.plan.checks.base import SEVERITY, DeclaredCheck, Found, Judged, Severity, Whole
from gaoxin.plan.checks.beside import same

TITLE = Code("checks.determines.title", "{fields: + } 相同的，{field} 相同", "where {fields: + } agree, {field} agrees",
             fields=tuple, field=Text)
DIFFERS = Code("checks.determines", "“{key}”的各行此栏应相同，此处为“{value}”，其他行为“{others:、}”（{cells:、}）；请改成一样",
               "rows of '{key}' agree in this field: here it is '{value}', elsewhere '{others}' ({cells}); make them agree",
               key=str, value=str, others=tuple, cells=tuple)
ALONE = Code("checks.determines.alone", "没有两条可比的记录", "no two records to compare")
_TOLD = 5


class Determines(DeclaredCheck):
    """Records that agree in `fields` agree in `field`. Told at those that differ from the most frequent value; where
    none is, at all."""

    words = Key("一一对应：几栏相同的，另一栏也相同", "determines: what agrees in some fields agrees in another")
    place = 81
    judged_in = frozenset({"register"})
    titled, told = TITLE, DIFFERS
    example = "{kind: determines, id: one_city, fields: [postal_code], field: city}"

    kind: Literal["determines"]
    id: Id
    fields: Annotated[tuple[WithinForm, ...], Key("依据栏：相同即同类", "fields: that decide")] = Field(min_length=1)
    field: Annotated[WithinForm, Key("被决定的栏", "field: that they decide")]
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    @property
    def subject(self) -> Id:
        return self.field

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, Decimal(0)

    def wanted(self) -> dict[Id, str]:
        return {}

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        return TITLE, {"fields": tuple(names[one] for one in self.fields), "field": names[self.field]}

    def defined(self) -> dict[str, Any]:
        return {"fields": list(self.fields), "field": self.field}

    def look(self, whole: Whole) -> Iterator[Found]:
        groups: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
        for at, record in enumerate(whole.records):
            key, value = tuple(same(record[one].value) or "" for one in self.fields), same(record[self.field].value)
            if value is not None and all(key):
                groups[key].append((at, value))
        several = {key: rows for key, rows in groups.items() if len(rows) > 1}
        if not several:
            yield Found(None, self.field, ALONE())
        for key, rows in several.items():
            yield from self._told(whole, " + ".join(key), rows)

    def _told(self, whole: Whole, key: str, rows: list[tuple[int, str]]) -> Iterator[Found]:
        counted = Counter(value for _, value in rows)
        ranked = counted.most_common()
        most = ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else None
        for at, value in rows:
            if value == most:
                yield Found(at, self.field, Judged(Decimal(0)))
                continue
            cells = tuple(islice((whole.records[n][self.field].cell for n, other in rows if other != value), _TOLD))
            others = tuple(islice((other for other, _ in ranked if other != value), _TOLD))
            differing = Decimal(len(rows) - counted[value])
            yield Found(at, self.field, Judged(differing, {"key": key, "value": value, "others": others, "cells": cells}))
