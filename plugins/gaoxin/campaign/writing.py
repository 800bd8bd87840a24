"""What people write here, words and reasons: something, and not too much."""

import re

from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.returns.cover import explanation_of

LONGEST = 2_000  # characters


WHY = Text("写明理由", "say why")


def must_be_told(text: str, where: str, missing: Text, todo: Text = WHY) -> None:
    """Raises Refused where nothing is said (a blank, a dash, 无), and where too much is. todo: what to write, where that is no
    reason."""
    if explanation_of(text) is None:
        raise Refused(_too_little(text, missing), where=where, todo=todo)
    must_be_short(text, where)


def _too_little(text: str | None, missing: Text) -> Text:
    """What is missing, and that what was written in its place is not that."""
    said = says_nothing(text)
    return Text(f"{missing.to('zh')}；{said.to('zh')}", f"{missing.to('en')}; {said.to('en')}") if said else missing


def says_nothing(text: str | None) -> Text | None:
    """That what somebody wrote says too little; None where nothing was written."""
    said = " ".join((text or "").split())
    return Text(f"“{said}”太短或没有说明情况", f"too short, or it says nothing: {said!r}") if said else None


def must_be_short(text: str | None, where: str) -> None:
    """Raises Refused for more than may be written at once. What is a page's way of ending lines counts as one character, as it
    does where it is typed."""
    many = len((text or "").strip().replace("\r\n", "\n"))
    if many > LONGEST:
        raise Refused(Text(f"太长：{many} 字，最多 {LONGEST} 字", f"too long: {many} characters, at most {LONGEST}"),
                      where=where, todo=Text("写得短些，或分几次写", "shorten it, or write several times"))


def words_of(text: str, where: str, missing: Text, *, lines: bool = False, todo: Text = WHY) -> str:
    """What somebody wrote, on one line; lines: in its own lines, no two of them empty. Raises Refused where it says nothing,
    or too much."""
    must_be_told(text, where, missing, todo)
    rows = [" ".join("".join(c if c.isprintable() else " " for c in row).split()) for row in text.splitlines()]
    return re.sub("\n{3,}", "\n\n", "\n".join(rows).strip()) if lines else " ".join(filter(None, rows))
