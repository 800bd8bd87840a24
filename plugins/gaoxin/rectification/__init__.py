"""Rectification (整改): what a held gate or the experts ask for, with an owner and a date."""
