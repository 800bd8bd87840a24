"""Mail: the protocol that carries messages, and nothing of what they say."""
