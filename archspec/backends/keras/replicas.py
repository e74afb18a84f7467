"""Batch norm on several devices: the statistics of the whole batch, as on one."""

from __future__ import annotations

from typing import Any

import keras


def synchronized(layer: keras.layers.BatchNormalization) -> keras.layers.BatchNormalization:
    """The layer; within the scope of a strategy of several devices it counts the batch of all of them.

    The saved model is that of one device: Keras loads a synchronized layer on TensorFlow alone.
    """
    if keras.backend.backend() != "tensorflow":
        return layer
    import tensorflow as tf

    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        plain = layer.get_config

        def config() -> dict[str, Any]:
            return {**plain(), "synchronized": False}

        layer.synchronized, layer.get_config = True, config
    return layer
