"""A network in PyTorch as an oracle: its values by name in Keras's layouts, and the maps of its modules."""

from importlib import import_module

import numpy as np
import torch
from torch import nn

NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
TO_KERAS, FROM_KERAS = {4: (2, 3, 1, 0), 2: (1, 0)}, {4: (3, 2, 0, 1), 2: (1, 0)}
"""Axes of a kernel: PyTorch has filters first, Keras last."""


class Oracle:
    """A module, made by a dotted name; its maps have channels first."""

    channels_first = True

    def __init__(self, entry, shape):
        path, _, name = entry.model.rpartition(".")
        self.module = getattr(import_module(path), name)(**entry.arguments)
        self.module.eval()
        for part, changes in entry.set.items():
            for attribute, value in changes.items():
                assert hasattr(self.module.get_submodule(part), attribute)
                setattr(self.module.get_submodule(part), attribute, nn.Identity() if value == "Identity" else value)

    def _tensors(self):
        """`module/value` in Keras's words -> tensor, and whether it is a kernel."""
        for path, module in self.module.named_modules():
            norm = isinstance(module, nn.BatchNorm2d)
            kernel = isinstance(module, nn.Conv2d | nn.Linear)
            for name, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
                word = NORM.get(name, "") if norm else "kernel" if kernel and name == "weight" else name
                if word:
                    yield f"{path}/{word}", tensor.detach(), kernel and word == "kernel"

    def values(self):
        """Name -> array in Keras's layout."""
        return {
            name: np.array((tensor.permute(TO_KERAS[tensor.dim()]) if kernel else tensor).numpy(), order="C")
            for name, tensor, kernel in self._tensors()
        }

    def assign(self, values):
        """Set values in Keras's layout."""
        for name, tensor, kernel in self._tensors():
            array = np.ascontiguousarray(values[name].transpose(FROM_KERAS[tensor.dim()]) if kernel else values[name])
            tensor.copy_(torch.from_numpy(array))

    def settle(self, pictures):
        """Set the statistics of every batch norm to those of its inputs."""
        for module in self.module.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 1.0
        self.module.train()
        self._run(pictures)
        self.module.eval()

    def maps(self, pictures, names):
        """Module -> its output for the pictures, channels last."""
        found = {}
        modules = dict(self.module.named_modules())
        hooks = [
            modules[name].register_forward_hook(lambda _m, _i, out, name=name: found.update({name: out.clone()}))
            for name in names
        ]
        self._run(pictures)
        for hook in hooks:
            hook.remove()
        return {name: (out.movedim(1, -1) if out.dim() == 4 else out).numpy() for name, out in found.items()}

    def _run(self, pictures):
        with torch.no_grad():
            self.module(torch.from_numpy(np.moveaxis(pictures, -1, 1).copy()))
