"""A command worker: it writes down what it was given, and prints what the behaviour that its folder names makes of it.

`worker.py FOLDER MODEL`. `FOLDER/behaviour` is a name of `behaviours.py`, or `hang PIPE`: begin, say so there, and never answer.
"""

import json
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

from tests.asking import behaviours
from tests.models.answers import items


def main(folder: str, model: str) -> None:
    given = sys.stdin.buffer.read()
    prompt = given.decode()
    told = {"prompt": prompt, "model": model, "folder": os.getcwd(), "there": os.listdir(), "environment": dict(os.environ), "pid": os.getpid()}
    _write(folder, json.dumps(told))
    name, _, pipe = Path(f"{folder}/behaviour").read_text().partition(" ")
    if name == "hang" and any(item == behaviours.BAD for _, item, _ in items(prompt)):
        _hang(pipe)
    behave: behaviours.Behaviour = getattr(behaviours, "good" if name == "hang" else name)
    sys.stdout.write(behave(items(prompt), "could not be used" in prompt))


def _write(folder: str, text: str) -> None:
    """Under the next free number, whole or not at all."""
    mine = Path(f"{folder}/calls/.{os.getpid()}")
    mine.write_text(text)
    number = 1
    while True:
        try:
            os.link(mine, f"{folder}/calls/{number}")
            break
        except FileExistsError:
            number += 1
    mine.unlink()


def _hang(pipe: str) -> None:
    """With a child that hangs too; neither minds being asked to end."""
    if os.fork() == 0:
        os.close(1)
    with open(pipe, "w") as file:
        file.write(f"{os.getpid()}\n")
    while True:
        __import__("signal").pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
