"""The files of this repository, as the tests that read it see them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ("chalicelib/",)


@cache
def tracked() -> tuple[str, ...]:
    """Paths that git tracks or would take, slash-separated; what is ignored is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(sorted(name for name in listed.stdout.splitlines() if (ROOT / name).is_file()))


def python(*folders: str) -> list[str]:
    """Tracked Python files below these folders; ``app.py`` counts as deployed code."""
    chosen = [n for n in tracked() if n.endswith(".py") and n.startswith(folders)]
    return chosen + (["app.py"] if "chalicelib/" in folders and "app.py" in tracked() else [])


def text(name: str) -> str:
    """One file."""
    return (ROOT / name).read_text("utf-8")
