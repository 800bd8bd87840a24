"""Messages in two languages: Chinese first, English beside it.

A message is a pair kept where it is raised, so that neither language can be forgotten or go stale in a
catalogue elsewhere. Identifiers, code and logs are English and do not belong here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One message, in Chinese and in English."""

    zh: str
    en: str

    def to(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def both(self) -> str:
        """Both languages on one line, for logs and for errors that leave the process."""
        return f"{self.zh} / {self.en}"
