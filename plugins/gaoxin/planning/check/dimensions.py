"""Whether the units of measure of a formula come out right.

Every input has a unit of measure; multiplying and dividing them gives the result's. Two faults hide here: quantities
that do not belong together (yuan plus tons), and, far more common, a factor of 100 or 10,000 (a share without `100 *`,
energy by 亿元 where the annex says 万元). Constants are read as conversions: `100 * a / b` is a share in per cent.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from functools import reduce

from gaoxin import measures
from gaoxin.i18n import Code
from gaoxin.plan.formulas import FormulaProblem, names

_APART = Code("check.units_apart", "计量单位不同，不能相加减或比较：{what}", "units of measure do not belong together: {what}",
              what=str)
_UNCONVERTED = Code("check.units_unconverted", "计量单位未换算一致就相加减或比较：{what}；在 inputs 中写同一 unit",
                    "added or compared in different units: {what}; give its inputs one unit", what=str)
_WHOLE_POWERS = Code("check.whole_powers", "有计量单位的量只能取整数次方", "a quantity with a unit takes whole powers only")
# Percentage points are differences of shares: one of them is 0.01 of the whole.
_NO_DIMENSION = {"share": Decimal(1), "points": Decimal("0.01")}


@dataclass(frozen=True)
class Quantity:
    """A unit of measure taken apart. powers: dimension -> exponent, without zeros. scale: in base units. scale is None where it
    cannot be told, such as after a power with a fraction."""

    powers: tuple[tuple[str, int], ...] = ()
    scale: Decimal | None = Decimal(1)


def quantity(unit: str) -> Quantity:
    """The quantity of a unit of measure: `吨标准煤/万元` is energy¹ money⁻¹ at 1/10,000."""
    table, (top, _, bottom) = measures.table_of(unit), unit.partition("/")
    above = _base(table.symbol(top))
    return _times(above, _base(table.symbol(bottom)), -1) if bottom else above


def _base(symbol: str) -> Quantity:
    dimension, scale = measures.dimension(symbol), measures.scale(symbol)
    return Quantity((), scale * _NO_DIMENSION[dimension]) if dimension in _NO_DIMENSION else Quantity(((dimension, 1),), scale)


def result(tree: ast.expr, inputs: Mapping[str, Quantity]) -> Quantity:
    """The quantity that a formula yields. Raises FormulaProblem where it adds or compares what does not belong together."""
    with localcontext(prec=40):
        return _result(tree, inputs)


def alike(left: ast.expr, right: ast.expr, inputs: Mapping[str, Quantity], text: str) -> None:
    """Both sides of a comparison; a number alone is in the unit of measure of the other side. Raises FormulaProblem where they do
    not belong together. Here powers of ten alone are read as conversions: `now <= 1.5 * before` converts nothing. text: how it is
    written."""
    with localcontext(prec=40):
        sides = [_result(_Multipliers().visit(side), inputs) for side in (left, right) if any(True for _ in names(side))]
        _same_quantity(text, sides)


class _Multipliers(ast.NodeTransformer):
    """Of numbers that convert nothing the scale is not told (as of nought)."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Div):
            node.left, node.right = (ast.Constant(0) if isinstance(side, ast.Constant) and not _tens(side.value) else side
                                     for side in (node.left, node.right))
        return node


def _tens(value: object) -> bool:
    return Decimal(str(value)).normalize().as_tuple().digits == (1,)


def _result(node: ast.expr, inputs: Mapping[str, Quantity]) -> Quantity:
    match node:
        case ast.Constant(value=value):
            return Quantity((), None if value == 0 else Decimal(1) / abs(Decimal(str(value))))
        case ast.Name(id=name):
            return inputs[name]
        case ast.UnaryOp(operand=inner):
            return _result(inner, inputs)
        case ast.Call(args=args):
            return _alike(node, [_term(a, inputs) for a in args])
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _alike(node, [_term(left, inputs), _term(right, inputs)])
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            return _times(_result(left, inputs), _result(right, inputs), 1 if isinstance(op, ast.Mult) else -1)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_result(left, inputs), right)
    raise TypeError(f"not parsed: {ast.dump(node)}")


def _term(node: ast.expr, inputs: Mapping[str, Quantity]) -> Quantity:
    """A term of a sum: a bare number there is a number (the 1 in `a / b - 1`) and converts nothing."""
    return Quantity() if not any(True for _ in names(node)) else _result(node, inputs)


def _alike(node: ast.expr, parts: list[Quantity]) -> Quantity:
    return _same_quantity(ast.unparse(node), parts)


def _same_quantity(text: str, parts: list[Quantity]) -> Quantity:
    first = parts[0] if parts else Quantity()
    for other in parts[1:]:
        if other.powers != first.powers:
            raise FormulaProblem(_APART(what=text), "units_do_not_convert")
        if first.scale is not None and other.scale is not None and not _same(first.scale, other.scale):
            raise FormulaProblem(_UNCONVERTED(what=text), "units_not_converted")
    return Quantity(first.powers, None if any(p.scale is None for p in parts) else first.scale)


def _times(a: Quantity, b: Quantity, sign: int) -> Quantity:
    powers = dict(a.powers)
    for dimension, exponent in b.powers:
        powers[dimension] = powers.get(dimension, 0) + sign * exponent
    scale = None if a.scale is None or b.scale is None else a.scale * b.scale if sign > 0 else a.scale / b.scale
    return Quantity(tuple(sorted((d, e) for d, e in powers.items() if e)), scale)


def _power(base: Quantity, exponent: ast.expr) -> Quantity:
    if isinstance(exponent, ast.Constant) and isinstance(exponent.value, int) and 0 <= exponent.value <= 9:
        return reduce(lambda made, _: _times(made, base, 1), range(exponent.value), Quantity())
    if base.powers:
        raise FormulaProblem(_WHOLE_POWERS(), "units_do_not_convert")
    # A growth rate over years, (a / b) ** (1 / 5): a pure number stays one while it is not in per cent.
    return Quantity((), Decimal(1) if base.scale is not None and _same(base.scale, Decimal(1)) else None)


def off_by(computed: Quantity, wanted: Quantity) -> Decimal | None:
    """The factor by which a computed value is too small for its unit; None when it fits or cannot be told."""
    if computed.scale is None or wanted.scale is None:
        return None
    try:
        with localcontext(prec=40):
            ratio = computed.scale / wanted.scale
    except InvalidOperation:
        return None
    return None if _same(ratio, Decimal(1)) else ratio


def _same(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= abs(b) * Decimal("1e-9")
