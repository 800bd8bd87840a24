"""Messages: a code with typed context, words last. And the catalogue: every code in both languages, spoken somewhere."""

from __future__ import annotations

import ast
import copy
import importlib
import pickle
import runpy
import sys
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gaoxin.i18n import CATALOGUE, Code, Message, Text, Worded, message
from gaoxin.periods import Period
from gaoxin.plan.base import Label

DOCS = Path(__file__).resolve().parents[2] / "docs"

MORE = Code("test.more", "，另有 {n} 份", ", {n} more", n=int)
TOLD = Code(
    "test.told", "{unit}{period}（{day}）报 {value:2}：{names}{more}", "{unit}, {period} ({day}): {value:2}; {names}{more}",
    unit=Worded, period=Period, day=date, value=Decimal, names=tuple, more=Message | None,
)
SEVERAL = Code("test.several", "{n} 份", "{n} return{n:s}", n=int)
BOTH = Code("test.both", "{names:and}都", "{names:and} both", names=tuple)

BESIDE = Code("test.beside", "{name}（{hash:.3}）", "{name:zh} / {name} ({hash:.3})", name=Worded, hash=str)


def told(**other) -> Message:
    given = {
        "unit": Label(zh="科技局"), "period": Period.parse("2020-Q1"), "day": date(2020, 4, 10), "value": Decimal("12.340"),
        "names": ("12 / 13", Text("甲", "A")), "more": MORE(n=2),
    }
    return TOLD(**given | other)


def test_words_come_last_in_either_language():
    assert told().zh == "科技局2020年一季度（2020-04-10）报 12.34：12 / 13、甲，另有 2 份"
    assert told().en == "科技局, 2020-Q1 (2020-04-10): 12.34; 12 / 13, A, 2 more"
    assert told(more=None).zh.endswith("甲")
    assert [SEVERAL(n=n).en for n in (0, 1, 2)] == ["0 returns", "1 return", "2 returns"]
    assert BOTH(names=("甲", "A")).zh == "甲和A都"
    assert BOTH(names=("甲", "A")).en == "甲 and A both"
    assert BESIDE(name=Text("科技局", "bureau"), hash="abcdef").en == "科技局 / bureau (abc)"


def test_a_message_is_its_code_and_context():
    assert told() == told()
    assert hash(told()) == hash(told())
    assert told() != told(more=None)
    assert told(value=Decimal("12.34")) == told(value=Decimal("12.340"))
    for again in (message(told().as_json()), pickle.loads(pickle.dumps(told())), copy.deepcopy(told())):
        assert again == told()
        assert again.both() == told().both()
    assert message(told().as_json()).context["period"] == Period.parse("2020-Q1")


def test_rewording_changes_no_identity(monkeypatch):
    before = told()
    identity = before.identity
    monkeypatch.setattr(TOLD, "zh", "{unit}：{names}")
    assert before.zh == "科技局：12 / 13、甲"
    assert (before.identity, before) == (identity, told())


def test_a_code_that_is_gone_still_says_what_was_kept():
    old = message({"code": "test.gone", "context": {"unit": {"zh": "科技局", "en": "Science"}, "n": 3}})
    assert old.zh == "test.gone（科技局；3）"
    assert "Science" in old.en
    assert message({"code": "test.more", "context": {"other": "x"}}).en == "test.more (x)"
    assert message(old.as_json()) == old


@pytest.mark.parametrize("wrong", [
    {"n": "2"}, {"n": True}, {"n": None}, {}, {"n": 2, "m": 3},
])
def test_context_is_typed(wrong):
    with pytest.raises(TypeError, match=r"test\.more"):
        MORE(**wrong)


@pytest.mark.parametrize(("code", "zh", "en", "fields"), [
    ("test.x1", "", "x", {}), ("test.x2", "甲", "", {}), ("test.x3", "{a}", "x", {}), ("test.x4", "甲", "x", {"a": int}),
    ("test.x5", "{a.b}", "{a.b}", {"a": int}), ("test.more", "甲", "x", {}),
])
def test_a_code_that_could_not_be_said_is_refused(code, zh, en, fields):
    with pytest.raises(ValueError, match=code.replace(".", r"\.")):
        Code(code, zh, en, **fields)
    assert code not in CATALOGUE or code == "test.more"


# Codes whose English quotes what is written in Chinese, each with its reason. A mail goes to one mailbox that officials and
# engineers share, so it carries both languages whatever language the installation speaks; subjects and names in it lead to
# files that are Chinese.
QUOTES_CHINESE = {
    "reminders.subject": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "reminders.body": "whom the mail addresses, and its last sentence, in both languages",
    "reminders.own": "a heading of the mail in both languages",
    "reminders.of_others": "a heading of the mail in both languages",
    "reminders.owed": "what is owed, as the plan calls it, on a line before the English one",
    "reminders.owed_by": "who owes what, as the plan calls them, on a line before the English one",
    "reminders.correct": "what to do, in both languages",
    "reminders.late": "when it was to go, in both languages",
    "reminders.unsent": "why it comes late, in both languages",
    "reminders.finding_at": "a finding in Chinese: the cell that it speaks of is in a Chinese workbook",
    "reminders.more_findings": "belongs to the findings in Chinese",
    "reminders.alarm": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "reminders.alarm_body": "whom the mail addresses, and its last sentence, in both languages",
    "reminders.alarm_raised": "a heading of the mail in both languages",
    "reminders.alarm_healed": "a heading of the mail in both languages",
    "reminders.accounts": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "reminders.accounts_body": "whom the mail addresses, what happened and what to do, in both languages",
    "reminders.accounts_gained": "what changed, in both languages",
    "reminders.accounts_lost": "what changed, in both languages",
    "reminders.accounts_same": "what changed, in both languages",
    "reminders.accounts_unknown": "what changed, in both languages",
    "reminders.plan_changed": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "reminders.plan_changed_body": "whom the mail addresses, what it is about and what to do, in both languages",
    "reminders.plan_changed_why": "why the plan was changed, as it was written",
    "reminders.checkpoint": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "reminders.checkpoint_body": "what the mail is for, in both languages",
    "reminders.subject_of_news": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "reminders.also": "what is owed of the same thing, in both languages",
    "reminders.how": "how it is handed in, in both languages",
    "reminders.how_task": "how it is done, in both languages",
    "reminders.how_cadence": "how it is done, in both languages",
    "reminders.how_rectification": "how it is done, in both languages",
    "reminders.template": "what is attached, in both languages",
    "reminders.section_sent_back": "a heading of the mail in both languages",
    "reminders.section_refused": "a heading of the mail in both languages",
    "reminders.section_accepted": "a heading of the mail in both languages",
    "reminders.section_cards": "a heading of the mail in both languages",
    "reminders.section_phases": "a heading of the mail in both languages",
    "alive.stopped_subject": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "alive.stopped_body": "whom the mail addresses and what has stopped, in both languages",
    "alive.database": "why the database cannot be asked, in both languages",
    "alive.healed_subject": "the subject of a mail in both languages, in the brackets that mail filters look for",
    "alive.healed_body": "whom the mail addresses and that it goes again, in both languages",
}


def catalogue() -> dict[str, Code]:
    """Every code of the library, those of these tests left out."""
    found: dict[str, Code] = runpy.run_path(str(DOCS / "messages.py"))["catalogue"]()
    return {code: known for code, known in found.items() if not code.startswith("test.")}


def test_english_templates_have_neither_chinese_words_nor_full_width_signs():
    """Joints of lists stand in the template as well (`{names:；}`), and would be said in either language."""
    codes = catalogue()
    assert len(codes) > 500
    wide = {code for code, known in codes.items() if any(unicodedata.east_asian_width(sign) in "WF" for sign in known.en)}
    assert wide == set(QUOTES_CHINESE)


def test_every_code_of_the_library_is_spoken():
    """A code is declared under a name, alone or in a table; in one of the modules that have the name it is also read."""
    codes, named, spoken = catalogue(), set(), set()
    for name, module in [(n, m) for n, m in sys.modules.items() if n.startswith("gaoxin.") and getattr(m, "__file__", None)]:
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        read |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        for under, found in vars(importlib.import_module(name)).items():
            held = found.values() if isinstance(found, dict) else found if isinstance(found, (tuple, list)) else [found]
            these = {one.code for one in held if isinstance(one, Code) and one.code in codes}
            named |= these
            spoken |= these if under in read else set()
    assert len(named) > 400
    assert named - spoken == set()
