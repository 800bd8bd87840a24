"""The embedded PostgreSQL server: its files, its life and its watchdog."""
