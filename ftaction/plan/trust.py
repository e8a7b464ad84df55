"""Whose passes may turn a check green here: a record is worth what those who could have written it are (`cache.trust`).

`base-only`: protected branches. `same-pr`: also earlier runs of the same ref. `auto`: `base-only` for a fork's pull request, else `same-pr`.
`any`: everybody. On a laptop whoever runs the program also owns its store, and nothing is gated.
"""

from ftaction.model.record import Origin, OriginKind


def trusted(made: Origin, here: Origin, trust: str) -> bool:
    """Whether a record made there may be replayed here."""
    if trust == "any" or here.kind is OriginKind.LAPTOP or made.kind is OriginKind.PROTECTED:
        return True
    if trust == "base-only" or (trust == "auto" and here.kind is OriginKind.FORK):
        return False
    return (made.kind, made.repository, made.ref) == (here.kind, here.repository, here.ref)
