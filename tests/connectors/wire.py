"""A bare server on loopback that answers as a test tells it, byte by byte."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answering = Callable[[socket.socket], None]


@dataclass
class Bare:
    """`connections` were made to it; `heard` is what each of them said first."""

    url: str
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)


def plainly(body: bytes, status: str = "200 OK", *headers: str) -> Answering:
    """One whole answer, after which the connection stays open."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return lambda peer: peer.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def _request(peer: socket.socket) -> bytes:
    """One whole request, body included; empty once the caller has hung up."""
    said = b""
    while b"\r\n\r\n" not in said:
        if not (part := peer.recv(65536)):
            return b""
        said += part
    head, _, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while length and len(body) < int(length[1]) and (part := peer.recv(65536)):
        body += part
    return head + b"\r\n\r\n" + body


@contextmanager
def bare(answer: Answering) -> Iterator[Bare]:
    """The server, until the block ends; each request on each connection is answered by `answer`."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Bare(f"http://127.0.0.1:{listener.getsockname()[1]}")
    peers: list[socket.socket] = []

    def serve(peer: socket.socket) -> None:
        try:
            while said := _request(peer):
                made.heard.append(said)
                answer(peer)
        except OSError:
            return

    def accept() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            made.connections += 1
            peers.append(peer)
            threading.Thread(target=serve, args=(peer,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield made
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for peer in peers:
            peer.close()
