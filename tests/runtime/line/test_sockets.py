"""A dead line is noticed in seconds: by the sockets of both sides."""

import asyncio
import socket

from runtime.line.sockets import DEAD_S, calling_socket, notice_death


def give_up_ms(made: socket.socket) -> int:
    return made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


def test_a_calling_socket_gives_up_in_seconds() -> None:
    (info, *_) = socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    with calling_socket(info) as made:
        assert made.family == socket.AF_INET
        assert give_up_ms(made) == DEAD_S * 1000


async def test_what_a_listening_socket_accepts_gives_up_as_soon() -> None:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        notice_death(listening)
        with socket.socket() as calling:
            calling.setblocking(False)
            await loop.sock_connect(calling, listening.getsockname())
            accepted, _ = await loop.sock_accept(listening)
            with accepted:
                assert give_up_ms(accepted) == DEAD_S * 1000


def test_a_socket_that_knows_no_such_option_works_without_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        notice_death(made)
        made.bind(("127.0.0.1", 0))
