"""`fit_inputs`, and training every head of a network with it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import he_scaled

import archspec

HEADS = ["classifier", "aux1", "aux2"]
PICTURES = np.random.default_rng(0).normal(0, 1, (4, 79, 79, 3)).astype("float32")
LABELS = np.array([0, 1, 2, 3])
WEIGHTS = np.array([1.0, 0.5, 2.0, 0.0])


class Batches(keras.utils.PyDataset):
    """Two batches, and a record of what Keras tells a dataset."""

    def __init__(self, *arrays):
        super().__init__(workers=3, use_multiprocessing=False, max_queue_size=7)
        self.arrays, self.told = arrays, []

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return tuple(array[2 * index : 2 * index + 2] for array in self.arrays)

    def on_epoch_begin(self):
        self.told.append("begin")

    def on_epoch_end(self):
        self.told.append("end")


def as_tensors(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays).batch(2)


def as_arrays(*arrays):
    return arrays


def first_batch(dataset):
    if isinstance(dataset, tuple):
        return keras.tree.map_structure(lambda array: array[:2], dataset)
    return dataset[0] if isinstance(dataset, keras.utils.PyDataset) else next(iter(dataset))


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("made", [as_tensors, as_arrays, Batches])
def test_labels_are_repeated_for_every_head(small, made, weighted):
    extra = (WEIGHTS,) if weighted else ()
    inputs = archspec.fit_inputs(made(PICTURES, LABELS, *extra), small, loss="a loss")
    assert inputs.loss == dict.fromkeys(HEADS, "a loss")
    assert inputs.loss_weights == {"classifier": 1.0, "aux1": 0.3, "aux2": 0.3}
    x, *rest = first_batch(inputs.dataset)
    np.testing.assert_array_equal(x, PICTURES[:2])
    for repeated, values in zip(rest, (LABELS, *extra), strict=True):
        assert list(repeated) == HEADS
        for value in repeated.values():
            np.testing.assert_array_equal(value, values[:2])


@pytest.mark.parametrize("made", [as_tensors, as_arrays, Batches])
def test_a_model_of_one_output_gets_its_data_as_they_are(lenet, made):
    dataset = made(PICTURES, LABELS)
    inputs = archspec.fit_inputs(dataset, lenet)
    assert inputs.dataset is dataset
    assert (inputs.loss, inputs.loss_weights) == ("sparse_categorical_crossentropy", None)


def test_a_py_dataset_keeps_its_settings_and_its_epochs(small):
    batches = Batches(PICTURES, LABELS)
    repeated = archspec.fit_inputs(batches, small).dataset
    repeated.on_epoch_begin()
    repeated.on_epoch_end()
    assert (len(repeated), repeated.workers, repeated.max_queue_size, batches.told) == (2, 3, 7, ["begin", "end"])


@pytest.mark.parametrize("dataset", [[PICTURES, LABELS], PICTURES, iter([(PICTURES, LABELS)]), None])
def test_another_kind_of_data_is_refused(small, dataset):
    kind = type(dataset).__name__
    with pytest.raises(TypeError, match=f"cannot repeat the labels of a {kind}: expected a tf.data.Dataset, a "):
        archspec.fit_inputs(dataset, small)


@pytest.fixture(scope="module")
def trained():
    """GoogLeNet with its heads after an epoch: the model, its weights before, its history."""
    keras.utils.set_random_seed(0)
    model = he_scaled(archspec.build("googlenet", auxiliary=True, input_shape=(79, 79, 3), classes=4))
    before = {w.path: w.numpy() for w in model.trainable_weights}
    inputs = archspec.fit_inputs(as_tensors(PICTURES, LABELS), model)
    optimizer = keras.optimizers.SGD(1e-3, global_clipnorm=1.0)
    model.compile(
        optimizer, loss=inputs.loss, loss_weights=inputs.loss_weights, metrics=dict.fromkeys(HEADS, "accuracy")
    )
    return model, before, model.fit(inputs.dataset, epochs=1, verbose=0, shuffle=False).history


def test_the_loss_is_the_weighted_sum_of_the_heads(trained):
    _, _, history = trained
    [loss], [classifier], [aux1], [aux2] = (history[key] for key in ["loss", *(f"{head}_loss" for head in HEADS)])
    assert loss == pytest.approx(classifier + 0.3 * aux1 + 0.3 * aux2, rel=1e-5)
    assert {f"{head}_accuracy" for head in HEADS} < history.keys()


def test_every_variable_trains(trained):
    model, before, _ = trained
    after = {w.path: w.numpy() for w in model.trainable_weights}
    assert all(np.isfinite(values).all() for values in after.values())
    assert [path for path in after if np.array_equal(after[path], before[path])] == []


def test_an_auxiliary_loss_reaches_the_trunk_with_its_weight(small):
    """The gradient of the sum is that of its parts, and a head's loss stops where the head leaves the trunk."""
    with tf.GradientTape(persistent=True) as tape:
        outputs = small(PICTURES, training=False)
        losses = {
            head: tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(LABELS, outputs[head])) for head in HEADS
        }
        whole = losses["classifier"] + 0.3 * losses["aux1"] + 0.3 * losses["aux2"]
    weights = {w.path: w for w in small.trainable_weights}
    parts = {head: tape.gradient(losses[head], weights) for head in HEADS}
    for path, gradient in tape.gradient(whole, weights).items():
        shares = [
            scale * parts[head][path]
            for head, scale in zip(HEADS, (1, 0.3, 0.3), strict=True)
            if parts[head][path] is not None
        ]
        assert np.isfinite(gradient).all(), path
        np.testing.assert_allclose(gradient, sum(shares), rtol=1e-2, atol=1e-5 * np.abs(gradient).max(), err_msg=path)
    reached = {head: {path for path, gradient in parts[head].items() if gradient is not None} for head in HEADS}
    assert "conv1/kernel" in reached["aux1"] & reached["aux2"] & reached["classifier"]
    assert {"4a.1x1/kernel", "4b.1x1/kernel"} & reached["aux1"] == {"4a.1x1/kernel"}
    assert {"4d.1x1/kernel", "4e.1x1/kernel"} & reached["aux2"] == {"4d.1x1/kernel"}
    assert not any(path.startswith("aux") for path in reached["classifier"])
