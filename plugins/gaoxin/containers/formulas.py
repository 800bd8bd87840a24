"""What a formula comes to, where that is simple arithmetic: + - * / % and brackets, SUM and ROUND, numbers and cells of its own
sheet that hold plain numbers. Anything else is not judged. Pure, and safe with hostile formulas: length, depth and the cells that
are looked at are bounded, and what overflows comes to nothing.

Figures are binary floating point, as spreadsheet programs reckon.
"""

import math
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gaoxin.containers.model import Position, Sheet, address, exact, row_and_column

_LONGEST = 1_000      # characters of a formula
_DEEPEST = 60         # brackets in brackets, and formulas that rest on formulas
_LOOKED_AT = 2_000_000  # cells of a sheet, by all its formulas
_LONGEST_NUMBER = 40  # characters
_COMPARED = 20_000    # formulas of a sheet
_NOISE = 1e-9         # of the greater value, and at all

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_OF_ODS = re.compile(r"\[\.(\$?[A-Z]{1,3}\$?[0-9]{1,7})(?::\.(\$?[A-Z]{1,3}\$?[0-9]{1,7}))?\]")
_SIMPLE = re.compile(r"[A-Za-z0-9$.,:+\-*/%()\s]+")  # all that simple arithmetic is written with
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}


class _NotSimple(Exception):
    """It is not judged."""


def hold(sheet: Sheet) -> None:
    """Holds the kept values of a sheet's formulas against what these come to: fills `differs`, and the texts of shared ones."""
    facts, formulas = sheet.facts, Formulas(sheet)
    for where in list(facts.formulas)[:_COMPARED]:
        text = formulas.text(where)
        if (result := formulas.differing(where)) is not None:
            facts.differs[where] = result
        if where in facts.shared:
            facts.formulas[where] = text
            del facts.shared[where]


class Formulas:
    """Those of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet, self._known, self._going = sheet, dict[Position, float | None](), set[Position]()
        self._left = _LOOKED_AT

    def text(self, where: Position) -> str:
        """As it would stand in its cell, without the sign of equality; nothing where the container does not say it."""
        facts = self._sheet.facts
        if (first := facts.shared.get(where)) is not None and (written := facts.formulas.get(first)):
            return _moved(written, first, where)
        return facts.formulas.get(where, "").lstrip("=")

    def differing(self, where: Position) -> float | None:
        """What the formula of a cell comes to, where the value that is kept for it is another; else None."""
        kept, result = _number(self._sheet.cell(*where)), self.result(where)
        return None if kept is None or result is None or _alike(kept, result) else result

    def result(self, where: Position, depth: int = 0) -> float | None:
        """What the formula of a cell comes to; None where that is not simple."""
        if where not in self._known:
            self._going.add(where)
            try:
                text = self.text(where)
                self._known[where] = _Reckoning(self, text, depth).total() if 0 < len(text) <= _LONGEST else None
            except (_NotSimple, ArithmeticError, ValueError):
                self._known[where] = None
            finally:
                self._going.discard(where)
        return self._known[where]

    def value(self, where: Position, depth: int, *, within: bool = False) -> float:
        """What a cell holds, by its own formula where that is simple. within: it is one of a range, where texts count for
        nothing."""
        self._left -= 1
        if self._left < 0 or self._sheet.error(*where) is not None or where in self._sheet.facts.unvalued \
                or where in self._going:
            raise _NotSimple
        raw = self._sheet.cell(*where)
        if where in self._sheet.facts.formulas and depth < _DEEPEST and (result := self.result(where, depth + 1)) is not None:
            return result
        if raw is None or (within and isinstance(raw, (str, bool))):
            return 0.0
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            raise _NotSimple
        return float(raw)

    def values(self, first: Position, last: Position, depth: int) -> Iterator[float]:
        """Those of a rectangle, as far as the sheet reaches."""
        (top, left), (bottom, right) = first, last
        bottom = min(bottom, len(self._sheet.rows))
        for row in range(top, bottom + 1):
            for column in range(left, min(right, len(self._sheet.rows[row - 1])) + 1):
                yield self.value((row, column), depth, within=True)


class _Reckoning:
    """One formula, token by token, by what binds more."""

    def __init__(self, of: Formulas, text: str, depth: int) -> None:
        self._of, self._tokens, self._at, self._depth = of, _tokens(_as_excel(text)), 0, depth

    def total(self) -> float:
        found = self._sum(0)
        if self._at < len(self._tokens):
            raise _NotSimple
        return found

    def _next(self) -> Any:
        if self._at >= len(self._tokens):
            raise _NotSimple
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> tuple[str, str]:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return (token.type, token.value) if token else ("", "")

    def _sum(self, least: int) -> float:
        """An expression of operators that bind more than `least`."""
        found = self._operand()
        while (kind := self._peek())[0] == "OPERATOR-INFIX" and _BINDS.get(kind[1], 0) > least:
            sign = self._next().value
            right = self._sum(_BINDS[sign])
            found = _finite(found + right if sign == "+" else found - right if sign == "-" else found * right if sign == "*"
                            else found / right)
        return found

    def _operand(self) -> float:
        sign = 1.0
        token = self._next()
        while token.type == "OPERATOR-PREFIX":
            sign, token = -sign if token.value == "-" else sign, self._next()
        if token.type == "OPERAND" and token.subtype == "NUMBER":
            found = _finite(float(token.value))
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            found = self._of.value(_cell(token.value), self._depth)
        elif token.type == "PAREN" and token.subtype == "OPEN":
            found = self._inner()
        elif token.type == "FUNC" and token.subtype == "OPEN":
            found = self._called(token.value.upper())
        else:
            raise _NotSimple
        while self._peek() == ("OPERATOR-POSTFIX", "%"):
            self._next()
            found /= 100
        return sign * found

    def _inner(self) -> float:
        self._deeper()
        found = self._sum(0)
        if self._next().value != ")":
            raise _NotSimple
        self._depth -= 1
        return found

    def _called(self, name: str) -> float:
        self._deeper()
        given: list[float] = []
        while True:
            if name == "SUM(" and (area := self._area()) is not None:
                given.append(_finite(math.fsum(self._of.values(*area, self._depth))))
            else:
                given.append(self._sum(0))
            if (token := self._next()).value == ")":
                break
            if token.type != "SEP" or token.subtype != "ARG":
                raise _NotSimple
        self._depth -= 1
        if name == "SUM(":
            return _finite(math.fsum(given))
        if name == "ROUND(" and len(given) == 2 and given[1] == int(given[1]) and abs(given[1]) <= 15:
            return float(Decimal(repr(given[0])).quantize(Decimal(1).scaleb(-int(given[1])), ROUND_HALF_UP))
        raise _NotSimple

    def _area(self) -> tuple[Position, Position] | None:
        """A rectangle, or a cell, that is an argument by itself."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        after = self._tokens[self._at + 1].value if self._at + 1 < len(self._tokens) else ""
        if token is None or token.subtype != "RANGE" or after not in (",", ")"):
            return None
        self._at += 1
        first, _, last = token.value.partition(":")
        ends = _cell(first), _cell(last or first)
        return (min(r for r, _ in ends), min(c for _, c in ends)), (max(r for r, _ in ends), max(c for _, c in ends))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotSimple


def _tokens(text: str) -> list[Any]:
    """Without white space. What stands in it unbalanced ends openpyxl's own parser in more ways than its own error."""
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import TokenizerError

    if not _SIMPLE.fullmatch(text):
        raise _NotSimple
    try:
        return [token for token in Tokenizer(f"={text}").items if token.type != "WHITE-SPACE"]
    except (TokenizerError, LookupError, AssertionError) as error:
        raise _NotSimple from error


def _moved(text: str, first: Position, where: Position) -> str:
    """A formula that is written for one cell as it stands for another; nothing where it cannot be moved."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        return str(Translator(f"={text}", address(*first)).translate_formula(address(*where)))[1:]
    except (TokenizerError, TranslatorError, LookupError, AssertionError, ValueError):
        return ""


def _as_excel(text: str) -> str:
    """A formula of an .ods as Excel would write it, as far as it speaks of its own sheet."""
    return _OF_ODS.sub(lambda m: f"{m[1]}:{m[2]}" if m[2] else m[1], text).replace(";", ",")


def _cell(text: str) -> Position:
    found = _CELL.fullmatch(text.upper())
    place = row_and_column(found[1] + found[2]) if found else None
    if place is None:
        raise _NotSimple
    return place


def _number(raw: object) -> float | None:
    """A cell's content as a number, also one that is text; nought where nothing is kept."""
    if raw is None:
        return 0.0
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)) or len(str(raw)) > _LONGEST_NUMBER:
        return None
    try:
        return float(raw.replace(",", "") if isinstance(raw, str) else raw)
    except ValueError:
        return None


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise _NotSimple
    return value


def _alike(kept: float, result: float) -> bool:
    """Whether they differ by no more than noise, or by what was rounded away: a book can be set to keep what it shows."""
    if not math.isfinite(kept):
        return True
    apart = abs(kept - result)
    places = max(0, -int(exact(kept).as_tuple().exponent))
    return apart <= max(_NOISE, _NOISE * max(abs(kept), abs(result)), 0.5 * 10.0 ** -places)
