"""What people write to each other here: plain words, not too many."""

import re

from gaoxin.campaign.decisions import must_be_told
from gaoxin.errors import Refused
from gaoxin.i18n import Text

LONGEST = 2_000  # characters


def words_of(text: str, where: str, missing: Text, *, lines: bool = False) -> str:
    """What somebody wrote, on one line; lines: in its own lines, no two of them empty. Raises Refused where it says nothing,
    or too much."""
    must_be_told(text, where, missing)
    rows = [" ".join("".join(c if c.isprintable() else " " for c in row).split()) for row in text.splitlines()]
    said = re.sub("\n{3,}", "\n\n", "\n".join(rows).strip()) if lines else " ".join(filter(None, rows))
    if len(said) > LONGEST:
        raise Refused(Text(f"太长：{len(said)} 字，最多 {LONGEST} 字", f"too long: {len(said)} characters, at most {LONGEST}"),
                      where=where, todo=Text("写得短些，或分几次写", "shorten it, or write several times"))
    return said
