"""A repository behind HTTP, and checkouts of it as workflows make them: at depth 1, by commit, the rest to be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.changes.scene import Host
from tests.support.git_server import GitServer, bare

ADDRESS = "https://github.com/example/repository"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """`host`: where commits are made. `address`: where the checkouts are told to fetch from, in place of GitHub."""

    host: Host
    address: str

    def checked_out(self, commit: str) -> Path:
        """What `actions/checkout` leaves, without asking for more than it does."""
        clone = self.host.checked_out(commit)
        clone.git("remote", "set-url", "origin", ADDRESS)
        clone.git("config", f"url.{self.address}.insteadOf", ADDRESS)
        return clone.root


@contextmanager
def serving(host: Host) -> Iterator[Hosted]:
    """On loopback, which jobs under act share with this machine. All commits must be there by now."""
    served = host.folder / "served"
    bare(host.work.root, served / "repository.git")
    with GitServer(served) as server:
        yield Hosted(host=host, address=f"{server.address}/repository.git")
