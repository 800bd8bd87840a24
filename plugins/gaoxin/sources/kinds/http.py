"""A web service that gives JSON or CSV. What is landed are its answers, byte by byte; several pages one after another.

Pages are asked through until two times give the same records: a row that comes or goes meanwhile moves others over a page's edge.
Asked again is the whole of a request, its body and whether that is whole; what is no answer (a page to log in, a redirect, half a
body) is never landed as one. A limit of bytes counts what is unpacked, too, and the deadline everything together: the library has
none.
"""

import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import zip_longest
from math import ceil
from typing import TYPE_CHECKING, Any

from gaoxin.clock import wall_now
from gaoxin.containers import records
from gaoxin.containers.refusing import Unreadable
from gaoxin.containers.texts import decoded
from gaoxin.i18n import Code, Message
from gaoxin.plan.sources.http import HttpSource
from gaoxin.sources import answers
from gaoxin.sources.base import (
    BROKEN,
    DENIED,
    DOWN,
    LARGEST,
    OPTION,
    TOO_LARGE,
    Amiss,
    Brought,
    Fetched,
    Fetcher,
    Options,
    Part,
    Until,
    Wanted,
)
from gaoxin.sources.echoes import Echo, within

if TYPE_CHECKING:
    import httpx

STATUS = Code("sources.status", "答复 HTTP {status}：对方出错或忙，下次自动再取；一直如此的，告知单位",
              "it answered HTTP {status}: it is at fault, or busy, and is asked again the next time; where this goes on, tell "
              "the unit", status=int)
ASKED_WRONG = Code("sources.asked_wrong", "答复 HTTP {status}：对方不接受这样的请求，核对来源的 path、params 和连接的 headers",
                   "it answered HTTP {status}: it takes no such request. Look at the source's path and params and at the "
                   "connection's headers", status=int)
NOT_FOUND = Code("sources.not_found", "答复 HTTP {status}：没有这个网址 {place}，核对来源的 path、params 和连接的 base_url",
                 "it answered HTTP {status}: there is no {place}. Look at the source's path and params and at the connection's "
                 "base_url", status=int, place=str)
NO_CONTENT = Code("sources.no_content", "答复 HTTP {status}，没有内容，而本系统要的是全文：请单位检查接口（多半是缓存）",
                  "it answered HTTP {status} without content, and was asked for all: let the unit look at the service, at a "
                  "cache most likely", status=int)
TOO_LARGE_AT_ONCE = Code("sources.too_large_at_once",
                         "一次答复的 JSON 超过 {mb} MB，未取：请接口分页（来源写 pages），或改给 CSV",
                         "one answer of JSON is larger than {mb} MB and was not taken: let the service give pages (the source's "
                         "pages), or CSV", mb=int)
TOO_DEEP = Code("sources.too_deep", "答复的 JSON 嵌套过深，不读：请单位检查接口",
                "its JSON is nested too deeply to be read: let the unit look at the service")
REDIRECTED = Code("sources.redirected", "被转向 {host}（HTTP {status}），不跟随：把最终网址写进连接",
                  "it redirects to {host} (HTTP {status}), which is not followed: let the connection say the final address",
                  host=str, status=int)
NO_DATA = Code("sources.no_data", "答复的是网页而不是数据（多半是登录页）：检查连接中的账号",
               "it answered with a web page and no data, most likely to log in: look at the connection's account")
CUT_OFF = Code("sources.cut_off", "答复不完整（{said}），未取：下次自动再取；一直如此的，请单位检查接口",
               "its answer is not whole ({said}) and was not taken: it is asked again the next time; where this goes on, let "
               "the unit look at the service", said=str)
ENDLESS = Code("sources.endless", "分页没有尽头：{place} 又出现了一次，未取：核对来源的 pages，或请单位检查接口",
               "its pages have no end: {place} came once more, and nothing was taken. Look at the source's pages, or let the "
               "unit look at the service", place=str)
TOO_MANY_PAGES = Code("sources.too_many_pages", "超过 {most} 页，未取：把来源的每页条数或 pages.at_most 放大，或缩小取数范围",
                      "it has more than {most} pages: nothing was fetched. Ask for more records a page, raise pages.at_most, or "
                      "ask for less", most=int)
ELSEWHERE = Code("sources.elsewhere", "下一页在另一台服务器 {host}，未取（连接的账号只给一台服务器）：请单位让各页都在同一网址下",
                 "its next page is on another server, {host}, which the connection's account is not for: nothing was taken. Let "
                 "the unit give all pages at one address", host=str)
KEY_IN_LINK = Code("sources.key_in_link", "下一页的网址里有连接的密钥，又不在连接写明的参数里，未取：把它写进连接的 params，"
                   "或请单位用请求头传密钥",
                   "the address of its next page has the connection's key in it, outside of the connection's parameters: nothing "
                   "was taken. Let the connection's params say it, or the unit take the key in a header")
MOVING = Code("sources.moving", "分页取数期间数据一直在变（第 {page} 页前后不同），未取，下次再取",
              "its records changed while its pages were asked for (page {page} was another each time): nothing was fetched, it "
              "is asked again the next time", page=int)
NO_NEXT = Code("sources.no_next", "答复中没有写下一页的键 {key}，无从知道是否取全：核对来源的 pages.next；"
               "最后一页不写此键的接口，写 absent_ends: true",
               "its answer does not have {key}, the key of its next page, and nobody knows whether it is all: look at the "
               "source's pages.next; where a last page lacks it, say absent_ends: true", key=str)
NEXT_NO_TEXT = Code("sources.next_no_text", "答复中 {key} 不是网址：核对来源的 pages.next，如 {key}.href",
                    "{key} of its answer is no address: look at the source's pages.next, {key}.href for one", key=str)
NO_END = "no Content-Length, last line without end"
HELD_BACK = Code("sources.held_back", "对方要求过 {seconds} 秒再问（Retry-After），超过了时限：下次自动再取",
                 "the server asks to be left alone for another {seconds} s (Retry-After), which is beyond the deadline: it is "
                 "asked again the next time", seconds=int)
PACKED = Code("sources.packed", "答复的压缩方式 {encoding} 无法识别，未取：请单位改用 gzip 或不压缩",
              "its answer is packed by {encoding!r}, which is not known: let the unit pack by gzip, or not at all", encoding=str)

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 60.0
_LARGEST_JSON = 20 * 2**20  # bytes of one answer: what is made of it while it is looked at is twenty times as large
_ABSENT = object()
_TIMES = 3  # that pages are asked through, at most
_guard = threading.Lock()
_free: dict[str, float] = {}  # by server, when it may be asked again


class _Again(Amiss):
    """after: seconds that the server asks to wait."""

    def __init__(self, why: Message, after: float = 0.0) -> None:
        super().__init__(why, again=True)
        self.after = after


@dataclass(frozen=True)
class _Answer:
    url: str
    content: bytes
    etag: str | None
    document: Any  # of JSON, without its records
    rows: int
    records: str   # sha256 of them
    heads: Mapping[str, str]  # what its headers say of how many there are

    @property
    def told(self) -> answers.Told:
        return self.document, self.rows, self.heads


class HttpFetcher(Fetcher[HttpSource]):
    of = HttpSource

    def fetch(self, wanted: Wanted[HttpSource], options: Options, known: Mapping[str, str], until: Until) -> Brought:
        import httpx

        source = wanted.source
        try:
            base = httpx.URL(options.text("base_url"))
        except httpx.InvalidURL as error:
            raise Amiss(OPTION(name="base_url")) from error
        if base.scheme not in ("http", "https") or not base.host:
            raise Amiss(OPTION(name="base_url"))
        # What stands in the address beside server and path is an account or a key: sent, and no part of what is kept.
        keys = dict(base.params) | options.mapping("params")
        plain = base.copy_with(userinfo=b"", query=None, fragment=None)
        url = plain.copy_with(path=f"{base.path.rstrip('/')}/{wanted.filled(source.path).lstrip('/')}",
                              params={name: wanted.filled(value) for name, value in source.params.items()} or None)
        verify = _trusted(options)
        account = _auth(options) or ((base.username, base.password) if base.userinfo else None)
        with httpx.Client(headers=_headers(options), auth=account, follow_redirects=False, trust_env=False,
                          verify=verify) as client:
            asking = _Asking(client, wanted, options, keys, until)
            if source.pages is None:
                return _one(asking, source, str(url), known)
            return _joined(str(url), _settled(asking, source, url))


def _trusted(options: Options) -> "bool | ssl.SSLContext":
    """Whether the server's certificate is looked at, or by the authorities of which file. Raises Amiss for what is none."""
    verify = options.get("verify", True)
    if isinstance(verify, bool):
        return verify
    try:
        return ssl.create_default_context(cafile=options.text("verify"))
    except (OSError, ssl.SSLError) as error:
        raise Amiss(OPTION(name="verify")) from error


def _headers(options: Options) -> dict[str, str]:
    """Raises Amiss for what no header can hold."""
    token = options.text("token", "")
    given = {"token": token, **{f"headers.{name}": value for name, value in options.mapping("headers").items()}}
    for name, value in given.items():
        if not isinstance(value, str | int) or not f"{name}{value}".isascii():
            raise Amiss(OPTION(name=name))
    return {"Accept-Encoding": "identity", "User-Agent": "gaoxin", **({"Authorization": f"Bearer {token}"} if token else {}),
            **{name: str(value) for name, value in options.mapping("headers").items()}}


def _auth(options: Options) -> tuple[str, str] | None:
    return (str(options["username"]), str(options.get("password", ""))) if options.get("username") else None


def _one(asking: "_Asking", source: HttpSource, place: str, known: Mapping[str, str]) -> Brought:
    mark = known.get(place, "")
    answer = asking.get(place, mark if mark.startswith(('"', 'W/')) else None)
    if answer is None:
        return Brought(unchanged=1)
    answers.must_be_all(source, [answer.told])
    if not answer.rows:
        return Brought()
    return Brought((Fetched(answer.content, place, answer.etag or sha256(answer.content).hexdigest(), ending=f".{source.format}",
                            asked=place, rows=answer.rows),))


def _joined(place: str, pages: list[_Answer]) -> Brought:
    content = b"\n".join(answer.content for answer in pages)
    if not (rows := sum(answer.rows for answer in pages)):
        return Brought()
    parts = tuple(Part(a.url, len(a.content), sha256(a.content).hexdigest(), a.etag) for a in pages)
    return Brought((Fetched(content, place, sha256(content).hexdigest(), ending=".json", asked=place, parts=parts, rows=rows),))


def _settled(asking: "_Asking", source: HttpSource, url: "httpx.URL") -> list[_Answer]:
    """All pages, as two times in a row gave them. Raises Amiss where they keep changing, or are not all."""
    before, differs = [*_pages(asking, source, url, {})], 0
    if source.pages and source.pages.next and len(before) == 1:
        answers.must_be_all(source, [answer.told for answer in before])
        return before
    for _ in range(1, _TIMES):
        now = [*_pages(asking, source, url, {answer.url: answer for answer in before})]
        pairs = zip_longest(*([a.records for a in found] for found in (before, now)))
        differs = next((page for page, (one, other) in enumerate(pairs, 1) if one != other), 0)
        if not differs:
            answers.must_be_all(source, [answer.told for answer in now])
            return before if source.pages and source.pages.next else before[:-1]  # numbered ones end in an empty one
        before = now
    raise Amiss(MOVING(page=differs))


def _pages(asking: "_Asking", source: HttpSource, url: "httpx.URL", known: Mapping[str, _Answer]) -> Iterator[_Answer]:
    """Of numbered pages the empty one, too, that ends them. known: what places gave before, which need not send it again. Raises
    Amiss for pages without end."""
    assert source.pages
    seen, size, number, named = set[str](), 0, source.pages.first, False
    here = url if source.pages.next else url.copy_set_param(source.pages.number or "", number)
    for _ in range(source.pages.at_most):
        before = known.get(str(here))
        answer = asking.get(str(here), before.etag if before else None) or before
        assert answer
        digest = sha256(answer.content).hexdigest()
        if source.pages.number and not answer.rows:
            yield answer
            return
        if digest in seen:
            raise Amiss(ENDLESS(place=str(here)))
        seen |= {digest, str(here)}
        if (size := size + len(answer.content)) > LARGEST:
            raise Amiss(TOO_LARGE(name=source.id, mb=LARGEST // 2**20))
        yield answer
        if source.pages.next:
            link = within(answer.document, source.pages.next, _ABSENT)
            if link is _ABSENT and not (named or source.pages.absent_ends or _says_all(source, answer)):
                raise Amiss(NO_NEXT(key=source.pages.next))
            named = True
            if link in (_ABSENT, None, "", False):
                return
            if not isinstance(link, str):
                raise Amiss(NEXT_NO_TEXT(key=source.pages.next))
            here = asking.kept(here.join(link))
            if (here.scheme, here.host, here.port) != (url.scheme, url.host, url.port):
                raise Amiss(ELSEWHERE(host=here.host))
            if str(here) in seen:
                raise Amiss(ENDLESS(place=str(here)))
        else:
            number += 1
            here = url.copy_set_param(source.pages.number or "", number)
    raise Amiss(TOO_MANY_PAGES(most=source.pages.at_most))


def _says_all(source: HttpSource, answer: _Answer) -> bool:
    """Whether one answer itself says that it has all that there is."""
    totals = [total for _, total in answers.told_totals(source, answer.document, answer.heads)]
    return bool(totals) and all(total == answer.rows for total in totals)


def _after(answer: "httpx.Response") -> float:
    """Seconds that the server asks to wait, which it says as such or as a time of its own clock."""
    said, own = answer.headers.get("Retry-After", "").strip(), answer.headers.get("Date", "")
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        then = parsedate_to_datetime(said)
        now = parsedate_to_datetime(own) if own else wall_now()
        return max(0.0, (then - now).total_seconds())
    except (TypeError, ValueError):  # none, or no time
        return 0.0


class _Asking:
    """Requests of one fetch, one after another."""

    def __init__(self, client: "httpx.Client", wanted: Wanted[HttpSource], options: Options, keys: Mapping[str, Any], until: Until
                 ) -> None:
        self._client, self._source, self._options, self._keys, self._until = client, wanted.source, options, keys, until
        self._echo = Echo(wanted, options.hidden)

    def kept(self, link: "httpx.URL") -> "httpx.URL":
        """A link as it may be kept: many services say the key again in it, which is sent anew in any case. Raises Amiss for one
        that has it elsewhere."""
        for name in self._keys:
            link = link.copy_remove_param(name)
        link = link.copy_with(userinfo=b"", fragment=None)
        if self._options.hidden(str(link)) != str(link):
            raise Amiss(KEY_IN_LINK())
        return link

    def get(self, url: str, etag: str | None = None) -> _Answer | None:
        """A whole answer; None where nothing has changed since `etag`. Raises Amiss."""
        from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

        def pause(state: "RetryCallState") -> float:
            error = state.outcome.exception() if state.outcome else None
            return max(getattr(error, "after", 0.0), min(_LONGEST_WAIT, 0.3 * 2 ** state.attempt_number))

        for attempt in Retrying(retry=retry_if_exception(lambda error: isinstance(error, Amiss) and error.again), wait=pause,
                                stop=lambda state: (stop_after_attempt(self._source.attempts)(state)
                                                    or state.upcoming_sleep >= self._until.left), reraise=True):
            with attempt:
                return self._once(url, etag)
        raise AssertionError

    def _once(self, url: str, etag: str | None) -> _Answer | None:
        import httpx

        self._wait(httpx.URL(url).netloc.decode())
        seconds = max(1.0, min(15.0, self._until.left / 3))
        try:
            # A key that goes as a parameter is no part of the address that is kept.
            sent = httpx.URL(url).copy_merge_params(self._keys)
            with self._client.stream("GET", sent, headers={"If-None-Match": etag} if etag else {},
                                     timeout=httpx.Timeout(seconds, connect=min(5.0, seconds))) as answer:
                if answer.status_code == 304 and etag:
                    return None
                self._must_be_fine(answer, url)
                content, said = self._body(answer), answer.headers.get("ETag")
                told, heads = answer.headers.keys() & {"content-length", "transfer-encoding"}, answers.headed(answer.headers)
        except httpx.RemoteProtocolError as error:
            raise _Again(CUT_OFF(said=self._options.scrubbed(error))) from None
        except httpx.TransportError as error:
            raise _Again(DOWN(said=f"{type(error).__name__} {self._options.scrubbed(error)}")) from None
        except httpx.HTTPError as error:
            raise Amiss(BROKEN(said=f"{type(error).__name__} {self._options.scrubbed(error)}")) from None
        if content.lstrip()[:1] == b"<":
            raise Amiss(NO_DATA())
        if not told and self._source.format == "csv" and not content.rstrip(b"\0").endswith((b"\n", b"\r")):
            raise _Again(CUT_OFF(said=NO_END))  # 20 may have been 2000: nothing says that this was all
        if said is not None and self._options.hidden(said) != said:
            said = None
        if self._source.format != "json":
            rows = answers.count(self._source, content, None, self._options.hidden, self._echo)
            return _Answer(url, content, said, None, rows, sha256(content).hexdigest(), heads)
        if len(content) > _LARGEST_JSON:
            raise Amiss(TOO_LARGE_AT_ONCE(mb=_LARGEST_JSON // 2**20))
        document = self._document(content)
        rows = answers.count(self._source, content, document, self._options.hidden, self._echo)
        return _Answer(url, content, said, *answers.parted(self._source, document, rows), heads)

    def _must_be_fine(self, answer: "httpx.Response", place: str) -> None:
        status = answer.status_code
        if status in _BUSY:
            after = _after(answer)
            with _guard:  # whoever is asked for: the server meant all that come from here
                _free[answer.url.netloc.decode()] = max(_free.get(answer.url.netloc.decode(), 0.0), time.monotonic() + after)
            raise _Again(STATUS(status=status), after)
        if status in (401, 403, 407):
            raise Amiss(DENIED(said=f"HTTP {status}"))
        if status in (404, 410):
            raise Amiss(NOT_FOUND(status=status, place=place))
        if 400 <= status < 500:
            raise Amiss(ASKED_WRONG(status=status))
        if status in (204, 205, 304):
            raise Amiss(NO_CONTENT(status=status))
        if 300 <= status < 400 and (to := answer.headers.get("Location", "")):
            raise Amiss(REDIRECTED(host=answer.url.join(to).host, status=status))
        if status != 200:
            raise Amiss(STATUS(status=status))
        if "html" in answer.headers.get("Content-Type", "").lower():
            raise Amiss(NO_DATA())

    def _body(self, answer: "httpx.Response") -> bytes:
        """What it holds, unpacked. A server that packs though it was not to is bounded, too."""
        packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in ("", "identity", "gzip", "deflate"):
            raise Amiss(PACKED(encoding=packed))
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed in ("gzip", "deflate") else None
        found = bytearray()
        for part in answer.iter_raw():
            self._until.must_not_be_over()
            try:
                found += unpacking.decompress(part, LARGEST + 1 - len(found)) if unpacking else part
            except zlib.error as error:
                raise _Again(CUT_OFF(said=self._options.scrubbed(error))) from error
            if len(found) > LARGEST or (unpacking and unpacking.unconsumed_tail):
                raise Amiss(TOO_LARGE(name=self._source.id, mb=LARGEST // 2**20))
        if unpacking and not unpacking.eof:
            raise _Again(CUT_OFF(said=packed))
        return bytes(found)

    def _document(self, content: bytes) -> Any:
        """Half a body that looks whole is asked for again."""
        try:
            (found,) = records.documents(decoded(content) or "")
        except Unreadable as error:
            raise Amiss(error.message) from error
        except RecursionError as error:
            raise Amiss(TOO_DEEP()) from error
        except ValueError as error:
            raise _Again(CUT_OFF(said=f"JSON: {self._options.scrubbed(error)}")) from None
        return found

    def _wait(self, host: str) -> None:
        """Until this host may be asked again, whoever asked it last. Raises Amiss where that is too late."""
        with _guard:
            now = time.monotonic()
            begin = max(now, _free.get(host, 0.0))
            if begin - now >= self._until.left:
                raise Amiss(HELD_BACK(seconds=ceil(begin - now)))
            _free[host] = begin + float(self._source.pause)
        if begin > now:
            time.sleep(begin - now)
