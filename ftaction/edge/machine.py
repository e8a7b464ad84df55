"""The machine: how much of it we may use, who owns the files, and what it is."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple


class Identity(NamedTuple):
    """The user that checks and git run as. None of it is set where we stay who we are."""

    user: int
    group: int


def owner_of(root: str) -> Identity | None:
    """The workspace's owner where we are root and he is not; so no check runs as root on GitHub's runners."""
    stat = os.stat(root)
    if os.geteuid() != 0 or stat.st_uid == 0:
        return None
    return Identity(stat.st_uid, stat.st_uid if stat.st_gid in (0, *_engine_group()) else stat.st_gid)


def _engine_group() -> tuple[int, ...]:
    """The group that may talk to the Docker engine, and so could read our environment or become root: no check is in it."""
    try:
        return (os.stat("/var/run/docker.sock").st_gid,)
    except OSError:
        return ()


def to_be_made(folder: str) -> tuple[str, ...]:
    """The folder, which is absolute, and those above it that are not there yet."""
    made = [folder]
    while not os.path.isdir(parent := os.path.dirname(made[-1])):
        made.append(parent)
    return tuple(made)


def keep_for_us(folder: str) -> str:
    """Nobody else may reach into this folder while checks run. A path of it that stays its own, whatever the owner of those above renames."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)  # open until we end
    os.fchown(descriptor, os.geteuid(), os.getegid())
    os.fchmod(descriptor, 0o700)
    held = f"/proc/self/fd/{descriptor}"
    return held if os.path.isdir(held) else folder


def hand_over(folders: Iterable[str], identity: Identity) -> None:
    """Give what we made to the workspace's owner, so that a runner that is not root can clean it up.

    By open folders, not by paths: what the owner already has he may replace by a link while we walk. What goes meanwhile is no matter.
    """
    for folder in filter(os.path.isdir, folders):
        for _, names, files, here in os.fwalk(folder):
            os.fchown(here, identity.user, identity.group)
            for name in (*names, *files):
                with suppress(FileNotFoundError):
                    os.chown(name, identity.user, identity.group, dir_fd=here, follow_symlinks=False)


def move_files(source: str, target: str, identity: Identity) -> str:
    """Copy a folder's own files as this user, who may have put anything in the target's place, and remove it. What went wrong, in a sentence."""
    import shutil
    import subprocess

    files = [entry.path for entry in os.scandir(source) if entry.is_file(follow_symlinks=False)]
    copied = subprocess.run(
        ["/bin/sh", "-c", 'mkdir -p -- "$0" && cp -- "$@" "$0"', target, *files],
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath}, user=identity.user, group=identity.group, extra_groups=[],
    )  # fmt: skip
    if copied.returncode:
        return f"{target} can't be written; the files are in {source}"
    shutil.rmtree(source, ignore_errors=True)
    return ""


def end_the_rest() -> None:
    """End what checks left running, where all other processes are theirs: in a container whose first process we are."""
    import signal

    if os.getpid() != 1:
        return
    with suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with suppress(ChildProcessError):  # all of them are our children now
        while True:
            os.wait()


def home_for(identity: Identity, home: str, fallback: str) -> str:
    """A home folder that this user owns: the one given, or a new one."""
    if os.path.isdir(home) and os.stat(home).st_uid == identity.user:
        return home
    os.makedirs(fallback, mode=0o700, exist_ok=True)
    os.chown(fallback, identity.user, identity.group)
    return fallback


def cpus(cgroups: str = "/sys/fs/cgroup") -> int:
    """The CPUs this process may use: affinity, cut by the cgroup's quota (v2 `cpu.max`, v1 `cpu.cfs_quota_us`), at least 1."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, period = _cgroup_quota(cgroups)
    return max(1, min(count, -(-quota // period))) if quota > 0 and period > 0 else count


def _cgroup_quota(cgroups: str) -> tuple[int, int]:
    try:
        quota, period = _first_line(f"{cgroups}/cpu.max").split()
        return (0, 0) if quota == "max" else (int(quota), int(period))
    except (OSError, ValueError):
        pass
    try:
        folder = f"{cgroups}/cpu"
        return int(_first_line(f"{folder}/cpu.cfs_quota_us")), int(_first_line(f"{folder}/cpu.cfs_period_us"))
    except (OSError, ValueError):
        return 0, 0


def platform() -> tuple[tuple[str, str], ...]:
    """What of this machine a check's outcome may depend on. The kernel's release is left out: it changes without meaning."""
    system = os.uname()
    libc = os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in getattr(os, "confstr_names", {}) else ""
    try:
        with open("/etc/os-release") as file:
            release = " ".join(sorted(line.strip() for line in file if line.startswith(("ID=", "VERSION_ID="))))
    except OSError:
        release = system.release if system.sysname == "Darwin" else ""
    return (
        ("system", f"{system.sysname} {system.machine}"),
        ("release", release),
        ("libc", libc or ""),
        ("image", os.environ.get("FTACTION_IMAGE", "")),
    )


def lives(pid: str) -> bool:
    """Whether a process of this number is there; it may be another one by now."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def make_unreadable() -> None:
    """Keep checks of the same user from reading our memory and environment in /proc (prctl(2), PR_SET_DUMPABLE)."""
    import ctypes

    pr_set_dumpable = 4
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(pr_set_dumpable, 0, 0, 0, 0)


def _first_line(path: str) -> str:
    with open(path) as file:
        return file.readline()
