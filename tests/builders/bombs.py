"""Compressed bytes that become far more than they are."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB = 2**20
WINDOW_LOG = 17  # one that every limit of ours allows


def zeros(mib: int) -> bytes:
    """A frame that would become ``mib`` MiB, a multiple of 4."""
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: WINDOW_LOG})
    piece = bytes(4 * MIB)
    return b"".join(compressor.compress(piece) for _ in range(mib // 4)) + compressor.flush()


def quickly(body: bytes) -> bytes:
    """``body`` in a frame, made fast rather than small."""
    return zstd.compress(body, level=1)


def wide_window() -> bytes:
    """A small frame that demands a window of 128 MiB."""
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    return compressor.compress(b"small") + compressor.flush()


def with_foreign_dictionary() -> bytes:
    """A frame that names a dictionary which nobody ships."""
    samples = [b"sample %d " % n * 20 for n in range(400)]
    return zstd.compress(samples[0], zstd_dict=zstd.train_dict(samples, 2000))
