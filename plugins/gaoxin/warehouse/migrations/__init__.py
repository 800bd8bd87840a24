"""Revision scripts; each runs the .sql file of its number."""
