"""Joining the parts: the client's own systems, where there are any."""

import base64

from chalicelib import wiring
from chalicelib.aws.client_systems import WebhookClientSystems
from chalicelib.services.client_systems import NoClientSystems
from chalicelib.settings import Settings
from tests.unit.test_settings import ALL

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


def test_without_an_address_nobody_is_asked() -> None:
    """A secret alone takes in events and asks nothing."""
    settings = Settings.load("api", ALL | {"CLIENT_SYSTEMS_SECRET": SECRET})
    found = wiring._client_systems(settings, settings.client_systems_secret)
    assert isinstance(found, NoClientSystems)


def test_with_an_address_its_systems_are_asked() -> None:
    """Over signed webhooks; nothing is sent before somebody asks."""
    given = {"CLIENT_SYSTEMS_SECRET": SECRET, "CLIENT_SYSTEMS_URL": "https://systems.example/t"}
    settings = Settings.load("api", ALL | given)
    found = wiring._client_systems(settings, settings.client_systems_secret)
    assert isinstance(found, WebhookClientSystems)
