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

WORDS: dict[str, dict[str, Text]] = {**OF_MEASURES}


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
