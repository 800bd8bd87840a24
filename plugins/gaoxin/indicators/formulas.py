"""Formulas of measures: arithmetic over declared inputs, in Decimal, and nothing else.

What belongs here: reading and evaluating one expression. Where its inputs come from is `inputs`' business. simpleeval
does the walking; the node types that it may walk are cut down to numbers, names, + - * / **, unary signs and calls of
min, max and abs, since a plan comes from outside and a formula must never reach an attribute, a string or a loop.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from simpleeval import InvalidExpression, SimpleEval

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

FUNCTIONS = {"min": min, "max": max, "abs": abs}
MAX_LENGTH = 1000        # characters; a formula of the annexes has under 100
MAX_DEPTH = 60           # nested operations; deeper ones would exhaust the interpreter's stack, not the reader's patience
MAX_EXPONENT = 100       # |exponent| of a power; a growth rate over years needs single digits
_WORKING_DIGITS = 40     # computed with more digits than are kept, so that 1/3*3 compares equal to 1
_KEPT_DIGITS = 28


class _Arithmetic(SimpleEval):
    """simpleeval with all doors but arithmetic closed. Numbers become Decimal as written, never by way of a float."""

    def __init__(self, names: Mapping[str, Decimal]) -> None:
        super().__init__(
            operators={
                ast.Add: operator.add,
                ast.Sub: operator.sub,
                ast.Mult: operator.mul,
                ast.Div: operator.truediv,
                ast.Pow: _power,
                ast.USub: operator.neg,
                ast.UAdd: operator.pos,
            },
            functions=FUNCTIONS,
            names=dict(names),
        )
        self.nodes = {
            ast.Expr: self._eval_expr,
            ast.Name: self._eval_name,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.Call: self._eval_call,
            ast.Constant: self._number,
        }

    def _number(self, node: ast.Constant) -> Decimal:
        if isinstance(node.value, int):
            return Decimal(node.value)
        return Decimal(ast.get_source_segment(self.expr, node).replace("_", ""))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > MAX_EXPONENT:
        raise InvalidOperation
    return base**exponent


def formula_names(formula: str) -> set[str]:
    """The names of inputs that a formula uses. Raises UsageError when it is no arithmetic expression."""
    return {n.id for n in _walk(_parsed(formula)) if isinstance(n, ast.Name)}


def evaluate_formula(formula: str, values: Mapping[str, Decimal]) -> tuple[Decimal | None, Text | None]:
    """The value of a formula, or None with the reason why it has none.

    values: every name that the formula uses, already in the units that the plan asks for. A division by zero, an
    overflow or a power without a real value gives a reason, never an exception: a zero denominator is a fact about
    the figures. A formula that is not arithmetic, or a name that is not given, raises UsageError: it is a fault of
    the plan.
    """
    node = _parsed(formula)
    missing = sorted(formula_names(formula) - set(values))
    if missing:
        raise _fault(formula, Text(f"没有输入 {'、'.join(missing)}", f"no input {', '.join(missing)}"))
    with localcontext() as context:
        context.prec = _WORKING_DIGITS
        for trap in (DivisionByZero, InvalidOperation, Overflow):
            context.traps[trap] = True
        try:
            raw = _Arithmetic(values).eval(formula.strip(), previously_parsed=node)
            context.prec = _KEPT_DIGITS
            return +raw, None
        except (DivisionByZero, InvalidOperation, Overflow) as error:
            return None, _why(error)
        except (InvalidExpression, TypeError) as error:
            raise _fault(formula, Text(f"公式无法计算：{error}", f"the formula cannot be computed: {error}")) from error


def _why(error: ArithmeticError) -> Text:
    # Decimal reports 0/0 as InvalidOperation (its "division undefined" condition).
    signals = error.args[0] if error.args and isinstance(error.args[0], list) else []
    names = {getattr(signal, "__name__", "") for signal in signals}
    if isinstance(error, DivisionByZero) or names & {"DivisionUndefined", "DivisionByZero"}:
        return Text("分母为零", "the denominator is zero")
    return Text("结果超出可计算范围", "the result is out of range")


def _parsed(formula: str) -> ast.expr:
    """The expression's tree, checked: only arithmetic in it. Raises UsageError."""
    text = formula.strip()
    if not text or len(text) > MAX_LENGTH:
        raise _fault(formula, Text("公式为空或过长", "the formula is empty or too long"))
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _fault(formula, Text("公式不是算式", "the formula is no expression")) from error
    for part in _walk(node):
        if problem := _forbidden(part):
            raise _fault(formula, problem)
    return node


def _walk(node: ast.expr) -> list[ast.expr]:
    """Every value-bearing node; a called function's name is not one. Raises UsageError when nested too deeply."""
    found, todo = [], [(node, 0)]
    while todo:
        part, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise _fault("…", Text("公式嵌套过深", "the formula is nested too deeply"))
        found.append(part)
        children = part.args if isinstance(part, ast.Call) else ast.iter_child_nodes(part)
        todo += [(child, depth + 1) for child in children if isinstance(child, ast.expr)]
    return found


def _forbidden(node: ast.expr) -> Text | None:
    match node:
        case ast.Name() | ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return None
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow()):
            return None
        case ast.Constant(value=value) if type(value) in (int, float):
            return None
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS and args:
            if any(isinstance(a, ast.Starred) for a in args) or (name == "abs") != (len(args) == 1):
                return Text(f"函数 {name} 的参数个数不对", f"wrong number of arguments for {name}")
            return None
        case ast.Call():
            return Text("只可用函数 min、max、abs", "only the functions min, max and abs may be called")
    return Text(
        f"公式中不可用 {type(node).__name__}，只可四则、乘方、括号与输入名",
        f"{type(node).__name__} is not allowed: only + - * / **, brackets and names of inputs",
    )


def _fault(formula: str, what: Text) -> UsageError:
    return UsageError(
        what,
        where=formula if len(formula) <= 120 else formula[:117] + "…",
        todo=Text("改正方案中的公式；可用 + - * / ** ( ) min max abs",
                  "mend the formula in the plan; use + - * / ** ( ) min max abs"),
    )
