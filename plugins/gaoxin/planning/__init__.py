"""Writing a plan: checking it, authoring it, and what it can reach. Running one needs none of this."""
