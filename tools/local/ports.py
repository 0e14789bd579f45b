"""TCP ports on this machine's own address, never on any other."""

import socket

HOST = "127.0.0.1"


class PortTakenError(Exception):
    """Somebody listens there already."""


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(wanted: int, *, avoid: int = 0) -> int:
    """``wanted`` if it is free, otherwise any free port."""
    if wanted != avoid and is_free(wanted):
        return wanted
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port != avoid:
            return port


def insist(port: int) -> int:
    """The port somebody asked for by number; raises PortTakenError when it is not free."""
    if not is_free(port):
        raise PortTakenError(f"port {port} is taken; give another with PORT=")
    return port
