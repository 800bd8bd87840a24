"""Whether what a web service gave is an answer to what was asked: that it succeeded, how many records it has, and that these are
all. Services tell a failure with HTTP 200 and no records, which looks like a period of which there is nothing yet.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from gaoxin.containers import records, texts
from gaoxin.containers.model import Sheet
from gaoxin.containers.refusing import Unreadable
from gaoxin.i18n import Code
from gaoxin.plan.sources.http import HttpSource
from gaoxin.sources.base import Amiss
from gaoxin.sources.echoes import Echo, within

NO_RECORDS = Code("sources.no_records", "答复中没有记录数组 {records}；有：{there}：核对来源的 records",
                  "its answer has no array of records {records!r}; it has: {there}: look at the source's records", records=str,
                  there=tuple)
NO_SUCCESS = Code("sources.no_success", "对方答复没有成功：{key} 是 {value}（{said}）：按此核对账号、参数，或问对方",
                  "it answers that it did not succeed: {key} is {value} ({said}): look at account and parameters, or ask them",
                  key=str, value=str, said=str)
UNCLEAR = Code("sources.unclear", "答复没有记录，而 {key} 是 {value}（{said}），不像成功：核对账号和参数；这就是成功的，"
               "在来源中写明 success: {{at: {key}, is: [{value}]}}",
               "its answer has no records, and {key} is {value} ({said}), which does not look like success: look at account and "
               "parameters; where it is, let the source say success: {{at: {key}, is: [{value}]}}", key=str, value=str, said=str)
NO_COLUMNS = Code("sources.no_columns", "答复的表头没有栏 {missing}；有：{there}：核对来源的 read 和接口",
                  "the header of its answer lacks {missing}; it has: {there}: look at the source's read and at the service",
                  missing=tuple, there=tuple)
PARTIAL = Code("sources.partial", "答复自称共 {total} 条（{key}），取到的是 {count} 条，未取：检查来源的 pages；"
               "{key} 不是总数的，用 total 写明哪个键是，没有这样的键写 total: \"\"",
               "its answer says that there are {total} records ({key}), and {count} came: nothing was fetched. Look at the "
               "source's pages; where {key} is no such number, let total name the key that is, or say total: \"\" for none",
               total=str, key=str, count=int)
MORE = Code("sources.more", "答复自称还有没给的（{key} 是 {value}），未取：在来源写 pages 逐页取，或让接口一次给全；"
            "{key} 不是这个意思的，列进来源 read 的 left_out",
            "its answer says that there is more ({key} is {value}), and nothing was fetched: let the source's pages ask for it, "
            "or the service give all at once; where {key} means another thing, name it in left_out of the source's read",
            key=str, value=str)
NO_TOTAL = Code("sources.no_total", "答复的 {key} 不是总数：核对来源的 total",
                "{key} of its answer is no number of records: look at the source's total", key=str)

_CODES = frozenset({"code", "errcode", "errno", "errorcode", "retcode", "returncode", "rtncode", "respcode", "rspcode",
                    "resultcode", "statuscode", "status", "ret"})
_WORDS_ALONE = frozenset({"result"})  # a code where it is a text; else it holds what was asked for
_FINE = frozenset({"200", "ok", "success", "succeeded", "successful", "true", "成功", "null", ""})
_ERRORS = frozenset({"error", "errors", "err"})
_NO_ERROR = frozenset({"", "null", "none", "false"})
_YES = frozenset({"success", "issuccess", "ok", "succeeded"})
_KINDS = dict.fromkeys(_CODES | _WORDS_ALONE, "code") | dict.fromkeys(_YES, "yes") | dict.fromkeys(_ERRORS, "error")
_SAID = ("message", "msg", "errmsg", "error", "errormessage", "errordescription", "detail", "info")
_TOTALS = frozenset({"total", "totalcount", "count", "recordstotal", "totalelements", "totalrecords", "总数", "总条数",
                     "总记录数"})
# Signs of further pages: that there are, that this is not the last one, where the next one is, how many there are.
_MORE = frozenset({"hasmore", "more", "hasnext", "hasnextpage", "moreavailable", "truncated", "istruncated"})
_LAST = frozenset({"last", "islast", "islastpage", "lastpage", "isend"})
_NEXT = frozenset({"next", "nextpage", "nexturl", "nextlink", "nextpageurl", "nexthref", "nextcursor", "nextpagetoken",
                   "nexttoken", "continuationtoken", "@odata.nextlink", "下一页"})
_OF_PAGES = frozenset({"pages", "totalpages", "totalpage", "pagecount", "pagetotal", "lastpage", "总页数"})
_HERE = frozenset({"page", "pageno", "pagenum", "pagenumber", "pageindex", "current", "currentpage", "number"})
_PAGERS = frozenset({"links", "paging", "pagination", "pager", "page", "pageinfo", "pageable", "meta", "metadata", "cursors",
                     "分页"})
_TRUE = frozenset({"true", "1", "yes", "y", "是"})
_HEAD = 2**16  # bytes in which the header ends
_LISTED = 12
_SHORT = 80  # characters
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


Told = tuple[Any, int, Mapping[str, str]]
Hide = Callable[[str], str]  # leaves secrets out of a text; what is told is cut thereafter, or half a secret would pass


def count(source: HttpSource, content: bytes, document: Any, hide: Hide, echo: Echo) -> int:
    """How many records an answer has. Raises Amiss where it tells a failure, has no place for them, or says that they are
    another unit's or period's."""
    if source.format == "csv":
        return _lines(source, content, hide, echo)
    if source.success and (value := _text(within(document, source.success.at))) not in map(_text, source.success.values):
        raise Amiss(NO_SUCCESS(key=source.success.at, value=_told(value, hide, 40), said=_said(document, hide)))
    found = within(document, source.records)
    if not source.success and not (isinstance(found, list) and found) and (odd := _unlike_success(source, document)):
        raise Amiss(UNCLEAR(key=_told(odd[0], hide, 40), value=_told(odd[1], hide, 40), said=_said(document, hide)))
    if not isinstance(found, list):
        there = tuple(".".join(way) or records.WHOLE for way in _arrays(document))
        raise Amiss(NO_RECORDS(records=source.records or records.WHOLE, there=there[:_LISTED]))
    echo.document(document, source.records)
    return len(found)


def headed(headers: Mapping[str, str]) -> dict[str, str]:
    """What the headers of an answer say of how many records and pages there are, by their names."""
    return {name: value for name, value in headers.items() if _key(name) in _TOTALS | _OF_PAGES | _MORE | _NEXT
            and name.lower().startswith("x-")} | (
        {"Link": value} if re.search(r';\s*rel\s*=\s*"?next\b', value := headers.get("Link", ""), re.I) else {})


def must_be_all(source: HttpSource, answers: Sequence[Told]) -> None:
    """Holds the records against what the answers themselves tell of how many there are. answers: document, how many records it
    has, and what `headed` made of its headers. Raises Amiss."""
    if not answers:
        return
    # The empty page that ends numbered ones may say nought, or nothing.
    full = [one for one in answers if one[1]] or answers[-1:]
    _total_came(source, full)
    if (more := _more(source, full)) is not None:
        raise Amiss(MORE(key=more[0], value=more[1] if len(more[1]) <= _SHORT else "…"))  # half a secret would pass


def _total_came(source: HttpSource, full: Sequence[Told]) -> None:
    """Raises Amiss."""
    came = sum(number for _, number, _ in full)
    if source.total == "":
        return
    if source.total is not None:
        said = next((told for document, *_ in reversed(full) if (told := _text(within(document, source.total))).isdecimal()),
                    None)
        if said is None:
            raise Amiss(NO_TOTAL(key=source.total))
        if int(said) != came:
            raise Amiss(PARTIAL(total=said, key=source.total, count=came))
        return
    totals = {key: total for document, _, heads in full for key, total in told_totals(source, document, heads)}
    for key, total in totals.items():
        of_pages = all(dict(told_totals(source, document, heads)).get(key) == number for document, number, heads in full)
        if total != came and not of_pages:
            raise Amiss(PARTIAL(total=str(total), key=key, count=came))


def told_totals(source: HttpSource, document: Any, heads: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """What an answer itself calls a number of records, at its top, beside them or in a header."""
    for way, name, value in _of_pages(source, document, heads):
        if name in _TOTALS and (text := _text(value)).isdecimal():
            yield way, int(text)


def _more(source: HttpSource, full: Sequence[Told]) -> tuple[str, str] | None:
    """The sign of further pages and what it says, where answers have one. Numbered pages were asked for until one was empty."""
    document, _, heads = full[-1]
    said = [*_of_pages(source, document, heads)]
    here = {int(text) for _, name, value in said if name in _HERE and (text := _text(value)).isdecimal()}
    for way, name, value in said:
        text = _text(value)
        if name in _OF_PAGES and text.isdecimal() and int(text) > len(full):
            return way, text
        if source.pages and source.pages.number:
            continue
        if (name in _MORE and text.lower() in _TRUE) or (name in _LAST and value is False):
            return way, text
        if (name in _NEXT or way == "Link") and not source.pages and (link := _onward(value, here)):
            return way, link
    return None


def _onward(value: Any, here: Collection[int]) -> str:
    """The next page, as an answer names it; nothing where it names none. here: what may be this one's number."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("href", "url", "link") if name in value), None)
    text = "" if value is None or isinstance(value, bool | list | dict) else str(value).strip()
    none = text.lower() in ("", "null", "none", "-1", "0", "#") or (text.isdecimal() and any(int(text) <= page for page in here))
    return "" if none else text


def _of_pages(source: HttpSource, document: Any, heads: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    """What an answer may say of its pages: the way, the plain name and the value, but for what the plan leaves out."""
    said = [(way, name, value) for way, name, value in _beside(source, document)]
    for way, name, value in [*said]:
        if isinstance(value, dict) and _key(name) in _PAGERS and not f"{source.records}.".startswith(f"{way}."):
            said += [(f"{way}.{inner}", inner, one) for inner, one in value.items()]
    for way, name, value in (*said, *((name, name, value) for name, value in heads.items())):
        if not {way, name} & {*source.read.left_out}:
            yield way, _key(name), value


def _key(name: str) -> str:
    return re.sub("^(x|_)?(?:wp(?=total))?", "", _plain(name)) if name[:1] in "xX_" else _plain(name)


def _beside(source: HttpSource, document: Any) -> Iterator[tuple[str, str, Any]]:
    """What an answer says at its top or beside its records: the way, the name and the value."""
    for at in dict.fromkeys(("", ".".join(source.records.split(".")[:-1]))):
        holder = within(document, at)
        for name, value in holder.items() if isinstance(holder, dict) else ():
            yield ".".join(filter(None, (at, name))), name, value


def parted(source: HttpSource, document: Any, rows: int) -> tuple[Any, int, str]:
    """What an answer says beside its records, how many these are, and the sha256 of them: pages are many, and none is kept as
    it was read."""
    *way, name = source.records.split(".")
    made, holder = sha256(), within(document, ".".join(way))
    for record in within(document, source.records):
        made.update(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    if name:
        holder[name] = []
    return document if name else [], rows, made.hexdigest()


def _lines(source: HttpSource, content: bytes, hide: Hide, echo: Echo) -> int:
    """Records of CSV: lines that hold anything, but for the header. Raises Amiss for a header that lacks columns."""
    part = content[:_HEAD]
    if len(content) > _HEAD and not content.startswith(_UTF16):
        part = part[:part.rfind(b"\n") + 1]
    sheet = _sheet(part)
    there = [sheet.text(1, column).strip() for column in range(1, len(sheet.rows[0]) + 1)] if len(sheet.rows) else []
    if missing := [name for name in dict.fromkeys(source.read.columns()) if name not in there]:
        raise Amiss(NO_COLUMNS(missing=tuple(missing), there=tuple(_told(name, hide, 60) for name in there if name)[:_LISTED]))
    if echo.said_in(there):
        echo.table(there, islice(_sheet(content).rows, 1, None))
    if content.startswith(_UTF16):
        content = content.decode("utf-16", errors="replace").encode(errors="replace")
    return max(0, sum(1 for line in content.splitlines() if line.strip()) - 1)


def _sheet(content: bytes) -> Sheet:
    """Raises Amiss."""
    try:
        (sheet,) = texts.read(content).sheets.values()
    except Unreadable as error:
        raise Amiss(error.message) from error
    return sheet


def _unlike_success(source: HttpSource, document: Any) -> tuple[str, str] | None:
    """What an answer says that does not look like success, by names that such services have: the way to it, and what it is."""
    for way, name, value in _beside(source, document):
        said, plain = _text(value), _plain(name)
        nought, fine = not said.strip("0"), said.lower() in _FINE
        odd = {"code": not (fine or nought), "yes": not (fine or said == "1"),
               "error": not (nought or said.lower() in _NO_ERROR)}.get(_KINDS.get(plain, ""), False)
        if plain in _WORDS_ALONE and not isinstance(value, str):
            continue
        if odd and (plain in _ERRORS or not isinstance(value, list | dict)):
            return way, said
    return None


def _told(text: str, hide: Hide, most: int) -> str:
    return hide(" ".join(hide(text).split()))[:most]


def _said(document: Any, hide: Hide) -> str:
    """Its own words for it."""
    by_name = {_plain(name): value for name, value in document.items()} if isinstance(document, dict) else {}
    said = (value for name in _SAID if isinstance(value := by_name.get(name), str) and value.strip())
    return _told(next(said, "—"), hide, 80)


def _arrays(document: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(document, list):
        yield way
    elif isinstance(document, dict) and len(way) < 4:
        for name, inner in document.items():
            yield from _arrays(inner, (*way, name))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _text(value: Any) -> str:
    """As it stands in JSON, texts without quotes: figures are told as they were written."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case list() | dict():
            return "…" if value else ""
    return str(value)
