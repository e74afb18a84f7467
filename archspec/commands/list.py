"""archspec list"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api, report, zoo
from archspec.errors import EXIT_OK
from archspec.passes.summary import summarize


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """List the shipped networks with their figures."""
    return run


def run(args: argparse.Namespace) -> int:
    """Print a line a network."""
    networks = [api.load(zoo.path_of(name)) for name in zoo.names()]
    print(report.networks([(n.spec.title, str(n.spec.paper.get("year", "")), summarize(n.graph)) for n in networks]))
    return EXIT_OK
