"""Each worker of a run of everything reads a share of the test files first.

Making assertions tell what they compared takes longer than anything else that is done to a file
before its tests run. Its outcome is kept, so that of three workers two find it done.
"""

import sys
from contextlib import suppress

import pytest
from _pytest.pathlib import ImportMode, import_path

_PATTERN = "test_*.py"


def read_share(config: pytest.Config) -> None:
    """Read those that are this worker's; what is wrong with one is told when it is collected."""
    worker = getattr(config, "workerinput", None)
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if worker is None or not everything or sys.dont_write_bytecode:
        return
    number, workers = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    folders = [config.rootpath / name for name in config.getini("testpaths")]
    files = sorted(file for folder in folders for file in folder.rglob(_PATTERN))
    for file in files[number::workers]:
        with suppress(Exception):
            import_path(
                file,
                mode=ImportMode.importlib,
                root=config.rootpath,
                consider_namespace_packages=False,
            )
