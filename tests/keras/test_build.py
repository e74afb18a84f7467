"""The arguments of `archspec.build`."""

import re
import zipfile

import keras
import numpy as np
import pytest
from conftest import he_scaled

import archspec
from archspec.backends.keras.weights import transfer

SIZE = (79, 79, 3)
TWO_HEADS = """archspec: 1
name: two
inputs: {left: [6, 6, 1], right: [6, 6, 2]}
vars: {width: 3}
layers:
  - conv: {name: a, from: left, filters: $width, kernel_size: 3, activation: relu}
  - conv: {name: b, from: right, filters: $width, kernel_size: 3, norm: batch_norm}
  - concat: [a, b]
outputs:
  policy: [fc: {units: 5, activation: softmax}]
  value: [conv: {filters: 2, kernel_size: 2}, global_max_pool, fc: {units: 1, activation: tanh}]
"""


def shapes_of(tensors):
    return {name: tensor.shape[1:] for name, tensor in tensors.items()}


def at_79(**arguments):
    return archspec.build("googlenet", input_shape=SIZE, **arguments)


@pytest.mark.parametrize(
    ("pooling", "shape", "last"),
    [(None, (None, 2, 2, 1024), "5b.concat"), ("avg", (None, 1024), "avg_pool"), ("max", (None, 1024), "max_pool")],
)
def test_without_the_classifier(pooling, shape, last):
    model = at_79(include_top=False, pooling=pooling)
    assert (model.output_shape, model.layers[-1].name, model.count_params()) == (shape, last, 5_973_552)


def test_pooling_pools_the_map_below_the_classifier():
    x = np.random.default_rng(0).normal(0, 60, (1, *SIZE)).astype("float32")
    models = {pooling: he_scaled(at_79(include_top=False, pooling=pooling)) for pooling in (None, "avg", "max")}
    maps, average, largest = (np.asarray(models[pooling](x)) for pooling in (None, "avg", "max"))
    np.testing.assert_allclose(average, maps.mean((1, 2)), rtol=1e-5)
    np.testing.assert_array_equal(largest, maps.max((1, 2)))


def test_auxiliary_heads_and_their_classes():
    model = at_79(auxiliary=True, classes=7)
    assert list(model.output) == ["classifier", "aux1", "aux2"]
    assert shapes_of(model.output) == dict.fromkeys(model.output, (7,))


def test_classes_change_nothing_but_the_classifier():
    shapes = [{w.path: w.shape for w in at_79(**more).weights} for more in ({}, {"classes": 7})]
    changed = {path for path in shapes[0] if shapes[0][path] != shapes[1][path]}
    assert shapes[0].keys() == shapes[1].keys()
    assert changed == {"classifier/kernel", "classifier/bias"}


def test_a_name_and_variables():
    model = archspec.build(TWO_HEADS, vars={"width": 4}, name="mine")
    assert (model.name, model.get_layer("a").filters) == ("mine", 4)


def test_several_inputs_and_outputs_are_dicts():
    model = archspec.build(TWO_HEADS, input_shape={"left": (8, 8, 1), "right": (8, 8, 2)}, classes=6)
    assert shapes_of(model.input) == {"left": (8, 8, 1), "right": (8, 8, 2)}
    assert shapes_of(model.output) == {"policy": (6,), "value": (1,)}  # a value is no class


TAPS = ["conv1", "3a", "3a.5x5", "pool3", "lrn", "4e.concat", "aux1.SideClassifier.fc", "classifier"]


def test_taps_are_the_values_of_a_submodel(small):
    model = archspec.build("googlenet", auxiliary=True, input_shape=SIZE, classes=4, taps=TAPS)
    assert list(model.output) == ["classifier", "aux1", "aux2", *TAPS[:-1]]
    transfer(small, model)
    x = np.random.default_rng(0).normal(0, 60, (1, *SIZE)).astype("float32")
    ends = {"3a": "3a.concat", "classifier": "classifier.softmax"}
    by_hand = keras.Model(small.input, {tap: small.get_layer(ends.get(tap, tap)).output for tap in TAPS})
    found, wanted = model(x), by_hand(x)
    for tap in TAPS:
        np.testing.assert_array_equal(found[tap], wanted[tap], err_msg=tap)
    assert min(np.min(found[tap]) for tap in ("conv1", "3a", "aux1.SideClassifier.fc")) == 0  # behind their relus


def test_a_tap_may_be_the_sum_below_an_activation():
    text = "archspec: 1\nname: n\ninput: [6, 6, 1]\nlayers:\n  - inception: {name: a, 1x1: 4, activation: relu}\n"
    model = archspec.build(text, taps=["a.1x1", "a.1x1.relu"])
    assert list(model.output) == ["a", "a.1x1", "a.1x1.relu"]
    bare = archspec.build(TWO_HEADS, taps=["a", "b", "b.batch_norm"])
    assert list(bare.output) == ["policy", "value", "a", "b", "b.batch_norm"]


def test_an_output_may_be_the_sum_below_an_activation():
    spec = TWO_HEADS.partition("outputs:")[0].replace(", activation: relu}", "}") + "  - relu: {name: end, from: a}\n"
    model = archspec.build(f"{spec}outputs: [a, end]\n")
    left = np.random.default_rng(0).normal(0, 1, (4, 6, 6, 1)).astype("float32")
    found = model({"left": left, "right": np.zeros((4, 6, 6, 2), "float32")})
    assert np.asarray(found["a"]).min() < 0
    np.testing.assert_array_equal(np.maximum(found["a"], 0), found["end"])


def test_a_tap_on_a_head_keeps_the_weight_of_its_loss():
    model = at_79(auxiliary=True, taps=["aux1"])
    assert archspec.fit_inputs((None, None), model).loss_weights == {"classifier": 1.0, "aux1": 0.3, "aux2": 0.3}


def test_without_the_classifier_taps_stand_beside_the_features():
    model = at_79(include_top=False, taps=["pool2"])
    assert shapes_of(model.output) == {"features": (2, 2, 1024), "pool2": (10, 10, 192)}


@pytest.mark.parametrize("policy_name", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_ends_in_float32(policy, policy_name):
    policy(policy_name)
    model = he_scaled(at_79(auxiliary=True, classes=4))
    outputs = model(np.random.default_rng(0).normal(0, 60, (2, *SIZE)).astype("float32"))
    assert {w.dtype for w in model.weights} == {"float32"}
    assert model.get_layer("conv1").compute_dtype == policy_name.removeprefix("mixed_")
    for head, output in outputs.items():
        assert output.dtype.name == model.output[head].dtype == "float32", head
        np.testing.assert_allclose(np.sum(output, -1), 1, rtol=1e-3)


WRONG = [
    (lenet := "lenet5", {"pooling": "avg"}, ValueError, "pooling replaces the classifier: it needs include_top=False"),
    (lenet, {"pooling": "mean", "include_top": False}, ValueError, "pooling is 'mean': expected None, 'avg' or 'max'"),
    (lenet, {"auxiliary": True}, ValueError, "lenet5 has no auxiliary heads"),
    ("googlenet", {"auxiliary": True, "include_top": False}, ValueError, "they need include_top=True"),
    *[
        (lenet, {"classes": classes}, ValueError, f"classes is {classes!r}: expected a whole number of at least 1")
        for classes in (0, -1, True, 2.5, "ten")
    ],
    (lenet, {"taps": ["outptu"]}, ValueError, "no row is called 'outptu': did you mean 'output'?"),
    ("googlenet", {"taps": ["3a.3x3_reduced"]}, ValueError, "did you mean '3a.3x3_reduce'?"),
    ("googlenet", {"taps": ["aux1"]}, ValueError, "no row is called 'aux1'"),
    ("googlenet", {"taps": ["classifier"], "include_top": False}, ValueError, "no row is called 'classifier'"),
    (
        lenet,
        {"weights": "imagenet"},
        archspec.SpecError,
        "lenet5 names no weights 'imagenet', and there is no such file",
    ),
    (lenet, {"weights": "no.keras"}, archspec.SpecError, "cannot read 'no.keras': No such file"),
    (lenet, {"top": False}, TypeError, "unexpected keyword argument 'top'"),
    (lenet, {"vars": {"widht": 3}}, archspec.SpecError, "nothing to set at 'vars.widht'"),
    (lenet, {"input_shape": (4, 4, 1)}, archspec.SpecError, "window of 5 is larger than its input of 4 pixels"),
    ("lenet6", {}, archspec.SpecError, "no shipped network is called 'lenet6'"),
]


@pytest.mark.parametrize(("network", "arguments", "error", "sentence"), WRONG)
def test_what_does_not_fit_is_said_in_a_sentence(network, arguments, error, sentence):
    with pytest.raises(error, match=re.escape(sentence)):
        archspec.build(network, **arguments)


def outputs_of(model, folder, name):
    saved = np.load(folder / f"{name}.npz")
    outputs = model.predict_on_batch(saved["pictures"])
    return outputs if isinstance(outputs, dict) else {"output": outputs}, saved


def test_weights_of_a_saved_model(saved):
    arguments = {"input_shape": SIZE, "classes": 4}
    heads = archspec.build("googlenet", auxiliary=True, weights=saved / "googlenet.keras", **arguments)
    found, wanted = outputs_of(heads, saved, "googlenet")
    for head, values in found.items():
        np.testing.assert_array_equal(values, wanted[head])


@pytest.mark.parametrize("more", [{}, {"include_top": False}], ids=["classifier", "features"])
def test_weights_go_by_name_so_that_a_part_takes_them_too(saved, small, more):
    part = archspec.build(
        "googlenet", input_shape=(96, 80, 3), classes=4, weights=str(saved / "googlenet.keras"), **more
    )
    for layer in (layer for layer in part.layers if layer.weights):
        for ours, theirs in zip(layer.weights, small.get_layer(layer.name).weights, strict=True):
            np.testing.assert_array_equal(ours, theirs)


MISFITS = [
    # network, arguments, sentence
    (lenet, {}, "weights do not fit lenet5: no layer 'C1' in the file; no layer 'C3' in the file; "),
    (
        "googlenet",
        {"input_shape": SIZE, "classes": 5},
        "weights do not fit googlenet: 'classifier/kernel' is (1024, 4) in the file, (1024, 5) here;",
    ),
    (
        "googlenet",
        {"input_shape": (79, 79, 1), "classes": 4},
        "'conv1/kernel' is (7, 7, 3, 64) in the file, (7, 7, 1",
    ),
]


@pytest.mark.parametrize(("network", "arguments", "sentence"), MISFITS)
def test_weights_of_another_network_are_refused(saved, network, arguments, sentence):
    with pytest.raises(archspec.SpecError, match=re.escape(sentence)):
        archspec.build(network, weights=saved / "googlenet.keras", **arguments)


def damaged(path):
    path.write_bytes(path.read_bytes()[:-1000])


def without_config(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("text.keras", lambda path: path.write_text("text")),
        ("empty.keras", lambda path: path.write_bytes(b"")),
        ("cut.keras", damaged),
        ("zip.keras", without_config),
    ],
)
def test_a_file_that_is_no_model_is_refused(saved, tmp_path, name, spoil):
    path = tmp_path / name
    path.write_bytes((saved / "lenet5.keras").read_bytes())
    spoil(path)
    with pytest.raises(archspec.SpecError, match=f"{name}.* is no model that Keras can load"):
        archspec.build("lenet5", weights=path)
