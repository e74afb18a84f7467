"""How gradients fare on their way back through a network: norms by depth, at initialization and over first steps.

Results, tables and arguments come without TensorFlow; `measure` starts it.
"""

from __future__ import annotations

from collections.abc import Sequence

from archspec import api
from archspec.experiments import AS_WRITTEN, Variant
from training import datasets
from training.datasets import Dataset
from training.gradients.cases import Say, cases
from training.gradients.results import Gradients, Layer, Norms, Series, Settings, Spread

__all__ = ["Gradients", "Layer", "Norms", "Series", "Settings", "Spread", "Variant", "gradients"]


def gradients(
    specs: Sequence[api.SpecLike],
    *,
    variants: Sequence[Variant] = (AS_WRITTEN,),
    data: str | Dataset = "digits",
    settings: Settings = Settings(),  # noqa: B008 -- frozen
    say: Say = lambda line: None,
) -> Gradients:
    """Norms of the loss's gradient in every weight layer, for every network in every variant.

    Each seed draws weights, order and shifts of the images, and dropout, as `archspec train` does with the recipe
    small; the loss is the training loss, auxiliary heads weighted. Steps are plain gradient descent, without momentum.

    Args:
        specs: paths, names of shipped networks, or `Network`s, each of one image input.
        variants: what is changed in each network; one series of results each.
        data: what `--data` names, or a data set.
        settings: batch size, steps, learning rate, seeds.
        say: takes a line for every series.

    Raises:
        SpecError: before TensorFlow starts where spec, variant and data do not fit, or Keras runs on another
            backend; later where the loss or a gradient is no longer a finite number.
    """
    found = datasets.read(data) if isinstance(data, str) else data
    wanted = [case for spec in specs for case in cases(api.load(spec), variants, found, say)]
    api.start_keras()
    _check_backend()
    from training.gradients.measure import measure

    return Gradients(found.name, settings, tuple(measure(case, found, settings, say) for case in wanted))


def _check_backend() -> None:
    """Refuse other backends of Keras: gradients are recorded on TensorFlow's tape."""
    import keras

    if (backend := keras.backend.backend()) != "tensorflow":
        raise api.fail("wrong-backend", f"Keras runs on {backend}", expected="KERAS_BACKEND=tensorflow for gradients")
