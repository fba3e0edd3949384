"""The best emulation that this machine allows."""

from bench.link.bad_line import BadLine
from bench.link.namespaces import available
from bench.link.packet_line import PacketLine
from bench.link.plan import LinePlan
from bench.link.proxy_line import ProxyLine


def bad_line(plan: LinePlan, port: int) -> BadLine:
    """A line to ``port`` of the parent: packets where namespaces can be made, else a proxy."""
    return PacketLine(plan, port) if available() else ProxyLine(plan, port)
