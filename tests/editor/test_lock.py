"""The language server comes in exactly the version of the lock, from the public registry."""

import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def test_the_lock_names_one_version_and_public_addresses():
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {path: package for path, package in packages.items() if path}
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for package in locked.values():
        assert package["resolved"].startswith("https://registry.npmjs.org/")
        assert package["integrity"]
