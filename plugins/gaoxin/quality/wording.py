"""Whether words explain anything, as far as a machine can tell. Pure.

Words that are made of stock phrases alone (情况属实，特此说明) name no reason, and no reviewer could accept them: they are
refused when they are handed in. What is merely short, or says of one figure what was said of another, may be right all the same
(one project moves many figures): that is told to the unit and to the reviewer, who decides. """

import re
from collections.abc import Iterable, Iterator

from gaoxin.i18n import Code, Message
from gaoxin.returns.layout import WORDS
from gaoxin.returns.text import plain

SHORT = 6  # characters without signs and digits, below which words are short
SHORT_WORDS = Code("wording.short", "说明很短，看不出原因", "it is short: hardly a reason")
REPEATED = Code("wording.repeated", "同样的字反复出现，看不出原因", "it is the same letters over and over: hardly a reason")
COPIED = Code("wording.copied", "与{where}的说明一字不差", "word for word what was said of {where}", where=tuple)
ELSEWHERE = Code("wording.elsewhere", "{return_id} 规则 {rule}", "{rule} of {return_id}", return_id=str, rule=str)
_NAMED = 3
_REASON = 2  # characters of which a reason is made at least

_STOCK = sorted(WORDS["general_explanation"], key=len, reverse=True)
_CHINESE = re.compile("|".join(re.escape(w) for w in _STOCK if not w.isascii()))
_ENGLISH = re.compile(r"\b(?:" + "|".join(re.escape(w) for w in _STOCK if w.isascii()) + r")\b")
_SIGNS = re.compile(r"[\W\d_]+")
_REPEATED = re.compile(r"(.{1,6}?)\1{2,}.{0,5}")


def general(text: str) -> bool:
    """Whether nothing is left of the words beside stock phrases: they say that a figure is right and not why."""
    words = _ENGLISH.sub("", _SIGNS.sub(" ", plain(text)).casefold())
    return len(_CHINESE.sub("", _SIGNS.sub("", words))) < _REASON


def alike(text: str) -> str:
    """The words without what makes no others of them: signs, blanks, width, case."""
    return re.sub(r"[\W_]", "", plain(text)).casefold()


def hints(text: str, elsewhere: Iterable[tuple[str, str]]) -> Iterator[Message]:
    """What is odd about an explanation. elsewhere: the returns and rules of which the same was said before."""
    if len(_SIGNS.sub("", plain(text))) < SHORT:
        yield SHORT_WORDS()
    elif _REPEATED.fullmatch(_SIGNS.sub("", plain(text))):
        yield REPEATED()
    if found := [ELSEWHERE(return_id=return_id, rule=rule) for return_id, rule in elsewhere]:
        yield COPIED(where=tuple(found[:_NAMED]))
