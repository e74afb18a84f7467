"""Words of a command line that name neither a run nor a network: told as such, before one is read as a spec."""

from __future__ import annotations

from pathlib import Path

from archspec import api
from archspec.api import documents
from training import record
from training.run_folder import RUNS

WEIGHTS, SPECS = (".keras", ".safetensors"), (".yaml", ".yml")
NETWORKS = documents.NETWORKS


def check(word: str) -> None:
    """Refuse what names neither the folder of a run, nor a spec's file, nor a shipped network.

    Raises:
        SpecError: where nothing is called so, or a file of weights is.
    """
    path = Path(word)
    if word in NETWORKS.names:
        return
    if not documents.is_there(path):
        message = f"'{word}' is neither the folder of a run, nor a spec's file, nor a shipped network"
        expected = f"a folder of `archspec train`, a path to a spec, or a name of `{NETWORKS.listed}`"
        raise api.fail("no-such-run", message, expected=expected, suggestion=_near(path))
    if path.suffix in WEIGHTS and path.is_file():
        run = f"'{path.parent}'" if documents.is_there(path.parent / record.RECORD) else ""
        expected = f"the folder of a run, or SPEC --weights {word}"
        raise api.fail("bad-request", f"'{word}' is a file of weights", expected=expected, suggestion=run)


def _near(path: Path) -> str:
    """The run or spec beside it whose name is nearest, or for a word alone the run among RUNS or shipped network."""
    alone = path.parent == Path()
    folders = [folder for folder in (path.parent, *([RUNS] if alone else [])) if documents.is_folder(folder)]
    found = {
        each.name: str(each)
        for folder in folders
        for each in sorted(folder.glob("*"))
        if each.suffix in SPECS or documents.is_there(each / record.RECORD)
    }
    word = api.did_you_mean(path.name, {**found, **(dict.fromkeys(NETWORKS.names) if alone else {})}).strip("'")
    return word and f"'{found.get(word, word)}'"
