"""How rows that a database or a web service gives are read into a form: which column is what, said by name.

It is the plain case. What needs paths of headers, totals or several tables is a mapping's business.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from gaoxin.plan.base import Key, Model, UnitOfMeasure, WithinForm, opt


class Column(Model):
    words = Key("一栏：一个统计变量", "column: of one variable")
    column: Annotated[str, Key("栏名：与取来的完全一致", "column: its name, exactly as it comes")]
    unit_of_measure: Annotated[UnitOfMeasure, Key("计量单位：该栏数值的", "unit of measure: that its figures are in")]


class Rows(Model):
    """Exactly one of three ways: `code` with `value` and `unit_of_measure`, a row for each variable; `variables`, one row with a
    column for each; `fields`, a row for each entry of a register. left_out: columns that are declared to be nothing of it."""

    words = Key("读法：哪一栏是什么", "read: which column is what")
    between_keys: ClassVar = {None: {"oneOf": [
        {"required": ["code", "value", "unit_of_measure"]}, {"required": ["variables"]}, {"required": ["fields"]}]}}
    code: str | None = opt("代码栏：每行一个统计变量时，写变量编号的栏", "code: the column of variables' ids, one a row")
    value: str | None = opt("数值栏", "value: the column of figures")
    unit_of_measure: str | None = opt("计量单位栏", "unit of measure: the column of it")
    note: str | None = opt("备注栏", "note: the column of remarks")
    variables: dict[WithinForm, Column] = opt("各变量的栏：一行写全时，变量编号: {column, unit_of_measure}",
                                              "variables: where one row has all, id: {column, unit_of_measure}",
                                              default_factory=dict)
    fields: dict[WithinForm, str] = opt("各栏目的栏：名录，栏目编号: 栏名", "fields: of a register, id: column",
                                        default_factory=dict)
    left_out: tuple[str, ...] = opt("不取的栏：声明与报表无关，也可写记录旁的键",
                                      "left out: columns, and keys beside the records, declared to be nothing of it", ())

    @property
    def way(self) -> str:
        return "long" if self.code else "wide" if self.variables else "register"

    def columns(self) -> Iterator[str]:
        """Those that must come."""
        yield from (c for c in (self.code, self.value, self.unit_of_measure) if c)
        yield from (c.column for c in self.variables.values())
        yield from self.fields.values()
