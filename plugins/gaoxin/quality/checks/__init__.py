"""The checks of returns, each in a module of its own. The folder is the registry (`gaoxin.quality.check`)."""
