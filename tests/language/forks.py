"""Commands in processes of their own, each within limits: forks of one that has imported archspec already.

Started as a script it serves: a line of JSON (`words`, `cwd`) on its input, a line (`code`, `out`, `err`,
`seconds` of processor time, `megabytes` at the peak) on its output. So a process costs milliseconds.
"""

import contextlib
import gc
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass

SECONDS = 2
MEGABYTES = 300


@dataclass(frozen=True)
class Ended:
    """What a command ended with (a signal's number below zero), said and used."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float


class Forks:
    """The serving process, as its client sees it."""

    def __init__(self):
        self.server = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def run(self, words, cwd, seconds=SECONDS):
        """Run a command line in a folder."""
        asked = {"words": list(map(str, words)), "cwd": str(cwd), "seconds": seconds}
        print(json.dumps(asked), file=self.server.stdin, flush=True)
        return Ended(**json.loads(self.server.stdout.readline()))

    def close(self):
        """End the server."""
        with self.server:
            self.server.stdin.close()


def _child(words, cwd, seconds, out, err):
    """Run the command and end, whatever happens."""
    code = 99
    with contextlib.suppress(BaseException):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_DATA, (3 * MEGABYTES * 2**20,) * 2)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.chdir(cwd)
        code = _command(words)
    os._exit(code)


def _command(words):
    import traceback

    from archspec.cli import main

    try:
        return main(words)
    except SystemExit as end:
        return end.code
    except BaseException:
        traceback.print_exc()
        return 98
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _serve():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        _command(["validate", "lenet5"])  # so that all forks have what a right spec needs, and a wrong one
        _command(["analyze", "archspec: 1\nname: x\n"])
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as err:
            child = os.fork()
            if not child:
                _child(**asked, out=out, err=err)
            _, status, used = os.wait4(child, 0)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(errors="replace"))
        seconds = used.ru_utime + used.ru_stime
        ended = (os.waitstatus_to_exitcode(status), *texts, seconds, used.ru_maxrss / 1024)
        print(json.dumps(dict(zip(("code", "out", "err", "seconds", "megabytes"), ended, strict=True))), flush=True)


if __name__ == "__main__":
    _serve()
