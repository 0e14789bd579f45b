"""Short ways to knock at the api as each kind of user."""

import json
from typing import Any

from chalice.test import Client, HTTPResponse

from chalicelib.services.caller import Caller
from chalicelib.terms import Role
from tests.support.world import World

FORM = "application/x-www-form-urlencoded"


class Desk:
    """One world and one HTTP client."""

    def __init__(self, world: World, client: Client) -> None:
        """Registers a credential for every role."""
        self.world = world
        self.client = client
        callers = {
            Role.VENDOR_AGENT: world.vendor(),
            Role.VENDOR_SUPERVISOR: world.vendor(Role.VENDOR_SUPERVISOR),
            Role.OWNER: world.client(),
            Role.DUTY_DIRECTOR: world.client("duty_director"),
            Role.SAFETY_SPECIALIST: world.client("safety_specialist"),
            Role.CLIENT_APP: self._caller(Role.CLIENT_APP),
            Role.AUDITOR: self._caller(Role.AUDITOR),
            Role.ADMIN: self._caller(Role.ADMIN),
        }
        self.ids = {role: caller.id for role, caller in callers.items()}
        self.tokens = {
            role: world.credential(caller, f"{n:x}" * 43)
            for n, (role, caller) in enumerate(callers.items())
        }

    def _caller(self, role: Role) -> Caller:
        identity = f"crd_{role.value.replace('_', ''):0<26}"
        return Caller(kind="credential", id=identity, role=role, org="client", request="req")

    def get(self, path: str, role: Role | None = Role.OWNER, **headers: str) -> HTTPResponse:
        """GET as a role, or as nobody."""
        return self.client.http.get(path, headers=self._headers(role, headers))

    def post(
        self, path: str, body: Any = b"", role: Role | None = Role.VENDOR_AGENT, **headers: str
    ) -> HTTPResponse:
        """POST bytes, or anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.http.post(path, headers=self._headers(role, headers), body=raw)

    def _headers(self, role: Role | None, more: dict[str, str]) -> dict[str, str]:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        if role is not None:
            given.setdefault("authorization", f"Bearer {self.tokens[role]}")
        return {"content-type": "application/json"} | given

    def complain(self, **fields: Any) -> str:
        """An S0 case by a vendor's agent; its id."""
        body = {"text": "救命,他锁了车门", "danger_now": True} | fields
        case = self.post("/v1/complaints", body).json_body["case"]
        self.world.settle()
        return str(case)

    def link(self) -> str:
        """The path of the newest link that was sent by SMS."""
        text = self.world.channels.messages[-1].text
        return text[text.index("/p/") :].strip()

    def refusals(self, role: Role) -> list[dict[str, Any]]:
        """The events on the chain of a role's refusals."""
        lines = self.world.ledger.entries(f"refusals#{self.ids[role]}", 0, 500)
        return [json.loads(line)["events"][0] for line in lines]
