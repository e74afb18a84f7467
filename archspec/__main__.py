"""`python -m archspec`: the command line.

`python -m` puts the working folder first on the path. A folder `training` that lies there must
not be taken for ours, so the working folder is dropped, unless it is the one that holds this package.
"""

import sys
from pathlib import Path


def drop_working_folder() -> None:
    """Take the working folder off the path, unless this package was found in it."""
    if sys.flags.safe_path or not sys.path:  # then Python did not put it there
        return
    if Path(sys.path[0]).resolve() != Path(__file__).resolve().parent.parent:
        del sys.path[0]


if __name__ == "__main__":
    drop_working_folder()
    from archspec.cli import main

    raise SystemExit(main())
