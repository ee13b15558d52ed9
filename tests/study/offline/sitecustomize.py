"""Loaded by every Python process of a test run: a connection to anything but this computer is an error."""

import sys

LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", ""}


def refuse(event: str, arguments: tuple) -> None:
    """Raise on connections and name look-ups that leave this computer."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and str(arguments[1][0]) not in LOCAL:
        raise PermissionError(f"network connection to {arguments[1]}")
    if event == "socket.getaddrinfo" and arguments[0] is not None and str(arguments[0]) not in LOCAL:
        raise PermissionError(f"look-up of {arguments[0]}")


sys.addaudithook(refuse)
