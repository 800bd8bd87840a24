"""Answers of the use cases: one model for what scripts read as JSON, terminals show as tables and pages will show.

A module holds the answers of one theme: frozen dataclasses whose fields are those of INTERFACES, with values as data, and
the questions that yield them. Words are chosen where an answer is shown: `to_json(lang)`, or a terminal's layout.
"""
