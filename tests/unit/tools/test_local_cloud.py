"""The clients: what must not be asked twice."""

import socket
import threading
from collections.abc import Callable

import pytest
from botocore.exceptions import BotoCoreError

from tools.local.cloud import Cloud
from tools.local.ports import HOST


def _unanswered(ask: Callable[[Cloud], object]) -> int:
    """How often a carrier that hangs up without a word is rung."""
    asked = 0
    with socket.create_server((HOST, 0)) as listening:

        def hang_up() -> None:
            nonlocal asked
            while True:
                connection, _ = listening.accept()
                with connection:
                    if not connection.recv(65_536):
                        return
                    asked += 1

        thread = threading.Thread(target=hang_up)
        thread.start()
        cloud = Cloud(f"http://{HOST}:{listening.getsockname()[1]}")
        try:
            with pytest.raises(BotoCoreError):
                ask(cloud)
        finally:
            cloud.close()
            socket.create_connection(listening.getsockname()).close()
            thread.join()
    return asked


def test_a_stack_is_asked_for_once() -> None:
    """Asked again while the first is at work, the emulator would say that it already exists."""
    once = _unanswered(lambda cloud: cloud.client("cloudformation").create_stack(StackName="s"))

    assert once == 1
