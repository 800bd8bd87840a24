"""What every key of a plan means, in both languages: for editors (schema), for the page of the format, for `plan diff`.

The models say what is allowed, this says what it is for. A text reads `short name：what to write`; the part before the
colon names the key within a sentence. Words of a base class hold for the models made of it. A test compares the words
with the models: none is missing, none is left over.
"""

from __future__ import annotations

from pydantic import BaseModel

from gaoxin.i18n import Text
from gaoxin.plan import fields
from gaoxin.plan.fields import all_models, fields_of, models_in
from gaoxin.plan.words.describe_measures import WORDS as OF_MEASURES

__all__ = ["about", "all_models", "fields_of", "models_in", "name_of"]

_T = Text

_OF_SCHEDULE: dict[str, dict[str, Text]] = {
    "ReturnsComplete": {
        "": _T("报送齐全：期限前应报的报表都已接收", "returns complete: all that were due are accepted"),
        "kind": _T("种类：固定写 returns_complete", "kind: returns_complete"),
        "forms": _T("报表：只看哪些报表；不写即全部", "forms: which; all when left out"),
    },
    "NoOpenErrors": {
        "": _T("无未改错误：应报的报表没有处于退回状态的", "no open errors: no return that was due stands rejected"),
        "kind": _T("种类：固定写 no_open_errors", "kind: no_open_errors"),
        "forms": _T("报表：只看哪些报表；不写即全部", "forms: which; all when left out"),
    },
    "WarningsExplained": {
        "": _T("警告已说明：每条警告都有经认可的说明", "warnings explained: each, and the explanation accepted"),
        "kind": _T("种类：固定写 warnings_explained", "kind: warnings_explained"),
        "forms": _T("报表：只看哪些报表；不写即全部", "forms: which; all when left out"),
    },
    "TargetsMet": {
        "": _T("指标达标：达标的指标占到 share", "targets met: by a share of the indicators"),
        "kind": _T("种类：固定写 targets_met", "kind: targets_met"),
        "indicators": _T("指标：只看哪些指标；不写即全部", "indicators: which; all when left out"),
        "share": _T("达标比例：0 到 1，1 为全部", "share: 0 to 1; 1 is all of them"),
        "not_yet_due": _T("未到期的指标：hold 不通过；on_track 进度正常即可，须有 choice",
                          "not yet due: hold, or on_track (needs a choice of the office)"),
        "choice": _T("决定：choices 中的编号", "choice: an id of `choices`"),
    },
    "DeliverablesPresent": {
        "": _T("成果齐全：任务的成果都已登记佐证", "deliverables present: evidence for each is recorded"),
        "kind": _T("种类：固定写 deliverables_present", "kind: deliverables_present"),
        "tasks": _T("任务：只看哪些任务；不写即本阶段全部", "tasks: which; those of the phase when left out"),
    },
    "RectificationsClosed": {
        "": _T("整改销号：此前的整改都已销号", "rectifications closed: none is open"),
        "kind": _T("种类：固定写 rectifications_closed", "kind: rectifications_closed"),
    },
    "Approval": {
        "": _T("审批同意：单位对当前数据表示同意", "approval: a unit agrees to the figures as they stand"),
        "kind": _T("种类：固定写 approval", "kind: approval"),
        "by": _T("审批单位：单位编号", "by: a unit's id"),
    },
}

WORDS: dict[str, dict[str, Text]] = {**_OF_SCHEDULE, **OF_MEASURES}


def about(model: type[BaseModel], key: str = "") -> Text:
    """The words for a key of a model, or for the model itself. Raises KeyError where there are none."""
    for one in model.__mro__:
        words = WORDS.get(one.__name__, {})
        if key in words:
            return words[key]
    return fields.about(model, key)


def name_of(model: type[BaseModel], key: str = "") -> Text:
    """The short name of a key within a sentence: 关口期限, gate deadline."""
    words = about(model, key)
    return Text(words.zh.partition("：")[0], words.en.partition(": ")[0])
