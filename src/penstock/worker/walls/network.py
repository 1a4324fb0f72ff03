"""A network of its own: a loopback, and on it the one door, whose listener is given to the host."""

from __future__ import annotations

import fcntl
import socket
import struct

from penstock.protocol.orders import Walls

_SET_FLAGS = 0x8914  # SIOCSIFFLAGS, netdevice(7)
_UP = 0x1
_BACKLOG = 256


def own_network(walls: Walls, handover: int | None) -> None:
    """Bring the loopback up; where there is a port, listen on it and send the listener over `handover`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))
    if walls.port and handover is not None:
        with socket.socket() as listener, socket.socket(fileno=handover) as door:
            listener.bind(("127.0.0.1", walls.port))
            listener.listen(_BACKLOG)
            socket.send_fds(door, [b"\0"], [listener.fileno()])
