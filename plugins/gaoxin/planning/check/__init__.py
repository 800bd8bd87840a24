"""The check of a plan: contradictions and gaps of substance, each with its places and what is to be decided."""
