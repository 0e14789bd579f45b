"""What a complaint of each tier uses until it is owned after ten minutes; part of ``cost``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.services import acting, intake, ring
from chalicelib.services.complaint import Complaint, Reporter
from chalicelib.services.deliver import deliver
from chalicelib.services.judging import judge_complaint
from chalicelib.services.ports import Look, PageAsked, Vault
from chalicelib.services.vault_reading import UNPROVED, Reading
from chalicelib.terms import MINUTE, Tier
from tools.bench.meter import Bill
from tools.bench.prices import Use
from tools.bench.scene import Asked, Carriers, Scene
from tools.local.segments import size

ACKNOWLEDGED_MS = 10 * MINUTE
# The first that is judged so is taken: policies change.
TEXTS: Mapping[Tier, tuple[str, ...]] = {
    Tier.S0: ("我朋友坐你们的车进山了,发了救命两个字之后就关机了,一直联系不上,已经三个小时了。",),
    Tier.S1: ("充电宝鼓包了", "The driver groped me and I got out yesterday."),
    Tier.S2: ("The lotion gave me a skin rash.",),
    Tier.S3: ("12345", "ghjk zzkw wqpr xcvb qwrt"),
    Tier.S4: ("我的退款还没有到账,请帮我查一下。",),
}


class NoTextError(LookupError):
    """No text of ours is judged to be of this tier any more."""


class CountingQueues(Asked):
    """The bench's queues, counting messages."""

    def __init__(self) -> None:
        """None yet."""
        super().__init__()
        self.messages = 0

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """As the port; counted singly, though up to ten may share a request."""
        self.messages += len(pages)
        super().ask_pages(pages)

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:  # noqa: ARG002 - the port's
        """As the port."""
        self.messages += len(looks)

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """As the port."""
        self.messages += 1
        super().follow(case, links)

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:  # noqa: ARG002 - the port's
        """As the port."""
        self.messages += 1


class CountingCarriers(Carriers):
    """The bench's carriers, counting what they would bill."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__()
        self.segments = self.emails = 0

    def sms(self, number: str, text: str) -> str:
        """As the port."""
        self.segments += size(text).segments
        return super().sms(number, text)

    def email(self, address: str, subject: str, text: str) -> str:
        """As the port."""
        self.emails += 1
        return super().email(address, subject, text)


class CountingVault:
    """The bench's vault, counting how often function ``open`` is asked."""

    def __init__(self, vault: Vault) -> None:
        """Nobody has asked yet."""
        self._vault = vault
        self.opened = 0

    def seal(self, sid: str, fields: Mapping[str, Any]) -> Any:
        """As the port."""
        return self._vault.seal(sid, fields)

    def open(
        self, sids: Sequence[str], reader: str, why: str, reading: Reading = UNPROVED
    ) -> dict[str, dict[str, Any]]:
        """As the port."""
        self.opened += 1
        return self._vault.open(sids, reader, why, reading)


def measure_tier(stage: Scene, tier: Tier) -> Use:
    """One complaint of this tier with everything a vendor knows, until it is acknowledged."""
    queues, carriers = CountingQueues(), CountingCarriers()
    vault = CountingVault(stage.parts.vault)
    kept = stage.parts
    stage.parts = replace(kept, queues=queues, channels=carriers, vault=vault)
    use = Use(api=2)  # the complaint and the acknowledgement
    with stage.meter.running() as bill:
        _live(stage, tier, queues, use)
    stage.parts = kept
    return _billed(use, bill, queues, carriers, vault)


def _live(stage: Scene, tier: Tier, queues: CountingQueues, use: Use) -> None:
    parts, started = stage.parts, stage.clock.now()
    answer = intake.take(parts, stage.vendor(), _complaint(stage, tier), None, "0" * 64)
    case = str(answer.body["case"])
    _send_all(stage, queues, use)
    while (due := _due(stage, case)) and due <= started + ACKNOWLEDGED_MS:
        stage.clock.advance(max(due - stage.clock.now(), 0))
        body = {"case": case, "due": stage.clock.now()}
        ring.ring_message(parts, body, "0f5a3c7e-2b1d-4f8e-9a6c-7d3e5b2f1a90")
        use.ring += 1
        _send_all(stage, queues, use)
    stage.clock.advance(max(started + ACKNOWLEDGED_MS - stage.clock.now(), 0))
    acting.acknowledge(parts, stage.owner(), case)
    _send_all(stage, queues, use)


def _complaint(stage: Scene, tier: Tier) -> Complaint:
    serial = stage.parts.ids.new("cas", stage.clock.now())[-12:]
    for text in TEXTS[tier]:
        told = Complaint(
            text=text,
            channel="app",
            language="zh-CN",
            reporter=Reporter(name="李雷", email=f"{serial}@example.com", relation="friend"),
            subject_kind="driver",
            subject_id=f"D-{serial}",
            order=f"O-{serial}",
            brand="harbour-rides",
            region="cn-southwest",
        )
        if judge_complaint(told, stage.parts.rules).tier is tier:
            return told
    raise NoTextError(tier.value)


def _send_all(stage: Scene, queues: CountingQueues, use: Use) -> None:
    while queues.pages:
        case, page, attempt = queues.pages.pop(0)
        body = {"case": case, "page": page, "attempt": attempt}
        deliver(stage.parts, body, 1, "6c1f9d2e-8b4a-4e7c-b3d5-2a9f0e7c4b81")
        use.herald += 1


def _due(stage: Scene, case: str) -> int:
    loaded = stage.parts.ledger.load(case)
    return loaded.beside.due if loaded else 0


def _billed(
    use: Use, bill: Bill, queues: CountingQueues, carriers: CountingCarriers, vault: CountingVault
) -> Use:
    return replace(
        use,
        writes=bill.total,
        reads=bill.reads,
        messages=queues.messages,
        segments=carriers.segments,
        emails=carriers.emails,
        open=vault.opened,
    )
