"""A request -> a trained model in a folder: plain Keras `compile` and `fit`."""

from __future__ import annotations

from dataclasses import dataclass

from training import checkpoints, record, resume, setups
from training.callbacks import Guard, Keeper, Say
from training.history import History
from training.images.files import changes_told
from training.request import Request
from training.run_folder import RunFolder
from training.stopping import StopRequest


@dataclass(frozen=True)
class Run:
    """The surroundings of a training: its folder, the wish to stop, what takes a line for every epoch, where it was."""

    folder: RunFolder
    request: StopRequest
    say: Say
    checkpoint: checkpoints.Checkpoint | None = None


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
    setup = setups.make(request, run.say, len(before.history.epochs) if before else 0)
    planned = setup.length.epochs
    history = (
        before.history if before else History(request.network.name, request.data.name, request.recipe.name, planned)
    )
    files = record.files(request, setup.preparation)
    keeper = Keeper(
        run.folder,
        history,
        run.say,
        request=run.request,
        files=files,
        output=setup.output,
        keep=lambda: _keep(setup, history, run.folder),
    )
    guard = Guard(run.request, request.recipe.optimizer.keys["learning_rate"])
    setup.model.compile(**setup.compile_arguments)
    fit_arguments = setup.fit_arguments
    fit_arguments["callbacks"] += [guard, keeper, *([resume.Resume(before, setup.callbacks)] if before else [])]
    try:
        with changes_told():
            setup.model.fit(setup.training_batches, **fit_arguments, verbose=0)
    finally:
        keeper.draw()
    checkpoints.clear(run.folder.checkpoints)
    return history.epochs[-1].test_accuracy


def _keep(setup: setups.Setup, history: History, folder: RunFolder) -> None:
    checkpoints.save(folder.checkpoints, resume.taken(setup.model, setup.callbacks, history, folder.path))
