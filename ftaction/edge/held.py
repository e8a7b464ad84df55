"""The folder of a store, while a run of root's uses it and checks are somebody else: theirs before and after, ours meanwhile."""

import os
import subprocess
from contextlib import suppress

from ftaction.edge import machine

_PARTS = ("ac", "cas", "history", "digests", "runs")


class Held:
    """`folder` is a path of it that stays its own, whatever becomes of `path`."""

    def __init__(self, path: str, identity: machine.Identity) -> None:
        self._path = path
        self._identity = identity
        self._made = machine.to_be_made(path)[1:]
        self.folder = machine.keep_for_us(path)

    def give_back(self) -> str:
        """Everything in it is the checks' user's, and it stands under its path again. What went wrong, in a sentence."""
        machine.hand_over([f"{self.folder}/{part}" for part in _PARTS], self._identity)
        os.chown(self.folder, self._identity.user, self._identity.group)
        for folder in self._made:
            with suppress(OSError):  # gone meanwhile
                os.lchown(folder, self._identity.user, self._identity.group)
        return self._put_back()

    def _put_back(self) -> str:
        """A check may have moved it away and put one of its own in its place. As that user, so that a path of his leads nowhere he could not go."""
        with suppress(OSError):
            if os.path.samestat(os.stat(self.folder), os.stat(self._path, follow_symlinks=False)):
                return ""
        back = subprocess.run(
            ["/bin/sh", "-c", 'rm -rf -- "$1" && mv -T -- "$0" "$1"', os.path.realpath(self.folder), self._path],
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath}, user=self._identity.user, group=self._identity.group, extra_groups=[],
        )  # fmt: skip
        return f"a check moved the store away; what stands at {self._path} is its own" if back.returncode else ""
