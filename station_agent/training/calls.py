"""What can be asked about training.

Source: docs/operations.md, "Training".
"""

from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeTraining:
    """A new folder for training, with this station's catalogue."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingMade:
    """Where it is."""

    folder: Path
    release: int  # of the catalogue


TRAIN = Call("train", MakeTraining, TrainingMade)
