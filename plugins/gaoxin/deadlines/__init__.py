"""Deadlines of every kind, as they stand on a day, and their calendar. Pure."""
