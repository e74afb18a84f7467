"""Every bad input of `tests/cases/training`: a sentence, exit code 2, and every file as it was."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from bad_files import disk, put, tree

from archspec import explain

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "training"
CASES = {
    f"{path.stem}: {name}": case
    for path in sorted(FOLDER.glob("*.yaml"))
    for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
SHOWN = {entry.bad_input.replace("/", ": ") for entry in explain.entries().values()} - {""}
"""Those that `archspec explain` shows, with the whole message."""
DISKS = {"full": "size=64k", "read_only": "ro"}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_input_is_said_and_changes_nothing(
    name: str, archspec: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    monkeypatch.chdir(tmp_path)
    with ExitStack() as disks:
        for place, content in {"tiny.yaml": "tiny", **case.get("files", {})}.items():
            if content in [*DISKS]:
                disks.enter_context(disk(tmp_path / place, DISKS[content]))
            else:
                put(tmp_path / place, content)
        before = tree(tmp_path)
        done = archspec(*case["run"].split())
        said = done.err.replace(f"{tmp_path}/", "")
        assert (done.code, done.out) == (2, ""), said
        assert "Traceback" not in said
        assert [words for words in [case["says"]] if words not in said] == [], said
        assert name not in SHOWN or said[said.index("error[") :] == case["says"]
        assert {place: held for place, held in tree(tmp_path).items() if not _may_be_new(place, case, before)} == before


def _may_be_new(place: str, case: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a file may be there that was not: of a run that ended early, its documents."""
    return place not in before and place.startswith(case.get("leaves", "/"))


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 40
