"""The files of a bulletin: made of its frozen text, of what people wrote into it, and of how it was released. The same of these
gives the same bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from gaoxin.bulletins.texts import SLOTS, pieces, typed
from gaoxin.numerals import plain as digits
from gaoxin.reports.bulletin.frozen import Frozen, Slot, digest_text
from gaoxin.reports.documents.blocks import Blank, Block, Column, Document, Link, Paragraph, Table, said
from gaoxin.reports.documents.page import render_page
from gaoxin.reports.documents.word import render_word
from gaoxin.reports.dossier.application import date_zh
from gaoxin.reports.dossier.figures import said_zh
from gaoxin.reports.dossier.manifest import sums

_DRAFT = "（草稿，未发布）"


@dataclass(frozen=True)
class Issued:
    """number: under which it was released; by: the name of the unit that did; on: the day."""

    number: str
    by: str
    on: date


@dataclass(frozen=True)
class Changed:
    """A figure that was corrected after it was told. old, new: with their units of measure; new: None where there is none."""

    name: str
    period: str
    old: str
    new: str | None
    reason: str
    by: str
    on: date


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


def erratum(frozen: Frozen, issued: Issued, changed: Sequence[Changed]) -> list[tuple[str, bytes]]:
    """What says which figures of a released bulletin were corrected since: old and new."""
    last = max(c.on for c in changed)
    columns = (Column("序号", 3), Column("指标", 14), Column("报告期", 6), Column("原通报数据", 10), Column("更正后", 10),
               Column("更正理由", 16), Column("决定单位", 10), Column("决定日期", 8))
    rows = tuple((n, c.name, c.period, *_apart(c.old, c.new), c.reason, c.by, c.on) for n, c in enumerate(changed, 1))
    title = frozen.title.replace("\n", "")
    told = Document(f"关于更正{issued.number}\n有关数据的通知", (f"勘误　{date_zh(last)}",), (
        Paragraph(("各责任单位：",), flush=True),
        said(f"《{title}》（{issued.number}，{date_zh(issued.on)}发布）所载下列数据，因报送单位更正，现予更正。"
             f"原通报其他内容不变，原件留存不改。"),
        Table("更正数据", columns, rows, ""), Paragraph((issued.by,), right=True), Paragraph((date_zh(last),), right=True)),
        head=frozen.head)
    return _with_list(frozen, told, "__erratum.", issued, {"changed": [vars(c) | {"on": c.on.isoformat()} for c in changed]},
                      datetime.combine(last, datetime.min.time(), frozen.as_of.tzinfo))


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
