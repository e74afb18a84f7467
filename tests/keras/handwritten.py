"""GoogLeNet as one writes it by hand in Keras, from Table 1 of the paper: what ours is compared with.

Nothing of archspec is used; local response normalization is TensorFlow's own operator. `same` max pools
equal Caffe's ceil mode at 224x224 and wherever every map that they halve has an even size.
"""

import keras
import tensorflow as tf
from keras import layers

TABLE = {  # #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


class LRN(layers.Layer):
    """TensorFlow's local response normalization."""

    def call(self, x):
        return tf.nn.local_response_normalization(x, depth_radius=2, bias=1.0, alpha=1e-4, beta=0.75)

    def compute_output_shape(self, input_shape):
        return input_shape


def conv(x, filters, size, name):
    return layers.Conv2D(filters, size, padding="same", activation="relu", name=name)(x)


def inception(x, name):
    ones, reduce3, threes, reduce5, fives, proj = TABLE[name]
    one = conv(x, ones, 1, f"{name}_1x1")
    three = conv(conv(x, reduce3, 1, f"{name}_3x3_reduce"), threes, 3, f"{name}_3x3")
    five = conv(conv(x, reduce5, 1, f"{name}_5x5_reduce"), fives, 5, f"{name}_5x5")
    pool = layers.MaxPooling2D(3, 1, "same", name=f"{name}_pool")(x)
    pool = conv(pool, proj, 1, f"{name}_pool_proj")
    return layers.Concatenate(name=f"{name}_concat")([one, three, five, pool])


def side_classifier(x, name, classes):
    x = layers.AveragePooling2D(5, 3, name=f"{name}_pool")(x)
    x = conv(x, 128, 1, f"{name}_conv")
    x = layers.Flatten(name=f"{name}_flatten")(x)
    x = layers.Dense(1024, activation="relu", name=f"{name}_fc")(x)
    x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
    x = layers.Dense(classes, name=f"{name}_fc2")(x)
    return layers.Softmax(name=f"{name}_softmax")(x)


def googlenet(input_shape=(224, 224, 3), classes=1000, auxiliary=False):
    """The network; with `auxiliary` its outputs are a dict of three heads."""
    picture = keras.Input(input_shape, name="input")
    x = layers.ZeroPadding2D(3, name="conv1_pad")(picture)
    x = layers.Conv2D(64, 7, strides=2, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(3, 2, "same", name="pool1")(x)
    x = LRN(name="norm1")(x)
    x = conv(x, 64, 1, "conv2_reduce")
    x = conv(x, 192, 3, "conv2")
    x = LRN(name="norm2")(x)
    x = layers.MaxPooling2D(3, 2, "same", name="pool2")(x)
    x = inception(x, "3a")
    x = inception(x, "3b")
    x = layers.MaxPooling2D(3, 2, "same", name="pool3")(x)
    x = inception(x, "4a")
    aux1 = side_classifier(x, "aux1", classes) if auxiliary else None
    x = inception(x, "4b")
    x = inception(x, "4c")
    x = inception(x, "4d")
    aux2 = side_classifier(x, "aux2", classes) if auxiliary else None
    x = inception(x, "4e")
    x = layers.MaxPooling2D(3, 2, "same", name="pool4")(x)
    x = inception(x, "5a")
    x = inception(x, "5b")
    x = layers.GlobalAveragePooling2D(name="pool5")(x)
    x = layers.Dropout(0.4, name="dropout")(x)
    x = layers.Dense(classes, name="classifier")(x)
    x = layers.Softmax(name="softmax")(x)
    outputs = {"classifier": x, "aux1": aux1, "aux2": aux2} if auxiliary else x
    return keras.Model(picture, outputs, name="googlenet")
