"""Signatures over what stands in a store that others may write to.

Keys are text: `ed25519:` and `ed25519-public:` with 32 bytes in base64 behind it, `hmac:` with at least 32. A signature is the short name of
its key and base64. No error shows a key. Ed25519: RFC 8032.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterable
from hashlib import sha256
from types import ModuleType

from ftaction.errors import Stop, StoreError

_PURPOSE = b"ftaction signature 1\n"
"""Stands before everything that is signed, so that no signature made for something else with the same key fits, nor the other way.

What kind of thing it is stands at the beginning of the content (`run/envelope.py`).
"""

_NAME = b"ftaction name of a key\n"
_LENGTH = 32  # bytes of an Ed25519 seed or public key, and the fewest of an HMAC key
_HINT = "It is `ed25519:…`, `ed25519-public:…` or `hmac:…`, as `ftaction cache keygen` prints them, without spaces or quotes around it."
_SIGNING_HINT = "It is the secret half that `ftaction cache keygen` prints, `ed25519:…`, or `hmac:…` with at least 32 bytes in base64."

_Check = Callable[[bytes, bytes], bool]  # content, signature


class Signer:
    """Holds a secret key. Raises `Stop` for text that is none, `StoreError` where `cryptography` is not installed."""

    def __init__(self, key: str, where: str) -> None:
        kind, secret = _split(key, where, _SIGNING_HINT)
        if kind == "hmac":
            self.name, self.check = _hmac_check(secret)
            self._sign: Callable[[bytes], bytes] = lambda content: hmac.digest(secret, content, "sha256")
        elif kind == "ed25519":
            private = _ed25519().Ed25519PrivateKey.from_private_bytes(secret)
            self.name, self.check = _ed25519_check(private.public_key().public_bytes_raw())
            self._sign = private.sign
        else:
            raise Stop(f"{where} is a public key, which can't sign", _SIGNING_HINT)

    def sign(self, content: bytes) -> str:
        """Who signed, and the signature."""
        return f"{self.name}:{b64encode(self._sign(_PURPOSE + content)).decode()}"


class Verifier:
    """Knows whose signatures count: these keys, and what `signer` signs itself. Raises as `Signer` does."""

    def __init__(self, keys: Iterable[str], where: str, signer: Signer | None = None) -> None:
        self._checks: dict[str, _Check] = dict(_check(key, where) for key in keys)
        if signer:
            self._checks[signer.name] = signer.check

    def verify(self, content: bytes, signature: str) -> str | None:
        """The short name of the key that signed exactly this; None where it is none of ours, or signed something else."""
        name, _, text = signature.partition(":")
        check = self._checks.get(name)
        if check is None:
            return None
        try:
            return name if check(_PURPOSE + content, b64decode(text, validate=True)) else None
        except (Error, ValueError):  # ValueError: not ASCII
            return None


def keygen() -> tuple[str, str]:
    """A new pair: the secret half and the public one."""
    private = _ed25519().Ed25519PrivateKey.generate()
    secret, public = private.private_bytes_raw(), private.public_key().public_bytes_raw()
    return f"ed25519:{b64encode(secret).decode()}", f"ed25519-public:{b64encode(public).decode()}"


def keygen_lines() -> tuple[str, ...]:
    """What `ftaction cache keygen` prints."""
    secret, public = keygen()
    return (
        secret,
        "  keep it secret: as FTACTION_SIGNING_KEY, or the action's input `signing-key`, of the workflows of protected branches only",
        public,
        "  tell everybody: under `cache: keys:` in .firsttry.yml, or as FTACTION_SHARED_KEYS or the action's input `shared-keys`",
    )


def _check(key: str, where: str) -> tuple[str, _Check]:
    kind, secret = _split(key, where, _HINT)
    if kind == "hmac":
        return _hmac_check(secret)
    if kind == "ed25519":
        raise Stop(f"{where} holds a secret key where public ones are expected", "Take it out, make a new pair, and put the half `ed25519-public:…` there.")
    return _ed25519_check(secret)


def _split(key: str, where: str, hint: str) -> tuple[str, bytes]:
    kind, colon, text = key.strip().partition(":")
    try:
        content = b64decode(text, validate=True)
    except (Error, ValueError):
        content = b""
    fits = len(content) >= _LENGTH if kind == "hmac" else len(content) == _LENGTH
    if not colon or kind not in ("ed25519", "ed25519-public", "hmac") or not fits:
        raise Stop(f"{where} is not a key", hint)
    return kind, content


def _hmac_check(secret: bytes) -> tuple[str, _Check]:
    name = hmac.digest(secret, _NAME, "sha256").hex()[:16]
    return name, lambda content, signature: hmac.compare_digest(hmac.digest(secret, content, "sha256"), signature)


def _ed25519_check(public: bytes) -> tuple[str, _Check]:
    key = _ed25519().Ed25519PublicKey.from_public_bytes(public)
    from cryptography.exceptions import InvalidSignature

    def check(content: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    return sha256(_NAME + public).hexdigest()[:16], check


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise StoreError("Ed25519 signatures need the package cryptography: install `ftaction[signing]`") from None
    return ed25519
