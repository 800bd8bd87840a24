"""Files that say themselves which return they are, and files that a mapping reads for whoever sent them: one way in."""

from collections.abc import Callable

from gaoxin.mapping.choosing import From, mappings_for, read_mapped
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReadReturn
from gaoxin.returns.reader import bare, has_cover, opened, read_book


def read_from(content: bytes, name: str, plan_of: Callable[[str], Plan], known: From | None) -> ReadReturn:
    """A file as it is read. known: whose it is, where that is known beside it; only then a mapping can be meant. A file with a
    cover goes by its cover. Never raises on bad content."""
    book = opened(content, name)
    if known is None or not book.sheets or has_cover(book, name) or not mappings_for(known, bare(name)):
        return read_book(book, content, name, plan_of)
    return read_mapped(book, content, bare(name), known)
