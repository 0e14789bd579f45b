"""What goes into a package, and when it must be built again."""

from pathlib import Path

import pytest

from tools.package_sources import Inputs, PackageError, app_files, digest, pins, stage_copy


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small checkout."""
    files = {
        "app.py": "app = 1\n",
        "chalicelib/__init__.py": "",
        "chalicelib/web/page.html": "<p>",
        "chalicelib/__pycache__/x.pyc": "junk",
        "policies/rules/a.yaml": "id: a\n",
        ".chalice/config.json": "{}",
        "requirements.txt": "orjson==3.13.0\n",
        "requirements-dev.txt": "",
        "tools/package.py": "",
        "notes.txt": "not deployed",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_only_exact_pins_are_taken() -> None:
    """Names are compared as PEP 503 says; comments and blank lines mean nothing."""
    assert pins("# why\nJinja2==3.1.6  # pages\n\ncel_expr.python==0.1.3\n") == {
        "jinja2": "3.1.6",
        "cel-expr-python": "0.1.3",
    }


@pytest.mark.parametrize("line", ["orjson>=3", "./local", "-r other.txt", "orjson", "a @ b"])
def test_anything_else_is_refused(line: str) -> None:
    """Chalice leaves a local folder out without a word, so it never gets that far."""
    with pytest.raises(PackageError, match="exact pin"):
        pins(line)


def test_our_files_are_the_app_and_its_library(root: Path) -> None:
    """Caches are passed over; HTML and JSON go along."""
    assert app_files(root) == ["app.py", "chalicelib/__init__.py", "chalicelib/web/page.html"]


def test_a_stranger_in_the_library_is_refused(root: Path) -> None:
    """Chalice would ship a .DS_Store; we name it instead."""
    (root / "chalicelib/.DS_Store").write_text("x", "utf-8")
    with pytest.raises(PackageError, match="DS_Store"):
        app_files(root)


def test_a_link_in_the_library_is_refused(root: Path) -> None:
    """Chalice drops a linked folder silently."""
    (root / "chalicelib/linked").symlink_to(root / "policies")
    with pytest.raises(PackageError, match="link"):
        app_files(root)


@pytest.mark.parametrize(
    "name", ["app.py", "chalicelib/web/page.html", "policies/rules/a.yaml", ".chalice/config.json"]
)
def test_a_changed_source_changes_the_digest(root: Path, name: str) -> None:
    """Any source that shapes the package asks for a new build."""
    before = digest(Inputs(root, "dev"))
    (root / name).write_text("changed", "utf-8")

    assert digest(Inputs(root, "dev")) != before


def test_a_renamed_source_changes_the_digest(root: Path) -> None:
    """Chalice's own cache goes by contents alone and would ship the old name."""
    before = digest(Inputs(root, "dev"))
    (root / "chalicelib/web/page.html").rename(root / "chalicelib/web/other.html")

    assert digest(Inputs(root, "dev")) != before


def test_the_digest_knows_stages_and_ignores_what_is_not_deployed(root: Path) -> None:
    """Two stages are two packages; notes and caches are none of its business."""
    before = digest(Inputs(root, "dev"))
    (root / "notes.txt").write_text("changed", "utf-8")
    (root / "chalicelib/__pycache__/y.pyc").write_text("junk", "utf-8")

    assert digest(Inputs(root, "dev")) == before
    assert digest(Inputs(root, "prod")) != before


def test_the_copy_holds_what_chalice_needs_and_nothing_else(root: Path, tmp_path: Path) -> None:
    """No cache, tool, test or policy source is within Chalice's reach."""
    target = tmp_path / "copy"
    stage_copy(Inputs(root, "dev"), target)

    assert sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()) == [
        ".chalice/config.json",
        "app.py",
        "chalicelib/__init__.py",
        "chalicelib/web/page.html",
        "requirements.txt",
    ]
