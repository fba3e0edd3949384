"""A real S3 server for tests, moto's, in a process of its own that can be stopped and started."""

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

KEYS = "access_key = 'yizhan'\nsecret_key = 'secret'\n"


class S3Server:
    """Use ``with``. What it holds is in its memory, and gone with its process."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, bucket: str, prefix: str = "") -> str:
        """As the settings name it; the bucket is made."""
        self._ask("PUT", f"/{bucket}")
        return f"s3://{bucket}/{prefix}?endpoint=http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin, empty."""
        command = (sys.executable, "-W", "ignore", "-m", "moto.server", "-p", str(self.port))
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        give_up = time.monotonic() + 60
        while True:
            try:
                self._ask("GET", "/moto-api/")
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """It can't be reached any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def reset(self) -> None:
        """Forget all buckets."""
        self._ask("POST", "/moto-api/reset")

    def _ask(self, method: str, path: str) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path)
            answer = line.getresponse()
            if answer.status >= http.client.BAD_REQUEST:
                raise ValueError(f"{method} {path}: {answer.status} {answer.read()!r}")
            answer.read()
        finally:
            line.close()


def credentials(folder: Path) -> Path:
    """A file with the keys that it takes."""
    path = folder / "keys.toml"
    path.write_text(KEYS)
    return path
