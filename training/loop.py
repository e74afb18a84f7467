"""A request -> a trained model in a folder: plain Keras `compile` and `fit`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras

from training import checkpoints, record, resume, setups
from training.board import Board
from training.callbacks import Keeper, Say
from training.divergence import Guard
from training.history import History
from training.images.files import changes_told
from training.length import steps_per_epoch
from training.losses import Losses
from training.progress import Place, Progress
from training.request import Request
from training.run_folder import RunFolder
from training.statistics import NONE
from training.stopping import StopRequest


@dataclass(frozen=True)
class Run:
    """The surroundings of a training.

    Args:
        folder: where the results go.
        request: the wish to stop.
        say: takes a line for every epoch.
        place: takes what is told within an epoch.
        checkpoint: where the training was, if it goes on.
        board: a folder for TensorBoard.
    """

    folder: RunFolder
    request: StopRequest
    say: Say
    place: Place
    checkpoint: checkpoints.Checkpoint | None = None
    board: Path | None = None


def train(request: Request, run: Run) -> float | None:
    """Train a network with all its heads; the folder holds every finished epoch.

    The test images are looked at after every epoch; nothing is chosen by them, unless the recipe's
    schedule watches them for a plateau.

    Args:
        request: network, recipe and data, as `request.read` has checked them.
        run: where the results go, what stops the training, who hears of it.

    Returns:
        the share of test images that the last epoch's model reads correctly; None where there are none.

    Raises:
        SpecError: where heads do not fit the input, the recipe names rows that the network does not
            have, the loss is no longer finite, a picture file is changed or removed, or nothing can be written.
        StopRequestedError: after the current batch, once a signal has come.
    """
    before = run.checkpoint
    kept = record.statistics(run.folder.path) if before else NONE
    setup = setups.make(request, run.say, len(before.history.epochs) if before else 0, kept)
    names = (request.network.name, request.data.name, request.recipe.name)
    history = before.history if before else History(*names, setup.length.epochs)
    keeper = _keeper(setup, history, request, run)
    setup.model.compile(**setup.compile_arguments)
    fit_arguments = setup.fit_arguments
    fit_arguments["callbacks"] += [*watching(setup, run), keeper]
    if before:
        fit_arguments["callbacks"].append(resume.Resume(before, setup.callbacks))
    try:
        with changes_told():
            setup.model.fit(setup.training_batches, **fit_arguments, verbose=0)
    finally:
        keeper.draw()
    checkpoints.clear(run.folder.checkpoints)
    return history.epochs[-1].test_accuracy


def watching(setup: setups.Setup, run: Run) -> list[keras.callbacks.Callback]:
    """What looks at losses and the clock, and ends a run that has no use."""
    losses, batch = Losses(), setup.recipe.batch_size
    tests = steps_per_epoch(len(setup.data.test), batch) if setup.data.test else 0
    progress = Progress(run.place, setup.length, batch, tests=tests, losses=losses)
    board = [Board(run.board, setup.length, losses)] if run.board else []
    return [losses, Guard(run.request, setup, losses), progress, *board]


def _keeper(setup: setups.Setup, history: History, request: Request, run: Run) -> Keeper:
    def keep() -> None:
        now = resume.taken(setup.model, setup.callbacks, history, run.folder.path)
        checkpoints.save(run.folder.checkpoints, now)

    files = record.files(request, setup.preparation)
    return Keeper(run.folder, history, run.say, request=run.request, files=files, output=setup.output, keep=keep)
