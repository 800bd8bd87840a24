"""Published tables: lists and figures that others published, against which returns are checked (level 5). They lie in CSV files
in the plan's folder, `references/NAME.csv`, and are part of the plan's version; their values are read strictly."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Day, Id, Key, Label, Model, Unfit, UnitOfMeasure, opt
from gaoxin.plan.checks.beside import Figure, Reported, Row, same

Cells = tuple[str, ...]

NOT_A_NUMBER = Code("plan.table_number", "{column}：{text} 不是数字（不加逗号、单位）", "{column}: {text} is no plain number",
                    column=str)
NOT_A_DATE = Code("plan.table_date", "{column}：{text} 不是日期，应如 2020-10-31",
                  "{column}: {text} is no date such as 2020-10-31", column=str)
KEY_BLANK = Code("plan.table_key_blank", "识别列 {column} 空着", "the key {column} is blank", column=str)
KEY_TWICE = Code("plan.table_key_twice", "识别列的值 {text} 重复", "the key {text} is there twice")
KEY_NO_COLUMN = Code("plan.table_key", "key 不在 columns 之内：{ids}", "key: no such column: {ids}", ids=tuple)
CELLS = Code("plan.table_cells", "列数与 columns 不符", "not as many cells as columns")
UNIT_OF_A_NUMBER = Code("plan.table_unit", "unit 只用于数字列", "unit is for columns of numbers")
FROM_SOMEWHERE = Code("plan.table_rows", "写 file，或写 rows", "give file, or rows")


class TableColumn(Model):
    words = Key("公布表的列", "column of a published table")
    id: Id
    name: Label
    type: Literal["text", "number", "date"] = opt("类型", "type", "text", called="文字 数字 日期")
    unit: UnitOfMeasure | None = opt("计量单位：用于数字", "unit of measure: of numbers")

    @model_validator(mode="after")
    def a_unit_is_of_numbers(self) -> Self:
        return self.fit(self.unit is None or self.type == "number", UNIT_OF_A_NUMBER)


class PublishedTable(Model):
    """A table that somebody published. The loader puts the rows of `file` into `rows`."""

    words = Key("公布表：他处公布的名单或数表，用于核对", "table: what others published, to check against")
    id: Id
    name: Label
    source: Annotated[str, Key("发布者：谁在哪里发布", "source: who publishes it, and where")]
    published: Annotated[Day, Key("公布日", "published: on which day")]
    columns: Annotated[tuple[TableColumn, ...], Key("列：表头依次即各列编号", "columns: the header is their ids, in order"),
                       Field(min_length=1)]
    key: Annotated[tuple[Id, ...], Key("识别列：合起来一行一个", "key: columns that identify a row"), Field(min_length=1)]
    file: str | None = opt("数据文件：方案文件夹中 references/ 下的 CSV", "file: a CSV under references/ in the plan's folder",
                           pattern=r"^references/[\w.-]+\.csv$")
    rows: tuple[Cells, ...] = opt("各行：不写 file 时直接写，每格为文字", "rows: written here, as text, where there is no file",
                                  ())

    @model_validator(mode="after")
    def rows_are_what_columns_say(self) -> Self:
        self.unique("columns", [column.id for column in self.columns])
        strange = tuple(one for one in self.key if one not in self.names)
        self.fit(not strange, KEY_NO_COLUMN, ids=strange or ("",))
        self.fit(bool(self.rows), FROM_SOMEWHERE)
        seen = set[Cells]()
        for row in self.rows:
            if told := next(iter(unfit_row([(c.id, c.type) for c in self.columns], self.key, row, seen)), None):
                raise Unfit(told)
        return self

    @property
    def names(self) -> tuple[Id, ...]:
        return tuple(column.id for column in self.columns)

    def reported(self) -> tuple[Row, ...]:
        """Its rows as checks look at them."""
        return tuple({c.id: Reported(c.name, c.unit or "", value := _typed(c.type, text), "—",
                                     value if isinstance(value, Decimal) else None, c.unit)
                      for c, text in zip(self.columns, row, strict=True)} for row in self.rows)


def unfit_row(columns: list[tuple[str, str]], key: Iterable[str], row: Cells, seen: set[Cells]) -> list[Message]:
    """What is wrong with a row. columns: ids and types. seen: the keys before it, to which its own is added."""
    if len(row) != len(columns):
        return [CELLS()]
    wrong: list[Message] = []
    for (name, kind), text in zip(columns, row, strict=True):
        try:
            _typed(kind, text)
        except (InvalidOperation, ValueError):
            wrong.append((NOT_A_NUMBER if kind == "number" else NOT_A_DATE)(column=name, text=text))
    cells = dict(zip((name for name, _ in columns), row, strict=True))
    own = tuple(same(cells.get(one)) or "" for one in key)
    wrong += [KEY_BLANK(column=one) for one, text in zip(key, own, strict=True) if not text]
    if all(own) and own in seen:
        wrong.append(KEY_TWICE(text=" + ".join(own)))
    seen.add(own)
    return wrong


def _typed(kind: str, text: str) -> Figure:
    """A cell's value; None of one that is blank. Raises InvalidOperation, ValueError."""
    if not text.strip():
        return None
    if kind == "number":
        value = Decimal(text)
        if not value.is_finite() or "_" in text:
            raise ValueError
        return value
    return date.fromisoformat(text) if kind == "date" else text
