"""What score sheets come to: points of items, sheets and several sheets together, with their spread. Pure."""
