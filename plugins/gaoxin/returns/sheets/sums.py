"""Formulas that say, while figures are being typed, whether parts and wholes agree. Whether they do is judged when the return
arrives, by the plan's checks; what stands in these cells is never read.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Lang, Text
from gaoxin.plan.checks.part_of import PartOf
from gaoxin.plan.checks.sum_of import SumOf
from gaoxin.plan.forms import SeriesForm, Variable

AGREES, DIFFERS = Text("相符", "agrees"), Text("不符", "differs")
_OTHER_UNITS = Text("计量单位已改，报送后再核", "another unit: checked when it arrives")
_BY = Text("：各项之和差 ", " from the sum by ")
_MORE = Text("：大于", " more than ")
_NOISE = "1E-9"  # of binary floating point
_PLACES = 4      # decimals that are looked for; a figure with more of them is taken as printed with so many


def formulas_of(form: SeriesForm, rows: dict[str, int], units: str, values: str, lang: Lang) -> dict[str, str]:
    """Variable -> the formula beside it. rows: variable -> its row; units, values: the letters of these columns."""
    found: dict[str, list[str]] = {}
    for name, formula in _each(form, _Cells(form, rows, units, values), lang):
        found.setdefault(name, []).append(formula)
    return {name: "=" + _joined(formulas) for name, formulas in found.items()}


def _joined(formulas: Sequence[str]) -> str:
    """Each in a line of its own, as far as it says anything."""
    first, *rest = formulas
    return first + "".join(f'&IF({one}="","",CHAR(10)&{one})' for one in rest)


class _Cells:
    """The cells of a form's variables."""

    def __init__(self, form: SeriesForm, rows: dict[str, int], units: str, values: str) -> None:
        self._variables, self._rows = {v.id: v for v in form.variables}, rows
        self._units, self._values = units, values

    def variable(self, name: str) -> Variable:
        return self._variables[name]

    def value(self, name: str) -> str:
        return f"{self._values}{self._rows[name]}"

    def in_unit_of(self, name: str, other: str) -> str:
        """A value in the unit of measure of another."""
        factor = measures.factor(self.variable(name).unit, self.variable(other).unit)
        return self.value(name) if factor == 1 else f"{self.value(name)}*{factor:f}"

    def unless(self, names: Sequence[str], verdict: str, lang: Lang) -> str:
        """The verdict where all are numbers, in the units of measure of the form."""
        units = ",".join(f'{self._units}{self._rows[name]}<>"{_quoted(self.variable(name).unit)}"' for name in names)
        count = ",".join(map(self.value, names))
        return f'IF(COUNT({count})<{len(names)},"",IF(OR({units}),"{_OTHER_UNITS.to(lang)}",{verdict}))'


def _each(form: SeriesForm, cells: _Cells, lang: Lang) -> Iterator[tuple[str, str]]:
    for check in form.checks:
        if isinstance(check, SumOf):
            total, parts = check.total, check.parts
            apart = "+".join(cells.in_unit_of(part, total) for part in parts) + f"-{cells.value(total)}"
            most = _allowed(cells, total, parts) if check.tolerance is None else f"{check.tolerance:f}"
            differs = f'"{DIFFERS.to(lang)}{_BY.to(lang)}"&TEXT({apart},"0.####")'
            verdict = f'IF(ABS({apart})<={most}+{_NOISE},"{AGREES.to(lang)}",{differs})'
            yield total, cells.unless((total, *parts), verdict, lang)
        elif isinstance(check, PartOf):
            whole = cells.variable(check.whole)
            more = f'"{DIFFERS.to(lang)}{_MORE.to(lang)}{_quoted(whole.name.to(lang))}"'
            verdict = (f'IF({cells.in_unit_of(check.part, check.whole)}<={cells.value(check.whole)}+{_NOISE},'
                       f'"{AGREES.to(lang)}",{more})')
            yield check.part, cells.unless((check.part, check.whole), verdict, lang)


def _allowed(cells: _Cells, total: str, parts: Sequence[str]) -> str:
    """For rounding, as the plan's check has it: half a unit of the last printed digit a part; counts add up exactly."""
    names, wanted = (total, *parts), cells.variable(total).unit
    if all(cells.variable(n).integer or measures.dimension(cells.variable(n).unit) == "count" for n in names):
        return "0"
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(cells.variable(name).unit, []).append(cells.value(name))
    digits = ",".join(f"{measures.factor(unit, wanted):f}*{_last_digit(group)}" for unit, group in groups.items())
    return f"{len(parts)}/2*MAX({digits})"


def _last_digit(values: Sequence[str]) -> str:
    """The last digit that any of these shows: 1, 0.1, 0.01 …"""
    found = f"{Decimal(1).scaleb(-_PLACES):f}"
    for places in range(_PLACES - 1, -1, -1):
        whole = ",".join(f"ROUND({value},{places})={value}" for value in values)
        found = f"IF(AND({whole}),{Decimal(1).scaleb(-places):f},{found})"
    return found


def _quoted(text: str) -> str:
    return text.replace('"', '""')
