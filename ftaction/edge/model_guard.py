"""Ends what commands of a model left running where the process that asks is killed before it could: it can't be told, so a child of its own watches.

The child lives in a session of its own, so what ends the asking process's group does not end it, and reads from a pipe until its other end is gone.
"""

import os
import signal
from contextlib import suppress

_PIECE = 4096


class Guard:
    """Process groups that are to end with this process. To be made before there are threads."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        if os.fork() == 0:
            try:
                os.setsid()
                os.close(self._writing)
                watch(reading)
            finally:
                os._exit(0)
        os.close(reading)

    def begun(self, group: int) -> None:
        """From now on it ends with this process."""
        self._tell(b"+%d\n" % group)

    def ended(self, group: int) -> None:
        """It did by itself; its number may be another's now."""
        self._tell(b"-%d\n" % group)

    def close(self) -> None:
        """Nothing is to be watched any more: what is still there is ended."""
        os.close(self._writing)

    def _tell(self, line: bytes) -> None:
        with suppress(OSError):  # it was ended: then there is no guard, and nothing else is different
            os.write(self._writing, line)


def watch(reading: int) -> None:
    """Until the other end of the pipe is gone; then everything ends that began and did not end."""
    said = b""
    while piece := os.read(reading, _PIECE):
        said += piece
    groups: dict[bytes, None] = {}
    for line in said.split(b"\n")[:-1]:
        if line.startswith(b"+"):
            groups[line[1:]] = None
        else:
            groups.pop(line[1:], None)
    for group in groups:
        with suppress(OSError):
            os.killpg(int(group), signal.SIGKILL)
