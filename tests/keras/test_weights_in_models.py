"""Weights in files and models by name: every kind of layer, both backends, and nothing half done."""

import keras
import numpy as np
import pytest
from conftest import difference, he_scaled, run_python

import archspec

EVERYTHING = """\
archspec: 1
name: everything
input: [12, 12, 3]
layers:
  - conv: {name: stem, filters: 8, kernel_size: 3, norm: batch_norm, activation: relu}
  - conv: {filters: 8, kernel_size: 3, groups: 2, use_bias: false}
  - affine: {name: scaled}
  - position_bias: {name: placed}
  - batch_norm: {name: plain, center: false, scale: false}
  - aux: {name: side, weight: 0.3, layers: [fc: {units: 4, activation: softmax}]}
  - fc: {units: 6, dropout: 0.5}
  - fc: {name: last, units: 4, activation: softmax}
"""
PICTURES = np.random.default_rng(5).normal(size=(2, 12, 12, 3)).astype("float32")


def built(text=EVERYTHING, seed=None, **arguments):
    model = archspec.build(text, **arguments)
    return model if seed is None else he_scaled(model, seed)


def kept(model):
    return {v.path: keras.ops.convert_to_numpy(v).copy() for v in model.weights}


def equal(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The file of a network with every kind of weights, and what the network makes of pictures."""
    path = tmp_path_factory.mktemp("weights") / "everything.safetensors"
    model = built(seed=3, auxiliary=True)
    archspec.save_weights(model, path, source="a test", licence="CC0-1.0", classes=list("abcd"))
    np.savez(path.with_suffix(".npz"), **{k: keras.ops.convert_to_numpy(v) for k, v in model(PICTURES).items()})
    return path


def test_a_file_fills_the_same_network(file):
    model = built(seed=4, auxiliary=True)
    report = archspec.load_weights(model, file)
    assert (report.skipped, report.new) == ({}, {})
    assert equal(kept(model), kept(built(seed=3, auxiliary=True)))
    with np.load(file.with_suffix(".npz")) as wanted:
        for head, values in model(PICTURES).items():
            np.testing.assert_array_equal(values, wanted[head])


def test_it_is_keyed_by_layers_and_values(file):
    found = archspec.describe_weights(file)
    assert {name: value.shape for name, value in found.values.items()} == {
        **{"stem/kernel": (3, 3, 3, 8), "stem/bias": (8,), "conv/kernel": (3, 3, 4, 8)},
        **{f"stem.batch_norm/{name}": (8,) for name in ("gamma", "beta", "moving_mean", "moving_variance")},
        **{"scaled/scale": (8,), "scaled/shift": (8,), "placed/bias": (8, 8, 8)},
        **{"plain/moving_mean": (8,), "plain/moving_variance": (8,)},
        **{"side.fc/kernel": (512, 4), "side.fc/bias": (4,), "fc/kernel": (512, 6), "fc/bias": (6,)},
        **{"last/kernel": (6, 4), "last/bias": (4,)},
    }


def test_it_says_where_it_comes_from(file):
    origin = archspec.describe_weights(file).origin
    assert (origin.network, origin.digest) == ("everything", archspec.digest(EVERYTHING))
    assert (origin.classes, origin.source, origin.licence) == (("a", "b", "c", "d"), "a test", "CC0-1.0")
    assert origin.unnamed == {"conv": 1, "fc": 1, "side.fc": 1}


@pytest.mark.parametrize("arguments", [{}, {"include_top": False}], ids=["no side head", "no classifier"])
def test_a_part_takes_what_is_its_own(file, arguments):
    model = built(weights=file, **arguments)
    whole = kept(built(seed=3, auxiliary=True))
    found = kept(model)
    assert found and all(np.array_equal(values, whole[name]) for name, values in found.items())


MISFITS = [
    # edit of the text, sentences
    (("units: 4, activation", "units: 5, activation"), ["'last/kernel' is (6, 4) in the file, (6, 5) here"]),
    (("name: stem", "name: root"), ["no layer 'root' in the file", "no layer 'root.batch_norm' in the file"]),
    (("groups: 2, use_bias: false", "groups: 2"), ["'conv/bias' is not in the file"]),
    (
        ("filters: 8, kernel_size: 3, norm", "filters: 8, kernel_size: 3, use_bias: false, norm"),
        ["'stem' has no bias here"],
    ),
    (
        ("  - affine", "  - conv: {filters: 8, kernel_size: 1}\n  - affine"),
        ["'conv' counts to 1 in the file, to 2"],
    ),
    (("center: false, ", ""), ["'plain/beta' is not in the file"]),
]


@pytest.mark.parametrize(("edit", "sentences"), MISFITS)
def test_what_does_not_fit_is_said_and_changes_nothing(file, edit, sentences):
    model = built(EVERYTHING.replace(*edit), seed=4)
    before = kept(model)
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load_weights(model, file)
    assert [s for s in sentences if s not in str(caught.value)] == []
    assert equal(kept(model), before)
    report = archspec.load_weights(model, file, strict=False)
    after = kept(model)
    for name, values in after.items():
        assert (name in report.new) == np.array_equal(values, before[name]), name


def test_renamed_layers_are_found(file):
    model = built(EVERYTHING.replace("name: stem", "name: root").replace("name: last", "name: end"), seed=4)
    report = archspec.load_weights(model, file, rename={"stem*": "root*", "last": "end"})
    assert report.transferred["root.batch_norm/gamma"] == "stem.batch_norm/gamma"
    assert not report.new
    whole = kept(built(seed=3, auxiliary=True))
    assert all(
        np.array_equal(v, whole[n.replace("root", "stem").replace("end/", "last/")]) for n, v in kept(model).items()
    )


def test_a_plain_keras_model_is_a_source_and_a_target(tmp_path):
    def plain(names):
        layers = [
            keras.layers.Conv2D(4, 3, name=names[0]),
            keras.layers.Flatten(),
            keras.layers.Dense(2, name=names[1]),
        ]
        return he_scaled(keras.Sequential([keras.Input((6, 6, 3)), *layers]))

    path = tmp_path / "plain.safetensors"
    archspec.save_weights(plain("ab"), path)
    target = plain("cb")
    target.get_layer("c").kernel.assign(target.get_layer("c").kernel * 0)
    report = archspec.load_weights(keras.Sequential([keras.Input((6, 6, 3)), target]), path, rename=[("a", "c")])
    assert set(report.transferred) == {"c/kernel", "c/bias", "b/kernel", "b/bias"}
    assert all(map(np.array_equal, target.get_weights(), plain("ab").get_weights()))


def test_a_value_of_no_dimension_stays_one(tmp_path):
    """Normalization has a count, a single number."""

    def normalizing():
        return keras.Sequential([keras.Input((3,)), keras.layers.Normalization(name="seen")], name="plain")

    model, path = normalizing(), tmp_path / "w.safetensors"
    model.layers[0].adapt(PICTURES[0, 0])
    archspec.save_weights(model, path)
    assert archspec.describe_weights(path).values["seen/count"].shape == ()
    fresh = normalizing()
    archspec.load_weights(fresh, path)
    assert equal(kept(fresh), kept(model))


def test_two_values_of_one_name_are_refused(tmp_path):
    inner = [keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, name="same")]) for _ in range(2)]
    with pytest.raises(archspec.SpecError, match="two values called 'same/kernel'"):
        archspec.save_weights(keras.Sequential([keras.Input((3,)), *inner]), tmp_path / "x.safetensors")


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_what_is_not_finite_is_neither_saved_nor_loaded(tmp_path, monkeypatch, number):
    model = built("lenet5")
    path = tmp_path / "w.safetensors"
    model.get_layer("C1").bias.assign([number] * 2 + [0.0] * 4)
    with pytest.raises(archspec.SpecError, match="'C1/bias' of 'lenet5' has 2 values that are not finite"):
        archspec.save_weights(model, path)
    assert not path.exists()
    from archspec.backends.keras import weights

    with monkeypatch.context() as patch:
        patch.setattr(weights, "_check_finite", lambda *_: None)
        archspec.save_weights(model, path)
    target = built("lenet5", seed=1)
    before = kept(target)
    with pytest.raises(archspec.SpecError, match=r"'C1/bias' of '.*w.safetensors' has 2 values"):
        archspec.load_weights(target, path)
    assert equal(kept(target), before)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_other_precisions_are_written_and_read(tmp_path, policy, dtype):
    policy(dtype)
    model = built("lenet5", seed=1)
    archspec.save_weights(model, path := tmp_path / "w.safetensors")
    assert {value.dtype for value in archspec.describe_weights(path).values.values()} == {
        {"float16": "F16", "bfloat16": "BF16", "float64": "F64"}[dtype]
    }
    policy("float32")
    wide = archspec.build("lenet5", weights=path)
    for name, values in kept(model).items():
        np.testing.assert_array_equal(values.astype("float32"), kept(wide)[name])


@pytest.mark.parametrize("name", ["w.h5", "w", "w.keras"])
def test_weights_are_saved_under_a_name_that_says_so(tmp_path, name):
    with pytest.raises(archspec.SpecError, match=r"expected a file name that ends in \.safetensors"):
        archspec.save_weights(built("lenet5"), tmp_path / name)


def test_the_command_fills_what_it_saves(archspec_command, tmp_path, file):
    spec = tmp_path / "everything.yaml"
    spec.write_text(EVERYTHING)
    target = tmp_path / "filled.keras"
    result = archspec_command("build", spec, "--weights", file, "-o", target)
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(f", weights of {file}\n")
    assert equal(kept(archspec.load_model(target)), kept(built(weights=file)))
    for words, sentence in [
        (["lenet5", "--weights", file, "-o", tmp_path / "x.keras"], "weights do not fit lenet5: no layer 'C1'"),
        (["lenet5", "--weights", file], "--weights fills a model that is saved"),
        (["lenet5", "--weights", "nothing.keras", "-o", tmp_path / "x.keras"], "cannot read 'nothing.keras'"),
    ]:
        result = archspec_command("build", *words)
        assert (result.code, result.out) == (2, "") and sentence in result.err
        assert not (tmp_path / "x.keras").exists()


@pytest.fixture
def archspec_command(request):
    return request.getfixturevalue("archspec")


ON_JAX = """
import json, sys
import archspec
import keras
import numpy as np

assert keras.backend.backend() == "jax"
path = sys.argv[1]
model = archspec.build(sys.argv[2], auxiliary=True, weights=path)
outputs = model.predict_on_batch(np.random.default_rng(5).normal(size=(2, 12, 12, 3)).astype("float32"))
archspec.save_weights(model, path.replace(".", ".jax."), source="a test", licence="CC0-1.0", classes=list("abcd"))
np.savez(path.replace(".safetensors", ".jax.npz"), **outputs)
print(json.dumps([model.name]))
"""


def test_the_same_file_on_jax(file):
    run_python(ON_JAX, file, EVERYTHING, cwd=file.parent, KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")
    assert file.with_name("everything.jax.safetensors").read_bytes() == file.read_bytes()
    with np.load(file.with_name("everything.jax.npz")) as found, np.load(file.with_suffix(".npz")) as wanted:
        assert all(difference(found[head], wanted[head]) < 1e-5 for head in ("last", "side"))
