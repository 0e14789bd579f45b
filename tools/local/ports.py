"""TCP ports on this machine's own address, never on any other."""

import socket

HOST = "127.0.0.1"
_BACKLOG = 128


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


def listen(wanted: int, *, avoid: int = 0) -> socket.socket:
    """A listener on ``wanted`` if that is free, otherwise on any free port, never on ``avoid``.

    It is ours from now on: a port that was only looked at may be somebody else's by the time a
    process that we started wants it, and what answers there then is not ours.
    """
    while True:
        listener = socket.socket()
        # As any server does: what a run left behind in TIME_WAIT does not hold the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, choose(wanted, avoid=avoid)))
            listener.listen(_BACKLOG)
        except OSError:  # taken since we looked
            listener.close()
        else:
            return listener


def insist(port: int) -> int:
    """The port somebody asked for by number; raises PortTakenError when it is not free."""
    if not is_free(port):
        raise PortTakenError(f"port {port} is taken; give another with PORT=")
    return port
