"""The criteria of a gate judged, one module each. The folder is the registry: what stands in it is found."""

from typing import Any

from gaoxin.folders import classes
from gaoxin.gates.judging import Judgement

# kind of criterion -> how it is judged. The base is abstract; `classes` gives those of its kinds that are not.
JUDGEMENTS: dict[str, Judgement[Any]] = {j.of.the_kind(): j() for j in classes(__name__, Judgement)}  # type: ignore[type-abstract]
