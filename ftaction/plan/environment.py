"""What a check may see of the environment, and what of that counts in its fingerprint.

A check sees a base environment, what its tool reads, and what its `env` names. Everything it sees counts, but for names that only
say where things live or who is asking: what stands there counts by itself, as programs and packages.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

RESERVED_ENV = frozenset((
    "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RESULTS_URL", "ACTIONS_CACHE_URL",
    "FTACTION_SHARED_TOKEN", "FTACTION_SHARED_KEYS", "FTACTION_SIGNING_KEY",
    "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
))  # fmt: skip
"""What could write the cache, sign as the repository or speak to its collector of traces is never handed to a check."""

PLACES = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP", "XDG_*", "VIRTUAL_ENV", "CONDA_PREFIX", "PYENV_ROOT",
    "UV_CACHE_DIR", "UV_PROJECT_ENVIRONMENT", "PIP_CACHE_DIR", "NVM_DIR", "VOLTA_HOME", "FNM_DIR", "COREPACK_HOME", "PNPM_HOME",
    "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "CARGO_HOME", "RUSTUP_HOME", "JAVA_HOME", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_*_DIR", "DOCKER_HOST",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "PIP_CERT", "GIT_SSL_CAINFO",
)  # fmt: skip
"""Seen, not counted."""

COUNTED = (
    "LANG", "LANGUAGE", "LC_*", "TZ", "CI", "SOURCE_DATE_EPOCH",
    "PYENV_VERSION", "RBENV_VERSION", "NODENV_VERSION", "ASDF_*_VERSION", "MISE_*_VERSION", "PROTO_*_VERSION", "RUSTUP_TOOLCHAIN",
)  # fmt: skip
"""Seen by every check, and counted."""

GO = ("GO111MODULE", "GOAMD64", "GOARCH", "GOARM*", "GODEBUG", "GOEXPERIMENT", "GOFLAGS", "GOMAXPROCS", "GOOS", "GOTMPDIR", "GOTOOLCHAIN", "GOWORK")
"""By name: `GO*` would take in the keys of `GOOGLE_…`."""

ANY_TOOL = (
    "PYTHONPATH", "PYTHONWARNINGS", "PYTHONHASHSEED", "PYTHONDEVMODE", "PYTHONUTF8", "PYTHONOPTIMIZE", "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED", "PYTEST_*", "NODE_*", *GO, "CGO_*", "RUST*", "CARGO_*", "JAVA_*", "MAKEFLAGS",
)  # fmt: skip
"""Seen and counted where the tool is not known, for it may call any."""

SECRET_VALUES = (
    "*TOKEN*", "*SECRET*", "*PASSWORD*", "*PASSWD*", "*CREDENTIAL*", "*AUTH", "*AUTH_*", "*AUTHORIZ*", "*AUTHENTIC*",
    "*API_KEY*", "*PRIVATE_KEY*", "*SIGNING?KEY*", "*SHARED?KEYS",
)  # fmt: skip
"""What stands there is never told."""

SECRET = (*SECRET_VALUES, "ACTIONS_*", "GITHUB_*", "INPUT_*")
"""Seen only where `env` names them."""


def visible(environment: Mapping[str, str], declared: Iterable[str], tool: Iterable[str] | None) -> dict[str, str]:
    """What a check sees. `tool`: the globs of the names its tool reads, None where the tool is not known."""
    given = (*PLACES, *COUNTED, *(ANY_TOOL if tool is None else tool))
    declared = tuple(declared)
    return {
        name: value
        for name, value in environment.items()
        if not reserved(name) and (_named(name, declared) or (_named(name, given) and not _named(name, SECRET)))
    }


def reserved(name: str) -> bool:
    """What no check may see even where `env` names it: the configuration is the pull request's own."""
    return name in RESERVED_ENV or name.startswith("INPUT_")


def counted(seen: Mapping[str, str], declared: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What of that counts. A name that `env` states in full counts also where it is not set."""
    declared = tuple(declared)
    pairs = {name: value for name, value in seen.items() if _named(name, declared) or not _named(name, PLACES)}
    missing = {name: "\0not set" for name in declared if not _has_wildcard(name) and name not in seen}
    return tuple(sorted((pairs | missing).items()))


def is_secret(name: str) -> bool:
    """Whether a variable of this name likely holds what must not be told."""
    return name in RESERVED_ENV or _named(name, SECRET_VALUES)


def secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Values that must not stand in anything stored or told, longest first."""
    long_enough = 6
    hidden = [value for name, value in environment.items() if is_secret(name)]
    values = {part for value in hidden for part in (value, *value.splitlines()) if len(part) >= long_enough}  # a key has lines, and a log may show some
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def _named(name: str, globs: tuple[str, ...]) -> bool:
    exact, prefixes, patterns = _sorted(globs)
    return name in exact or name.startswith(prefixes) or any(fnmatchcase(name, pattern) for pattern in patterns)


@lru_cache(maxsize=256)
def _sorted(globs: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Plain names, beginnings (`XDG_*`) and the rest: hundreds of names are asked, and most globs need no pattern."""
    exact = frozenset(glob for glob in globs if not _has_wildcard(glob))
    prefixes = tuple(glob[:-1] for glob in globs if glob.endswith("*") and not _has_wildcard(glob[:-1]))
    return exact, prefixes, tuple(glob for glob in globs if glob not in exact and glob[:-1] not in prefixes)


def _has_wildcard(name: str) -> bool:
    return "*" in name or "?" in name or "[" in name
