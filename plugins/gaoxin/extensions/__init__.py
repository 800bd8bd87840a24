"""Extensions (延期): a later day for what is owed, asked for before its limit and granted by the office. Pure."""
