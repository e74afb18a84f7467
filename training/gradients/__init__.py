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

    Each seed draws weights, order and shifts of the images, and dropout, as `archspec train` does; the loss
    is the training loss, auxiliary heads weighted. Steps are plain gradient descent, without momentum.

    Args:
        specs: paths, names of shipped networks, or `Network`s, each of one image input.
        variants: what is changed in each network; one series of results each.
        data: what `--data` names, or a data set.
        settings: batch size, steps, learning rate, seeds.
        say: takes a line for every series.

    Raises:
        SpecError: before TensorFlow starts where spec, variant and data do not fit; later where the loss or a
            gradient is no longer a finite number.
    """
    found = datasets.read(data) if isinstance(data, str) else data
    wanted = [case for spec in specs for case in cases(api.load(spec), variants, found, say)]
    api.start_keras()
    from training.gradients.measure import measure

    return Gradients(found.name, settings, tuple(measure(case, found, settings, say) for case in wanted))
