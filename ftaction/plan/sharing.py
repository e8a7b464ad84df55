"""Which shared store a run uses, whose signatures count there, what is handed to it, and whether it may write.

The configuration is a pull request's own. So no secret comes from it, and none goes to an address that stands only there: the token and the
signing key belong to the store that the environment or the workflow names.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ftaction.model.check import Cache
from ftaction.model.record import Origin, OriginKind

_NO_KEYS = "the shared store is not used: no key says whose records count (`keys` under `cache`, the input `shared-keys`, or FTACTION_SHARED_KEYS)"
_NOT_NAMED = "the shared store's token and signing key are not used: its address stands only in the configuration, not in FTACTION_SHARED_STORE"


class Given(NamedTuple):
    """What the action's inputs say, else the environment."""

    address: str = ""
    keys: tuple[str, ...] = ()
    token: str = ""
    signing_key: str = ""


class Sharing(NamedTuple):
    """`address` is empty where no shared store is used. `notes`: sentences for the summary."""

    address: str = ""
    keys: tuple[str, ...] = ()
    token: str = ""
    signing_key: str = ""
    may_write: bool = False
    notes: tuple[str, ...] = ()


def given(variables: Mapping[str, str]) -> Given:
    """Inputs exist in a workflow only, and there they come first."""

    def one(name: str, variable: str) -> str:
        asked = variables.get(f"INPUT_{name}", "").strip() if variables.get("GITHUB_ACTIONS") == "true" else ""
        return asked or variables.get(variable, "").strip()

    keys = tuple(one("SHARED-KEYS", "FTACTION_SHARED_KEYS").replace(",", " ").split())
    return Given(
        address=one("SHARED-STORE", "FTACTION_SHARED_STORE"),
        keys=keys,
        token=one("SHARED-TOKEN", "FTACTION_SHARED_TOKEN"),
        signing_key=one("SIGNING-KEY", "FTACTION_SIGNING_KEY"),
    )


def sharing(cache: Cache, asked: Given, here: Origin) -> Sharing:
    """The decision. Keys that are given stand alone; those of the configuration count where none are."""
    address = asked.address or cache.shared or ""
    if not address:
        return Sharing()
    named = bool(asked.address)
    token, signing_key = (asked.token, asked.signing_key) if named else ("", "")
    keys = asked.keys or cache.keys
    if not keys and not signing_key:
        return Sharing(notes=(_NO_KEYS,))
    notes = (_NOT_NAMED,) if not named and (asked.token or asked.signing_key) else ()
    may_write = bool(signing_key) and here.kind is OriginKind.PROTECTED
    return Sharing(address=address, keys=keys, token=token, signing_key=signing_key, may_write=may_write, notes=notes)
