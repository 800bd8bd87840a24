"""What the models of a plan say of themselves: the keys of a mapping, the words for them, the ids that they mention.

A model's words stand beside its fields, as a `Key` in the field's Annotated, those of the model itself in `Model.words`.
Editors (schema), the page of the format, `plan diff` and the problems of a plan file all take them from here.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gaoxin.i18n import Text
from gaoxin.plan.base import Key, Model, refers

# What a key of these names means in every model that says nothing else of it.
_SHARED = {
    "id": Key("编号：小写字母开头，只用小写字母、数字和下划线，同类之内不重复",
              "id: lower-case letters, digits and _, beginning with a letter; once among its kind"),
    "name": Key("名称：与文件用语一致", "name: in the document's words"),
    "source": Key("出处：在文件中的位置，如 附件 第4项、正文 六(二)5", "source: its place in the document, e.g. 附件 第4项"),
}


def about(model: type[BaseModel], key: str = "") -> Key:
    """The words for a key of a model, or for the model itself. Raises KeyError where there are none."""
    if not key:
        told = getattr(model, "words", None)
    else:
        field = model.model_fields[key]
        told = next((m for m in field.metadata if isinstance(m, Key)), _SHARED.get(key))
        if told and told.called:
            return replace(told, options=dict(zip(_words_of(field.annotation), told.called.split(), strict=True)))
        if told is None and key == "kind" and len(only := _words_of(field.annotation)) == 1:
            return Key(f"种类：固定写 {only[0]}", f"kind: {only[0]}")
    if told is None:
        raise KeyError(f"{model.__name__}.{key}")
    return told


def _words_of(annotation: Any) -> tuple[str, ...]:
    """The words of a fixed list."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(annotation)
    inner = get_args(annotation)
    return inner if get_origin(annotation) is Literal else tuple(w for part in inner for w in _words_of(part))


def name_of(model: type[BaseModel], key: str = "") -> Text:
    """The short name of a key within a sentence: 关口期限, gate deadline."""
    return about(model, key).name


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by name, with their types resolved: targets hold targets, which pydantic looks up only on demand."""
    model.model_rebuild()
    return model.model_fields


def models_in(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models that a type is made of, those of unions and containers too, in the order written."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(m for part in get_args(annotation) for m in models_in(part))


def all_models(root: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """Every model that a model is made of, itself first, each once, in the order of its keys."""
    found: dict[type[BaseModel], None] = {}
    todo = [root]
    while todo:
        if (model := todo.pop()) not in found:
            found[model] = None
            todo += reversed([inner for field in fields_of(model).values() for inner in models_in(field.annotation)])
    return tuple(found)


def parts_of(model: Model) -> Iterator[tuple[tuple[str, ...], Model]]:
    """A model and every model within it that can mention an id, each with the way to it: keys, and of a list's item its id,
    or its position where it has none."""
    yield (), model
    for name in _leading_on(type(model)):
        value = getattr(model, name)
        inner: Iterator[tuple[tuple[str, ...], Any]]
        if isinstance(value, Model):
            inner = iter([((name,), value)])
        elif isinstance(value, tuple):
            inner = (((name, getattr(item, "id", str(at))), item) for at, item in enumerate(value))
        else:
            inner = (((name, key), item) for key, item in (value or {}).items())
        for way, item in inner:
            if isinstance(item, Model):
                yield from (((*way, *more), part) for more, part in parts_of(item))


@lru_cache
def _leading_on(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model within which an id may be mentioned, at any depth."""
    inside = {name: {m for inner in models_in(f.annotation) for m in all_models(inner)} for name, f in fields_of(model).items()}
    return tuple(name for name, models in inside.items()
                 if any(refers(m) or getattr(m, "mentions", None) is not Model.mentions for m in models))
