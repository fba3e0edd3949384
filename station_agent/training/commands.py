"""``yizhan-station train``: a folder to practise in (docs/operations.md, "Training")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from runtime.cli.command import FOLDER, data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask


def train_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @click.argument("folder", type=FOLDER)
    @json_option
    def train(data: Path, folder: Path, *, as_json: bool) -> None:
        """Make FOLDER, in which people practise with this catalogue; nothing leaves it."""
        from station_agent.training.calls import TRAIN, MakeTraining

        made = ask(data, TRAIN, MakeTraining(folder=folder.absolute()))
        words = f"练习文件夹做好了。开始练习：yizhan-station run {made.folder}"
        answer(to_json(made), words, as_json=as_json)

    return train
