"""A new block is one new file: its Keras model follows from it."""

import json

from fire_block import checkout_with_fire


def test_keras_model_has_it(tmp_path):
    code = """if True:
        import json, archspec
        model = archspec.build("fires.yaml")
        print(json.dumps([model.count_params(), model.output_shape[1:], [layer.name for layer in model.layers]]))
    """
    params, shape, layers = json.loads(checkout_with_fire(tmp_path)("-c", code))
    assert (params, shape) == (15504, [56, 56, 64])
    assert {"fire2.squeeze", "fire2.3x3", "fire.1x1", "fire.concat"} <= set(layers)
