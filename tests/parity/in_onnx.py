"""A graph of ONNX's own test data, run by ONNX Runtime, as an oracle.

Their weights are nodes that give constants, or initializers; both are replaced. `inception_3a/1x1_w_0`, the
second input of a convolution, is the value `inception_3a.1x1/kernel`.
"""

import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
PLACES = {"Conv": ("kernel", "bias"), "Gemm": ("kernel", "bias")}


class Oracle:
    """A graph; its maps have channels first."""

    channels_first = True

    def __init__(self, entry, shape):
        self.model = onnx.load(FOLDER / f"{entry.model}.onnx")
        graph = self.model.graph
        initial = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        filled = {n.output[0]: _constant(n, initial) for n in graph.node if n.op_type == "ConstantOfShape"}
        self.arrays = {name: _any_batch(array) for name, array in {**initial, **filled}.items()}
        reshaped = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Reshape"}
        self.names = {
            f"{re.sub('_[wb]_0$', '', reshaped.get(read, read)).replace('/', '.')}/{place}": (
                reshaped.get(read, read),
                node,
            )
            for node in graph.node
            for place, read in zip(PLACES.get(node.op_type, ()), node.input[1:], strict=False)
        }
        nodes = [node for node in graph.node if node.op_type != "ConstantOfShape"]
        _set_attributes(nodes, entry.set)
        kept = [value for value in graph.input if value.name not in self.arrays]
        for field, members in (("node", nodes), ("input", kept)):
            del getattr(graph, field)[:]
            getattr(graph, field).extend(members)
        for axis, size in zip(graph.input[0].type.tensor_type.shape.dim, (2, shape[2], *shape[:2]), strict=True):
            axis.dim_value = size

    def values(self):
        """Name -> array in Keras's layout."""
        found = {}
        for name, (tensor, node) in self.names.items():
            array = self.arrays[tensor]
            found[name] = np.ascontiguousarray(array.transpose(_axes(array, node)) if _is_kernel(name) else array)
        return found

    def assign(self, values):
        """Set values in Keras's layout."""
        for name, (tensor, node) in self.names.items():
            back = np.argsort(_axes(self.arrays[tensor], node)) if _is_kernel(name) else (0,)
            self.arrays[tensor] = values[name].transpose(back)

    def settle(self, pictures):
        """Nothing: these graphs have no batch norm."""

    def maps(self, pictures, names):
        """Tensor -> its values for the pictures, channels last."""
        graph = self.model.graph
        del graph.initializer[:], graph.output[:], graph.value_info[:]
        read = {name for node in graph.node for name in node.input}
        graph.initializer.extend(
            numpy_helper.from_array(np.ascontiguousarray(array), name)
            for name, array in self.arrays.items()
            if name in read
        )
        graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(self.model.SerializeToString(), options)
        found = session.run(list(names), {graph.input[0].name: np.moveaxis(pictures, -1, 1).copy()})
        return {n: np.moveaxis(m, 1, -1) if m.ndim == 4 else m for n, m in zip(names, found, strict=True)}


def _constant(node, initial):
    [value] = [numpy_helper.to_array(a.t) for a in node.attribute] or [np.zeros(1, "float32")]
    return np.full(initial[node.input[0]], value[0])


def _any_batch(array):
    """A shape to which one picture's maps are flattened, for any number of pictures; other arrays as they are."""
    shape_of_one = array.dtype == np.int64 and array.shape == (2,) and array[0] == 1
    return np.array([-1, array[1]]) if shape_of_one else array.copy()


def _is_kernel(name):
    return name.endswith("/kernel")


def _axes(array, node):
    """Axes of a kernel, or of a matrix (which may have axes of one before it), in Keras's order."""
    if node.op_type == "Conv":
        return (2, 3, 1, 0)
    *ones, rows, columns = range(array.ndim)
    transposed = any(a.name == "transB" and a.i for a in node.attribute)
    return (*ones, columns, rows) if transposed else (*ones, rows, columns)


def _set_attributes(nodes, kinds):
    """Change attributes of all nodes of a kind: {"LRN": {"alpha": 0.1}}."""
    for kind, changes in kinds.items():
        for node in nodes:
            if node.op_type == kind:
                for attribute in [a for a in node.attribute if a.name in changes]:
                    node.attribute.remove(attribute)
                node.attribute.extend(helper.make_attribute(name, value) for name, value in changes.items())
