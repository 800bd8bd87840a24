"""The warehouse: tables, repositories, landing of raw files, the outbox."""
