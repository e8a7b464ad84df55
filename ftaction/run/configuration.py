"""The configuration a run obeys: a file at the repository's root, or what is found from the repository's files."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from ftaction.edge.disk import DiskStore
from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.check import Config

_NAMES = (".firsttry.yml", ".firsttry.yaml", ".firsttry.json")


class Found(NamedTuple):
    """A configuration and, where it was found from the repository's files, why each check is in it."""

    config: Config
    because: Mapping[str, str]


def find(repository: Repository, named: str | None, store: DiskStore | None) -> Found:
    """From the file that was named, the one that is there, or none. Raises `Stop`."""
    path = named or _only_one(repository.root)
    if path is None:
        return _detected(repository)
    text = repository.read(path)
    if text is None:
        raise Stop(f"{path} can't be read", "Name a file from the root of the repository; it may not be a link.")
    return Found(config=_parsed(text, path, store), because={})


def write(repository: Repository) -> str:
    """Write what was found; its name. Raises `Stop` where there is a configuration already: it is never overwritten."""
    from ftaction.tools.detect import detect, init_text

    if (there := _only_one(repository.root)) is not None:
        raise Stop(f"{there} is there already", "Move it away to have one written anew.")
    detected = detect(list(repository.snapshot().files), repository.read)
    if not detected.checks:
        raise Stop("no check was found in this repository", "Write `.firsttry.yml` by hand: `ftaction schema` says what it may hold.")
    text = init_text(detected)
    path = f"{repository.root}/{_NAMES[0]}"
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Stop(f"{path} can't be written: {error.strerror}", "") from error
    return _NAMES[0]


def _only_one(root: str) -> str | None:
    there = [name for name in _NAMES if os.path.lexists(f"{root}/{name}")]
    if len(there) > 1:
        raise Stop(f"there are {' and '.join(there)}", "Keep one of them.")
    return there[0] if there else None


def _detected(repository: Repository) -> Found:
    from ftaction.tools.detect import detect

    detected = detect(list(repository.snapshot().files), repository.read)
    return Found(config=detected.config(), because=detected.because)


def _parsed(text: str, path: str, store: DiskStore | None) -> Config:
    """A text is read once: what it means is kept under its digest, so that a warm run needs no YAML parser and no table of keys."""
    import json
    from hashlib import sha256

    from ftaction import __version__
    from ftaction.plan.kept import from_data, to_data

    key = sha256(f"configuration {__version__} {path}\n{text}".encode("utf-8", "surrogateescape")).hexdigest()
    kept = store.record(key) if store else None
    if kept is not None:
        try:
            return from_data(json.loads(kept))
        except (KeyError, TypeError, ValueError):
            pass  # of another make: read the text again
    from ftaction.plan.config import read_config
    from ftaction.plan.document import parse
    from ftaction.tools import NAMES, agents, findings

    config = read_config(parse(text, path), NAMES, findings.NAMES, agents.AGENTS)
    if store:
        store.put_record(key, json.dumps(to_data(config)).encode())
    return config
