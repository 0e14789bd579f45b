"""The verifier on whole exports: it passes the honest one and no altered one."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.audit import canonical
from tests.support.log_builder import AUDITOR, NOON, LogBuilder, believable, promise_kept
from tools import verify_log
from tools.verify_log import FASTEST, STANDARD, Codec, main, verify

FILES = ("entries.jsonl", "heads.jsonl", "manifest.json")
CODECS = [FASTEST, STANDARD]
SCRIPT = Path(verify_log.__file__)


@pytest.fixture
def log() -> LogBuilder:
    """A log with cases of every kind."""
    return LogBuilder()


@pytest.fixture
def export(log: LogBuilder, tmp_path: Path) -> Path:
    """That log, exported."""
    return log.write(tmp_path / "export", believable(log))


def as_of(folder: Path) -> int:
    """When the export was made."""
    moment: int = json.loads((folder / "manifest.json").read_bytes())["as_of_ms"]
    return moment


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_an_honest_export_holds(export: Path, codec: Codec) -> None:
    """Nothing is found, with orjson and without it, and no event of ours is unknown."""
    report = verify(export, codec=codec)
    assert (report.findings, report.exit_code, report.verdict) == ([], 0, "holds")
    assert (report.entries, report.chains) == (21, 7)
    assert report.unknown == {}


def test_an_unknown_event_is_only_counted(
    log: LogBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A newer release may tell of what this verifier has not heard of; it names it and goes on."""
    log.chain(f"reads#{AUDITOR.id}").add(NOON, AUDITOR, {"e": "moon.risen.v1"})
    assert main([str(log.write(tmp_path / "export", NOON))]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "note: 1 x event moon.risen.v1, which this verifier does not know",
        "holds: 1 entries in 1 chains",
    ]


def _flip(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ dice.randrange(1, 256)]) + data[at + 1 :]


def _remove(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    return b"".join(lines)


def _duplicate(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(dice.randrange(len(lines) + 1), dice.choice(lines))
    return b"".join(lines)


def _swap(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) == 1:
        return data[::-1]
    one, other = dice.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _truncate(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


MUTATIONS = [_flip, _flip, _flip, _remove, _duplicate, _swap, _truncate]


def test_a_thousand_random_alterations_are_each_caught(export: Path) -> None:
    """No flipped byte, and no line removed, repeated, swapped or cut off, passes; codecs agree.

    The auditor's own clock is given: the manifest's time is the one thing that nothing hashes.
    """
    dice = random.Random(20_180_824)
    honest = {name: (export / name).read_bytes() for name in FILES}
    moment = as_of(export)
    for number in range(1000):
        name = dice.choice(FILES)
        change: Callable[[bytes, random.Random], bytes] = dice.choice(MUTATIONS)
        altered = change(honest[name], dice)
        (export / name).write_bytes(altered)
        code = verify(export, as_of=moment).exit_code
        assert code, (number, name, change.__name__)
        if number % 5 == 0:
            slow = verify(export, as_of=moment, codec=STANDARD).exit_code
            assert slow == code, (number, name, change.__name__)
        (export / name).write_bytes(honest[name])
    assert verify(export, as_of=moment).exit_code == 0


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ending", [b"", b"\n\n", b"\r\n", b" \n", b"\n "])
def test_every_line_ends_with_one_newline(export: Path, name: str, ending: bytes) -> None:
    """Nothing hides in white space at the end of a file."""
    data = (export / name).read_bytes()
    (export / name).write_bytes(data[:-1] + ending)
    assert verify(export).exit_code == 1


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_empty_input_never_passes(export: Path, name: str) -> None:
    """It is incomplete, and says which."""
    (export / name).write_bytes(b"")
    assert verify(export).exit_code == 2
    (export / name).unlink()
    report = verify(export)
    assert report.exit_code == 2
    assert str(report.findings[0]) == f"INCOMPLETE {name}: is missing or empty"


def test_a_folder_that_is_not_there_is_incomplete(tmp_path: Path) -> None:
    """Nothing was proved."""
    assert verify(tmp_path / "nowhere").exit_code == 2


def test_a_file_that_cannot_be_read_is_incomplete(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the disk is not an error of the log."""

    def unreadable(_path: Path, _mode: str) -> None:
        raise OSError(5, "Input/output error", "heads.jsonl")

    monkeypatch.setattr(Path, "open", unreadable)
    report = verify(export)
    assert report.exit_code == 2
    assert "Input/output error" in str(report.findings[0])


def test_a_whole_chain_that_is_missing_is_incomplete(export: Path) -> None:
    """Its head is still there and has no chain, and fewer entries came than were promised."""
    path = export / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b"refusals#anonymous" not in line))
    report = verify(export)
    assert report.exit_code == 2
    assert "the head has no chain in the entries" in str(report.findings[0])


def test_a_missing_head_is_incomplete(export: Path) -> None:
    """A chain whose head was left out may have lost its tail."""
    path = export / "heads.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    report = verify(export)
    assert report.exit_code == 2
    assert "the chain has no head" in str(report.findings[0])


def test_a_receipt_finds_its_entry_or_is_a_finding(log: LogBuilder, export: Path) -> None:
    """A complaint that was deleted with its whole case shows by its receipt alone."""
    receipt = log.chains[0].entries[0].hash
    assert verify(export, receipts=[receipt]).exit_code == 0
    report = verify(export, receipts=[receipt, "0" * 64])
    assert report.exit_code == 1
    assert [finding.what for finding in report.findings] == [f"no entry has the receipt {'0' * 64}"]


def test_the_state_must_be_the_newest_post(log: LogBuilder, tmp_path: Path) -> None:
    """A case changed without an entry no longer hashes to what its newest entry says."""
    case = promise_kept(log)
    assert case.state
    case.state["tier"] = "S4"
    report = verify(log.write(tmp_path, NOON + 480_000))
    assert [finding.what for finding in report.findings] == [
        "the exported state does not hash to the newest `post`"
    ]


def test_a_state_where_none_belongs_is_found(log: LogBuilder, tmp_path: Path) -> None:
    """A chain that is not a case has no state, in its head as in its entries."""
    chain = log.chain("rosters")
    chain.add(NOON, AUDITOR, {"e": "roster.set.v1"})
    chain.state = {"clocks": {}}
    report = verify(log.write(tmp_path / "head", NOON))
    assert "the head has a state where" in report.findings[0].what
    chain.add(NOON, AUDITOR, {"e": "roster.set.v1"})
    report = verify(log.write(tmp_path / "entry", NOON))
    assert any("only a case's entries have a state" in f.what for f in report.findings)


def test_clocks_belong_to_cases(log: LogBuilder, tmp_path: Path) -> None:
    """A clock on another chain would escape every deadline."""
    log.chain("rosters").add(NOON, AUDITOR, {"e": "clocks.set.v1", "clocks": {"K4": 1}})
    report = verify(log.write(tmp_path, NOON))
    assert [finding.what for finding in report.findings] == ["holds clocks, which only a case has"]


@pytest.mark.parametrize(
    "name", ["", "cases#x", "case#cas_1", "refusals#anonymous#16", "rosters\u001b[2J"]
)
def test_an_unknown_kind_of_chain_is_refused(log: LogBuilder, tmp_path: Path, name: str) -> None:
    """A case renamed into something else would escape too; odd names never reach a terminal."""
    log.chain(name).add(NOON, AUDITOR, {"e": "roster.set.v1"})
    report = verify(log.write(tmp_path, NOON))
    assert report.exit_code == 1
    assert all(name not in str(finding) for finding in report.findings if name)


@pytest.mark.parametrize("kind", ["refusals", "reads"])
def test_the_fallback_contact_has_chains_too(log: LogBuilder, tmp_path: Path, kind: str) -> None:
    """The last resort is nobody of the registry, and still a chain may be about it."""
    log.chain(f"{kind}#fallback").add(NOON, AUDITOR, {"e": "refused.v1"})
    assert verify(log.write(tmp_path, NOON)).findings == []


def test_one_id_is_one_entry(log: LogBuilder, tmp_path: Path) -> None:
    """An entry's id used twice is found across chains, with both lines."""
    log.chain("credentials").add(NOON, AUDITOR, {"e": "credential.made.v1"})
    log.chain("rosters").add(NOON, AUDITOR, {"e": "roster.set.v1"})
    log.chains[0].number = log.chains[1].number = 7
    log.chains[0].entries.clear()
    log.chains[1].entries.clear()
    for chain in log.chains:
        chain.add(NOON, AUDITOR, {"e": "roster.set.v1"})
    report = verify(log.write(tmp_path, NOON))
    assert [str(finding) for finding in report.findings] == [
        "BROKEN entries.jsonl:2: rosters seq 1: has the id of line 1"
    ]


def test_the_moment_of_the_export_is_bounded(log: LogBuilder, export: Path) -> None:
    """It is no earlier than the newest entry and no later than the auditor's own clock."""
    moment = as_of(export)
    assert verify(export, as_of=moment - 1).exit_code == 1
    log.write(export, moment - 1)
    assert [finding.what for finding in verify(export).findings] == [
        "is from before the newest entry"
    ]


SHAPES = [
    ("v", 2),
    ("v", True),
    ("log", "other"),
    ("eid", "ent_1"),
    ("seq", "1"),
    ("seq", True),
    ("at_ms", -1),
    ("cause", {"kind": "rumour", "id": "1"}),
    ("cause", {"kind": "http"}),
    ("actor", {"t": "ghost", "id": "", "role": "", "org": ""}),
    ("actor", {"t": "person", "id": 1, "role": "", "org": ""}),
    ("code", "0.1.0"),
    ("events", []),
    ("events", [7]),
    ("events", [{"e": []}]),
    ("events", [{"e": "Case Opened"}]),
    ("events", [{"note": 1}]),
    ("state", {"pre": None, "post": "abc"}),
    ("pii", [{"f": "text", "sid": "vlt_1"}]),
    ("behalf", {"t": "person"}),
    ("extra", 1),
]


@pytest.mark.parametrize(("key", "value"), SHAPES)
def test_an_entry_of_another_shape_is_refused(export: Path, key: str, value: object) -> None:
    """Canonical bytes are not enough: every known key has its form, and there are no others."""
    path = export / "entries.jsonl"
    lines = path.read_bytes().splitlines()
    lines[0] = canonical.encode(canonical.decode(lines[0]) | {key: value})
    path.write_bytes(b"\n".join(lines) + b"\n")
    first = verify(export).findings[0]
    assert first.line == 1
    assert repr(key) in first.what or "keys" in first.what


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize(
    "value", ["1.5", "1e3", "9007199254740992", '{"钟":1}', "[" * 99 + "]" * 99, "NaN", '"\\ud800"']
)
def test_values_outside_the_profile_are_refused(export: Path, value: str, codec: Codec) -> None:
    """Both codecs refuse what another language might read differently, wherever it hides."""
    path = export / "entries.jsonl"
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"e":', b'"a":' + value.encode() + b',"e":', 1))
    assert verify(export, codec=codec).findings[0].line == 1


@pytest.mark.parametrize("name", ["heads.jsonl", "manifest.json"])
def test_a_head_or_manifest_of_another_shape_is_refused(export: Path, name: str) -> None:
    """They have their keys and no others."""
    path = export / name
    first, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(canonical.encode(canonical.decode(first) | {"x": 1}) + b"\n" + rest)
    assert any("does not have the shape" in f.what for f in verify(export).findings)


def test_only_the_first_findings_are_kept(
    export: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log that is wrong everywhere is counted in full and kept in part."""
    monkeypatch.setattr(verify_log, "FINDINGS_KEPT", 3)
    (export / "entries.jsonl").write_bytes(b"{}\n" * 50)
    report = verify(export)
    assert len(report.findings) == 3
    assert report.broken > 50
    assert main([str(export)]) == 1
    assert " more\n" in capsys.readouterr().out


def test_it_tells_people_and_machines(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each finding and a summary, or one JSON object."""
    assert main([str(export)]) == 0
    assert capsys.readouterr().out.splitlines() == ["holds: 21 entries in 7 chains"]
    path = export / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"vendor-a", b"vendor-b", 1))
    assert main([str(export), "--json", "--grace", "60"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["exit"], told["entries"]) == ("broken", 1, 21)
    assert "prev" in told["findings"][0]["what"]


def test_a_receipt_that_is_not_one_is_refused(export: Path) -> None:
    """A mistyped receipt is a usage error, with exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main([str(export), "--receipt", "abc"])
    assert caught.value.code == 2


def test_it_runs_alone_without_our_code_or_orjson(export: Path, tmp_path: Path) -> None:
    """A stranger copies the one file and runs it with nothing installed."""
    alone = tmp_path / "alone" / "check.py"
    alone.parent.mkdir()
    shutil.copy(SCRIPT, alone)
    command = [sys.executable, "-I", "-S", str(alone), str(export)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("holds: 21 entries in 7 chains\n")
