"""A message with any words, for what reading might tell."""

from __future__ import annotations

from gaoxin.i18n import Code, Message, Text

SAID = Code("tests.said", "{words}", "{words}", words=Text)


def said(zh: str, en: str) -> Message:
    return SAID(words=Text(zh, en))
