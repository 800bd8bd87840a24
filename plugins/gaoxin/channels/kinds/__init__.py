"""The ways in which a message goes out, one module each. The folder is the registry: what stands in it is found."""

from gaoxin.channels.port import Channel
from gaoxin.folders import classes

# name of a channel, as contacts choose it -> how it sends
CHANNELS: dict[str, type[Channel]] = {c.name: c for c in classes(__name__, Channel)}  # type: ignore[type-abstract]
