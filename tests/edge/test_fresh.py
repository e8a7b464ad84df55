"""Folders for unpacking: many made at once, though each that is made clears what nobody holds."""

import os
import threading

from ftaction.edge.fresh import fresh_folder
from tests.support.repository import TestRepository

THREADS, ROUNDS = 4, 150


def test_whoever_clears_beside_it_takes_no_folder_that_is_in_use(repository: TestRepository) -> None:
    """Between being made and being held a folder looks as if a killed run had left it."""
    wrong: list[str] = []

    def use() -> None:
        for _ in range(ROUNDS):
            try:
                with fresh_folder(str(repository.root), None) as (path, held):
                    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=held))
                    assert os.listdir(path) == ["file"]
            except Exception as error:  # noqa: BLE001  # told in the main thread
                wrong.append(repr(error))

    threads = [threading.Thread(target=use) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [name for name in os.listdir(repository.root / ".git") if "ftaction" in name] == []
