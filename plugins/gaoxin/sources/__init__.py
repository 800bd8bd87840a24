"""Protocols that bring bytes: a folder or object store, a web service, a database. Nothing here knows a plan's rules, the landing
or an engine: what is asked for and how it is reached come in, bytes with their place go out."""
