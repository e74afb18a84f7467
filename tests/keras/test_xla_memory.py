"""Our bytes of LeNet-5 beside those that XLA reserves; docs/memory.md has the larger networks."""

import json
from pathlib import Path

import pytest
from conftest import run_python

import archspec

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "memory.py"
RUN = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
XLA = {
    "KERAS_BACKEND": "jax",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_experimental_ynn_fusion_type=",
}


def test_lenet_takes_what_xla_reserves(tmp_path):
    printed = run_python(RUN, SCRIPT, "--measure", "lenet5:32:adam", cwd=tmp_path, **XLA)
    theirs = json.loads(printed.splitlines()[-1])
    ours = archspec.analyze("lenet5", batch=32, optimizer="adam").memory
    assert ours.inference_bytes == pytest.approx(theirs["inference"], rel=0.15)
    assert ours.xla_cpu_training_bytes == pytest.approx(theirs["training"], rel=0.25)
