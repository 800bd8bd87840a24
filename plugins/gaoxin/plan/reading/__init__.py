"""From a plan file to a plan: reading, references, and what is wrong told by file and line."""
