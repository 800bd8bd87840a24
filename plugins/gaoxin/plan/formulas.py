"""Formulas of measures: arithmetic over declared inputs, in Decimal, and nothing else.

What belongs here: reading and evaluating one expression. Whether its units of measure come out right is `dimensions`'
business, where its inputs come from that of `gaoxin.indicators`. simpleeval does the walking; the node types that it may
walk are cut down to numbers, names, + - * / **, unary signs and calls of min, max and abs, since a plan comes from
outside and a formula must never reach an attribute, a string or a loop.
"""

import ast
import operator
import threading
from collections.abc import Iterator, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache

from simpleeval import InvalidExpression, SimpleEval

from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message, Text

FUNCTIONS = {"min": min, "max": max, "abs": abs}
MAX_LENGTH = 1000        # characters; a formula of the annexes has under 100
MAX_DEPTH = 60           # nested operations; deeper ones would exhaust the interpreter's stack, not the reader's patience
MAX_EXPONENT = 100       # |exponent| of a power; a growth rate over years needs single digits
_WORKING_DIGITS = 40     # computed with more digits than are kept, so that 1/3*3 compares equal to 1
_KEPT_DIGITS = 28

_ZERO = Code("formula.zero_denominator", "分母为零", "the denominator is zero")
_OUT_OF_RANGE = Code("formula.out_of_range", "结果超出可计算范围", "the result is out of range")
_EMPTY_OR_LONG = Code("formula.empty_or_long", "公式为空或过长", "the formula is empty or too long")
_NO_EXPRESSION = Code("formula.no_expression", "公式不是算式：{formula}", "no expression: {formula}")
_TOO_DEEP = Code("formula.too_deep", "公式嵌套过深", "the formula is nested too deeply")
_ARGUMENTS = Code("formula.arguments", "函数 {name} 的参数个数不对", "wrong number of arguments for {name}")
_NOT_ALLOWED = Code("formula.not_allowed", "公式中不允许 {what}；只可用四则、乘方、括号、输入名和 min、max、abs",
                    "not allowed in a formula: {what}; only + - * / **, brackets, names of inputs, min, max and abs", what=str)


class FormulaProblem(Exception):
    """A formula that is no arithmetic, or whose units of measure contradict each other: `code`. `told` says which and why."""

    def __init__(self, told: Message, code: str = "formula_unreadable") -> None:
        self.code, self.told = code, told
        super().__init__(told.both())


class _Arithmetic(SimpleEval):
    """simpleeval with all doors but arithmetic closed. Numbers become Decimal as written, never by way of a float."""

    def __init__(self) -> None:
        super().__init__(operators={ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
                                    ast.Div: operator.truediv, ast.Pow: _power, ast.USub: operator.neg, ast.UAdd: operator.pos},
                         functions=FUNCTIONS)
        self.nodes = {ast.Expr: self._eval_expr, ast.Name: self._eval_name, ast.UnaryOp: self._eval_unaryop,
                      ast.BinOp: self._eval_binop, ast.Call: self._eval_call, ast.Constant: self._number}

    def _number(self, node: ast.Constant) -> Decimal:
        if isinstance(node.value, int):
            return Decimal(node.value)
        return Decimal((ast.get_source_segment(self.expr, node) or "").replace("_", ""))


_OWN = threading.local()  # made once a thread: a long history evaluates by the thousand


def _arithmetic(names: Mapping[str, Decimal]) -> _Arithmetic:
    found: _Arithmetic = getattr(_OWN, "arithmetic", None) or _Arithmetic()
    _OWN.arithmetic, found.names = found, dict(names)
    return found


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > MAX_EXPONENT:
        raise InvalidOperation
    return base**exponent


def evaluate_formula(formula: str, values: Mapping[str, Decimal]) -> tuple[Decimal | None, Message | None]:
    """The value of a formula, or None with the reason why it has none.
    values: every name that the formula uses, already in the units that the plan asks for. A division by zero, an overflow or a
    power without a real value gives a reason, never an exception: a zero denominator is a fact about the figures. A formula that
    is not arithmetic, or a name that is not given, raises UsageError: it is a fault of the plan."""
    try:
        node, wanted = _read(formula)
    except FormulaProblem as problem:
        raise _fault(formula, Text(problem.told.zh, problem.told.en)) from problem
    missing = sorted(wanted - set(values))
    if missing:
        raise _fault(formula, Text(f"没有输入 {'、'.join(missing)}", f"no input {', '.join(missing)}"))
    with localcontext() as context:
        context.prec = _WORKING_DIGITS
        for trap in (DivisionByZero, InvalidOperation, Overflow):
            context.traps[trap] = True
        try:
            raw = _arithmetic(values).eval(formula.strip(), previously_parsed=node)
            context.prec = _KEPT_DIGITS
            return +raw, None
        except (DivisionByZero, InvalidOperation, Overflow) as error:
            return None, _why(error)
        except (InvalidExpression, TypeError) as error:
            raise _fault(formula, Text(f"公式无法计算：{error}", f"the formula cannot be computed: {error}")) from error


@lru_cache(maxsize=1024)  # a long history asks the same few at every period
def _read(formula: str) -> tuple[ast.expr, frozenset[str]]:
    node = parse(formula)
    return node, frozenset(names(node))


def _why(error: ArithmeticError) -> Message:
    # Decimal reports 0/0 as InvalidOperation (its "division undefined" condition).
    signals = error.args[0] if error.args and isinstance(error.args[0], list) else []
    names = {getattr(signal, "__name__", "") for signal in signals}
    zero = isinstance(error, DivisionByZero) or names & {"DivisionUndefined", "DivisionByZero"}
    return _ZERO() if zero else _OUT_OF_RANGE()


def parse(formula: str) -> ast.expr:
    """The formula as a tree of numbers, names, + - * / **, signs and min, max, abs. Raises FormulaProblem."""
    text = formula.strip()
    if not text or len(text) > MAX_LENGTH:
        raise FormulaProblem(_EMPTY_OR_LONG())
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaProblem(_NO_EXPRESSION(formula=_short(formula))) from error
    todo = [(tree, 0)]
    while todo:
        part, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise FormulaProblem(_TOO_DEEP())
        if (problem := _forbidden(part)) is not None:
            raise problem
        children = part.args if isinstance(part, ast.Call) else ast.iter_child_nodes(part)
        todo += [(child, depth + 1) for child in children if isinstance(child, ast.expr)]
    return tree


def names(tree: ast.expr) -> Iterator[str]:
    """The names of inputs in a formula, each once, in the order written."""
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
    yield from dict.fromkeys(n.id for n in sorted(found, key=lambda n: (n.lineno, n.col_offset)))


def _forbidden(node: ast.expr) -> FormulaProblem | None:
    match node:
        case ast.Name() | ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return None
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow()):
            return None
        case ast.Constant(value=value) if type(value) in (int, float):
            return None
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS and args:
            if any(isinstance(a, ast.Starred) for a in args) or (name == "abs") != (len(args) == 1):
                return FormulaProblem(_ARGUMENTS(name=name))
            return None
    return FormulaProblem(_NOT_ALLOWED(what=_short(ast.unparse(node))))


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "…"


def _fault(formula: str, what: Text) -> UsageError:
    return UsageError(what, where=_short(formula), todo=Text("改正方案中的公式；可用 + - * / ** ( ) min max abs",
                                                             "mend the formula in the plan; use + - * / ** ( ) min max abs"))
