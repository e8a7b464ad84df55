"""Another user of the machine, where we may be one."""

import os
import subprocess
import sys

from ftaction.edge.machine import Identity

NOBODY = Identity(65534, 65534)


def others_can_run() -> bool:
    """Whether we may start processes as another user, and he can reach this interpreter."""
    if os.geteuid() != 0:
        return False
    try:
        return subprocess.run([sys.executable, "-c", ""], user=NOBODY.user, check=False).returncode == 0
    except OSError:
        return False
