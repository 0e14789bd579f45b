"""The policies are whole, the bundle is theirs, and a broken policy is named in its place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from chalicelib.bundle import load_bundle
from tests.support.small_policies import (
    CONCEPTS,
    PATTERNS,
    RULE,
    SMALL,
    change,
    write_small,
)
from tests.support.small_policies import (
    LEXICON as SMALL_LEXICON,
)
from tools.author.start import Start, ask, start_policy
from tools.policies import (
    BUNDLE,
    ROOT,
    build,
    compile_policies,
    is_fresh,
    main,
    source_digest,
)
from tools.policy_yaml import SourceError

FIRE = "policies/rules/fire/fire.yaml"
LOW = "policies/rules/structure/labelled-low-with-a-sign.yaml"
LADDER = "policies/ladders/life-safety.yaml"
MASKS = "policies/lexicons/masks.yaml"
LEXICON = "policies/lexicons/fire.yaml"

WEAK = "when: '\"fire.weak\" in concepts'"

type Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Copy the sources, and replace one piece of text in one of them."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")

    def replace(name: str, old: str, new: str) -> Path:
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return replace


def place(root: Path, name: str, text: str) -> tuple[int, int]:
    """Line and column, from 1, at which a text first stands in a file."""
    before = (root / name).read_text(encoding="utf-8").split(text, 1)[0]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_bundle_is_fresh() -> None:
    """The committed bundle is what the sources compile to, with every case run."""
    assert is_fresh()
    assert load_bundle()["digest"] == source_digest()


def test_every_live_policy_has_four_kinds_of_cases() -> None:
    """Each live policy shows a match and a near-miss in zh-CN and in en."""
    for path in sorted((ROOT / "policies" / "rules").rglob("*.yaml")):
        policy = yaml.safe_load(path.read_text(encoding="utf-8"))
        kinds = {(case["lang"], case["expect"]) for case in policy["cases"]}
        if policy["status"] == "live":
            assert len(kinds) == 4, path


def test_bundle_holds_no_cases() -> None:
    """What is deployed holds the policies and nothing that only tests them."""
    for rule in load_bundle()["rules"]:
        assert not {"cases", "false_alarms"} & rule.keys()


def test_a_policy_for_every_category() -> None:
    """Each of the twelve categories has its lexicon and a live policy that asks for it."""
    paths = (ROOT / "policies" / "lexicons").glob("*.yaml")
    lexicons = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]
    hazards = {lexicon["id"] for lexicon in lexicons if "category" in lexicon}

    assert len(hazards) == 12
    live = [rule for rule in load_bundle()["rules"] if rule["status"] == "live"]
    assert hazards <= {concept for rule in live for concept in rule["triggers"]}


BROKEN = [
    (FIRE, "concepts: [fire]", "concepts: [fire.weak]", "[fire.weak]", "weak words alone"),
    (FIRE, "version: 1", "version: one", "one", "version: Input should be a valid integer"),
    (FIRE, "owner: ", "ovner: ", "ovner", "there is no field 'ovner' here"),
    (FIRE, "tier: S0", "tier: S9", "S9", "tier: Input should be 'S0', 'S1', 'S2' or 'S3'"),
    (FIRE, "card: fire", "card: frie", "frie", "there is no card 'frie'"),
    (FIRE, "ladder: life-safety", "ladder: rope", "rope", "there is no ladder 'rope'"),
    (FIRE, "status: live", "status: live\nstatus: draft", "status: draft", "given twice"),
    (LOW, "labelled_low &&", "labelled_high &&", "labelled_high", "undeclared reference"),
    (LOW, "when: 'labelled_low", 'when: \'"frie" in concepts', "'\"frie", "no concept 'frie'"),
    (FIRE, "ladder: life", "when: length\nladder: life", "length", "is INT"),
    (FIRE, "ladder: life", WEAK + "\nladder: life", "'\"fire.weak", "weak words alone"),
    (FIRE, "concepts: [fire]", "concepts: [fire", ": life", "expected ',' or ']'"),
    (FIRE, "你们的优惠券爆炸好用", "你们的充电宝起火", '"你们的充电宝起火', "should not"),
    (FIRE, "lang: en\n", "lang: fr\n", "fr\n", "cases.4.lang"),
    (LADDER, "page: [owner_second]", "page: []", "[]", "this rung pages nobody"),
    (LADDER, "page: [owner_second]", "page: [boss]", "boss", "tiers.S0.rungs.1.page.0"),
    (LADDER, "at: 3 min", "at: 4 min", "4 min", "later than 3 min"),
    (LADDER, "at: 5 min", "at: 2 min", "2 min", "rungs must be in order"),
    (LADDER, "at: 5 min", "at: 5 minutes", "5 minutes", "write a span like"),
    (LADDER, "repeat: 3 min ", "repeat: 9 min ", "9 min", "repeat must be at most 3 min"),
    (LADDER, "k9: 1 wd", "k9: 2 wd", "2 wd", "k9 must be at most 1 wd"),
    (MASKS, "fire (sale|stick", "fire .*(sale|stick", "*(sale", "time must stay linear"),
    (MASKS, "fire (sale|stick", "fire ((sale|stick", "((sale", "missing ), unterminated"),
    (LEXICON, "zh: [", "zh: [\n  ’,", "’,", "too little to look for"),
]


@pytest.mark.parametrize(("name", "old", "new", "at", "message"), BROKEN)
def test_broken_source(edit: Edit, name: str, old: str, new: str, at: str, message: str) -> None:
    """A mistake is refused at its own line and column, and said in words."""
    root = edit(name, old, new)

    with pytest.raises(SourceError) as caught:
        compile_policies(root)

    places = {
        (problem.line, problem.column): problem.message
        for problem in caught.value.problems
        if problem.path == name
    }
    here = place(root, name, at)
    assert here in places, str(caught.value)
    assert message in places[here]


BROKEN_SMALL = [
    (PATTERNS, "gadget + melting", "gadget ++ melting", "++", "there is no concept '++'"),
    (PATTERNS, "gadget + melting", "gadget + mleting", "mleting", "no concept 'mleting'"),
    (PATTERNS, "gadget + melting", "gadget melting", "melting --", "say how 'melting' joins"),
    (PATTERNS, "- gadget + melting", "- + melting", "+ melting", "there is none before it"),
    (PATTERNS, "[sibling ~ !replies ~ time>=1h]", "[time>=1h]", "time>=1h", "names a concept"),
    (PATTERNS, "ies ~ time>=1h", "ies ~", "sibling ~", "a way ends with a part"),
    (PATTERNS, "time>=1h", "time>1h", "time>1h", "there is no concept 'time>1h'"),
    (PATTERNS, "time>=1h", "time>=1hour", "time>=1hour", "no concept 'time>=1hour'"),
    (
        PATTERNS,
        "id: sibling-silent",
        "id: gadget-melts",
        "gadget-melts\n    says: {en: A s",
        "taken by",
    ),
    (PATTERNS, "the stove melted", "the stove is calm", "the stove is calm", "is not found; con"),
    (PATTERNS, "the stove is hot", "a stove melted", "a stove", "is found, and should not be"),
    (PATTERNS, "    near_miss: [my sister answered]\n", "", "id: sib", "'near_miss' is missing"),
    (PATTERNS, "--mending", "--melting", "gadget + m", "never holds: 'melting' must be"),
    (PATTERNS, "~ time>=1h", "-cue.negation", "sibling ~", "something must be denied"),
    (
        PATTERNS,
        "the stove is hot",
        "电炉化了",
        "电炉化了]\n  -",
        "must find this text, and must not",
    ),
    (PATTERNS, "zh-CN: 姐姐失联", "zh-TW: 姐姐失联", "zh-TW", "there is no field 'zh-TW'"),
    (CONCEPTS, "(turn|turned)", "(turn|turned", "(turn|turned", "a '(' is not closed"),
    (CONCEPTS, "(turn|turned)", "turn)", "turn) liquid", "there is a ')' too many"),
    (CONCEPTS, "liquid, melt~", "liq~uid", "(turn|turned) liq", "only at the end of a word"),
    (CONCEPTS, "liquid, melt~", "(a|b)" * 11, "(turn|turned) (a", "stands for more than 2000"),
    (CONCEPTS, "stove, toaster", "s", "s]", "'s' is too little to look for"),
    (CONCEPTS, "    zh: [电炉]\n    en: [stove, toaster]\n", "", "id: gadget", "needs a word"),
    (
        CONCEPTS,
        "    kind: thing\n    says: A g",
        "    kind: person\n    says: A g",
        "person",
        "Input",
    ),
    (CONCEPTS, "id: melting", "id: gadget", "gadget\n    says: It", "a concept 'gadget' already"),
    (CONCEPTS, "id: melting", "id: Melting", "Melting", "String should match pattern"),
    (CONCEPTS, "says: Denies.", "cue: Denies.", "cue: Denies", "there is no field 'cue' here"),
    (CONCEPTS, "[melted butter]", "[melt~]", "melt~]\n    unless", "its unless takes it out"),
    (
        SMALL_LEXICON,
        "weak: [sparks]",
        "weak: [漏电]",
        "漏电]",
        "cannot be both strong and weak",
    ),
    (RULE, "[gadget-melts, sib", "[gadget-molts, sib", "gadget-molts", "no pattern 'gadget-molts'"),
    (RULE, "concepts: [small]", "concepts: [small", ": [gadget", "expected ',' or ']'"),
    (RULE, 'danger_now != "no"', '"smell" in concepts', "'\"smell", "no concept 'smell'"),
    (RULE, 'danger_now != "no"', '"small" in notions', "notions", "undeclared reference"),
    (RULE, "concepts: [small]", "concepts: [smell]", "smell", "there is no concept 'smell'"),
    (RULE, 'danger_now != "no" &&', '"molts" in patterns &&', "'\"molts", "no pattern 'molts'"),
    (RULE, 'danger_now != "no" &&', "length && 1 &&", "&& 1 &&", "no matching overload"),
    (RULE, 'danger_now != "no" && channel != "test"', "repeats + 1", "'repeats", "is INT"),
    (RULE, 'danger_now != "no" &&', "danger_now = true &&", "= true &&", "token recognition error"),
    (RULE, 'unless: kind == "note"', "unless: mood", "mood", "undeclared reference to 'mood'"),
    (RULE, "tier: S2", "tier: S4", "S4", "tier: Input should be 'S0', 'S1', 'S2' or 'S3'"),
]


def test_the_small_policies_are_sound(edit: Edit) -> None:
    """Without its mistake each of the files above compiles."""
    root = edit(FIRE, "id: fire", "id: fire")
    kept = [line for line in SMALL[CONCEPTS].splitlines() if "{id: cue." not in line]
    (root / CONCEPTS).write_text("\n".join(kept), encoding="utf-8")
    for name in (PATTERNS, SMALL_LEXICON, RULE):
        (root / name).write_text(SMALL[name], encoding="utf-8")

    compile_policies(root)


@pytest.mark.parametrize(("name", "old", "new", "at", "message"), BROKEN_SMALL)
def test_broken_concept_pattern_or_rule(
    tmp_path: Path, name: str, old: str, new: str, at: str, message: str
) -> None:
    """A mistake in a concept, a pattern or a rule is refused at its own line and column."""
    root = write_small(tmp_path)
    change(root, name, old, new)

    with pytest.raises(SourceError) as caught:
        compile_policies(root)

    here = place(root, name, at)
    said = [p.message for p in caught.value.problems if (p.path, p.line, p.column) == (name, *here)]
    assert any(message in one for one in said), str(caught.value)


def test_condition_over_several_lines(edit: Edit) -> None:
    """A mistake deep in a block of several lines is named where it stands."""
    name = "policies/rules/triage/cannot-be-reached-and-a-sign.yaml"
    root = edit(name, '"relative" in', "mood ==")
    with pytest.raises(SourceError) as caught:
        compile_policies(root)

    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == place(root, name, "mood")


def test_mistakes_come_all_together(edit: Edit) -> None:
    """Mistakes in several files are all named at once, in order."""
    edit(FIRE, "tier: S0", "tier: S9")
    edit(LADDER, "at: 3 min", "at: 4 min")
    root = edit(MASKS, "fire (sale", "fire ((sale")

    with pytest.raises(SourceError) as caught:
        compile_policies(root)

    assert [problem.path for problem in caught.value.problems] == [LADDER, MASKS, FIRE]


def test_a_promise_cannot_be_retired(edit: Edit) -> None:
    """No edit may make danger ordinary: the build refuses to go without the triage policies."""
    root = edit("policies/rules/triage/danger-now.yaml", "status: live", "status: retired")

    with pytest.raises(SourceError, match="danger now is S0"):
        compile_policies(root)


def test_a_missing_kind_of_case(edit: Edit) -> None:
    """A live policy without a near-miss in one language is refused."""
    root = edit("policies/rules/electric/electric-shock.yaml", "expect: no-match", "expect: match")

    with pytest.raises(SourceError, match="zh-CN with expect: no-match"):
        compile_policies(root)


def test_two_policies_of_one_id(edit: Edit) -> None:
    """An id names one policy."""
    root = edit("policies/rules/gas/gas-or-chemical.yaml", "id: gas-or-chemical", "id: fire")

    with pytest.raises(SourceError, match="the id 'fire' is taken by"):
        compile_policies(root)


def test_strange_files(edit: Edit) -> None:
    """A file that would silently not be read is refused, and so is an empty one."""
    root = edit(FIRE, "id: fire", "id: fire")
    (root / "policies/rules/fire/other.yml").write_text("id: x")
    (root / "policies/rules/fire/empty.yaml").write_text("# nothing\n")
    (root / "policies/rules/fire/latin.yaml").write_bytes(b"id: \xff")
    (root / "policies/rules/fire/anchor.yaml").write_text("a: &x [1]\nb: *x\n")

    with pytest.raises(SourceError) as caught:
        compile_policies(root)

    assert [problem.message.split(":")[0] for problem in caught.value.problems] == [
        "anchors are not used here",
        "the file is empty",
        "the file is not UTF-8",
        "only .yaml files are read here",
    ]


def test_a_ladder_may_be_shorter(edit: Edit) -> None:
    """A client may shorten a ladder; spans reach the bundle in milliseconds or working days."""
    root = edit(LADDER, "k9: 1 wd", "k9: 20 h")

    tiers = compile_policies(root)["ladders"]["life-safety"]["tiers"]

    assert tiers["S2"]["k9"] == {"ms": 72_000_000}
    assert tiers["S0"]["rungs"][1] == {"at": {"ms": 180_000}, "roles": ["owner_second"]}
    assert tiers["S4"]["to_s3"] == {"wd": 3}
    assert tiers["S4"]["rungs"] == []
    assert tiers["S2"]["repeat"] is None


def test_an_edit_makes_the_bundle_stale(edit: Edit) -> None:
    """Contents and names both count: an edit or a rename is noticed without reading YAML."""
    root = edit(FIRE, "id: fire", "id: fire")
    digests = {source_digest(root)}
    (root / BUNDLE).parent.mkdir(parents=True)
    build(root)
    assert is_fresh(root)

    edit(FIRE, "version: 1", "version: 2")
    digests.add(source_digest(root))
    assert not is_fresh(root)
    (root / FIRE).rename(root / "policies/rules/fire/flames.yaml")
    digests.add(source_digest(root))
    assert len(digests) == 3


@pytest.mark.parametrize(
    "start",
    [
        Start("child-seat"),
        Start("child-seat", "fire", "zh"),
        Start("child-seat", "fire", pattern=True),
        Start("child-seat", "unsorted", "zh", pattern=True),
    ],
)
def test_new_policy(edit: Edit, start: Start) -> None:
    """A new policy starts as a draft that is sound as it is, and is never overwritten."""
    root = edit(FIRE, "id: fire", "id: fire")
    before = compile_policies(root)["rules"]
    start_policy(start, root)

    assert compile_policies(root)["rules"] == before
    with pytest.raises(FileExistsError):
        start_policy(start, root)


def test_new_policy_of_no_hazard(edit: Edit) -> None:
    """A hazard without a folder, or another language, is refused, and nothing is written."""
    root = edit(FIRE, "id: fire", "id: fire")
    for wrong in (Start("child-seat", "firre"), Start("child-seat", "fire", "fr")):
        with pytest.raises(ValueError, match=r"hazard is one of|en or zh"):
            start_policy(wrong, root)
    assert list(root.rglob("child-seat.yaml")) == []


def test_new_policy_asks() -> None:
    """What is not said is asked for; an empty answer keeps what there is."""
    answers = iter(["gas", ""])
    assert ask(Start("child-seat"), lambda _: next(answers)) == Start("child-seat", "gas", "en")


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The command that continuous integration runs is quiet when all is well."""
    assert main(["check"]) == 0
    assert main(["try", "hello"]) == 0
    assert capsys.readouterr().out.startswith("S4")
