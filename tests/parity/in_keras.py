"""A network of keras.applications as an oracle."""

import keras
import numpy as np

from archspec.backends.keras.weights import variables


class Oracle:
    """A model of keras.applications with a linear classifier; its maps have channels last, as ours."""

    channels_first = False

    def __init__(self, entry, shape):
        make = getattr(keras.applications, entry.model.rpartition(".")[2])
        self.model = make(weights=None, input_shape=shape, classifier_activation=None)

    def values(self):
        """Name -> array."""
        return {name: np.asarray(variable) for name, variable in variables(self.model).items()}

    def assign(self, values):
        """Set values."""
        for name, variable in variables(self.model).items():
            variable.assign(values[name])

    def settle(self, pictures):
        """Set the statistics of every batch norm to those of its inputs."""
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.momentum = 0.0
        self.model(pictures, training=True)

    def maps(self, pictures, names):
        """Layer -> its output for the pictures."""
        outputs = {name: self.model.get_layer(name).output for name in names}
        return {name: np.asarray(out) for name, out in keras.Model(self.model.input, outputs)(pictures).items()}
