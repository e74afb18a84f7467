"""Layers that the transcribed networks share."""

from torch import nn
from torch.nn import functional as F  # noqa: N812, the name that everybody gives it


class Conv(nn.Conv2d):
    """Convolution, batch norm where asked, ReLU where asked; odd kernels are padded to keep the size."""

    def __init__(self, inputs, filters, size, stride=1, *, norm=True, relu=True, epsilon=1e-5):
        super().__init__(inputs, filters, size, stride, padding=size // 2, bias=not norm)
        self.relu = relu
        if norm:
            self.batch_norm = nn.BatchNorm2d(filters, eps=epsilon)

    def forward(self, x):
        x = super().forward(x)
        x = self.batch_norm(x) if hasattr(self, "batch_norm") else x
        return F.relu(x) if self.relu else x


class FullyConnected(nn.Linear):
    """A fully-connected layer with its function behind it."""

    def __init__(self, inputs, units, function):
        super().__init__(inputs, units)
        self.function = function

    def forward(self, x):
        return self.function(super().forward(x))
