"""Programs that only choose another: the shims of pyenv, rbenv, nodenv, asdf, mise, volta and proto, and rustup's proxies.

A shim's bytes never change. What it starts depends on version files from the working folder upwards, on the manager's own settings, and
on what is installed; so all of that counts: every installed program of the name, not only the one that the manager would choose today.
Layouts: https://github.com/pyenv/pyenv#understanding-shims, https://asdf-vm.com/manage/core.html, https://mise.jdx.dev/dev-tools/shims.html,
https://docs.volta.sh/advanced/installers, https://rust-lang.github.io/rustup/concepts/proxies.html
"""

import os
from collections.abc import Callable, Iterable, Iterator
from glob import escape, glob

_VERSION_FILES = (
    ".python-version", ".ruby-version", ".node-version", ".nvmrc", ".tool-versions", "mise.toml", ".mise.toml", ".config/mise.toml",
    ".prototools", "package.json", "rust-toolchain", "rust-toolchain.toml",
)  # fmt: skip
_INSTALLED = {
    "shims": ("versions/*/bin", "installs/*/*/bin", "tools/*/*/bin", "tools/*/*"),
    ".volta/bin": ("tools/image/*/*/bin", "tools/image/packages/*/bin"),
    ".cargo/bin": ("toolchains/*/bin",),
}
_SETTINGS = ("version", "tools/user/platform.json", "settings.toml", "config.toml")

Manager = tuple[str, tuple[str, ...]]  # a manager's folder, and where below it programs are installed
Settings = tuple[tuple[str, str], ...]  # names and paths of files that choose a version


def manager(program: str) -> Manager | None:
    """Whose shim this is; None for a program that is itself."""
    folder = os.path.dirname(os.path.abspath(program))
    for ending, places in _INSTALLED.items():
        if folder.endswith(f"/{ending}"):
            home = folder.removesuffix(f"/{ending}")
            if ending == ".cargo/bin":
                return (f"{home}/.rustup", places) if os.path.exists(f"{folder}/rustup") else None
            return (f"{home}/.volta" if ending == ".volta/bin" else home), places
    return None


def installed(name: str, found: Manager) -> list[str]:
    """Every program of this name that the manager could start."""
    folder, places = found
    return sorted(path for place in places for path in glob(f"{escape(folder)}/{place}/{escape(name)}") if os.path.isfile(path))


def chosen(programs: list[str], found: Manager, texts: Iterable[str]) -> list[str]:
    """Those of `programs` whose version is named by a text that chooses one, in full or by its beginning (`3.12` for `3.12.1`).

    Only for managers that keep `versions/NAME/bin`, whose files name versions and nothing else; where none is named, all of them.
    """
    names = {word for text in texts for word in text.split()}
    folder = f"{found[0]}/versions/"
    versions = {program: program.removeprefix(folder).partition("/")[0] for program in programs if program.startswith(folder)}
    named = [program for program, version in versions.items() if any(version == name or version.startswith(f"{name}.") for name in names)]
    return named if named and len(versions) == len(programs) else programs


def settings(found: Manager, working_directory: str, here: Callable[[str], Settings]) -> Settings:
    """The files that choose a version: the manager's, the user's, from this folder up to the file system's root. `here`: `version_files`, asked once."""
    home = os.path.expanduser("~")
    own = (*(f"{found[0]}/{name}" for name in _SETTINGS), f"{home}/.tool-versions", f"{home}/.config/mise/config.toml", f"{home}/.prototools")
    return (*_there(own), *(setting for folder in upwards(working_directory) for setting in here(folder)))


def version_files(folder: str) -> Settings:
    """Those of one folder."""
    return _there(f"{folder}/{name}" for name in _VERSION_FILES)


def _there(paths: Iterable[str]) -> Settings:
    return tuple((os.path.basename(path), path) for path in paths if os.path.isfile(path))


def upwards(folder: str) -> Iterator[str]:
    """The folder itself and all above it."""
    folder = os.path.normpath(folder)
    while folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)
