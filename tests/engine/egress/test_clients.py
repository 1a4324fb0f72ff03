"""What authors use to reach others, inside a real worker, on its way through the proxy."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from penstock.engine.base import VersionSource
from penstock.engine.local import LocalEngine
from penstock.functions.refusals import SOURCE, refused_hosts
from penstock.functions.rights import Profile, Rights
from penstock.settings import Settings
from tests.engine.conftest import Bench, Outcome

pytestmark = pytest.mark.anyio

SERVER = "127.0.0.2"  # not where the proxy is, and granted or not
DELTA = 'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[%s]}\n\n'
CHOICE = '{"index":0,"delta":{"content":"%s"},"finish_reason":null}'


@dataclass
class Place:
    bench: Bench
    http: int
    https: int
    tcp: int

    def version(self, source: str, *hosts: str, profile: Profile = "standard") -> VersionSource:
        return self.bench.version(source, rights=Rights(profile, hosts))

    async def run(self, source: str, *hosts: str, profile: Profile = "standard", **fields: Any) -> Outcome:
        """Run an action with the ports in its body."""
        body = {"http": f"http://{SERVER}:{self.http}", "https": f"https://{SERVER}:{self.https}", "tcp": self.tcp}
        version = self.version(source, *hosts, profile=profile)
        return await self.bench.run(version, body=body, seconds=30, **fields)


async def site(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A web server of a few lines: tells what it was asked, or streams."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            line, *fields = head.decode().split("\r\n")
            sizes = [int(each.partition(":")[2]) for each in fields if each.lower().startswith("content-length")]
            body = await reader.readexactly(sizes[0] if sizes else 0)
            if "completions" in line:
                texts = [DELTA % (CHOICE % text) for text in ("one ", "two ", "three")] + ["data: [DONE]\n\n"]
                await _stream(writer, "text/event-stream", texts)
            elif "/stream" in line:
                await _stream(writer, "text/plain", ["piece "] * 50)
            else:
                said = f"{line.split()[0]} {line.split()[1]} {len(body)}".encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _stream(writer: asyncio.StreamWriter, kind: str, pieces: list[str]) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: %s\r\n\r\n" % kind.encode())
    for piece in pieces:
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece.encode()))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


async def greeter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that speaks first, as those for mail do."""
    try:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            writer.write((b"221 " if line.startswith(b"QUIT") else b"250 ") + line)
            if line.startswith(b"QUIT"):
                break
    finally:
        writer.close()


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, form, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        context = certificate(tmp_path_factory.mktemp("certificate"))
        servers = [
            await asyncio.start_server(site, SERVER, 0),
            await asyncio.start_server(site, SERVER, 0, ssl=context),
            await asyncio.start_server(greeter, SERVER, 0),
        ]
        for server in servers:
            stack.callback(server.close)
        engine = LocalEngine(Settings(data_dir=tmp_path_factory.mktemp("engine"), port=1))
        await engine.start()
        stack.push_async_callback(engine.stop, 0)
        yield Place(Bench(engine), *(server.sockets[0].getsockname()[1] for server in servers))


REQUESTS = """
import requests
class Action:
    def action(self, body):
        said = [requests.get(body["http"] + "/a?b=1").text]
        said.append(requests.post(body["https"] + "/a", json={"x": 1}, verify=False).text)
        with requests.get(body["http"] + "/stream", stream=True) as answer:
            said.append("".join(each.decode() for each in answer.iter_content(16)))
        session = requests.Session()
        session.trust_env = False
        said.append(session.get(body["http"] + "/direct").text)
        return said
"""
HTTPX = """
import httpx
class Action:
    async def action(self, body):
        async with httpx.AsyncClient(verify=False) as client:
            said = [(await client.get(body["http"] + "/a?b=1")).text]
            said.append((await client.post(body["https"] + "/a", json={"x": 1})).text)
            async with client.stream("GET", body["http"] + "/stream") as answer:
                said.append("".join([each async for each in answer.aiter_text()]))
        async with httpx.AsyncClient(trust_env=False) as client:
            said.append((await client.get(body["http"] + "/direct")).text)
        return said
"""
HTTPX_PLAIN = """
import httpx
class Action:
    def action(self, body):
        with httpx.Client(verify=False) as client:
            said = [client.get(body["http"] + "/a?b=1").text, client.post(body["https"] + "/a", json={"x": 1}).text]
            with client.stream("GET", body["http"] + "/stream") as answer:
                said.append("".join(answer.iter_text()))
        with httpx.Client(transport=httpx.HTTPTransport()) as client:
            said.append(client.get(body["http"] + "/direct").text)
        return said
"""
AIOHTTP = """
import aiohttp
class Action:
    async def action(self, body):
        async with aiohttp.ClientSession() as session:
            assert session.trust_env
            async with session.get(body["http"] + "/a?b=1") as answer:
                said = [await answer.text()]
            async with session.post(body["https"] + "/a", json={"x":1}, ssl=False) as answer:
                said.append(await answer.text())
            async with session.get(body["http"] + "/stream") as answer:
                said.append("".join([each.decode() async for each in answer.content.iter_any()]))
        async with aiohttp.ClientSession(trust_env=False) as session:
            async with session.get(body["http"] + "/direct") as answer:
                said.append(await answer.text())
        return said
"""
URLLIB = """
import ssl, urllib.request
class Action:
    def action(self, body):
        unsafe = ssl._create_unverified_context()
        def ask(url, **options):
            with urllib.request.urlopen(url, **options) as answer:
                return answer.read().decode()
        said = [ask(body["http"] + "/a?b=1"), ask(body["https"] + "/a", data=b"12345678", context=unsafe)]
        said.append(ask(body["http"] + "/stream"))
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        said.append(direct.open(body["http"] + "/direct").read().decode())
        return said
"""


@pytest.mark.parametrize(
    ("source", "length"), [(REQUESTS, 8), (HTTPX, 7), (HTTPX_PLAIN, 7), (AIOHTTP, 8), (URLLIB, 8)], ids=lambda _: ""
)
async def test_clients_work_as_they_are(place: Place, source: str, length: int) -> None:
    outcome = await place.run(source, SERVER)
    assert outcome.value == ["GET /a?b=1 0", f"POST /a {length}", "piece " * 50, "GET /direct 0"]
    assert [line for line in outcome.lines if line[3] == SOURCE] == []


async def test_openai_streams(place: Place) -> None:
    source = """
    import openai
    class Pipe:
        def pipe(self, body):
            for address, options in ((body["http"], {}), (body["https"], {"http_client": self.unsafe()})):
                client = openai.OpenAI(base_url=address + "/v1", api_key="sk", **options)
                messages = [{"role": "user", "content": "count"}]
                for chunk in client.chat.completions.create(model="m", messages=messages, stream=True):
                    yield chunk.choices[0].delta.content
        def unsafe(self):
            import openai._base_client as base
            return base.SyncHttpxClientWrapper(verify=False)
    """
    body = {"http": f"http://{SERVER}:{place.http}", "https": f"https://{SERVER}:{place.https}"}
    outcome = await place.bench.run(place.version(source, SERVER), "pipe", body, seconds=30)
    assert outcome.failed is None
    assert outcome.chunks == ["one ", "two ", "three"] * 2


DIRECT = """
import asyncio, smtplib, socket
class Action:
    async def action(self, body):
        return [await self.on_loop(body), *await asyncio.to_thread(self.plain, body)]
    async def on_loop(self, body):
        reader, writer = await asyncio.open_connection("127.0.0.2", body["tcp"])
        said = await reader.readline()
        writer.close()
        return said.decode()
    def plain(self, body):
        with smtplib.SMTP("127.0.0.2", body["tcp"], timeout=30) as mail:
            said = [mail.noop()[1].decode()]
        with socket.create_connection(("127.0.0.2", body["tcp"]), 5) as sock:
            said.append(sock.recv(100).decode())
        with socket.socket() as sock:
            said.append(sock.connect_ex(("127.0.0.2", body["tcp"])))
            said.append(sock.recv(100).decode())
        return said
"""


async def test_connections_that_know_of_no_proxy_are_led_there(place: Place) -> None:
    outcome = await place.run(DIRECT, f"{SERVER}:{place.tcp}")
    assert outcome.value == ["220 ready\r\n", "noop", "220 ready\r\n", 0, "220 ready\r\n"]


async def test_names_mean_what_the_server_takes_them_to_mean(place: Place) -> None:
    source = """
    import socket
    class Action:
        def action(self, body):
            found = socket.getaddrinfo("localhost.", body["tcp"], socket.AF_INET, socket.SOCK_STREAM)
            try:
                socket.getaddrinfo("nowhere.invalid", 80)
            except socket.gaierror as error:
                unknown = str(error)
            return [found[0][4][0], socket.gethostbyname("localhost"), unknown]
    """
    outcome = await place.run(source, "localhost.")
    assert outcome.value == ["127.0.0.1", "127.0.0.1", "[Errno -2] Name or service not known"]


REFUSED = {
    "requests": "import requests\nclass Action:\n    def action(self, body): requests.get(body['{}'])",
    "httpx": "import httpx\nclass Action:\n    def action(self, body): httpx.get(body['{}']).raise_for_status()",
    "urllib": "import urllib.request\nclass Action:\n    def action(self, body): urllib.request.urlopen(body['{}'])",
    "aiohttp": """
import aiohttp
class Action:
    async def action(self, body):
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            await session.get(body['{}'])
""",
    "socket": """
import socket
class Action:
    async def action(self, body):
        socket.create_connection(("127.0.0.2", int(body['{}'].rpartition(":")[2])))
""",
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("client", list(REFUSED))
async def test_refusals_are_told_to_the_author_and_to_the_log(place: Place, client: str, scheme: str) -> None:
    source = REFUSED[client].format(scheme)
    if client == "requests" and scheme == "http":
        source += ".raise_for_status()"
    outcome = await place.run(source, "10.0.0.1")
    port = getattr(place, scheme)
    said = f"{SERVER}:{port} was refused: {SERVER} is a loopback address"
    assert outcome.failed is not None
    assert said in outcome.failed.message
    (line,) = [line for line in outcome.lines if line[3] == SOURCE]
    assert line[1:3] == ("warning", said)


async def test_a_host_that_is_refused_again_and_again_is_named_twice(place: Place) -> None:
    source = """
    import requests
    class Action:
        def action(self, body):
            for _ in range(7):
                requests.get(body["http"])
            requests.get("http://127.0.0.3:80/")
    """
    outcome = await place.run(source)
    lines = [line[2] for line in outcome.lines if line[3] == SOURCE]
    assert len(lines) == 3
    assert [(each.host, each.port, each.count) for each in refused_hosts(lines)] == [
        (SERVER, place.http, 7),
        ("127.0.0.3", 80, 1),
    ]


async def test_each_run_hears_of_its_own_attempts(place: Place) -> None:
    source = """
    import asyncio, httpx, requests, threading
    class Action:
        async def action(self, body):
            url = f"http://127.0.0.{body}:9/"
            async with httpx.AsyncClient() as client:
                await client.get(url)
            await asyncio.to_thread(requests.get, url)
            thread = threading.Thread(target=requests.get, args=(url,))
            thread.start()
            await asyncio.to_thread(thread.join)
    """
    version = place.version(source)
    outcomes = await asyncio.gather(*(place.bench.run(version, body=n, seconds=30) for n in range(11, 19)))
    for number, outcome in enumerate(outcomes, 11):
        refused = refused_hosts(line[2] for line in outcome.lines if line[3] == SOURCE)
        assert [(each.host, each.count) for each in refused] == [(f"127.0.0.{number}", 3)]


async def test_child_processes_have_the_proxy_too(place: Place) -> None:
    source = """
    import subprocess, sys
    CODE = "import urllib.request as u, sys; print(u.urlopen(sys.argv[1]).read().decode())"
    class Action:
        def action(self, body):
            def ask(url):
                done = subprocess.run([sys.executable, "-c", CODE, url], capture_output=True, text=True)
                return done.stdout.strip() or done.stderr.strip().splitlines()[-1]
            return [ask(body["http"] + "/child"), ask("http://127.0.0.9:1/")]
    """
    outcome = await place.run(source, SERVER)
    granted, refused = outcome.value
    assert granted == "GET /child 0"
    assert "127.0.0.9:1 was refused" in refused
    assert [line[2] for line in outcome.lines if line[3] == SOURCE] == [
        "127.0.0.9:1 was refused: 127.0.0.9 is a loopback address"
    ]


async def test_what_cannot_be_led_through_says_so(place: Place) -> None:
    source = """
    import socket
    class Action:
        def action(self, body):
            said = []
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                try: sock.connect(("192.0.2.1", 53))
                except OSError as error: said.append(str(error))
            with socket.socket() as sock:
                sock.setblocking(False)
                try: sock.connect(("192.0.2.1", 80))
                except OSError as error: said.append(str(error))
            return said
    """
    outcome = await place.run(source)
    assert len(outcome.value) == 2
    assert all("direct connections are not possible here" in said for said in outcome.value)
    assert [text.partition(" was")[0] for text in outcome.texts] == ["192.0.2.1:53", "192.0.2.1:80"]


async def test_servers_of_the_function_itself_are_reached_directly(place: Place) -> None:
    source = """
    import asyncio, socket
    class Action:
        async def action(self, body):
            server = await asyncio.start_server(lambda r, w: (w.write(b"mine"), w.close()), "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            said = await reader.read()
            writer.close()
            server.close()
            return said.decode()
    """
    assert (await place.run(source)).value == "mine"


async def test_a_closed_function_is_told_that_it_has_no_network(place: Place) -> None:
    source = """
    import asyncio, socket, requests, aiohttp
    class Action:
        async def action(self, body):
            said = []
            for attempt in (
                lambda: requests.get(body["http"]),
                lambda: socket.create_connection(("192.0.2.1", 80)),
                lambda: socket.getaddrinfo("example.com", 80),
            ):
                try: attempt()
                except OSError as error: said.append(str(error))
            try:
                async with aiohttp.ClientSession() as session:
                    await session.get("http://example.com/")
            except OSError as error: said.append(str(error))
            return said
    """
    outcome = await place.run(source, SERVER, profile="closed")
    assert len(outcome.value) == 4
    assert all("this function has no network" in said for said in outcome.value[1:]), outcome.value


async def test_machines_without_network_name_spaces_have_the_proxy_too(place: Place, tmp_path: Path) -> None:
    source = """
    import requests, socket
    class Action:
        def action(self, body):
            with socket.create_connection(("127.0.0.2", body["tcp"]), 5) as sock:
                said = [sock.recv(100).decode()]
            return [*said, requests.get(body["http"] + "/a").text, requests.get("http://127.0.0.9:1/").reason]
    """
    engine = LocalEngine(Settings(data_dir=tmp_path, walls_without="namespaces,network"))
    await engine.start()
    try:
        outcome = await replace(place, bench=Bench(engine)).run(source, SERVER)
    finally:
        await engine.stop(0)
    assert outcome.value == ["220 ready\r\n", "GET /a 0", "127.0.0.9:1 was refused: 127.0.0.9 is a loopback address"]
