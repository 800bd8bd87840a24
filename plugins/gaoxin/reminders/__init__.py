"""Reminders: who is told what and when; the ladder of escalation."""
