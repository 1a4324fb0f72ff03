"""Reaching what can be reached over sockets: those of C, since `socket` itself leads connections to the proxy."""

from __future__ import annotations

import _socket
import errno
import os
import select
import socket
import struct
import time
import urllib.parse
from contextlib import closing

from .attempts import SECONDS, Given, Stopped, attempt

METADATA = "169.254.169.254"
PRIVATE = ("10.255.255.254", "172.16.255.254", "192.168.255.254", "100.64.0.1")
PUBLIC = "198.51.100.1"  # RFC 5737: nobody has it
_LEFT = (errno.EINPROGRESS, errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ETIMEDOUT)


def _connect(address: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(_socket.socket(family, socket.SOCK_STREAM)) as sock:
        sock.settimeout(5)
        sock.connect((address, port))
        return f"connected to {address}:{port}"


def _set_off(address: str, port: int) -> str:
    """Whether a connection can so much as be begun."""
    with closing(_socket.socket()) as sock:
        sock.setblocking(False)
        found = sock.connect_ex((address, port))
    if found in (0, *_LEFT):
        return f"a packet left for {address}: {os.strerror(found)}"
    raise OSError(found, os.strerror(found))


def _any(addresses: tuple[str, ...], port: int) -> str:
    said = ""
    for address in addresses:
        try:
            return _set_off(address, port)
        except OSError as error:
            said += f"{address}: {error}; "
    raise Stopped(said)


@attempt
def connect_loopback(given: Given) -> str:
    return _connect("127.0.0.1", given["port"])


@attempt
def connect_loopback_by_other_names(given: Given) -> str:
    said = ""
    for address in ("127.0.0.2", "0.0.0.0", "::1", "::ffff:127.0.0.1"):
        try:
            return _connect(address, given["port"])
        except OSError as error:
            said += f"{address}: {error}; "
    raise Stopped(said)


@attempt
def connect_own_address_of_machine(given: Given) -> str:
    return _connect(given["address"], given["port"])


@attempt
def connect_metadata(_: Given) -> str:
    return _set_off(METADATA, 80)


@attempt
def connect_private_ranges(_: Given) -> str:
    return _any(PRIVATE, 80)


@attempt
def connect_public_past_proxy(_: Given) -> str:
    return _set_off(PUBLIC, 443)


@attempt
def connect_unix_socket(given: Given) -> str:
    with closing(_socket.socket(socket.AF_UNIX)) as sock:
        sock.connect(given["unix"])
    return "connected"


@attempt
def connect_abstract_socket(given: Given) -> str:
    with closing(_socket.socket(socket.AF_UNIX)) as sock:
        sock.connect("\0" + given["abstract"])
    return "connected"


@attempt
def send_datagram(given: Given) -> str:
    with closing(_socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.sendto(b"send_datagram", ("127.0.0.1", given["udp"]))
    return "sent"


@attempt
def ask_name_server(_: Given) -> str:
    question = struct.pack(">6H", 1, 256, 1, 0, 0, 0) + b"\x07example\x03com\0" + struct.pack(">2H", 1, 1)
    with closing(_socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.sendto(question, (PUBLIC, 53))
    return "asked"


@attempt
def open_raw_socket(_: Given) -> str:
    with closing(_socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)):
        return "opened"


@attempt
def open_packet_socket(_: Given) -> str:
    with closing(_socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)):
        return "opened"


@attempt
def open_netlink_socket(_: Given) -> str:
    with closing(_socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)):
        return "opened"


@attempt
def open_vsock(_: Given) -> str:
    with closing(_socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)):
        return "opened"


@attempt
def listen_for_machine(given: Given) -> str:
    """Whether others on the machine can connect is seen outside."""
    with closing(_socket.socket()) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("0.0.0.0", given["free_port"]))
        sock.listen()
        select.select([sock], [], [], 0.3 if given["alone"] else SECONDS / 2)
        time.sleep(0.1)
    return "listened"


def _proxied(url: str) -> str:
    """What the server's proxy answers to a request for `url`."""
    proxy = urllib.parse.urlsplit(os.environ.get("HTTP_PROXY") or os.environ.get("http_proxy") or "")
    if not proxy.hostname or not proxy.port:
        raise Stopped("there is no proxy")
    host = urllib.parse.urlsplit(url).netloc
    said = ""
    for head in (f"GET {url} HTTP/1.1\r\nHost: {host}\r\n\r\n", f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n"):
        with closing(_socket.socket()) as sock:
            sock.settimeout(10)
            sock.connect((proxy.hostname, proxy.port))
            sock.sendall(head.encode())
            answer = sock.recv(200).partition(b"\r\n")[0].decode(errors="replace")
        if " 2" in answer[:12]:
            return answer
        said += f"{answer}; "
    raise Stopped(said)


@attempt
def connect_loopback_through_proxy(given: Given) -> str:
    return _proxied(f"http://127.0.0.1:{given['port']}/")


@attempt
def connect_loopback_through_proxy_by_name(given: Given) -> str:
    return _proxied(f"http://localhost:{given['port']}/")


@attempt
def connect_metadata_through_proxy(_: Given) -> str:
    return _proxied(f"http://{METADATA}:80/")


@attempt
def connect_own_address_through_proxy(given: Given) -> str:
    return _proxied(f"http://{given['address']}:{given['port']}/")
