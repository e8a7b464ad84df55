"""What a run of pytest is given to be watched from inside, and what is read of it afterwards. docs/within.md says how it works.

A folder for each run, which the check's own user can read, and write below `out` and `pytest`:
`job.json` what to leave out and what first · `root` the repository · `pytest/` what the environment lets pytest find ·
`python/` what the Pythons that tests start find · `out/` what each process wrote, one file each.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ftaction.model.trace import Trace
from ftaction.plan.traces import parse
from ftaction.plan.tracing import merged

LARGEST, MOST, ALL = 256 << 20, 50_000, 1 << 30
"""Bytes of one file, number of files, bytes of all: far above what the suites of black, networkx and packaging write (7 MB at most)."""

METADATA = "Metadata-Version: 2.1\nName: firsttry-pytest\nVersion: 1\n"
ENTRY_POINT = "[pytest11]\nfirsttry = firsttry_plugin:plugin\n"
PLUGIN = '"""PYTEST_DONT_REWRITE"""\n\nimport firsttry_pytest\n\nplugin = firsttry_pytest.begin()\n'
CHILD = """\
import os
import sys

folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "pytest")
sys.path.insert(0, folder)
try:
    import firsttry_pytest
finally:
    sys.path.remove(folder)
firsttry_pytest.follow()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of a suite is to run, and in which order. What is on no list runs.

    `skip`: ids of tests to leave out. `skip_files`: files, from the root, that are not even collected. `first`: ids, and files
    from the root, before all others. `closely`: ids of tests that are to be watched more closely.
    """

    skip: frozenset[str] = frozenset()
    skip_files: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    closely: tuple[str, ...] = ()


def prepare(folder: Path, *, root: Path, environment: Mapping[str, str], selection: Selection) -> dict[str, str]:
    """Fills an empty folder; the names and values to run the check with on top of `environment`, which is the one it would have had.

    The way in is a distribution on PYTHONPATH with an entry point, not `-p` in PYTEST_ADDOPTS: where a command sets PYTHONPATH anew or
    starts Python with -E, the suite runs unwatched, while `-p` would end it with an error.
    """
    import json

    here = folder.resolve()
    for name in ("out", "pytest/firsttry_pytest-1.dist-info", "python"):
        (here / name).mkdir(parents=True)
    job = {"root": str(root.resolve()), "out": str(here / "out"), "skip": sorted(selection.skip), "skip_files": sorted(selection.skip_files)}
    texts = {
        "job.json": json.dumps({**job, "first": selection.first, "closely": selection.closely}),
        "root": job["root"],
        "pytest/firsttry_pytest.py": files("ftaction.within").joinpath("firsttry_pytest.py").read_text(encoding="utf-8"),
        "pytest/firsttry_plugin.py": PLUGIN,
        "pytest/firsttry_pytest-1.dist-info/METADATA": METADATA,
        "pytest/firsttry_pytest-1.dist-info/entry_points.txt": ENTRY_POINT,
        "python/sitecustomize.py": CHILD,
    }
    for name, text in texts.items():
        (here / name).write_text(str(text), encoding="utf-8")
    _spare_compiling(here / "pytest" / "firsttry_pytest.py")
    before = environment.get("PYTHONPATH")
    return {"PYTHONPATH": str(here / "pytest") + (os.pathsep + before if before else "")}


def _spare_compiling(copy: Path) -> None:
    """A suite in a Python of our version need not compile the file: that takes 20 ms and more, of suites that may take a second.

    Any other Python does not look at this file, or sees by its first bytes that it is not for it.
    """
    import marshal
    from importlib.machinery import SourceFileLoader
    from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash

    source = copy.read_bytes()
    code = SourceFileLoader("firsttry_pytest", str(files("ftaction.within").joinpath("firsttry_pytest.py"))).get_code("firsttry_pytest")
    compiled = Path(cache_from_source(str(copy)))
    compiled.parent.mkdir()
    compiled.write_bytes(MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(source) + marshal.dumps(code))  # 1: goes by the hash, unchecked


def collect(folder: Path) -> Trace | str:
    """All that the processes of one run wrote, as one; or why there is nothing to be had."""
    out = folder / "out"
    try:
        written = {path.name: path for path in _plain_files(out)}
        whole = {name[:-5]: path for name, path in written.items() if name.endswith(".json")}
        if len(whole) > MOST or sum(path.stat().st_size for path in whole.values()) > ALL:
            return "the run's processes wrote more than is read"
        started = {name[:-8] for name in written if name.endswith(".started")}
        if not started:
            return "no pytest of the run could be watched"
        reports = {token: parse(_read(path)) for token, path in sorted(whole.items())}
        return merged(reports, started)
    except (OSError, ValueError) as error:
        return f"what the run's processes wrote can't be read: {error}"


def _plain_files(folder: Path) -> Iterable[Path]:
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False)]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"{path.name} is too large")
    return content
