"""The kinds of sources fetched, one module each. The folder is the registry: what stands in it is found."""

from collections.abc import Mapping
from typing import Any, get_args

from gaoxin.folders import classes
from gaoxin.sources.base import BLEMISHED, Amiss, Brought, Fetcher, Options, Until, Wanted

# kind of source -> how it is fetched. The base is abstract; `classes` gives those of its kinds that are not.
FETCHERS: dict[str, Fetcher[Any]] = {
    get_args(f.of.model_fields["kind"].annotation)[0]: f() for f in classes(__name__, Fetcher)}  # type: ignore[type-abstract]


def fetch(wanted: Wanted[Any], options: Options, known: Mapping[str, str]) -> Brought:
    """What a source of any kind brings within its deadline. Raises Amiss, whose words hold no secret of the connection."""
    if name := options.blemished:
        raise Amiss(BLEMISHED(name=name))
    try:
        return FETCHERS[wanted.source.kind].fetch(wanted, options, known, Until.within(wanted.source.deadline))
    except Amiss as amiss:
        raise Amiss(amiss.why.with_texts(options.hidden), again=amiss.again) from None
