"""A query against a unit's database."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key, opt
from gaoxin.plan.sources.base import SAME_FOR_ALL, SAME_FOREVER, DeclaredSource
from gaoxin.plan.sources.rows import Rows

NOT_ONE_QUERY = Code("sources.not_one_query", "只能是一条 SELECT 或 WITH 查询，不含分号，也不写入",
                     "it must be one SELECT or WITH query, without a semicolon, that writes nothing")
NO_ORDER = Code("sources.no_order", "查询须有 ORDER BY：次序不定的，同样的数据会被当成新报的",
                "the query needs ORDER BY: without an order the same rows would be taken for new ones")
PARAMETER_UNKNOWN = Code("sources.parameter_unknown", "参数 {names} 不可用；只有 :period 和 :unit",
                         "no parameters {names}: there are :period and :unit only")

# What is no word of the query itself: quoted, or a remark.
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|(\$\w*\$).*?\1|--[^\n]*|/\*.*?\*/", re.S)
_WRITES = re.compile(r"\b(insert|update|delete|merge|truncate|create|alter|drop|grant|revoke|into|nextval|setval|set_config)\b",
                     re.I)
PARAMETERS = ("period", "unit")


class SqlSource(DeclaredSource):
    words = Key("数据库查询", "sql: a query against a database")
    place = 30

    kind: Literal["sql"]
    query: Annotated[str, Key("查询：一条 SELECT，有 ORDER BY，参数只有 :period（如 2020-06）和 :unit（单位编号）",
                              "query: one SELECT with ORDER BY; :period (such as 2020-06) and :unit (an id) are its parameters")]
    at_most: int = opt("最多多少行", "at most: so many rows", 50_000, ge=1, le=500_000)
    assured: str | None = opt("账号只能读的依据：谁、何时确认；不是 PostgreSQL 的数据库，账号能不能写查不出，不写明不取",
                              "assured: by whom and when it was assured that the login may only read; of a database that is no "
                              "PostgreSQL it cannot be found out, and without this nothing is fetched", None, min_length=2)
    read: Annotated[Rows, Key("读法：哪一栏是什么", "read: which column is what")]

    @property
    def rows(self) -> Rows:
        return self.read

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those that the query names, in their order."""
        return tuple(dict.fromkeys(re.findall(r"(?<![:\w]):([A-Za-z_]\w*)", _bare(self.query))))

    def lacks(self, shared: bool) -> Iterator[Message]:
        bare = _bare(self.query)
        if not re.match(r"\s*(select|with)\b", bare, re.I) or ";" in bare or _WRITES.search(bare):
            yield NOT_ONE_QUERY()
        if not re.search(r"\border\s+by\b", _outermost(bare), re.I):
            yield NO_ORDER()
        if strange := [name for name in self.parameters if name not in PARAMETERS]:
            yield PARAMETER_UNKNOWN(names=tuple(strange))
        yield from self.placed(shared)

    def placed(self, shared: bool) -> Iterator[Message]:
        if shared and "unit" not in self.parameters:
            yield SAME_FOR_ALL(sign=":unit")
        if "period" not in self.parameters:
            yield SAME_FOREVER(sign=":period")


def _bare(query: str) -> str:
    """The query without what is quoted or a remark."""
    return QUOTED.sub(" ", query)


def _outermost(query: str) -> str:
    """Without what stands in parentheses."""
    while (less := re.sub(r"\([^()]*\)", " ", query)) != query:
        query = less
    return query
