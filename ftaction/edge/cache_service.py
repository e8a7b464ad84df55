"""Which cache service this job has, and what it may do there.

A container action is never told ACTIONS_CACHE_SERVICE_V2, so the host decides, as @actions/cache does where it has no flag
(internal/config.ts), and where the address of version 2 turns out to know nothing of it, version 1 is asked: act and some other runners
set ACTIONS_RESULTS_URL for artifacts only.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from ftaction.model.doors import CacheService, Hit

if TYPE_CHECKING:
    from ftaction.edge.way import Way

Result = TypeVar("Result")

VERSION = "aecd0303aff2a98639c52ea91f8275d3b07474ebdeb018b7ed562afb5118b548"
"""Of our own entries, SHA-256 of `firsttry 1`: the service finds no entry of another version. It keeps ours apart from those of @actions/cache."""

_MODES = {"none": (False, False), "read": (True, False), "write-only": (False, True)}  # read, write; any other word permits both


class Choice(NamedTuple):
    """Addresses to try, version 2 first; empty ones are not tried. `reason`: why there is none."""

    v2: str = ""
    v1: str = ""
    readable: bool = True
    writable: bool = True
    reason: str = ""


class Found(NamedTuple):
    """The job's service, or why it has none."""

    service: CacheService | None
    reason: str = ""


def choose(variables: Mapping[str, str], cache_url: str = "") -> Choice:
    """From the environment of a job, and the address that the user gave, which goes before all."""
    readable, writable = _MODES.get(variables.get("ACTIONS_CACHE_MODE", "").strip().lower(), (True, True))
    if not readable and not writable:
        return Choice(reason="the workflow switched the cache off (cache-mode: none)")
    named = cache_url.strip()
    if named:
        if not _origin(named):
            return Choice(reason="the given address of a cache service is no http address")
        return Choice(v2=named, v1=named, readable=readable, writable=writable)
    results, cache = variables.get("ACTIONS_RESULTS_URL", ""), variables.get("ACTIONS_CACHE_URL", "")
    if _is_enterprise_server(variables.get("GITHUB_SERVER_URL", "")):
        v2, v1 = "", cache or results
    else:
        v2, v1 = (_origin(results) if variables.get("ACTIONS_RUNTIME_TOKEN") else ""), cache
    v1 = v1 if _origin(v1) else ""
    if v2 or v1:
        return Choice(v2=v2, v1=v1, readable=readable, writable=writable)
    return Choice(reason=_nothing(results, cache))


def cache_service(
    variables: Mapping[str, str],
    cache_url: str = "",
    *,
    version: str = VERSION,
    mask: Callable[[str], None],
    way: "Callable[[], Way] | None" = None,
) -> Found:
    """`way`: for tests, another one than the usual."""
    choice = choose(variables, cache_url)
    if choice.reason:
        return Found(None, choice.reason)
    from ftaction.edge.cache_v1 import CacheV1
    from ftaction.edge.cache_v2 import CacheV2

    used = way() if way else _usual(variables)
    token = variables.get("ACTIONS_RUNTIME_TOKEN", "")
    services: list[CacheService] = []
    if choice.v2:
        services.append(CacheV2(base=choice.v2, token=token, version=version, way=used, mask=mask))
    if choice.v1:
        services.append(CacheV1(base=choice.v1, token=token, version=version, way=used, mask=mask))
    return Found(Permitted(tuple(services), readable=choice.readable, writable=choice.writable))


class Permitted:
    """The first of `services` that is there; asked only for what the job may, and not again for what was refused once."""

    def __init__(self, services: tuple[CacheService, ...], *, readable: bool, writable: bool) -> None:
        self._services = services
        self._may = (readable, writable)
        self._no_reading = "" if readable else "this job may not read the cache (cache-mode)"
        self._no_writing = "" if writable else "this job may not write the cache (cache-mode)"

    @property
    def readable(self) -> bool:
        """Whether it makes sense to look for something."""
        return not self._no_reading

    @property
    def writable(self) -> bool:
        """Whether it makes sense to prepare something for saving."""
        return not self._no_writing

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        """Nothing, where the job may not read. What was refused once is not asked again: it raises the same sentence."""
        from ftaction.edge.retry import RefusedError

        if not self._may[0]:
            return None
        if self._no_reading:
            raise RefusedError(self._no_reading)
        try:
            return self._on_the_first(lambda service: service.find(key, prefixes))
        except RefusedError as error:
            self._no_reading = str(error)
            raise

    def download(self, hit: Hit) -> Iterator[bytes]:
        return self._services[0].download(hit)

    def save(self, key: str, path: str) -> bool:
        """Raises the same sentence for all that follows a refusal."""
        from ftaction.edge.retry import RefusedError

        if self._no_writing:
            raise RefusedError(self._no_writing)
        try:
            return self._on_the_first(lambda service: service.save(key, path))
        except RefusedError as error:
            self._no_writing = str(error)
            raise

    def _on_the_first(self, call: Callable[[CacheService], Result]) -> Result:
        from ftaction.edge.cache_v2 import NotThereError

        while True:
            services = self._services
            try:
                return call(services[0])
            except NotThereError:
                if len(services) == 1:
                    raise
                self._services = services[1:]


def _usual(variables: Mapping[str, str]) -> "Way":
    from ftaction.edge.retry import Backoff
    from ftaction.edge.way import Way
    from ftaction.edge.web import Web

    return Way(Web("the cache service", variables), Backoff())


def _is_enterprise_server(address: str) -> bool:
    """GitHub's own hosts are github.com, *.ghe.com and *.localhost; all others know version 1 only."""
    try:
        host = urlsplit(address or "https://github.com").hostname or ""
    except ValueError:
        host = ""
    return host != "github.com" and not host.endswith((".ghe.com", ".localhost"))


def _origin(address: str) -> str:
    """Without path, which @actions/cache drops too; empty for what is no http address."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if usable else ""


def _nothing(results: str, cache: str) -> str:
    if results and _origin(results) and not cache:
        return "this job has no token for the cache service (ACTIONS_RUNTIME_TOKEN)"
    if results or cache:
        return "the address of the cache service is no http address (ACTIONS_RESULTS_URL, ACTIONS_CACHE_URL)"
    return "this job has no cache service (neither ACTIONS_RESULTS_URL nor ACTIONS_CACHE_URL is set)"
