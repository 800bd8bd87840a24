"""Indicators: formulas over facts, targets, pace and status as of a time."""
