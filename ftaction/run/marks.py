"""Skips that turned out to be wrong: a mark for each name whose memory is not believed until somebody says so.

A mark is a record like any other, under a name of its own, so it goes wherever records go, and of several the newest counts. One more,
of the repository as a whole, says that there are marks at all: a run in a repository without any looks for nothing else.
"""

from hashlib import sha256

from ftaction.model.check import Check
from ftaction.model.doors import Store
from ftaction.model.ending import Failed, Passed
from ftaction.model.record import Record, Tally
from ftaction.run.records import dump, load


class Marks:
    """`scope`: the repository. A name is whatever a skip is of; see `plan/audit.py` for that of a check."""

    def __init__(self, store: Store, scope: str) -> None:
        self._store = store
        self._scope = scope
        self._any: bool | None = None

    def there(self) -> bool:
        """Whether there was ever one."""
        if self._any is None:
            self._any = self._read("") is not None
        return self._any

    def find(self, name: str) -> Record | None:
        """Who found that a skip was wrong; None where nobody did, or it was cleared since."""
        record = self._read(name) if self.there() else None
        return None if record is None or isinstance(record.ending, Passed) else record

    def of(self, check: Check) -> Record | None:
        """The same of a check."""
        from ftaction.plan.audit import named  # imported where used: mostly there is no mark

        return self.find(named(check))

    def of_tests(self, check: Check) -> Record | None:
        """Who found that leaving out tests of a check was wrong."""
        from ftaction.plan.audit import named_within

        return self.find(named_within(check)) if self.there() else None

    def put(self, name: str, record: Record) -> None:
        """From now on its memory is not believed. `record`: the run that came to something else than the skip would have said."""
        wrong = record._replace(ending=Failed(0)) if isinstance(record.ending, Passed) else record
        for one in ("", name):
            self._write(one, wrong)
        self._any = True

    def clear(self, name: str, record: Record) -> None:
        """It counts again. `record`: says who wants it so, and when."""
        self._write(name, record._replace(ending=Passed()))

    def _read(self, name: str) -> Record | None:
        content = self._store.near(self._key(name))
        return load(content) if content is not None else None

    def _write(self, name: str, record: Record) -> None:
        bare = record._replace(
            fingerprint=self._key(name), flaky=False, head="", inputs="", log="", outputs="", patch="", patched=(), tally=Tally(), seconds=0.0,
            tests="", left_out=0, troubles=(),
        )  # fmt: skip
        self._store.put_record(bare.fingerprint, dump(bare))

    def _key(self, name: str) -> str:
        return sha256(f"distrust\n{self._scope}\n{name}".encode("utf-8", "surrogateescape")).hexdigest()
