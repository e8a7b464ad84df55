"""Processes that are not ours to wait for."""

import os
import select

from tests.support.gates import PATIENCE


def ends(pid: int) -> bool:
    """Whether this process has ended, or does soon; a dead one that nobody waited for counts as ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], PATIENCE)[0])
    finally:
        os.close(descriptor)


def of_session(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                state, _, _, own = file.read().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(own) == session and state not in "ZX":
            found.append(int(name))
    return found
