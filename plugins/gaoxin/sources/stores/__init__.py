"""Where folders are, a protocol a module. The folder is the registry: what stands in it is found."""

from gaoxin.folders import classes
from gaoxin.sources.store import Store

# protocol -> what speaks it.
STORES: dict[str, type[Store]] = {p: s for s in classes(__name__, Store) for p in s.protocols}  # type: ignore[type-abstract]
