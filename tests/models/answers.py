"""What a model says where nobody says what it should: one answer for every item that the prompt holds."""

import hashlib
import json
import re

from tests.models.speech import Call, Reply

_ITEM = re.compile(
    r"^<<<item (?P<number>\d+) (?P<name>\"(?:[^\"\\\n]|\\.)*\") (?P<key>[0-9a-f]{16})\n(?P<content>.*?)\n?^(?P=key)>>>$", re.MULTILINE | re.DOTALL
)


def items(prompt: str) -> list[tuple[int, str, str]]:
    """Number, name and content of each, as they stand in their fences."""
    return [(int(one["number"]), json.loads(one["name"]), one["content"]) for one in _ITEM.finditer(prompt)]


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def usual(call: Call) -> Reply:
    """The digest of every item's content, which a test can compute too."""
    return Reply(json.dumps([{"id": number, "answer": {"text": digest(content)}} for number, _, content in items(call.prompt)]))
