"""Channels: what carries a message to an address, and nothing of what it says or who is owed one."""
