"""One page, one file: each has a `router`. A page whose path begins with a fixed word says `CAMPAIGNS = False`."""
