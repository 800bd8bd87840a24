"""For those who write plans: a plan to begin with, words for every key, a schema for editors, differences in words."""
