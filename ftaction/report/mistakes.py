"""What stops a run, in words: for a terminal and as annotations."""

from ftaction.errors import ConfigError, Mistake, Stop
from ftaction.report import words
from ftaction.report.commands import command


def error_lines(error: Stop) -> list[str]:
    """What, where, why, and what to do; all mistakes of a configuration at once."""
    lines = [f"ftaction: {words.printable(error.message)}"]
    if isinstance(error, ConfigError):
        lines += [f"  {_place(mistake)}: {_message(mistake)}" for mistake in error.mistakes]
    return lines + [f"  {words.printable(line)}" for line in error.hint.split("\n") if line]


def error_commands(error: Stop) -> list[str]:
    """The same as annotations on their lines."""
    if isinstance(error, ConfigError) and error.mistakes:
        return [
            command("error", _message(mistake), file=mistake.file, line=mistake.line, col=mistake.column, title="FirstTry configuration")
            for mistake in error.mistakes
        ]
    lines = [words.printable(line) for line in f"{error.message}\n{error.hint}".split("\n") if line]
    return [command("error", "\n".join(lines), title="FirstTry")]


def _place(mistake: Mistake) -> str:
    return f"{mistake.file}:{mistake.line}:{mistake.column}" if mistake.line else mistake.file


def _message(mistake: Mistake) -> str:
    text = f" (here: {words.printable(mistake.text)})" if mistake.text and mistake.text not in mistake.message else ""
    nearest = f" Did you mean `{words.printable(mistake.nearest)}`?" if mistake.nearest else ""
    return f"{words.printable(mistake.message)}{text}.{nearest}"
