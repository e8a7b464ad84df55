"""What was answered goes into a bundle with its record, and back out of it: the next job asks nothing."""

from pathlib import Path

from ftaction.edge.bundle import Item
from ftaction.edge.disk import DiskStore
from ftaction.model.ending import Passed
from ftaction.model.record import Record
from ftaction.run.bundle import Added, Old, merge
from ftaction.run.records import dump, load
from tests.asking.scene import ITEMS, Scene, account, messages
from tests.run.test_merging import HERE, NOW, blob, bundle, names


def test_a_record_brings_its_answer(tmp_path: Path) -> None:
    answer, other = blob(b'{"answer": {}}'), blob(b"of nobody")
    content = dump(Record("check", "1" * 64, Passed(), 1.0, NOW, HERE, answer=answer.name[len("cas/") :]))
    record = Item(f"ac/{'1' * 64}", len(content), NOW, lambda: content)
    _, items = merge([Old("key", bundle(tmp_path, record, answer, other))], Added(), NOW, 10_000)
    assert names(items) == {record.name, answer.name}
    assert load(content) == Record("check", "1" * 64, Passed(), 1.0, NOW, HERE, answer=answer.name[len("cas/") :])


def test_answers_are_carried_from_one_job_to_the_next(scene: Scene, tmp_path: Path) -> None:
    """All that a store holds, through a bundle into another store."""
    first = scene.run()
    scene.calls()
    store = scene.rig.store()
    records, blobs = ([path for path in (scene.rig.store_folder / kind).rglob("*") if path.is_file()] for kind in ("ac", "cas"))
    items = [_item(f"ac/{path.name}", store.record(path.name) or b"") for path in records]
    items += [_item(f"cas/{path.name}", store.blob(path.name) or b"") for path in blobs]
    _, carried = merge([Old("key", bundle(tmp_path, *items))], Added(), NOW, 1 << 20)
    elsewhere = DiskStore(str(tmp_path / "elsewhere"))
    for item in carried:
        kind, _, name = item.name.partition("/")
        content = item.read() or b""
        assert elsewhere.put_record(name, content) if kind == "ac" else elsewhere.put_blob(content) == name
    scene.rig.store_folder = tmp_path / "elsewhere"
    second = scene.run()
    assert scene.calls() == []
    assert (account(second).remembered, messages(second)) == (len(ITEMS), messages(first))


def _item(name: str, content: bytes) -> Item:
    return Item(name, len(content), NOW, lambda: content)
