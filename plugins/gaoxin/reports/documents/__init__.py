"""Documents as offices hand them on: what they are made of, and how that becomes Word and Excel files. Nothing here knows what
they are about."""
