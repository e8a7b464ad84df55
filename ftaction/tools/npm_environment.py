"""The names that npm sets for a script, from facts about the npm that would have run it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import dirname, join

_OLD = ["10.5", "10.7", "10.8", "10.9", "11.0", "11.3"]
_NEW = ["11.4", "11.5", "11.6", "11.7", "11.8", "11.10", "11.12", "11.15"]
# What differs between versions, compared with one release of each of these (Node 20); any other npm runs its scripts itself.
_VERSIONS: dict[str, tuple[str, dict[str, str]]] = {  # npm_command of `npm run`, further names
    **dict.fromkeys(_OLD, ("run-script", {})),
    **dict.fromkeys(_NEW, ("run", {})),
    "11.19": ("run", {"npm_config_allow_scripts": ""}),
}
_OTHER_CI = re.compile(  # names by which npm tells a service apart in npm_config_user_agent; GitHub's alone is handled
    r"AGOLA|ALPIC|AC_APPCIRCLE|APPVEYOR|CODEBUILD|TF_BUILD|bamboo_|BITBUCKET|BITRISE|BUDDY|BUILDKITE|CIRCLE|CIRRUS|CF_|WORKERS_CI|"
    r"CM_BUILD|CI_NAME|DRONE|DSARI|EARTHLY|EAS_|GERRIT|GITEA|GITLAB|GO_PIPELINE|BUILDER_OUTPUT|HARNESS|HUDSON|JENKINS|BUILD_ID|LAYERCI|"
    r"MAGNUM|NETLIFY|NEVERCODE|PROW|RELEASE_BUILD|RENDER|SAILCI|SCREWDRIVER|SEMAPHORE|STRIDER|TASK_ID|TEAMCITY|TRAVIS|VELA|NOW_BUILDER|"
    r"VERCEL|APPCENTER|CI_XCODE|XCS|WOODPECKER|FORGEJO"
)
_MOVES_PREFIX = ("PREFIX", "DESTDIR")
_SWITCHES = {
    "fund": True,
    "audit": True,
    "update-notifier": True,
    "yes": None,
    "omit-lockfile-registry-resolved": False,
    "save-exact": False,
}
_TEXTS = frozenset({"cafile", "nodedir"})
_NAME = re.compile(r"(@[\w.-]+/)?[\w.-]+")
_VERSION = re.compile(r"\d+\.\d+\.\d+(-[\w.-]+)?")
_KEY = re.compile(r"[\w.@/-]+")
_BIN = re.compile(r"(\./)?[\w-][\w.-]*(/[\w-][\w.-]*)*")
_EXACT = 2**53  # JavaScript holds whole numbers exactly up to here


@dataclass(frozen=True, slots=True, kw_only=True)
class Npm:
    """Facts that are had without starting npm.

    `program` is the real path of `npm` on PATH (`…/npm/bin/npm-cli.js`; a launcher of another kind has no facts), `version` stands in
    the package.json two folders above it. `node` is the real path of the `node` on PATH, `node_version` what it says of itself
    (`v20.20.2`), `platform` Node's two words (`linux x64`). `prefix` is two folders above `node`, as npm derives it. `settings` are the
    texts of the npmrc files beside npm, in `<prefix>/etc` and in the home folder, None for each that is not there.
    """

    program: str
    version: str
    node: str
    node_version: str
    platform: str
    settings: tuple[str | None, ...] = ()

    @property
    def folder(self) -> str:
        return dirname(dirname(self.program))

    @property
    def prefix(self) -> str:
        return dirname(dirname(self.node))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """npm's local prefix, the folder of the package whose script runs, and whether that is a workspace of the former."""

    local: str
    package: str
    in_workspace: bool


def run_environment(npm: Npm, prefix: Prefix, started_in: str, command: str, environment: Mapping[str, str]) -> dict[str, str] | None:
    """What npm sets whatever the package says; None where the environment could make it set something else."""
    known = _VERSIONS.get(".".join(npm.version.split(".")[:2]))
    home, path = environment.get("HOME"), environment.get("PATH")
    agent = _agent(npm, prefix, environment)
    if known is None or not home or not path or agent is None or not npm.program.endswith("/bin/npm-cli.js") or _is_unsure(environment):
        return None
    run, further = known
    return {
        **further,
        "COLOR": "0",
        "EDITOR": environment.get("EDITOR") or environment.get("VISUAL") or "vi",
        "INIT_CWD": started_in,
        "NODE": npm.node,
        "PATH": ":".join((*_bins(prefix.package), f"{npm.folder}/node_modules/@npmcli/run-script/lib/node-gyp-bin", path)),
        "npm_command": run if command == "run" else command,
        "npm_config_cache": f"{home}/.npm",
        "npm_config_global_prefix": npm.prefix,
        "npm_config_globalconfig": join(npm.prefix, "etc/npmrc"),
        "npm_config_init_module": f"{home}/.npm-init.js",
        "npm_config_local_prefix": prefix.local,
        "npm_config_node_gyp": f"{npm.folder}/node_modules/node-gyp/bin/node-gyp.js",
        "npm_config_noproxy": "",
        "npm_config_npm_version": npm.version,
        "npm_config_prefix": npm.prefix,
        "npm_config_user_agent": agent,
        "npm_config_userconfig": f"{home}/.npmrc",
        "npm_execpath": npm.program,
        "npm_node_execpath": npm.node,
        "npm_package_json": join(prefix.package, "package.json"),
    }


def settings_environment(texts: tuple[str | None, ...]) -> dict[str, str] | None:
    """What npm's configuration files add: later ones win. None where they hold a setting that is not known to be harmless."""
    found: dict[str, str] = {}
    for text in texts:
        for line in (text or "").splitlines():
            stripped = line.strip()
            key, _, value = (part.strip() for part in stripped.partition("="))
            if not stripped or stripped[0] in "#;" or stripped[0] in "/@_":  # comments; scopes and logins, which no script sees
                continue
            name = f"npm_config_{key.replace('-', '_')}"
            if key in _SWITCHES and value in ("true", "false"):
                found.pop(name, None)
                if (value == "true") is not _SWITCHES[key]:
                    found[name] = "true" if value == "true" else ""
            elif key in _TEXTS and re.fullmatch(r"[\w./-]+", value):
                found[name] = value
            else:
                return None
    return found


def package_environment(package: dict[str, object]) -> dict[str, str] | None:
    """`npm_package_*` from the fields that npm hands on; None where npm would have normalised one of them."""
    name, version = package.get("name"), package.get("version")
    if not isinstance(name, str) or not isinstance(version, str) or not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return None
    bins = _normal_bins(name, package.get("bin", {}))
    engines, config = package.get("engines", {}), package.get("config", {})
    if bins is None or not isinstance(engines, dict) or not isinstance(config, dict) or "directories" in package:
        return None
    found: dict[str, str] = {}
    fields: dict[str, object] = {"name": name, "version": version, "config": config, "engines": engines, "bin": bins}
    return found if _flatten(fields, "npm_package_", found) else None


def _agent(npm: Npm, prefix: Prefix, environment: Mapping[str, str]) -> str | None:
    said = f"npm/{npm.version} node/{npm.node_version} {npm.platform} workspaces/{str(prefix.in_workspace).lower()}"
    if "GITHUB_ACTIONS" not in environment:
        return said
    return f"{said} ci/github-actions" if not {"GITHUB_SERVER_URL", "RUNNER_ENVIRONMENT"} & environment.keys() else None


def _is_unsure(environment: Mapping[str, str]) -> bool:
    return any(
        name.lower().startswith("npm_") or name in _MOVES_PREFIX or (name.lower() == "path" and name != "PATH") or _OTHER_CI.match(name) for name in environment
    ) or environment.get("NODE", "").startswith("/app/.heroku")


def _bins(folder: str) -> list[str]:
    found = [join(folder, "node_modules/.bin")]
    while folder != "/":
        folder = dirname(folder)
        found.append(join(folder, "node_modules/.bin"))
    return found


def _normal_bins(name: str, bins: object) -> dict[str, str] | None:
    named = {name.rsplit("/", 1)[-1]: bins} if isinstance(bins, str) else bins
    if not isinstance(named, dict) or any("/" in key or not isinstance(path, str) or not _BIN.fullmatch(path) for key, path in named.items()):
        return None
    return {key: path.removeprefix("./") for key, path in named.items()}


def _flatten(values: dict[str, object], prefix: str, found: dict[str, str]) -> bool:
    """Nested fields as one name each, written as JavaScript writes them; False where that is not certain."""
    for key, given in values.items():
        value = given
        if not _KEY.fullmatch(key):
            return False
        if isinstance(value, list):
            value = {str(at): item for at, item in enumerate(value)}
        if isinstance(value, dict):
            if not _flatten({f"{key}_{inner}": item for inner, item in value.items()}, prefix, found):
                return False
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) > _EXACT):
            return False
        else:
            found[prefix + key] = "" if value is None or value is False else "true" if value is True else str(value)
    return True
