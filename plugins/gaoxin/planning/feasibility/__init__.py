"""Feasibility: what of a plan can be reached by when, from its baselines, steps and targets."""
