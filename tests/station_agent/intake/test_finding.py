"""A station finds items by the readings that a release brings, and has no library for it."""

import subprocess
import sys

_EVERYTHING = """
import importlib, pkgutil, sys

class Banned:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pypinyin", "python_calamine", "xlsxwriter"):
            raise AssertionError(name)

sys.meta_path.insert(0, Banned())
import protocol, runtime, station_agent
for package in (protocol, runtime, station_agent):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
from tests.protocol.catalogue.finding.conftest import entries
from protocol.catalogue.finding.index import index_of
from protocol.catalogue.finding.search import search
print(search(index_of(entries()), "dibao").hits[0].named.name)
"""


def test_no_module_of_the_station_needs_pinyin_or_excel() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _EVERYTHING], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "最低生活保障\n"
