"""zstd with the shipped dictionary, and decompression that cannot be made to explode.

The dictionary was trained on synthetic records only, because it is a public file. A frame
names it by zstd's own dictionary id, so that a later one can be added beside it.

Source: docs/protocol.md section 4.2.
"""

import hashlib
import sys
from functools import cache
from pathlib import Path

from protocol.errors import MalformedError, NeedsNewerError, TooLargeError
from protocol.limits import MAX_ZSTD_WINDOW_LOG

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PUBLIC_LEVEL = 19
_QUICK_LEVEL = 9  # 500 nodes: 3 % larger in a fiftieth of the time
_PUBLIC_WINDOW_LOG = 24  # 16 MiB, as much as the largest edition
_MIN_PREFIX_BYTES = 8  # zstd refuses a shorter raw dictionary


@cache
def _dictionary() -> zstd.ZstdDict:
    return zstd.ZstdDict((Path(__file__).parents[1] / "dictionary.zdict").read_bytes())


def dictionary_name() -> str:
    """SHA-256 of the shipped dictionary, in hex: the name by which documents speak of it."""
    return hashlib.sha256(_dictionary().dict_content).hexdigest()


def squeeze(record: bytes) -> bytes:
    """Compress one person's record. Never put two persons' data into one call."""
    return _compressor().compress(record, zstd.ZstdCompressor.FLUSH_FRAME)


@cache
def _compressor() -> zstd.ZstdCompressor:
    """It digests the dictionary with the first record; a frame knows nothing of the one before.

    Within 0.3 % of level 15 in three quarters of its time; level 19 gains 1 % for twice as much.
    """
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: 15,
        zstd.CompressionParameter.strategy: zstd.Strategy.btopt,
        zstd.CompressionParameter.min_match: 4,
        zstd.CompressionParameter.target_length: 64,
        zstd.CompressionParameter.window_log: MAX_ZSTD_WINDOW_LOG,  # else it grows with the record
        zstd.CompressionParameter.content_size_flag: 0,
        zstd.CompressionParameter.checksum_flag: 0,
    }
    return zstd.ZstdCompressor(options=options, zstd_dict=_dictionary().as_undigested_dict)


def expand(frame: bytes, *, limit: int) -> bytes:
    """Undo :func:`squeeze`.

    Raises:
        TooLargeError: it would become more than ``limit`` bytes.
        NeedsNewerError: made with another dictionary than this program has.
        MalformedError: not one whole frame.
    """
    _require_own_dictionary(frame)
    return _bounded(frame, limit, MAX_ZSTD_WINDOW_LOG, _dictionary())


def squeeze_public(body: bytes, base: bytes = b"", *, quick: bool = False) -> bytes:
    """Compress something that holds no person's data, with ``base`` as what is known already."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _QUICK_LEVEL if quick else _PUBLIC_LEVEL,
        zstd.CompressionParameter.window_log: _PUBLIC_WINDOW_LOG,
    }
    return zstd.compress(body, options=options, zstd_dict=_raw(base))


def expand_public(frame: bytes, base: bytes = b"", *, limit: int) -> bytes:
    """Undo :func:`squeeze_public` with the same ``base``. Raises like :func:`expand`."""
    return _bounded(frame, limit, _PUBLIC_WINDOW_LOG, _raw(base))


def _require_own_dictionary(frame: bytes) -> None:
    try:
        named = zstd.get_frame_info(frame).dictionary_id
    except zstd.ZstdError as exc:
        raise MalformedError(f"not a zstd frame: {exc}") from None
    if named not in (0, _dictionary().dict_id):
        raise NeedsNewerError(f"dictionary {named} is unknown here")


def _raw(base: bytes) -> tuple[zstd.ZstdDict, int] | None:
    return zstd.ZstdDict(base, is_raw=True).as_prefix if len(base) >= _MIN_PREFIX_BYTES else None


def _bounded(
    frame: bytes,
    limit: int,
    window_log: int,
    dictionary: zstd.ZstdDict | tuple[zstd.ZstdDict, int] | None,
) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: window_log}
    decompressor = zstd.ZstdDecompressor(zstd_dict=dictionary, options=options)
    try:
        out = decompressor.decompress(frame, max_length=limit + 1)
    except zstd.ZstdError as exc:
        raise MalformedError(f"not a zstd frame: {exc}") from None
    if len(out) > limit:
        raise TooLargeError(f"decompresses to more than {limit} bytes")
    if not decompressor.eof or decompressor.unused_data:
        raise MalformedError("a zstd frame is cut short or followed by something")
    return out
