"""Templates and what stands in all of them: `ask`, an `asking.Asking`, its language and root. Words of a page stand in the
template in both languages, `say(zh, en)`; what is shown is put in by `told`, which knows figures, dates and messages."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from gaoxin import measures
from gaoxin.campaign.answer import reached
from gaoxin.campaign.wording import Word, foreseen, head, known, percent, told
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.web.charts import drawing

HERE = Path(__file__).parent
_CLASSES = {"green": "good", "red": "bad", "yellow": "warn", "dim": "dim", "magenta": "unknown", "": "plain"}


@lru_cache(maxsize=1)
def environment() -> Environment:
    made = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True, auto_reload=False)
    made.globals |= {"View": View, "Act": Act, "asset": asset, "say": _say, "state": _state, "unit_name": _unit_name,
                     "charts": drawing}
    made.filters |= {"told": _told, "percent": percent, "head": _head, "as_json": _as_json, "measure": _measure,
                     "amount": _amount, "gap": _gap, "foreseen": _foreseen, "attrs": _attrs}
    return made


def rendered(ask: Any, template: str, **context: Any) -> str:
    return environment().get_template(template).render(ask=ask, lang=ask.lang, root=ask.root, **context)


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """A file of static/ with its digest, so that browsers may keep it."""
    return f"static/{name}?v={sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:12]}"


def _attrs(value: Any, *paths: str) -> tuple[Any, ...]:
    """Some of a value's attributes, as charts take them."""
    return tuple(reached(value, path) for path in paths)


def _as_json(value: Any) -> str:
    """As people read it: Chinese is no row of escapes."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)


@pass_context
def _say(context: Context, zh: str, en: str) -> str:
    return en if context["lang"] == "en" else zh


@pass_context
def _told(context: Context, value: Any) -> str:
    return told(value, context["lang"])


@pass_context
def _head(context: Context, key: str) -> str:
    return head(key, context["lang"])


@pass_context
def _measure(context: Context, unit: Any) -> str:
    """A unit of measure as people write it."""
    return told(measures.said(unit), context["lang"]) if unit else ""


@pass_context
def _amount(context: Context, value: Any, unit: Any) -> str:
    """A figure with its unit of measure: 465.03 亿元."""
    return told(value, context["lang"]) + (f" {_measure(context, unit)}" if value is not None and unit else "")


@pass_context
def _foreseen(context: Context, value: Any, unit: str, bare: bool = False) -> str:
    return foreseen(value, unit, context["lang"], bare=bare)


@pass_context
def _gap(context: Context, value: Any, unit: Any) -> str:
    """What is missing between figures in a unit of measure, with the unit of the difference."""
    measured = f" {told(measures.said_of_difference(unit), context['lang'])}" if value is not None and unit else ""
    return told(value, context["lang"]) + measured


@pass_context
def _state(context: Context, state: Any, of: str = "") -> Markup:
    """A state as mark, word and colour; an unknown one as it is: hiding it would be worse."""
    if state is None:
        return Markup("—")
    found = known(str(state), of) or Word(str(state), str(state))
    text = f"{found.mark} {found.to(context['lang'])}".strip()
    return Markup('<span class="state {}">{}</span>').format(_CLASSES[found.style], text)


@pass_context
def _unit_name(context: Context, unit: str) -> str:
    """The name of a unit of the plan; its id where the plan has none of that id."""
    ask = context["ask"]
    return next((u.name.to(ask.lang) for u in ask.workplace().plan.units if u.id == unit), unit)
