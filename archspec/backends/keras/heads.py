"""Training several heads at once: labels, losses and weights for each output of a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from archspec.backends.keras.layers import AuxiliaryHead


@dataclass(frozen=True)
class FitInputs:
    """What `compile` and `fit` need: the dataset with labels per head, loss and loss weights.

    Pass `loss` and `loss_weights` to `model.compile`, `dataset` to `model.fit`.
    """

    dataset: Any
    loss: Any
    loss_weights: dict[str, float] | None


def fit_inputs(dataset: Any, model: keras.Model, loss: Any = "sparse_categorical_crossentropy") -> FitInputs:
    """Repeat labels for every head, with the weights that the spec gives auxiliary heads.

    Args:
        dataset: a `tf.data.Dataset` (or anything else with a `map` over its elements), a
            `keras.utils.PyDataset`, or arrays as a tuple; elements are (x, y) or (x, y, sample_weight).
        model: as `archspec.build` made it, or loaded from a file.
        loss: the loss of every head.

    Returns:
        the dataset with labels (and sample weights) as dicts by head, a dict of losses and a dict
        of loss weights: 1 for a main output, the spec's `weight` for an auxiliary head. A model of
        one output gets the dataset and the loss as they are, and no loss weights.

    Raises:
        TypeError: for a dataset of another kind.
    """
    names = list(model.output) if isinstance(model.output, dict) else []
    if not names:
        return FitInputs(dataset, loss, None)
    weights = {layer.name: layer.weight for layer in model.layers if isinstance(layer, AuxiliaryHead)}
    repeat = _repeater(names)
    return FitInputs(
        _map(dataset, repeat), dict.fromkeys(names, loss), {name: weights.get(name, 1.0) for name in names}
    )


def _repeater(names: list[str]) -> Callable[..., tuple[Any, ...]]:
    def repeat(x: Any, y: Any, *sample_weight: Any) -> tuple[Any, ...]:
        return x, dict.fromkeys(names, y), *(dict.fromkeys(names, w) for w in sample_weight)

    return repeat


def _map(dataset: Any, repeat: Callable[..., tuple[Any, ...]]) -> Any:
    if isinstance(dataset, tuple):
        return repeat(*dataset)
    if isinstance(dataset, keras.utils.PyDataset):
        return _Repeated(dataset, repeat)
    if hasattr(dataset, "map"):
        return dataset.map(repeat)
    kind = type(dataset).__name__
    known = "a tf.data.Dataset, a keras.utils.PyDataset, or arrays (x, y)"
    raise TypeError(f"cannot repeat the labels of a {kind}: expected {known}")


class _Repeated(keras.utils.PyDataset):
    """A PyDataset whose labels are repeated."""

    def __init__(self, dataset: keras.utils.PyDataset, repeat: Callable[..., tuple[Any, ...]]) -> None:
        super().__init__(dataset.workers, dataset.use_multiprocessing, dataset.max_queue_size)
        self.dataset, self.repeat = dataset, repeat

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        return self.repeat(*self.dataset[index])

    def on_epoch_begin(self) -> None:
        self.dataset.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self.dataset.on_epoch_end()
