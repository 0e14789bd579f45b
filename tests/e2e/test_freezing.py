"""A freeze is carried out by the client's own systems, or somebody hears that it was not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.cases.end_commands import Approve, Propose
from chalicelib.services import acting
from chalicelib.services.caller import Caller
from chalicelib.services.client_systems import Facts, Outcome, Question, State, Subject
from chalicelib.services.freezing import carry_out
from tests.support.world import DANGER_ZH, World, story


@dataclass
class Systems:
    """The client's systems: they do as told, or not."""

    state: State = State.DONE
    asked: list[tuple[str, str, bool]] = field(default_factory=list)

    def look_up(self, question: Question) -> Facts:
        """The order's driver."""
        assert question.order
        return Facts(source="orders", subjects=(Subject("driver", f"of {question.order}"),))

    def freeze(self, subject: Subject, case: str, *, on: bool) -> Outcome:
        """As the port."""
        self.asked.append((subject.id, case, on))
        return Outcome(state=self.state, source="dispatch", reference="F-1")

    def request_data(self, department: str, case: str, wants: Sequence[str]) -> Outcome:
        """As the port."""
        raise AssertionError((department, case, wants))


def with_systems(world: World, state: State = State.DONE) -> Systems:
    """This world's client has systems of its own."""
    systems = Systems(state)
    world.parts = replace(world.parts, client_systems=systems)
    return systems


def freeze(world: World, case: str, by: Caller | None = None) -> None:
    """The owner freezes the subject."""
    who = by or world.client()
    acting.act(world.parts, who, case, "subject_frozen", {"text": "no more orders"})


@pytest.mark.parametrize(
    "fields", [{"subject_kind": "driver", "subject_id": "D1"}, {"order": "O1"}]
)
def test_who_is_named_or_whom_the_order_names_is_frozen(fields: dict[str, Any]) -> None:
    """The subject out of the vault, else the driver on the client's own record."""
    with story() as world:
        systems = with_systems(world)
        case = str(world.complain(DANGER_ZH, **fields).body["case"])
        freeze(world, case)
        assert systems.asked == [("D1" if "subject_id" in fields else "of O1", case, True)]
        world.settle()
        world.ignore_pages()


@pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN])
def test_a_freeze_that_was_not_carried_out_pages_whoever_is_on_call(state: State) -> None:
    """The subject is still at large, so the decision alone is not enough."""
    with story() as world:
        with_systems(world, state)
        case = str(world.complain(DANGER_ZH, order="O1").body["case"])
        world.fast_forward(4)
        world.ignore_pages()
        freeze(world, case)
        world.settle()
        world.collect()
        loaded = world.ledger.load(case)
        assert loaded is not None
        assert loaded.case is not None
        assert loaded.case.counts["stalls"] == 1
        world.ignore_pages()


def test_a_freeze_that_two_lifted_is_lifted_there_too() -> None:
    """Asked once more, with the other word."""
    with story() as world:
        systems = with_systems(world)
        case = str(world.complain(DANGER_ZH, order="O1").body["case"])
        freeze(world, case)
        specialist, director = world.client("safety_specialist"), world.client("duty_director")
        proposal = Propose(by=specialist.by, what="unfreeze", reason="cleared_up", sid="vlt_1")
        number = str(world.do(case, proposal).case.seq)
        lifted = world.do(case, Approve(by=director.by, proposal=number, sid="vlt_2"))
        carry_out(world.parts, director, lifted)
        assert [on for _, _, on in systems.asked] == [True, False]
        world.settle()
        world.ignore_pages()


def test_without_systems_of_the_clients_nobody_is_asked_and_nothing_is_opened() -> None:
    """The decision is on the case, and the vault stays shut."""
    with story() as world:
        case = str(world.complain(DANGER_ZH, order="O1").body["case"])
        before = [c for c in world.ledger.chains if c.startswith("opens#")]
        freeze(world, case)
        assert [c for c in world.ledger.chains if c.startswith("opens#")] == before
        world.settle()
        world.ignore_pages()
