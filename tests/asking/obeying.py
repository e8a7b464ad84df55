"""A worker for tests of attacks: it does whatever it reads anywhere in a prompt, and otherwise finds everything fine.

`OBEY: reply TEXT` says just that. `OBEY: raw "TEXT"` too, escapes read as JSON has them. `OBEY: answer ID JSON` answers so about an item,
`OBEY: add JSON` adds any row, `OBEY: much COUNT` says so many characters, `OBEY: key` tells its key as an answer and then as an error,
`OBEY: stay` leaves a process behind that holds its output open.
"""

import json
import os
import re
import subprocess
import sys
import time

_ORDER = re.compile(r"OBEY: (\w+) ?([^\n]*)")


def main() -> None:
    prompt = sys.stdin.buffer.read().decode("utf-8", "replace")
    with open(f"{sys.argv[1]}/{time.time_ns()}-{os.getpid()}", "w", encoding="utf-8", newline="") as file:
        file.write(prompt)
    with open(f"{sys.argv[1]}.words", "w", encoding="utf-8") as file:
        json.dump(sys.argv[2:], file)
    answers: dict[int, object] = {int(number): {"text": "fine"} for number in re.findall(r"^<<<item (\d+) ", prompt, re.MULTILINE)} or {1: {"text": "fine"}}
    more: list[object] = []
    said: list[str] = []
    for word, rest in _ORDER.findall(prompt):
        _obey(word, rest, answers, more, said)
    rows = [*({"id": number, "answer": answer} for number, answer in answers.items()), *more]
    sys.stdout.buffer.write(("".join(said) or json.dumps(rows)).encode("utf-8", "surrogatepass"))
    sys.stdout.flush()


def _obey(word: str, rest: str, answers: dict[int, object], more: list[object], said: list[str]) -> None:
    match word:
        case "reply":
            said.append(rest)
        case "raw":
            said.append(str(_json(rest)))
        case "answer":
            number, _, text = rest.partition(" ")
            answers[int(number)] = _json(text)
        case "add":
            more.append(_json(rest))
        case "much":
            said.append("x" * int(rest))
        case "key":
            said.append(json.dumps([{"id": 1, "answer": {"text": f"the key is {os.environ['HOUSE_API_KEY']}"}}]) if rest == "answer" else "no JSON")
            if rest == "error":
                sys.stderr.write(f"bad key {os.environ['HOUSE_API_KEY']}\n")
                sys.exit(3)
        case "stay":
            left = subprocess.Popen(["sleep", "600"], start_new_session=rest == "apart")
            with open(f"{sys.argv[1]}.left", "w", encoding="utf-8") as file:
                file.write(str(left.pid))


def _json(text: str) -> object:
    """The first value; what stands in an answer that was handed on has its quotes escaped."""
    for tried in (text, text.replace('\\"', '"')):
        try:
            return json.JSONDecoder().raw_decode(tried)[0]
        except ValueError:
            continue
    return text


if __name__ == "__main__":
    main()
