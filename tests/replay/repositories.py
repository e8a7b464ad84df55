"""What is known of the repositories that are replayed."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository; the fields are those of `repositories.toml`. `source` is a path or URL that git can clone."""

    name: str
    source: str
    head: str = "HEAD"
    python: str = "3.13"
    install: tuple[str, ...] = ("-e", ".", "pytest")
    tests: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    without: tuple[str, ...] = field(default=())

    @property
    def arguments(self) -> tuple[str, ...]:
        """Of pytest: the suite, without the tests that are known to say nothing."""
        return (*self.tests, *(word for test in self.without for word in ("--deselect", test)))


FILE = Path(__file__).with_name("repositories.toml")


def known(file: Path = FILE) -> dict[str, Repository]:
    """Every repository of the file by its name."""
    return {name: _repository(name, entry) for name, entry in tomllib.loads(file.read_text()).items()}


def named(word: str, source: str = "") -> Repository:
    """By the name of a known one, or by the path or URL of any clone; the last part of a path says which known one it is a clone of."""
    repositories = known()
    if word in repositories:
        return _from(repositories[word], source)
    last = [part for part in word.removesuffix(".git").replace("+", "/").split("/") if part not in ("", ".", "repo", ".git")]
    name = last[-1] if last else "repository"
    if name in repositories:
        return _from(repositories[name], word)
    return Repository(name=name, source=word)


def _from(known: Repository, source: str) -> Repository:
    values = {name: getattr(known, name) for name in Repository.__slots__}
    return Repository(**{**values, "source": source or known.source})


def _repository(name: str, entry: dict[str, object]) -> Repository:
    texts = {key: str(value) for key, value in entry.items() if key in ("head", "python")}
    lists = {key: tuple(map(str, value)) for key, value in entry.items() if isinstance(value, list)}
    unknown = entry.keys() - set(Repository.__slots__) - {"place"}
    if unknown:
        raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not a field")
    return Repository(name=name, source=f"https://github.com/{entry['place']}", **texts, **lists)  # type: ignore[arg-type]  # fields checked above
