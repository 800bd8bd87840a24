"""A document as one self-contained page: without scripts, nothing loaded from elsewhere, charts drawn in it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gaoxin.reports.documents.blocks import Blank, Block, Chart, Document, Heading, Link, Paragraph, Table, shown

if TYPE_CHECKING:
    from jinja2 import Template

_DIGITS = ("", *"一二三四五六七八九")


def render_page(document: Document, facts: str) -> bytes:
    """facts: said at its foot, of when and of what record it is. The same document gives the same bytes."""
    return _template().render(d=document, blocks=list(_numbered(document.blocks)), facts=facts).encode()


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(loader=PackageLoader("gaoxin.reports"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
                       undefined=StrictUndefined)
    return made.get_template("bulletin.html.j2")


def _chinese(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + _DIGITS[ones]


def _numbered(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str, Block]]:
    """Headings are numbered as a Word file numbers them: 一、（一）1.（1）."""
    at = [0, 0, 0, 0]
    for block in blocks:
        match block:
            case Heading(level):
                at[level - 1] += 1
                at[level:] = [0] * (4 - level)
                n = at[level - 1]
                yield "heading", (f"{_chinese(n)}、", f"（{_chinese(n)}）", f"{n}.", f"（{n}）")[level - 1], block
            case Paragraph():
                yield "paragraph", "", block
            case Chart():
                yield "chart", "", block
            case Table():
                rows = tuple(tuple(c if isinstance(c, Link | Blank) else shown(c) for c in row) for row in block.rows)
                yield "table", "", replace(block, rows=rows)
