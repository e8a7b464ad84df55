"""A run's own folder outlives the tidying of the runs beside it."""

from pathlib import Path

from ftaction.model.check import Check
from tests.properties.workshop import Workshop


def test_the_folder_of_a_run_that_goes_on_is_kept(tmp_path: Path) -> None:
    """Thirty begin within a second or two, and none of them has ended: this process is theirs."""
    shop = Workshop(tmp_path)
    shop.write("input", "1\n")
    worlds = [shop.world() for _ in range(30)]
    assert all(Path(world.folder).is_dir() for world in worlds)
    assert shop.run({"one": Check(name="one", run="true")}).green


def test_the_folders_of_ended_runs_go_but_for_the_newest(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("input", "1\n")
    here = Path(shop.world().folder)
    ended = [here.parent / f"firsttry-20200101-0000{number:02}-{1 << 30}-00" for number in range(30)]
    for folder in ended:
        folder.mkdir()
    new = Path(shop.world().folder)
    assert {folder.name for folder in here.parent.iterdir()} == {here.name, new.name, *(folder.name for folder in ended[-18:])}
