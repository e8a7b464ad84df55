"""From the decision who shares what to a store that is open."""

from collections.abc import Mapping

from ftaction.edge.disk import DiskStore
from ftaction.edge.shelf import open_shelf
from ftaction.edge.signing import Signer, Verifier
from ftaction.errors import StoreError
from ftaction.plan.sharing import Sharing
from ftaction.run.shared import SharedStore


def open_shared(sharing: Sharing, ground: DiskStore, variables: Mapping[str, str]) -> tuple[SharedStore | None, tuple[str, ...]]:
    """The store and the notes of the decision; None where there is none, or a library for it is missing. Raises `Stop` for a key or address that is none."""
    if not sharing.address:
        return None, sharing.notes
    try:
        signer = Signer(sharing.signing_key, "FTACTION_SIGNING_KEY, or the input `signing-key`,") if sharing.signing_key else None
        verifier = Verifier(sharing.keys, "a key of the shared store (FTACTION_SHARED_KEYS, or the input `shared-keys`)", signer)
        shelf = open_shelf(sharing.address, sharing.token, variables)
    except StoreError as error:
        return None, (*sharing.notes, f"the shared store is not used: {error}")
    return SharedStore(shelf, ground, verifier, signer, may_write=sharing.may_write), sharing.notes
