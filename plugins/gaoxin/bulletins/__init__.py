"""督查通报: the rules of bulletins, apart from how they look: which are due, how units are ranked, what follows from ranks, and
which texts people write. Pure."""
