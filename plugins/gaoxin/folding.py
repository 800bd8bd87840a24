"""One spelling for what identifies an entity, for counting it, finding it twice, and finding it claimed by two."""

import re
import unicodedata
from typing import Any

# Brackets and dots within names come and go: 重庆（开州）公司, 重庆(开州)公司, 重庆开州公司. Dashes are one.
_LEFT_OUT = "()[]{}<>《》〈〉「」『』【】〔〕“”\"'‘’·・•‧∙"
_SIGNS = str.maketrans({**dict.fromkeys(_LEFT_OUT), **dict.fromkeys("–—―‐‑−－", "-")})


_AS_IT_IS = re.compile(r"[\u4e00-\u9fffA-Z0-9]+").fullmatch  # most names, of which nothing is to be folded


def folded(value: Any) -> str:
    """Half-width, capitals, no white space, no brackets and dots of names. Empty where nothing is left."""
    text = str(value) if value is not None else ""
    if text.isascii() and text.isalnum():  # as codes are, of which a register has many
        return text.upper()
    return text if _AS_IT_IS(text) else respelt(text)


def unspaced(text: str) -> str:
    """Half-width and without white space, letters and brackets as they are: how a text is compared with words of a plan."""
    return text if _AS_IT_IS(text) else "".join(unicodedata.normalize("NFKC", text).split())


def respelt(text: str) -> str:
    """As folded, whatever its signs."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split()).upper()
