"""Cold import of the app against its heaviest libraries alone: ``python -m tools.bench.start``.

Fresh interpreters, one after the other in turn, so that whatever else the machine does falls on
all of them.  The app's time is the import of ``app`` with all that it makes on the way.  What it
puts off until a complaint comes (a client, pydantic's models, the vault, the rulebook) is
shown beside it, so that nothing gets faster by being hidden, and held to no limit.  The last line
is JSON:
``{"app_ms", "baseline_ms", "ratio", "limit"}``.  Exit 1 above the limit.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
LIMIT = 1.6

_DUMMY = {
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL")
_TIMED = """
import time
start = time.perf_counter()
{code}
print((time.perf_counter() - start) * 1_000)
"""
PROGRAMS = {
    "baseline": 'import chalice, pydantic, boto3\nboto3.client("dynamodb")',
    "app": "import app",
    "app and what waits": (
        "import app, chalicelib.web.complaints, chalicelib.aws.vault, chalicelib.judging.promises\n"
        "from chalicelib.aws.clients import Clients\nClients().dynamodb\n"
        "from chalicelib.bundle import load_bundle\n"
        "from chalicelib.judging.rulebook import Rulebook\nRulebook.from_bundle(load_bundle())"
    ),
}


def main() -> int:
    """The command; 1 when the app starts too slowly."""
    for program in PROGRAMS:
        run(program)  # compiles what is not compiled yet
    times: dict[str, list[float]] = {program: [] for program in PROGRAMS}
    for _ in range(ROUNDS):
        for program, measured in times.items():
            measured.append(run(program))
    medians = {program: statistics.median(measured) for program, measured in times.items()}
    for program, measured in times.items():
        print(
            f"{program:<20}{medians[program]:>8.0f} ms   ({min(measured):.0f}-{max(measured):.0f})"
        )
    result = verdict(medians["app"], medians["baseline"])
    print(json.dumps(result))
    return 1 if result["ratio"] > LIMIT else 0


def verdict(app_ms: float, baseline_ms: float) -> dict[str, float]:
    """The last line; its ratio is not rounded down to the limit."""
    ratio = round(app_ms / baseline_ms, 3)
    return {
        "app_ms": round(app_ms, 1),
        "baseline_ms": round(baseline_ms, 1),
        "ratio": ratio,
        "limit": LIMIT,
    }


def run(program: str) -> float:
    """Milliseconds in a fresh interpreter, its own start not counted."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(code=PROGRAMS[program])],
        cwd=ROOT,
        env=kept | _DUMMY,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
