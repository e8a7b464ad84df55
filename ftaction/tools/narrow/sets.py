"""How long lists of names are written here."""


def named(words: str) -> frozenset[str]:
    """The words, as a set."""
    return frozenset(words.split())
