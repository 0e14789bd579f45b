"""Lint the policies: conflicts, what cannot be reached, and what overlaps; all of it at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.judging.rulebook import Rulebook
from tools.author.lint_rules import lint_rules
from tools.author.lint_terms import lint_terms, term_errors
from tools.author.remarks import Remark, counted, printed
from tools.policies import ROOT
from tools.policy_compile import compile_bundle
from tools.policy_sources import Sources, gather
from tools.policy_yaml import Problem, SourceError


def lint(sources: Sources, bundle: Mapping[str, Any]) -> list[Remark]:
    """Every remark on sources and on the bundle that was made of them, in order of place."""
    remarks = lint_rules(sources, bundle)
    remarks += lint_terms(sources, bundle, Rulebook.from_bundle(bundle))
    return sorted(set(remarks))


def lint_errors(sources: Sources, bundle: Mapping[str, Any]) -> list[Problem]:
    """What must fail a build; the bundle may lack what was unsound."""
    remarks = {*lint_rules(sources, bundle), *term_errors(sources, bundle)}
    return [
        replace(remark.problem, message=f"{remark.problem.message} [{remark.kind}]")
        for remark in sorted(remarks)
        if remark.is_error
    ]


def warned(root: Path = ROOT) -> list[str]:
    """The remarks that a build only prints; the sources must be sound."""
    sources = gather(root)
    remarks = lint(sources, compile_bundle(sources, root))
    return printed((remark for remark in remarks if not remark.is_error), everything=False)


def report(root: Path = ROOT, *, everything: bool = False) -> tuple[str, bool]:
    """What ``lint`` prints, and whether there is no error; raises SourceError."""
    sources = gather(root)
    bundle = compile_bundle(sources, root)
    if sources.problems:
        raise SourceError(sources.problems)
    remarks = lint(sources, bundle)
    lines = [*printed(remarks, everything=everything), f"lint: {counted(remarks)}"]
    return "\n".join(lines), not any(remark.is_error for remark in remarks)
