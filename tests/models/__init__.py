"""Models that answer on loopback, in the languages of the real services."""
