"""Which memory a run has, from the real environment: this machine's disk, and in a workflow the bundles of its cache service.

While a job runs and nobody named a store, what it proves lies in a folder of its own among the runner's temporary ones. It is gone when
the run has ended well; where the run was killed, the post step finds it and saves what is in it.
"""

import os
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from ftaction.edge import machine
from ftaction.edge.disk import DiskStore
from ftaction.edge.folders import STICKY
from ftaction.errors import Stop, StoreError
from ftaction.model.check import Cache
from ftaction.model.doors import Store
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Move
from ftaction.plan.trust import trusted

if TYPE_CHECKING:
    from ftaction.edge.github_caches import GitHubCaches
    from ftaction.run.across import Across, Seal  # imported where used: a laptop's run has no cache service

_KEEP = 10  # of the budget for all of memory, the share of a bundle: one part in so many
_LEFT = "ftaction-store-"
_STATES = ("bundle", "bundle-saved")


class Doors(NamedTuple):
    """What memory is made of. `event` started the workflow, `mask` hides a text in the log, `folder` is this run's own.

    `moving` is told, in any thread, what goes over the network.
    """

    variables: Mapping[str, str]
    event: Mapping[str, object]
    mask: Callable[[str], None]
    origin: Origin
    folder: str
    cache_url: str = ""
    moving: Callable[[Move], None] = lambda _move: None


def has_service(variables: Mapping[str, str], cache_url: str) -> bool:
    """Whether a workflow offers a cache service, as far as can be told without asking."""
    return bool(cache_url or variables.get("ACTIONS_RESULTS_URL") or variables.get("ACTIONS_CACHE_URL"))


def job_store(variables: Mapping[str, str], across: bool, identity: machine.Identity | None) -> str:
    """A new folder for what this run proves. `across`: it goes to the cache service in the end. Empty where the machine's own store will do.

    Where checks are somebody else, HOME is theirs, and what lies there an earlier step's check may have put there.
    """
    if variables.get("FTACTION_STORE"):
        return ""
    temporary = variables.get("RUNNER_TEMP", "")
    if across and os.path.isdir(temporary):
        return f"{temporary}/{_LEFT}{_job(variables)}-{os.urandom(4).hex()}"
    return f"{STICKY}/firsttry-store-{os.urandom(8).hex()}" if identity else ""


def memory(disk: DiskStore, doors: Doors, cache: Cache, in_workflow: bool) -> Store:
    """The disk alone, or all there is. Raises `Stop` for a key or an address that is none."""
    from ftaction.plan.sharing import given, sharing

    asked = given(doors.variables)
    share = sharing(cache, asked, doors.origin)
    if not share.address and not share.notes and not (in_workflow and has_service(doors.variables, doors.cache_url)):
        return disk
    from ftaction.run.layers import Layers
    from ftaction.run.share import open_shared

    shared, notes = open_shared(share, disk, doors.variables)
    across, why = _across(doors, cache) if in_workflow else (None, "")
    if across:
        across.start()
    return Layers(disk, across, shared, believed(doors.origin, cache), tuple(filter(None, (*notes, why))))


def believed(here: Origin, cache: Cache) -> Callable[[bytes], bool]:
    """Whether a record, as it stands in a store, is of an origin that counts here."""
    from ftaction.run.records import load

    def believable(content: bytes) -> bool:
        record = load(content)
        return record is not None and trusted(record.origin, here, cache.trust)

    return believable


def carry_on(store: Store, doors: Doors, interrupted: bool, left: str) -> dict[str, str]:
    """After the run: what the post step must know. Where none will come, or the folder `left` is not one that it looks for, its work is done at once."""
    if isinstance(store, DiskStore):
        return {}
    from ftaction.run.layers import Layers

    if not isinstance(store, Layers):
        return {}
    post_comes = _post_comes(doors.variables)
    if interrupted and not (post_comes and os.path.basename(left).startswith(_LEFT)):
        store.save()
    if post_comes:
        return {"bundle": store.saved, "bundle-saved": str(time.time())} if store.saved else {}
    store.settle(time.time())
    return {}


def post(doors: Doors, cache: Cache, identity: machine.Identity | None) -> tuple[str, ...]:
    """The post step: save what a killed run left, and bring bundles together that were saved at the same moment. Notes, a sentence each."""
    across, _ = _across(doors, cache)
    if across is None:
        return ()
    from ftaction.run.left_over import added

    key, saved = (doors.variables.get(f"STATE_{name}", "") for name in _STATES)
    for folder in _left_over(doors.variables) if identity else ():  # where checks are root, they can have made it
        import shutil

        key, saved = across.save(added(DiskStore(folder), across.upload)) or key, str(time.time())
        shutil.rmtree(folder, ignore_errors=True)
    across.settle(key, min(float(saved) if saved.replace(".", "", 1).isdecimal() else 0.0, time.time()))
    return across.notes


def github_caches(variables: Mapping[str, str], repository: str) -> "GitHubCaches":
    """What workflows of this repository saved. Raises `Stop`."""
    from ftaction.edge.github_caches import GitHubCaches

    token = variables.get("GITHUB_TOKEN") or variables.get("GH_TOKEN", "")
    if "/" not in repository or os.path.isabs(repository) or not token:
        raise Stop("GitHub can't be asked without a token and a repository", "Set GITHUB_TOKEN and, where no remote says it, GITHUB_REPOSITORY=owner/name.")
    return GitHubCaches(variables.get("GITHUB_API_URL") or "https://api.github.com", repository, token, variables)


def _across(doors: Doors, cache: Cache) -> tuple["Across | None", str]:
    """The cache service of this job, or why there is none where one was to be expected."""
    if not has_service(doors.variables, doors.cache_url):
        return None, ""
    from ftaction.edge.cache_service import cache_service
    from ftaction.plan.scopes import scopes
    from ftaction.run.across import Across, Surroundings

    found = cache_service(doors.variables, doors.cache_url, mask=doors.mask)
    if found.service is None:
        return None, f"nothing was restored and nothing will be saved: {found.reason}"
    try:
        seal = _seal(doors, cache)
    except StoreError as error:
        return None, f"nothing was restored and nothing will be saved: {error}"
    around = Surroundings(
        here=doors.origin, platform=_platform(), folder=doors.folder, budget=cache.budget // _KEEP, seal=seal,
        now=time.time, clock=time.monotonic, sleep=time.sleep, moving=doors.moving,
    )  # fmt: skip
    return Across(found.service, scopes(doors.variables, doors.event, doors.origin, cache.trust), around), ""


def _seal(doors: Doors, cache: Cache) -> "Seal":
    """Where keys are known, what a protected branch proved counts only with their signature; only such a branch signs. Raises `Stop`, `StoreError`."""
    from ftaction.plan.sharing import given
    from ftaction.run.across import Seal

    asked = given(doors.variables)
    keys = asked.keys or cache.keys
    signing = asked.signing_key if doors.origin.kind is OriginKind.PROTECTED else ""
    if not keys and not signing:
        return Seal()
    from ftaction.edge.signing import Signer, Verifier

    signer = Signer(signing, "FTACTION_SIGNING_KEY, or the input `signing-key`,") if signing else None
    verifier = Verifier(keys, "a key of `shared-keys`", signer)
    return Seal(verify=verifier.verify, sign=signer.sign if signer else None, required=True)


def _left_over(variables: Mapping[str, str]) -> list[str]:
    """Folders that only root can have made, of earlier steps of this very job: nobody else can have written there."""
    temporary = variables.get("RUNNER_TEMP", "")
    found = [entry for entry in os.scandir(temporary) if entry.name.startswith(f"{_LEFT}{_job(variables)}-")] if os.path.isdir(temporary) else []
    ours = [entry for entry in found if entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == 0]
    return [entry.path for entry in ours if entry.stat(follow_symlinks=False).st_mode & 0o77 == 0]


def _job(variables: Mapping[str, str]) -> str:
    names = ("GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB", "RUNNER_NAME")
    return sha256("\0".join(variables.get(name, "") for name in names).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _post_comes(variables: Mapping[str, str]) -> bool:
    """act, and the runners of Gitea and Forgejo, which are made of it, hand no state to the post step of a container action."""
    return not any(variables.get(name) == "true" for name in ("ACT", "GITEA_ACTIONS", "FORGEJO_ACTIONS"))


def _platform() -> str:
    system = os.uname()
    return f"{system.sysname}-{system.machine}".lower()
