"""A block that the package has not, and a copy of the package that has its file."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

FIRE = '''"""fire: SqueezeNet's module."""

from archspec import ir
from archspec.blocks.base import Convolutional, Scope, Tensor, block, key
from archspec.blocks.kinds import whole


@block("fire")
class Fire(Convolutional):
    """SqueezeNet's module (Iandola et al., arXiv:1602.07360, figure 1).

    A 1x1 convolution squeezes the channels; a 1x1 and a 3x3 beside each other widen them again.
    """

    squeeze: int = key(whole(), "filters of the 1x1 convolution in front")
    widen: int = key(whole(), "filters of each of the two behind it", name="expand")

    example = "- fire: {name: fire2, squeeze: 16, expand: 64}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """Three convolutions and a concatenation."""
        squeezed = self.conv(scope, x, "squeeze", self.squeeze, 1)
        paths = [self.conv(scope, squeezed, f"{n}x{n}", self.widen, n) for n in (1, 3)]
        return scope.add(ir.Concat(), *paths, part="concat")
'''

SPEC = """archspec: 1
name: fires
input: [56, 56, 96]
defaults: {conv: {activation: relu}}
layers:
  - fire: {name: fire2, squeeze: 16, expand: 64}
  - fire: {squeeze: $narrow, expand: 4*$narrow, use_bias: false}
vars: {narrow: 8}
expect:
  # 96*16 + 16, 16*64 + 64, 9*16*64 + 64; without biases 128*8, 8*32, 9*8*32
  params: 15504
  # 56*56 positions of 96*16 + 10*16*64 + 128*8 + 10*8*32 products
  macs: 48168960
  depth: 4
  shapes: {fire2: [56, 56, 128], fire2.squeeze: [56, 56, 16], fire.3x3: [56, 56, 32], fire: [56, 56, 64]}
"""


def checkout_with_fire(folder):
    """The package with one more file; what is returned runs Python there."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "archspec", folder / "archspec", ignore=ignored)
    shutil.copytree(ROOT / "specs", folder / "specs", ignore=ignored)
    (folder / "archspec" / "blocks" / "fire.py").write_text(FIRE, encoding="utf-8")
    (folder / "fires.yaml").write_text(SPEC, encoding="utf-8")

    def run(*words):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
