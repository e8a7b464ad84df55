"""Which shared store a run uses, what is handed to it, and who may write."""

import pytest

from ftaction.model.check import Cache
from ftaction.model.record import Origin, OriginKind
from ftaction.plan.sharing import Given, Sharing, given, sharing

P, Q, F, L = OriginKind.PROTECTED, OriginKind.PULL_REQUEST, OriginKind.FORK, OriginKind.LAPTOP
NONE = Cache()
CONFIGURED = Cache(shared="https://config/store", keys=("config-key",))
NAMED = Given(address="https://named/store", keys=("named-key",), token="token", signing_key="secret")

ROWS = [
    # the configuration, what is given, where; the address, keys, token, signing key, whether it may write, how many notes; why
    (NONE, Given(), P, "", (), "", "", False, 0, "nobody asked for one"),
    (NONE, Given(keys=("k",), token="t", signing_key="s"), P, "", (), "", "", False, 0, "keys alone name no store"),
    (NONE, NAMED, P, "https://named/store", ("named-key",), "token", "secret", True, 0, "a protected branch with a key writes"),
    (NONE, NAMED, Q, "https://named/store", ("named-key",), "token", "secret", False, 0, "a pull request only reads"),
    (NONE, NAMED, F, "https://named/store", ("named-key",), "token", "secret", False, 0, "a fork only reads"),
    (NONE, NAMED, L, "https://named/store", ("named-key",), "token", "secret", False, 0, "a laptop only reads, whoever owns it"),
    (NONE, NAMED._replace(signing_key=""), P, "https://named/store", ("named-key",), "token", "", False, 0, "without a key to sign with nothing is written"),
    (NONE, NAMED._replace(keys=()), P, "https://named/store", (), "token", "secret", True, 0, "who signs believes itself"),
    (NONE, NAMED._replace(keys=(), signing_key=""), P, "", (), "", "", False, 1, "no key at all: everybody could have written it"),
    (CONFIGURED, Given(), P, "https://config/store", ("config-key",), "", "", False, 0, "the configuration's own store is read"),
    (CONFIGURED, Given(), F, "https://config/store", ("config-key",), "", "", False, 0, "also by forks, who are handed nothing"),
    (CONFIGURED, Given(token="t"), Q, "https://config/store", ("config-key",), "", "", False, 1, "no token goes to an address of a pull request"),
    (CONFIGURED, Given(signing_key="s"), P, "https://config/store", ("config-key",), "", "", False, 1, "no signature either, on no branch"),
    (CONFIGURED, Given(keys=("k",)), Q, "https://config/store", ("k",), "", "", False, 0, "keys that are given stand alone: a pull request can't add one"),
    (CONFIGURED, NAMED, Q, "https://named/store", ("named-key",), "token", "secret", False, 0, "what is named stands before the configuration"),
    (CONFIGURED, Given(address="https://named/store", token="t"), Q, "https://named/store", ("config-key",), "t", "", False, 0, "named store, its keys known"),
    (CONFIGURED._replace(keys=()), Given(), L, "", (), "", "", False, 1, "an address without keys"),
    (
        Cache(shared="https://named/store"), Given(address="https://named/store", token="t", keys=("k",)), Q,
        "https://named/store", ("k",), "t", "", False, 0, "in both places it is a named one",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cache", "asked", "kind", "address", "keys", "token", "signing_key", "may_write", "notes", "why"), ROWS, ids=[row[-1] for row in ROWS]
)
def test_who_shares_what(
    cache: Cache,
    asked: Given,
    kind: OriginKind,
    address: str,
    keys: tuple[str, ...],
    token: str,
    signing_key: str,
    may_write: bool,
    notes: int,
    why: str,
) -> None:
    found = sharing(cache, asked, Origin(kind=kind, repository="org/repository", ref="main", commit="0" * 40))
    assert found == Sharing(address, keys, token, signing_key, may_write, found.notes), why
    assert len(found.notes) == notes
    assert not any(secret in note for note in found.notes for secret in (asked.token, asked.signing_key) if len(secret) > 1)


VARIABLES = {"FTACTION_SHARED_STORE": "a", "FTACTION_SHARED_KEYS": "k1, k2\nk3", "FTACTION_SHARED_TOKEN": "t", "FTACTION_SIGNING_KEY": "s"}
INPUTS = {"INPUT_SHARED-STORE": "b", "INPUT_SHARED-KEYS": "k4", "INPUT_SHARED-TOKEN": "u", "INPUT_SIGNING-KEY": "v"}
WORKFLOW = {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize(
    ("variables", "expected", "why"),
    [
        ({}, Given(), "nothing is given"),
        (VARIABLES, Given("a", ("k1", "k2", "k3"), "t", "s"), "the environment"),
        (WORKFLOW | VARIABLES | INPUTS, Given("b", ("k4",), "u", "v"), "an input stands before the environment"),
        (VARIABLES | INPUTS, Given("a", ("k1", "k2", "k3"), "t", "s"), "there are no inputs outside of workflows"),
        (WORKFLOW | VARIABLES | dict.fromkeys(INPUTS, " "), Given("a", ("k1", "k2", "k3"), "t", "s"), "an empty input says nothing"),
    ],
)
def test_where_it_is_given(variables: dict[str, str], expected: Given, why: str) -> None:
    assert given(variables) == expected, why
