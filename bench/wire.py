"""From TCP payload to bytes on a line.

A proxy on loopback sees the payload only. What a line carries beside it is computed, for ours
and for a peer in the same way: IPv4 and TCP headers with the timestamp option (52 bytes) on each
full segment of 1,448 bytes, and one such header for the acknowledgement of each segment that
came the other way. Real stacks send fewer acknowledgements and some shorter segments.
"""

SEGMENT_BYTES = 1448  # payload of a full TCP segment in an Ethernet frame
HEADER_BYTES = 1500 - SEGMENT_BYTES


def bytes_on_wire(payload: int, payload_back: int) -> int:
    """Bytes in one direction, when ``payload`` went that way and ``payload_back`` the other."""
    return payload + HEADER_BYTES * (_segments(payload) + _segments(payload_back))


def _segments(payload: int) -> int:
    return -(-payload // SEGMENT_BYTES)
