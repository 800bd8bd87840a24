"""A kept report, as it was written: a page of its own, which runs nothing and asks for nothing else. One that no longer holds
says so at its head, which is no part of it: the file itself is asked for with `original`."""

from html import escape

from fastapi import APIRouter, Response

from gaoxin.campaign.reporting import KeptFile, kept_file
from gaoxin.i18n import Text
from gaoxin.people.seeing import View
from gaoxin.reports.superseded import marked
from gaoxin.web.asking import Ask, Asking, shows

router = APIRouter()
KINDS = {"html": "text/html; charset=utf-8", "json": "application/json",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
POLICY = ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
          "form-action 'none'")
_SUPERSEDED = Text("本报告已被后来的一份取代，不再作准。", "This report was superseded by a later one and no longer holds.")
_STALE = Text("自 {at} 起，本期的数据、结论、说明、豁免、方案或到期情况有变化，本报告尚未重新编制。",
              "Since {at} figures, verdicts, explanations, waivers, the plan or what is due have changed, and this report was "
              "not written anew yet.")
_NOT_OF_IT = Text("本条由系统在打开时加上，不属于报告。", "Added as the page was opened, and no part of the report.")
_LATEST, _ORIGINAL = Text("打开最新一份", "open the latest"), Text("下载原件", "the file as it was written")


@router.get("/{campaign}/report/{name}", dependencies=shows(View.REPORT))
def report(ask: Ask, campaign: str, name: str, sha256: str = "", original: bool = False) -> Response:
    """sha256: of which content, where there were several of that name; the last kept one else. original: the file itself."""
    found = kept_file(ask.workplace(), name, sha256)
    stem, _, ending = name.rpartition(".")
    if ending == "html" and not original:
        return Response(_told(ask, found, name, sha256), media_type=KINDS[ending], headers={"content-security-policy": POLICY})
    holds = "__superseded" if found.superseded else "__outdated" if found.stale else ""
    content = found.content if original or not found.superseded else marked(found.content, found.superseded, ask.lang)
    return Response(content, media_type=KINDS[ending],
                    headers={"content-disposition": f'attachment; filename="{stem}{holds}.{ending}"'})


def _told(ask: Asking, found: KeptFile, name: str, sha256: str) -> bytes:
    """A page with what is to be known of it before it is read."""
    if not found.superseded and not found.stale:
        return found.content
    what = _SUPERSEDED if found.superseded else _STALE
    said = escape(what.to(ask.lang).format(at=f"{found.stale:%Y-%m-%d %H:%M}" if found.stale else ""))
    links = [(ask.link("report", name, sha256=sha256, original="true"), _ORIGINAL)]
    if found.superseded:
        links.insert(0, (ask.link("report", name), _LATEST))
    shown = "　".join(f'<a href="{escape(to)}">{escape(word.to(ask.lang))}</a>' for to, word in links)
    line = (f'<p role="alert" style="margin:0;padding:10px 24px;background:#a3160e;color:#fff;font-weight:600">{said}　'
            f'<span style="font-weight:400">{escape(_NOT_OF_IT.to(ask.lang))}</span>　'
            f'<span style="background:#fff;padding:0 6px">{shown}</span></p>')
    head, body, rest = found.content.partition(b"<body>")
    return head + body + line.encode() + rest
