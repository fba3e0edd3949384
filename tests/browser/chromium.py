"""Where this machine's Chromium is."""

import shutil

# the first is the same engine without windows of its own: a third of the processor's time
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Its path.

    Raises:
        FileNotFoundError: ``make test`` could not install it, and said so.
    """
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("no Chromium on this machine: apt-get install chromium")
