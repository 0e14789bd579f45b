"""How the emulator is started, without starting it."""

import os
import tempfile
from pathlib import Path

import pytest

from tools.local import emulator
from tools.local.emulator import Emulator, EmulatorError, environment, stop_orphan
from tools.local.home import Home
from tools.local.ports import listen


def test_the_emulator_hears_nothing_of_the_developers_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No profile, no key, no endpoint and no Python path of this shell gets in."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONPATH", "SERVICES"):
        monkeypatch.setenv(name, "leak")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    found = environment(tmp_path, str(tmp_path), 4571)
    assert "leak" not in found.values()
    assert found["AWS_ACCESS_KEY_ID"] == "test"
    assert found["BIND_HOST"] == "127.0.0.1"
    assert (found["AUTH"], found["IOT_MTLS_ENABLED"]) == ("true", "0")
    assert str(tmp_path) in found["STATE_DIR"]


def test_queues_keep_their_addresses_when_the_port_changes(tmp_path: Path) -> None:
    """Their addresses are part of the state; only the endpoint follows the port."""
    one, two = (environment(tmp_path, "s", port) for port in (4571, 4572))
    assert one.pop("AWS_ENDPOINT_URL") != two.pop("AWS_ENDPOINT_URL")
    assert one == two


def test_another_process_with_an_old_id_is_left_alone(tmp_path: Path) -> None:
    """Ids are used again: what is not an emulator is not stopped; its old scratch is removed."""
    home, left = Home(tmp_path / "home"), tmp_path / "scratch"
    left.mkdir()
    home.write("emulator.json", {"pid": os.getpid(), "scratch": str(left)})
    stop_orphan(home)
    assert not left.exists()


def test_workers_unpack_in_memory_only_where_programs_may_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is not there, or has no room, gives way to the usual temporary one."""
    monkeypatch.setattr(emulator, "MEMORY", str(tmp_path))
    monkeypatch.setattr(emulator, "SCRATCH_BYTES", 0)
    assert Path(emulator.scratch()).parent == tmp_path
    monkeypatch.setattr(emulator, "SCRATCH_BYTES", 2**80)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "usual"))
    (tmp_path / "usual").mkdir()
    assert Path(emulator.scratch()).parent == tmp_path / "usual"
    monkeypatch.setattr(emulator, "MEMORY", str(tmp_path / "absent"))
    assert Path(emulator.scratch()).parent == tmp_path / "usual"


def test_what_was_not_started_needs_no_stopping(tmp_path: Path) -> None:
    """Stopping is safe at any time; asking for the process is an error."""
    made = Emulator(Home(tmp_path), listen(0))
    assert made.stop()
    assert not made.alive
    with pytest.raises(EmulatorError):
        _ = made.pid
