"""What the local run keeps."""

from pathlib import Path

import pytest

from tools.local.home import AlreadyRunningError, Home, NotRunningError


def test_what_is_kept_is_read_back_by_its_owner_alone(tmp_path: Path) -> None:
    """Secrets come back as they were, in a file that nobody else may read."""
    home = Home(tmp_path / "deep" / ".local")
    home.write("seeds.json", {"pins": {"owner": "017"}, "name": "林"})
    assert home.read("seeds.json") == {"pins": {"owner": "017"}, "name": "林"}
    assert (home.folder / "seeds.json").stat().st_mode & 0o077 == 0
    assert home.folder.stat().st_mode & 0o077 == 0


def test_writing_again_replaces(tmp_path: Path) -> None:
    """The newest value stands alone, even over the leavings of a crash."""
    home = Home(tmp_path)
    (tmp_path / ".a.json.new").write_text("half of a cra")
    home.write("a.json", {"n": 1})
    home.write("a.json", {"n": 2})
    assert home.read("a.json") == {"n": 2}


def test_nothing_kept_is_empty(tmp_path: Path) -> None:
    """A first start finds nothing, and forgetting nothing is no error."""
    home = Home(tmp_path)
    assert home.read("a.json") == {}
    home.forget("a.json")


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is told where the first one serves; afterwards the folder is free again."""
    home = Home(tmp_path)
    with home.claimed():
        home.write("running.json", {"base": "http://127.0.0.1:8787"})
        with pytest.raises(AlreadyRunningError, match="8787"), home.claimed():
            pass
    with home.claimed():
        pass


def test_tools_are_told_when_nothing_runs(tmp_path: Path) -> None:
    """``--local`` without a local run is an error, not an empty answer."""
    home = Home(tmp_path)
    with pytest.raises(NotRunningError):
        home.running()
    home.write("running.json", {"base": "b"})
    assert home.running() == {"base": "b"}
