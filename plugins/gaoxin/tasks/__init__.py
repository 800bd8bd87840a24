"""The ledger of tasks (台账): what is told of each, how it stands on a day, and who may close it. Pure."""
