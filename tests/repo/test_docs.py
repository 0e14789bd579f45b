"""The documents say what is there: routes, commands, links, decisions, runbooks, both READMEs."""

import re
from pathlib import Path, PurePosixPath

import pytest

from tests.repo.sources import ROOT, text, tracked

DOCUMENTS = [name for name in tracked() if name.endswith(".md")]
READMES = ("README.md", "README.zh-CN.md")
DECISIONS = [name for name in tracked() if re.match(r"docs/adr/\d{4}-", name)]
RUNBOOKS = [n for n in tracked() if n.startswith("docs/runbooks/") and not n.endswith("README.md")]
RULES = [name for name in tracked() if re.match(r"policies/(rules/.*|TEMPLATE)\.yaml$", name)]
TARGETS = re.findall(r"^([a-z0-9-]+):.*## ", text("Makefile"), re.MULTILINE)
# Run by the packager in an interpreter of its own; nobody types it.
NOT_TYPED = {"tools.package_proof"}

ROUTE = re.compile(r'@routes\.route\(\s*"([^"]+)",\s*methods=\[([^\]]+)\]')
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
SECTIONS = ["Context", "Decision", "Rejected options", "Consequences"]


def routes() -> list[str]:
    """Each route as the API's page heads it, such as ``GET /v1/cases``."""
    rooms = [n for n in tracked() if re.match(r"chalicelib/web/routes_\w+\.py", n)]
    found = [match for room in rooms for match in ROUTE.findall(text(room))]
    return [f"{m} {path}" for path, methods in found for m in re.findall(r"\w+", methods)]


def commands() -> list[str]:
    """Modules that a person may start with ``python -m``."""
    files = [n for n in tracked() if n.startswith(("tools/", "tests/")) and n.endswith(".py")]
    started = [n for n in files if re.search(r"^if __name__ ==", text(n), re.MULTILINE)]
    modules = {n.removesuffix(".py").removesuffix("/__main__").replace("/", ".") for n in started}
    return sorted(modules - NOT_TYPED)


def without_code(name: str) -> str:
    """A document's prose; what stands in code blocks is no link."""
    return FENCE.sub("", text(name))


def links(name: str) -> list[str]:
    """Where a document points to inside this repository, anchors included."""
    found = [one or other for one, other in LINK.findall(without_code(name))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def headings(name: str) -> list[tuple[int, str]]:
    """Level and words of each heading."""
    found = re.findall(r"^(#+) (.+)$", without_code(name), re.MULTILINE)
    return [(len(level), words) for level, words in found]


def anchors_of(path: Path) -> set[str]:
    """The anchors that the repository's host makes of a document's headings."""
    name = str(path.resolve().relative_to(ROOT))
    words = [re.sub(r"[^\w\- ]", "", said.lower()) for _, said in headings(name)]
    return {said.replace(" ", "-") for said in words}


def blocks(name: str) -> list[tuple[str, str]]:
    """Language and content of each code block."""
    return FENCE.findall(text(name))


def test_there_are_routes_and_commands() -> None:
    """What the tests below go by is found at all."""
    assert len(routes()) > 10
    assert len(commands()) > 5


@pytest.mark.parametrize("route", routes())
def test_every_route_is_documented(route: str) -> None:
    """docs/api.md has a heading for it."""
    assert route in [words for _, words in headings("docs/api.md")]


def test_no_route_is_made_up() -> None:
    """docs/api.md describes no route that does not exist."""
    described = re.findall(r"^## ([A-Z]+ /.+)$", text("docs/api.md"), re.MULTILINE)

    assert set(described) - set(routes()) == set()


@pytest.mark.parametrize("module", commands())
def test_every_command_is_documented(module: str) -> None:
    """Some document names it as one would type it."""
    path = module.replace(".", "/")
    typed = (f"python -m {module}", f"python {path}.py")
    assert any(how in text(name) for name in DOCUMENTS for how in typed)


@pytest.mark.parametrize("name", READMES)
def test_readme_lists_every_target(name: str) -> None:
    """Its table has a row for each target of the Makefile, and no other."""
    rows = re.findall(r"^\| `make ([a-z0-9-]+)` \|", text(name), re.MULTILINE)

    assert sorted(rows) == sorted(TARGETS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_in_a_document_exist(name: str) -> None:
    """Every ``python -m`` of ours and every make target that it names is there."""
    modules = re.findall(r"python -m ((?:tools|tests)(?:\.\w+)+)", text(name))
    paths = [module.replace(".", "/") for module in modules]
    targets = re.findall(r"(?:^|`)make ([a-z][a-z0-9-]*)", text(name), re.MULTILINE)

    assert [p for p in paths if not {f"{p}.py", f"{p}/__main__.py"} & set(tracked())] == []
    assert [target for target in targets if target not in TARGETS] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_in_a_document_lead_somewhere(name: str) -> None:
    """A link to a file has its file, an anchor its heading, and a picture its picture."""
    broken = []
    for target in links(name):
        path, _, anchor = target.partition("#")
        where = (ROOT / name).parent / path if path else ROOT / name
        if not where.exists() or (anchor and anchor not in anchors_of(where)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("name", DECISIONS)
def test_every_decision_is_whole_and_in_the_index(name: str) -> None:
    """An ADR has the template's sections, its number in its title, and its line in the index."""
    file = PurePosixPath(name)
    title = headings(name)[0][1]

    assert [words for level, words in headings(name) if level == 2] == SECTIONS
    assert title.startswith(f"{file.name[:4]}. ")
    row = f"| [{file.name[:4]}]({file.name}) | {title[6:]} |"
    assert row in text("docs/adr/README.md").splitlines()


def test_decisions_are_numbered_without_a_gap() -> None:
    """0001, 0002 and so on, each once."""
    numbers = [int(PurePosixPath(name).name[:4]) for name in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_runbook_is_in_the_index(name: str) -> None:
    """docs/runbooks/README.md leads to it by its symptom."""
    assert PurePosixPath(name).name in links("docs/runbooks/README.md")


@pytest.mark.parametrize("name", RULES)
def test_every_policy_has_its_runbook(name: str) -> None:
    """What the person who is paged should read is there."""
    named = re.findall(r"^runbook: (\S+)$", text(name), re.MULTILINE)

    assert len(named) == 1
    assert named[0] in tracked()


def test_readmes_have_the_same_sections() -> None:
    """Both languages tell the same story in the same order."""
    levels = [[level for level, _ in headings(name)] for name in READMES]

    assert levels[0] == levels[1]


def test_readmes_have_the_same_commands() -> None:
    """What one can type is the same in both languages."""
    assert blocks(READMES[0]) == blocks(READMES[1])


def test_readmes_have_the_same_tables_and_links() -> None:
    """Row by row the tables begin alike, and the links lead to the same places."""
    rows = [re.findall(r"^\| (`[^`]+`|P\d) \|", text(name), re.MULTILINE) for name in READMES]
    places = [{t for t in links(name) if t not in READMES} for name in READMES]

    assert rows[0] == rows[1]
    assert places[0] - {"docs/adr/README.md"} == places[1] - {"docs/adr/README.md"}
