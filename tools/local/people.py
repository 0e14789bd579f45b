"""The made-up people and employers of the local run.

The numbers are from Ofcom's range for drama and from North America's 555-01xx, the addresses from
the domains kept for examples: no page of a local run can reach anyone.
"""

from dataclasses import dataclass

from chalicelib.terms import Role

CLIENT = "harbour"
VENDOR_A = "acme-care"
VENDOR_B = "brightline"
SENDER = "bell@tocsin.example"
FALLBACK_SMS = "+447700900999"
FALLBACK_EMAIL = "last.resort@harbour.example"


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the client; ``duty`` is the roster role, empty for who is never paged."""

    key: str
    duty: str
    name: str
    role: Role
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Holder:
    """One credential; ``person`` is the key of the client person it belongs to, if any."""

    key: str
    role: Role
    org: str
    name: str
    person: str = ""


PEOPLE = (
    Part("owner", "owner", "林晚舟", Role.OWNER, "+447700900101", "lin@harbour.example", "zh-CN"),
    Part(
        "safety_specialist",
        "safety_specialist",
        "Maya Okonkwo",
        Role.SAFETY_SPECIALIST,
        "+447700900102",
        "maya@harbour.example",
        "en",
    ),
    Part(
        "owner_second",
        "owner_second",
        "周予安",
        Role.OWNER,
        "+447700900103",
        "zhou@harbour.example",
        "zh-CN",
    ),
    Part(
        "duty_director",
        "duty_director",
        "Tomás Reyes",
        Role.DUTY_DIRECTOR,
        "+12025550104",
        "tomas@harbour.example",
        "en",
    ),
    Part(
        "head_of_safety",
        "head_of_safety",
        "苏青禾",
        Role.SAFETY_SPECIALIST,
        "+447700900105",
        "su@harbour.example",
        "zh-CN",
    ),
    Part(
        "executive_sponsor",
        "executive_sponsor",
        "Ingrid Halvorsen",
        Role.DUTY_DIRECTOR,
        "+12025550106",
        "ingrid@harbour.example",
        "en",
    ),
    Part("admin", "", "沈亦舟", Role.ADMIN, "+12025550108", "shen@harbour.example", "zh-CN"),
    Part("auditor", "", "何明远", Role.AUDITOR, "+447700900107", "he@harbour.example", "zh-CN"),
)

HOLDERS = (
    Holder("vendor_a_agent", Role.VENDOR_AGENT, VENDOR_A, "Acme Care, agent desk"),
    Holder("vendor_a_supervisor", Role.VENDOR_SUPERVISOR, VENDOR_A, "Acme Care, supervisor"),
    Holder("vendor_b_agent", Role.VENDOR_AGENT, VENDOR_B, "Brightline, agent desk"),
    Holder("client_app", Role.CLIENT_APP, CLIENT, "Harbour's own app"),
    Holder("owner", Role.OWNER, CLIENT, "林晚舟", "owner"),
    Holder("duty_director", Role.DUTY_DIRECTOR, CLIENT, "Tomás Reyes", "duty_director"),
    Holder("auditor", Role.AUDITOR, CLIENT, "何明远", "auditor"),
    Holder("admin", Role.ADMIN, CLIENT, "沈亦舟", "admin"),
)
