"""Whose signature counts, and that no error shows a key."""

import hmac
from base64 import b64encode

import pytest

from ftaction.edge.signing import Signer, Verifier, keygen, keygen_lines
from ftaction.errors import Stop
from tests.support.keys import PUBLIC, SECRET

HMAC = f"hmac:{b64encode(bytes(range(32))).decode()}"
LONG_HMAC = f"hmac:{b64encode(bytes(64)).decode()}"
CONTENT = b"content"


@pytest.mark.parametrize(("secret", "public"), [(SECRET, PUBLIC), (HMAC, HMAC), (LONG_HMAC, LONG_HMAC), (f" {SECRET}\n", f"\t{PUBLIC} ")])
def test_what_is_signed_is_known_by_its_key(secret: str, public: str) -> None:
    signer = Signer(secret, "here")
    signature = signer.sign(CONTENT)
    assert Verifier([public], "here").verify(CONTENT, signature) == signer.name
    assert Verifier([], "here", signer).verify(CONTENT, signature) == signer.name
    assert Verifier([*(keygen()[1] for _ in range(3)), public], "here").verify(CONTENT, signature) == signer.name
    assert signature.isascii()
    assert "\n" not in signature


def _swapped(signature: str) -> str:
    name, _, text = signature.partition(":")
    return f"{name}:{'B' if text[0] == 'A' else 'A'}{text[1:]}"


FORGED = [
    pytest.param(lambda signature: (b"other", signature), id="another content"),
    pytest.param(lambda signature: (b"", signature), id="no content"),
    pytest.param(lambda signature: (CONTENT, ""), id="no signature"),
    pytest.param(lambda signature: (CONTENT, ":"), id="neither name nor signature"),
    pytest.param(lambda signature: (CONTENT, _swapped(signature)), id="one letter is another"),
    pytest.param(lambda signature: (CONTENT, signature[:-4]), id="cut off"),
    pytest.param(lambda signature: (CONTENT, signature + "AAAA"), id="longer"),
    pytest.param(lambda signature: (CONTENT, signature.partition(":")[0] + ":"), id="the name alone"),
    pytest.param(lambda signature: (CONTENT, signature.partition(":")[0] + ":é!"), id="no base64"),
    pytest.param(lambda signature: (CONTENT, "0" * 16 + signature[16:]), id="a name that nobody has"),
    pytest.param(lambda signature: (CONTENT, Signer(keygen()[0], "here").sign(CONTENT)), id="another key"),
    pytest.param(lambda signature: (CONTENT, signature.partition(":")[0] + ":" + Signer(keygen()[0], "h").sign(CONTENT)[17:]), id="another key, this name"),
]


@pytest.mark.parametrize("forge", FORGED)
@pytest.mark.parametrize(("secret", "public"), [(SECRET, PUBLIC), (HMAC, HMAC)], ids=["ed25519", "hmac"])
def test_a_forged_signature_is_nobodys(secret: str, public: str, forge: object) -> None:
    assert callable(forge)
    content, signature = forge(Signer(secret, "here").sign(CONTENT))
    assert Verifier([public], "here").verify(content, signature) is None


def test_what_was_signed_for_something_else_does_not_count() -> None:
    """The same key may sign other things elsewhere: without our purpose before them they prove nothing here."""
    plain = b64encode(hmac.digest(bytes(range(32)), CONTENT, "sha256")).decode()
    assert Verifier([HMAC], "here").verify(CONTENT, f"{Signer(HMAC, 'here').name}:{plain}") is None


BAD_KEYS = [
    ("", "nothing"),
    ("ed25519:", "no bytes"),
    ("ed25519:c2hvcnQ=", "too short"),
    (f"ed25519:{b64encode(bytes(33)).decode()}", "too long"),
    (f"hmac:{b64encode(bytes(31)).decode()}", "too short for HMAC"),
    (f"ed25519-public:{b64encode(bytes(31)).decode()}", "too short for a public one"),
    (f"rsa:{b64encode(bytes(32)).decode()}", "of a kind that we do not know"),
    (b64encode(bytes(32)).decode(), "without its kind"),
    (f"ed25519:{SECRET[8:30]} {SECRET[30:]}", "a space inside"),
    (f'"{SECRET}"', "quotes around it"),
    (f"ED25519:{SECRET[8:]}", "its kind in capitals"),
    (f"ed25519:{'é' * 44}", "no base64"),
]


@pytest.mark.parametrize(("key", "why"), BAD_KEYS, ids=[row[1] for row in BAD_KEYS])
def test_a_bad_key_stops_and_is_not_shown(key: str, why: str) -> None:
    for make in (lambda: Signer(key, "FTACTION_SIGNING_KEY"), lambda: Verifier([key], "FTACTION_SIGNING_KEY")):
        with pytest.raises(Stop) as stop:
            make()
        assert "FTACTION_SIGNING_KEY" in stop.value.message, why
        assert stop.value.hint
        secret = key.partition(":")[2].strip("\"' ")
        assert not secret or secret not in str(stop.value)


def test_each_half_has_its_place() -> None:
    with pytest.raises(Stop, match="public key, which can't sign"):
        Signer(PUBLIC, "here")
    with pytest.raises(Stop, match="secret key where public ones") as stop:
        Verifier([SECRET], "here")
    assert SECRET[8:] not in str(stop.value)


def test_a_new_pair_is_another_one_and_is_told_with_its_places() -> None:
    assert keygen() != keygen()
    secret, where_secret, public, where_public = keygen_lines()
    assert Verifier([public], "here").verify(CONTENT, Signer(secret, "here").sign(CONTENT))
    assert "FTACTION_SIGNING_KEY" in where_secret
    assert ".firsttry.yml" in where_public
