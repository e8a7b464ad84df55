"""Large blobs as entries of their own."""

from hashlib import sha256
from pathlib import Path

import pytest

from ftaction.errors import StoreError
from ftaction.run import large
from tests.support.service import Entries, Service

CONTENT = b"content" * 1000
DIGEST = sha256(CONTENT).hexdigest()
MAIN = "refs/heads/main"


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "blob").write_bytes(CONTENT)
    return str(tmp_path / "blob")


def test_what_is_put_comes_back_and_is_sent_once(path: str) -> None:
    entries = Entries()
    service = entries.of(MAIN)
    assert large.put(service, DIGEST, path) == (True, True)
    assert b"".join(large.stream(service, DIGEST)) == CONTENT
    entries.calls.clear()
    assert large.put(service, DIGEST, path) == (True, False)
    assert [what for what, _ in entries.calls] == ["find"]


class Reserved(Service):
    """Somebody took each key and never sent anything."""

    def save(self, key: str, path: str) -> bool:
        return False


def test_a_key_that_is_only_taken_is_not_there(path: str) -> None:
    assert large.put(Reserved(Entries(), (MAIN,)), DIGEST, path) == (False, False)


def test_other_bytes_than_were_saved_are_an_error_at_their_end(path: str) -> None:
    service = Entries().of(MAIN)
    other = sha256(b"other").hexdigest()
    assert large.put(service, other, path) == (True, True)
    pieces = large.stream(service, other)
    assert next(pieces) == CONTENT[:1000]
    with pytest.raises(StoreError, match="not what was saved"):
        list(pieces)


def test_an_entry_that_is_gone_is_an_error() -> None:
    with pytest.raises(StoreError, match="no longer has it"):
        list(large.stream(Entries().of(MAIN), DIGEST))
