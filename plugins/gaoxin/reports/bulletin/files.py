"""The files of a bulletin: made of its frozen text, of what people wrote into it, and of how it was released. The same of these
gives the same bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from gaoxin import links
from gaoxin.bulletins.texts import SLOTS, pieces, typed
from gaoxin.clock import local_day
from gaoxin.numerals import plain as digits
from gaoxin.reports.bulletin.frozen import Frozen, Slot, digest_text
from gaoxin.reports.documents.blocks import Blank, Block, Cell, Column, Document, Link, Paragraph, Table, said
from gaoxin.reports.documents.page import render_page
from gaoxin.reports.documents.word import render_word
from gaoxin.reports.dossier.application import date_zh
from gaoxin.reports.dossier.figures import said_zh
from gaoxin.reports.dossier.manifest import sums

_TOLD = {"completion": "完成率", "path": "达序时", "status": "状态"}
_DRAFT = "（草稿，未发布）"


@dataclass(frozen=True)
class Issued:
    """number: under which it was released; by: the name of the unit that did; on: the day."""

    number: str
    by: str
    on: date


@dataclass(frozen=True)
class Changed:
    """A figure that was corrected after it was told. old, new: with their units of measure; new: None where there is none. unit,
    given: who corrected it, and why by its own words, "" where it gave none; by, reason, at: who decided on it, why and when."""

    indicator: str
    name: str
    period: str
    old: str
    new: str | None
    unit: str
    given: str
    reason: str
    by: str
    at: datetime

    @property
    def on(self) -> date:
        return local_day(self.at)


@dataclass(frozen=True)
class Follows:
    """What was told of an indicator and is another by its corrected figure. placeholder: by which it is told; old, new: as they
    are read, None where there is nothing to tell. at: when the correction was decided on."""

    placeholder: str
    name: str
    old: str | None
    new: str | None
    at: datetime


def name_of(campaign: str, period: str, part: str) -> str:
    return f"{campaign}__bulletin__{period}{part}"


def document(frozen: Frozen, texts: Mapping[str, str], issued: Issued | None) -> Document:
    """texts: by place what people wrote last."""
    under = (issued.number if issued else _DRAFT,)
    blocks = tuple(block for part in frozen.parts for block in _blocks(frozen, part, texts, released=issued is not None))
    signed = (Paragraph((issued.by if issued else frozen.issuer,), right=True),
              Paragraph((date_zh(issued.on) if issued else Blank("发布日期"),), right=True))
    head = "　".join(filter(None, ("" if issued else "草稿", frozen.head)))
    return Document(frozen.title, under, (*blocks, *signed), head=head)


def _blocks(frozen: Frozen, part: Block | Slot, texts: Mapping[str, str], *, released: bool) -> Iterator[Block]:
    if not isinstance(part, Slot):
        yield part
    elif part.name in texts:
        for line in filter(str.strip, texts[part.name].splitlines()):
            yield Paragraph(tuple(Link(text, frozen.leads[name]) if name in frozen.leads else text
                                  for text, name in pieces(line, frozen.figures) if text))
        if found := typed(texts[part.name]):
            told = "、".join(f"“{one}”" for one in found)
            yield Paragraph((f"注：以上文字中的{told}由撰写单位填写，不出自系统记录，不可追溯。",), note=True)
    elif not released:
        yield Paragraph((Blank(SLOTS[part.name].zh),))


def rendered(frozen: Frozen, texts: Mapping[str, str], issued: Issued | None) -> list[tuple[str, bytes]]:
    """By name: the Word file, the page, the list for machines, the sums of all."""
    return _with_list(frozen, document(frozen, texts, issued), ".", issued, {"texts": _digests(texts)}, frozen.as_of)


def erratum(frozen: Frozen, issued: Issued, changed: Sequence[Changed], follows: Sequence[Follows]) -> list[tuple[str, bytes]]:
    """What says which figures of a released bulletin were corrected since, and what of them follows: old and new."""
    last = max(c.on for c in changed)
    title = frozen.title.replace("\n", "")
    told = Document(f"关于更正{issued.number}\n有关数据的通知", (f"勘误　{date_zh(last)}",), (
        Paragraph(("各责任单位：",), flush=True),
        said(f"《{title}》（{issued.number}，{date_zh(issued.on)}发布）所载下列数据，因报送单位更正，现予更正；由其得出的完成率、"
             f"达序时和状态有变化的，一并列明。原件留存不改：原通报的图表、排名和引用上述数据的文字没有重新编制，凡与本通知不一致的，"
             f"以本通知为准。"),
        _changed_table(frozen, changed), _follows_table(frozen, follows),
        Paragraph((issued.by,), right=True), Paragraph((date_zh(last),), right=True)), head=frozen.head)
    listed = {"changed": [vars(c) | {"at": c.at.isoformat(), "on": c.on.isoformat()} for c in changed],
              "follows": [vars(f) | {"at": f.at.isoformat()} for f in follows]}
    stamp = datetime.combine(last, datetime.min.time(), frozen.as_of.tzinfo)
    return _with_list(frozen, told, "__erratum.", issued, listed, stamp)


def _changed_table(frozen: Frozen, changed: Sequence[Changed]) -> Table:
    columns = (Column("序号", 3), Column("指标", 12), Column("报告期", 6), Column("原通报数据", 9), Column("更正后", 9),
               Column("报送单位和更正原因", 14), Column("决定单位和理由", 14), Column("决定日期", 8))
    rows = []
    for n, c in enumerate(changed, 1):
        old, new = _apart(c.old, c.new)
        rows.append((n, c.name, c.period, *_traced(frozen, f"indicator:{c.indicator}", old, new, c.at),
                     f"{c.unit}：{c.given or '未说明原因'}", f"{c.by}：{c.reason}", c.on))
    return Table("更正数据", columns, tuple(rows), "")


def _follows_table(frozen: Frozen, follows: Sequence[Follows]) -> Table:
    columns = (Column("序号", 3), Column("指标", 14), Column("项目", 8), Column("原通报", 10), Column("更正后", 10))
    rows = tuple((n, f.name, _TOLD[f.placeholder.partition(":")[0]],
                  *_traced(frozen, f.placeholder, f.old or "—", f.new or "—", f.at)) for n, f in enumerate(follows, 1))
    return Table("随之变化的内容", columns, rows, "上述指标的完成率、达序时和状态没有变化。",
                 note="注：更正后各项依作出决定时的记录，按原通报截至之日判断。")


def _traced(frozen: Frozen, placeholder: str, old: str, new: str, at: datetime) -> tuple[Cell, Cell]:
    """Both lead to where they come from, as of the bulletin and as of the decision, where the bulletin's own do."""
    lead = frozen.leads.get(placeholder)
    return (Link(old, lead), Link(new, links.later(lead, at))) if lead else (old, new)


def _apart(old: str, new: str | None) -> tuple[str, str]:
    """Both as they are read on paper, with as many digits as tell them apart."""
    for places in (4, 8):
        both = _figure(old, places), _figure(new, places)
        if both[0] != both[1]:
            return both
    return old, new or "—"


def _figure(told: str | None, places: int) -> str:
    figure, _, unit = (told or "—").partition(" ")
    try:
        return f"{digits(Decimal(figure), places=places, grouped=True)} {said_zh(unit)}".rstrip()
    except InvalidOperation:  # a state, or nothing
        return told or "—"


def _digests(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: sha256(text.encode()).hexdigest() for name, text in sorted(texts.items())}


def _with_list(frozen: Frozen, told: Document, part: str, issued: Issued | None, more: Mapping[str, object], stamp: datetime
               ) -> list[tuple[str, bytes]]:
    at = f"{frozen.as_of:%Y-%m-%d %H:%M}"
    facts = (f"数据截至 {at}（北京时间）；账本第 {frozen.known_seq} 条 {frozen.ledger}；方案 {frozen.plan}；"
             f"Gaoxin {frozen.program}")
    made = [(name_of(frozen.campaign, frozen.period, f"{part}docx"), render_word(told, stamp, frozen.author)),
            (name_of(frozen.campaign, frozen.period, f"{part}html"), render_page(told, facts))]
    listed = {name: sha256(content).hexdigest() for name, content in made}
    manifest = {
        "campaign": frozen.campaign, "period": frozen.period, "as_of": frozen.as_of.isoformat(), "drill_or_sample": frozen.head,
        "ledger": {"seq": frozen.known_seq, "head": frozen.ledger or None}, "plan": frozen.plan, "program": frozen.program,
        "snapshot": sha256(digest_text(frozen.as_json()).encode()).hexdigest(),
        "released": {"number": issued.number, "by": issued.by, "on": issued.on.isoformat()} if issued else None, **more,
        "files": [{"path": name, "sha256": digest} for name, digest in listed.items()],
    }
    made.append((name_of(frozen.campaign, frozen.period, f"{part}json"),
                 (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()))
    all_ = {name: sha256(content).hexdigest() for name, content in made}
    return [*made, (name_of(frozen.campaign, frozen.period, f"{part}SHA256SUMS.txt"), sums(all_))]
