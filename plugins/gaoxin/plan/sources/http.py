"""A web service that gives JSON or CSV."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key, Model, opt
from gaoxin.plan.sources.base import SAME_FOR_ALL, SAME_FOREVER, DeclaredSource, in_braces
from gaoxin.plan.sources.rows import Rows

ONLY_JSON = Code("sources.only_json", "{key} 只用于 format: json", "{key} is for format: json only", key=str)
ABSOLUTE = Code("sources.absolute", "路径 {path} 是完整网址；服务器写在连接里，这里只写其下的路径",
                "the path {path} is a whole address: the connection says which server, this only what is below it", path=str)

IN_PARAMS = Code("sources.in_params", "路径 {path} 中有 ? 或 #：参数写进 params",
                 "the path {path} has ? or # in it: parameters stand in params", path=str)


class Pages(Model):
    """Exactly one way: the answer names the next page, or pages are numbered until one has no records."""

    words = Key("分页", "pages")
    between_keys: ClassVar = {None: {"oneOf": [{"required": ["next"]}, {"required": ["number"]}]}}
    next: str | None = opt("下一页：答复中写下一页网址的键，如 links.next",
                           "next: the key of the next page's address, such as links.next")
    number: str | None = opt("页码参数：从 first 起，到没有记录为止",
                             "number: the parameter that counts pages until one is empty")
    first: int = opt("首页页码", "first: the first page's number", 1, ge=0)
    absent_ends: bool = opt("缺键即止：最后一页连 next 的键也不写的接口写 true；不写则从未见到该键算取不成",
                            "absent ends: true where the last page has not even the key of next; else a key that no page has is "
                            "told", False)
    at_most: int = opt("最多几页", "at most: so many pages", 100, ge=1, le=10000)


class Success(Model):
    words = Key("成功的样子", "success: what an answer says that succeeded")
    at: Annotated[str, Key("键：答复中说明成败的键，如 code、status.ok",
                           "at: the key that says so, such as code or status.ok")] = Field(min_length=1)
    values: Annotated[tuple[bool | int | str, ...], Key("成功的值：如 [0, 200]，数字和文字不分",
                                                        "is: the values of success, such as [0, 200]")] = Field(
        alias="is", min_length=1)


class HttpSource(DeclaredSource):
    words = Key("网络接口", "http: a web service")
    place = 20

    kind: Literal["http"]
    path: Annotated[str, Key("路径：在连接的网址之下，可含 {unit}、{form}、{period}",
                             "path: below the connection's address; {unit}, {form}, {period} may stand in it")]
    params: dict[str, str] = opt("参数：名称: 值，值中可含占位", "params: name: value, with the same places",
                                 default_factory=dict)
    format: Literal["json", "csv"] = opt("格式", "format", "json", called="JSON CSV")
    records: str = opt("记录：JSON 中记录数组的键，如 data.items；数组即全文时不写",
                       "records: the key of the array of records, e.g. data.items; left out where the array is all", "")
    success: Success | None = opt("成功：答复怎样才算成功；不写时，没有记录而又像是失败的算取不成",
                                  "success: what an answer says that succeeded; left out, one without records that looks like a "
                                  "failure is told as such")
    total: str | None = opt("总数：答复中写记录总数的键，如 data.total，取到的须与它相等；不写则看记录旁的 total、count 等，"
                            "没有这样的键写 \"\"",
                            "total: the key of the number of all records, such as data.total: as many must come; left out, "
                            "total, count and the like beside the records are; \"\" for none")
    pages: Pages | None = opt("分页：不写即一次取全", "pages: left out where one answer has all")
    pause: Decimal = opt("间隔：两次请求至少隔多少秒", "pause: at least so many seconds between requests",
                         Decimal("0.2"), ge=0, le=60)
    attempts: int = opt("尝试次数：连不上、忙、断开时重来", "attempts: it is asked again where it is down, busy or breaks off", 4,
                        ge=1, le=10)
    read: Annotated[Rows, Key("读法：哪一栏是什么", "read: which column is what")]

    @property
    def rows(self) -> Rows:
        return self.read

    def placed(self, shared: bool) -> Iterator[Message]:
        named, wrong = in_braces((self.path, *self.params.values()))
        yield from wrong
        if "://" in self.path or self.path.startswith("//"):
            yield ABSOLUTE(path=self.path)
        if "?" in self.path or "#" in self.path:
            yield IN_PARAMS(path=self.path)
        if shared and "unit" not in named:
            yield SAME_FOR_ALL(sign="{unit}")
        if "period" not in named:
            yield SAME_FOREVER(sign="{period}")
        for key in ("records", "pages", "success", "total") if self.format == "csv" else ():
            if getattr(self, key):
                yield ONLY_JSON(key=key)
