"""The runner's own files while checks run: they belong to the checks' user, and what stands in them speaks to all later steps of the job.

A line in GITHUB_ENV gives the steps that follow, our own post step with its token among them, any variable: LD_PRELOAD, a proxy, a store.
The event says which branch is the default one. The runner reads what it finds under a name when the step has ended, also when that was
killed (actions/runner, `src/Runner.Worker/FileCommandManager.cs`). So the files become root's to write and remain everybody's to read, and
their folders root's with the sticky bit: whoever made a file may remove it, nobody else's name can be taken. A run that is killed leaves
them like this, and the runner's user can still read them and make those of the next step; the post step gives the folders back.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress

from ftaction.edge.machine import Identity, end_the_rest

_FILES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH")
_FOLDER = 0o1777
_FILE = 0o644


class Guard:
    """Holds what it took until `release`. Only for root, where checks are somebody else."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._held: list[tuple[int, os.stat_result]] = []
        for path, mode in dict(_paths(variables)).items():
            with suppress(OSError):  # not there, or of a file system where nothing can be given away
                self._take(path, mode)

    def _take(self, path: str, mode: int) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        before = os.fstat(descriptor)
        if before.st_uid == 0 or stat.S_ISDIR(before.st_mode) != (mode == _FOLDER):
            os.close(descriptor)
            return
        self._held.append((descriptor, before))
        os.fchown(descriptor, 0, 0)
        os.fchmod(descriptor, mode)

    def release(self) -> None:
        """Everything is again whose it was, and out of reach of whatever checks left running."""
        end_the_rest()
        for descriptor, before in self._held:
            with suppress(OSError):
                os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
            os.close(descriptor)
        self._held = []


def give_back(variables: Mapping[str, str], identity: Identity) -> None:
    """What a killed run left root's, so that a runner that is not root can clear it away. Only where the runner puts it into a container."""
    for folder in dict.fromkeys(path for path, mode in _paths(variables) if mode == _FOLDER and path.startswith("/github/")):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            if os.fstat(descriptor).st_uid == 0:
                os.fchown(descriptor, identity.user, identity.group)
                os.fchmod(descriptor, 0o755)
            os.close(descriptor)


def _paths(variables: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The temporary folder first: the others stand in it under another name too (`/github/runner_temp/_runner_file_commands`)."""
    if temporary := variables.get("RUNNER_TEMP", ""):
        yield temporary, _FOLDER
    files = [path for name in _FILES if (path := variables.get(name, ""))]
    yield from ((os.path.dirname(path), _FOLDER) for path in files)
    yield from ((path, _FILE) for path in files)
