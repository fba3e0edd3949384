"""Upward: numbered words of the nodes below, and which of them the parent has not taken yet."""

from collections.abc import Collection

from protocol.ids import NodeId


class UpstreamReports:
    """The newest word of each node, in memory; whoever must not lose them stores them as well."""

    def __init__(self) -> None:
        self._newest: dict[NodeId, tuple[bytes, int, bytes]] = {}  # key, number, word
        self._told: dict[NodeId, bytes] = {}

    def note(self, node: NodeId, key: bytes, number: int, word: bytes) -> bool:
        """Keep it if it is newer than what is known; whether it is.

        Args:
            key: name of the key that signed it. Another one begins the numbers anew: a PC that
                was replaced has no say in how high its successor must count.
        """
        known_key, known, _ = self._newest.get(node, (key, 0, b""))
        if key == known_key and number <= known:
            return False
        self._newest[node] = (key, number, word)
        return True

    def untold(self) -> dict[NodeId, bytes]:
        """What the parent has not taken yet."""
        return {
            node: word
            for node, (_, _, word) in self._newest.items()
            if word != self._told.get(node)
        }

    def told(self, words: Collection[bytes]) -> None:
        """The parent has taken these."""
        for node, (_, _, word) in self._newest.items():
            if word in words:
                self._told[node] = word

    def forget_told(self) -> None:
        """The parent has another database now: it may know nothing of them."""
        self._told.clear()
