"""`archspec train` at work: a new run, one that goes on, or one that is only looked at."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archspec import api

if TYPE_CHECKING:
    from training.checkpoints import Checkpoint
    from training.commands.screen import Screen
    from training.request import Request
    from training.run_folder import RunFolder
    from training.stopping import StopRequest

EXIT_OK = 0


@dataclass(frozen=True)
class Session:
    """One command: what was typed, the wish to stop, and where progress is shown."""

    arguments: argparse.Namespace
    stop: StopRequest
    screen: Screen

    def run(self) -> int:
        """Do what was asked; gives the exit code."""
        if self.arguments.resume:
            return self._resume()
        return self._look() if self.arguments.dry_run else self._begin()

    def _begin(self) -> int:
        """Refuse what cannot work, then make the folder, then start TensorFlow: mistakes show at once."""
        from training import request, run_folder

        asked = request.read(self.arguments, self.screen.say)
        stem = f"{asked.network.name}-{asked.data.words.partition(':')[0]}"
        folder = run_folder.create(self.arguments.output, stem)
        try:
            with folder.locked():
                return self._fit(asked, folder)
        finally:
            folder.remove_if_empty()

    def _resume(self) -> int:
        """Go on where a run stopped; one that is finished stays as it is."""
        from training import checkpoints, history, request, run_folder

        request.check_bare(self.arguments)
        folder = run_folder.RunFolder(self.arguments.resume)
        with folder.locked():
            checkpoint = checkpoints.to_resume(folder, self.screen.say)
            if checkpoint is None:
                self.screen.say(f"the run in '{folder.path}' is finished: nothing is left to do")
                return _result(folder, history.read(folder.history).epochs[-1].test_accuracy)
            return self._fit(request.read(self.arguments, self.screen.say), folder, checkpoint)

    def _look(self) -> int:
        """Check all that `_begin` checks, and tell what it would do."""
        from training import request, run_folder

        asked = request.read(self.arguments, self.screen.say)
        if self.arguments.output:
            run_folder.check_free(self.arguments.output)
        with self._devices(asked):
            from training import dry_run

            for line in dry_run.told(asked):
                print(line, flush=True)
        print("Nothing was written: --dry-run")
        return EXIT_OK

    def _fit(self, asked: Request, folder: RunFolder, checkpoint: Checkpoint | None = None) -> int:
        self.stop.left = folder.told
        with self._devices(asked):
            if checkpoint:
                done = checkpoint.history
                self.screen.say(f"goes on after epoch {len(done.epochs)} of {done.planned}")
            from training import loop, progress

            place = progress.Place(self.screen.show, self.screen.every)
            run = loop.Run(folder, self.stop, self.screen.say, place, checkpoint, self._board(folder))
            accuracy = loop.train(asked, run)
        return _result(folder, accuracy)

    @contextmanager
    def _devices(self, asked: Request) -> Iterator[None]:
        """Start TensorFlow on the devices that were asked for, and tell what will be done."""
        api.start_keras()
        from training import replicas

        with replicas.strategy(self.arguments.strategy).scope():
            for line in (*asked.told(), *replicas.told(asked.recipe.batch_size)):
                self.screen.say(line)
            yield

    def _board(self, folder: RunFolder) -> Path | None:
        wanted: Path | None = self.arguments.tensorboard
        return folder.path / "tensorboard" if wanted == Path() else wanted


def _result(folder: RunFolder, accuracy: float | None) -> int:
    print(f"saved in {folder.path}: {', '.join(sorted(path.name for path in folder.path.iterdir()))}")
    if accuracy is not None:
        print(f"test accuracy: {accuracy:.4f}", flush=True)
    return EXIT_OK
