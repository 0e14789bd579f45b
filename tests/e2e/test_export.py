"""Stories of the auditor: what the running code wrote passes, and nothing altered does."""

import random
from pathlib import Path

import pytest

from chalicelib.services import acting, auditing
from chalicelib.services.errors import RefusedError
from chalicelib.terms import Direction, Kind, Role
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, World
from tools.export import export
from tools.verify_log import verify

FILES = ("entries.jsonl", "heads.jsonl")


def _a_busy_day(folder: Path) -> World:
    """Cases, refusals, readings, a failing carrier, an acknowledgement that lapsed, actions."""
    world = World()
    owner = world.client()
    danger = str(world.complain(DANGER_ZH, order="A1").body["case"])
    other = str(world.public(DANGER_EN, subject_id="D1").body["case"])
    plain = str(world.complain(ORDINARY).body["case"])
    world.channels.fail_next("throttled", permanent=False)
    world.fast_forward(4)
    world.acknowledge(danger)
    world.fast_forward(12)
    world.act(danger)
    world.complain(DANGER_EN, order="A1")
    world.say(plain, world.vendor(), text="a specialist will call back", kind=Kind.REPLY)
    world.say(danger, owner, text="on our way", kind=Kind.REPLY, direction=Direction.OUTBOUND)
    for role in (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR):
        with pytest.raises(RefusedError):
            acting.acknowledge(world.parts, world.vendor(role), other)
    auditing.chain(world.parts, owner, danger, 0, 100)
    world.fast_forward(45)
    export(world.ledger, folder, world.clock, world.start - 86_400_000)
    return world


def test_the_log_of_a_busy_day_holds(tmp_path: Path) -> None:
    """Bytes, chains, states and deadlines of everything the code wrote."""
    world = _a_busy_day(tmp_path)
    report = verify(tmp_path, as_of=world.clock.now())
    assert report.exit_code == 0, report.findings


def test_no_altered_log_of_that_day_passes(tmp_path: Path) -> None:
    """A thousand times: a byte flipped, or a line removed, doubled or moved."""
    world = _a_busy_day(tmp_path)
    honest = {name: (tmp_path / name).read_bytes() for name in FILES}
    dice = random.Random(1_808_24)
    for number in range(1000):
        name = dice.choice(FILES)
        altered = _altered(honest[name], dice)
        if altered == honest[name]:
            continue
        (tmp_path / name).write_bytes(altered)
        assert verify(tmp_path, as_of=world.clock.now()).exit_code != 0, (number, name)
        (tmp_path / name).write_bytes(honest[name])


def _altered(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    change = dice.randrange(4)
    if change == 0:
        place = dice.randrange(len(data))
        return data[:place] + bytes([data[place] ^ dice.randrange(1, 256)]) + data[place + 1 :]
    taken = lines.pop(at) if change != 2 else lines[at]
    if change != 1:
        lines.insert(dice.randrange(len(lines) + 1), taken)
    return b"".join(lines)
