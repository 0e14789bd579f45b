"""Bugs in the services: intake's rules, and what only a storm can show."""

from tools.mutants.model import Mutant

KNOWN, ENGINE = "chalicelib/services/known.py", "chalicelib/services/engine.py"
# The storms that such a bug must not survive.
STORMS = "tests.simulation 1:12"

SERVICES = (
    Mutant(
        "one subject makes one case of two strangers",
        "P2",
        KNOWN,
        'JOINING = ("order", "reporter")',
        'JOINING = ("order", "reporter", "subject")',
        "two owned S1",
    ),
    Mutant(
        "only S0 on the same subject is remembered",
        "P2",
        KNOWN,
        "if self.tier(m).rank <= Tier.S1.rank]",
        "if self.tier(m).rank <= Tier.S0.rank]",
        "two owned S1",
    ),
    Mutant(
        "a commit that the store did not confirm counts",
        "P5",
        ENGINE,
        "        if not is_stored(parts, commit.entry):\n"
        '            raise ConflictError("case") from None\n',
        "        return\n",
        sim=STORMS,
    ),
    Mutant(
        "the sweep looks and does not ring",
        "P3",
        "chalicelib/services/slots.py",
        "_ring_them(run, [beside for due in found.values() for beside in due])\n",
        "set[Beside]()\n",
        sim=STORMS,
    ),
    Mutant(
        "what is to be sent has no clock",
        "P7",
        "chalicelib/cases/bell.py",
        '        clocks[f"send.{identity}"] = draft.at + LEASE_MS\n    if not channels:',
        "    if not channels:",
        sim=STORMS,
    ),
)
