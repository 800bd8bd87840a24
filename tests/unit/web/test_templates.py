"""Templates: what they say themselves they say in both languages."""

from __future__ import annotations

import re

import pytest

from gaoxin.web.rendering import HERE

TEMPLATES = sorted((HERE / "templates").rglob("*.j2"))
OF_FILES = ("数据!D6",)  # what a sheet is called in the file itself


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_no_chinese_word_or_sign_stands_in_both_languages(template):
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", template.read_text(encoding="utf-8"), flags=re.S)
    for name in OF_FILES:
        bare = bare.replace(name, "")
    assert re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", bare) == []
