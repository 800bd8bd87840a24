"""The kinds of sources fetched, one module each. The folder is the registry: what stands in it is found."""

from typing import Any, get_args

from gaoxin.folders import classes
from gaoxin.sources.base import Fetcher

# kind of source -> how it is fetched. The base is abstract; `classes` gives those of its kinds that are not.
FETCHERS: dict[str, Fetcher[Any]] = {
    get_args(f.of.model_fields["kind"].annotation)[0]: f() for f in classes(__name__, Fetcher)}  # type: ignore[type-abstract]
