"""The limit of open files is lifted as far as the system lets."""

import subprocess
import sys

import pytest

TRY = """
import resource, sys
from runtime.descriptors import raise_descriptor_limit
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
said = raise_descriptor_limit(wanted)
print(said, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "now"),
    [
        (256, 4096, 1024, 1024),
        (256, 512, 1024, 512),  # the hard limit is the end
        (512, 512, 1024, 512),
        (2048, 4096, 1024, 2048),  # it is never lowered
    ],
)
def test_the_soft_limit_is_lifted_towards_the_hard_one(
    soft: int, hard: int, wanted: int, now: int
) -> None:
    command = [sys.executable, "-c", TRY, str(soft), str(hard), str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(now), str(now)]
