"""Reading a command's options: the few questions that the modules of this package ask."""

from collections.abc import Callable

from ftaction.model.check import Stage
from ftaction.model.tool import Words


def has(words: Words, *options: str) -> bool:
    """Whether one of the options is given, as a word of its own or with `=value`. Words after `--` are not options."""
    return any(word in options or word.partition("=")[0] in options for word in options_of(words))


def has_short(words: Words, letter: str) -> bool:
    """Whether `-K` or `-Kvalue` is given for that letter."""
    return any(word.startswith(f"-{letter}") for word in options_of(words))


def options_of(words: Words) -> Words:
    """The words up to `--`, without the command's name."""
    return words[1 : words.index("--")] if "--" in words else words[1:]


def verb(words: Words) -> str:
    """The first word that is no option: `run` in `golangci-lint run`. Empty when there is none."""
    return next((word for word in options_of(words) if not word.startswith("-")), "")


def plain(words: Words) -> Words:
    """The words after the command's name that are no options."""
    return tuple(word for word in options_of(words) if not word.startswith("-"))


def always(stage: Stage) -> Callable[[Words], Stage]:
    """For a tool whose checks all run in one place."""
    return lambda _words: stage


def writes_with(*options: str) -> Callable[[Words], Stage]:
    """For a tool that only reads unless one of these is given."""
    return lambda words: Stage.MUTATING if has(words, *options) else Stage.FAST


def writes_without(*options: str) -> Callable[[Words], Stage]:
    """For a formatter that writes unless one of these is given."""
    return lambda words: Stage.FAST if has(words, *options) else Stage.MUTATING


def share_by(option: str, *said: str) -> Callable[[Words, int], Words]:
    """Adds `option` + number at the end, unless the command gives one of `said`, or passes words on after `--`."""

    def share(words: Words, slots: int) -> Words:
        return () if "--" in words or has(words, *said) else (f"{option}{slots}",)

    return share
