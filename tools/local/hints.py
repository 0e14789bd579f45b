"""What the console shows when everything is ready: addresses, PINs, and a curl for each user."""

from tools.local.people import PEOPLE, Part
from tools.local.seed import Seeds

AGENT_WORDS = "家里燃气报警器一直在响，闻到很重的煤气味，老人头晕得站不起来"
REPORTER_WORDS = (
    "The battery pack is smoking and there is a fire in the hallway, my kids are inside"
)


def hints(base: str, seeds: Seeds) -> str:
    """The whole text; each command works as printed, any number of times."""
    return "\n".join(
        [
            "",
            f"  Base URL   {base}",
            f"  Outbox     {base}/outbox      发件箱：每条短信和邮件，以及每个案件的实时梯级",
            f"  Desk       {base}/desk        规则编写台：一段文字会命中什么，差一点命中什么",
            "",
            *_people(seeds),
            "",
            *_vendor(base, seeds.tokens["vendor_a_agent"]),
            *_reporter(base),
            *_owner(base, seeds.tokens["owner"]),
            *_auditor(base, seeds.tokens["auditor"]),
            "Other credentials (their tokens) 其他凭证：",
            *_tokens(seeds),
            "",
            "Ctrl-C stops it and keeps the state; a kill -9 of the emulator loses whatever was",
            "written since the last clean stop.  Everything is kept in .local/ (delete it to start",
            "afresh).  Ctrl-C 正常停止并保留数据；强制杀死模拟器会丢失上次正常停止之后写入的数据。",
            "",
        ]
    )


def _people(seeds: Seeds) -> list[str]:
    told = ["People and the PINs they type on a page's link 人员与传呼页面的 PIN："]
    return told + [_person(part, seeds.pins[part.key]) for part in PEOPLE]


def _person(part: Part, pin: str) -> str:
    return f"  {pin}  {part.key:<18} {part.phone:<14} {part.email:<24} {part.name}"


def _tokens(seeds: Seeds) -> list[str]:
    printed = {"vendor_a_agent", "owner", "auditor"}
    return [f"  {key:<20} {token}" for key, token in seeds.tokens.items() if key not in printed]


def _vendor(base: str, token: str) -> list[str]:
    return [
        "A vendor's agent reports a danger 客服坐席上报：",
        "",
        f"curl -sS {base}/v1/complaints \\",
        f"  -H 'Authorization: Bearer {token}' \\",
        "  -H 'Content-Type: application/json' -H \"Idempotency-Key: agent-$(date +%s)\" \\",
        f'  -d \'{{"text": "{AGENT_WORDS}", "channel": "phone", "language": "zh-CN"}}\'',
        "",
    ]


def _reporter(base: str) -> list[str]:
    return [
        "Anybody, without any credential 任何人，无需凭证：",
        "",
        f"curl -sS {base}/v1/public/complaints \\",
        "  -H 'Content-Type: application/json' \\",
        f'  -d \'{{"text": "{REPORTER_WORDS}", "channel": "web"}}\'',
        "",
    ]


def _owner(base: str, token: str) -> list[str]:
    key = f"-H 'Authorization: Bearer {token}'"
    return [
        "The owner takes the newest case, then acts on it 负责人认领最新的案件，然后采取措施：",
        "",
        f"CASE=$(curl -sS '{base}/v1/cases?limit=100' \\",
        f"  {key} \\",
        "  | grep -o 'cas_[0-9a-z]*' | sort | tail -n 1); echo \"$CASE\"",
        "",
        f'curl -sS -X POST "{base}/v1/cases/$CASE/acknowledge" \\',
        f"  {key}",
        "",
        f'curl -sS "{base}/v1/cases/$CASE/act" \\',
        f"  {key} \\",
        "  -H 'Content-Type: application/json' \\",
        (
            '  -d \'{"action": "authority_informed",'
            ' "evidence": {"reference": "119-3841", "text": "119 已出警"}}\''
        ),
        "",
    ]


def _auditor(base: str, token: str) -> list[str]:
    key = f"-H 'Authorization: Bearer {token}'"
    return [
        "The auditor reads that case's chain, then everything of the last day 审计员读取日志：",
        "",
        f"CASE=$(curl -sS '{base}/v1/cases?limit=100' \\",
        f"  {key} \\",
        "  | grep -o 'cas_[0-9a-z]*' | sort | tail -n 1); echo \"$CASE\"",
        "",
        f'curl -sS "{base}/v1/audit/cases/$CASE" \\',
        f"  {key}",
        "",
        f"curl -sS '{base}/v1/audit?limit=200' \\",
        f"  {key}",
        "",
        ".venv/bin/python -m tools.export .local/export --local \\",
        "  && .venv/bin/python tools/verify_log.py .local/export",
        "",
    ]
