"""LeNet-5 transcribed in PyTorch: as LeCun et al. published it in 1998, Section II-B, and as textbooks have it."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812, the name that everybody gives it

import archspec

TABLE_I = (
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
)
"""Which maps of S2 (rows) each map of C3 (columns) reads."""


def squash(a):
    return 1.7159 * torch.tanh(2 * a / 3)


class Layer(nn.Module):
    """A layer with its function behind it."""

    def __init__(self, inner, function):
        super().__init__()
        self.inner, self.function = inner, function

    def forward(self, x):
        return self.function(self.inner(x))


class SubSample(nn.Module):
    """The four values of a window added, times a coefficient, plus a bias, squashed."""

    def __init__(self, maps):
        super().__init__()
        self.coefficient, self.bias = nn.Parameter(torch.ones(maps)), nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        total = x[:, :, ::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, ::2] + x[:, :, 1::2, 1::2]
        return squash(total * self.coefficient[:, None, None] + self.bias[:, None, None])


class PartlyConnected(nn.Module):
    """C3: each map reads some maps; its 5x5 kernels are stored map by map and in it filter by filter."""

    def __init__(self):
        super().__init__()
        self.pairs = [(m, f) for m, row in enumerate(TABLE_I) for f, mark in enumerate(row) if mark == "X"]
        self.kernel, self.bias = nn.Parameter(torch.zeros(5, 5, len(self.pairs))), nn.Parameter(torch.zeros(16))

    def forward(self, x):
        maps = [self.bias[f] for f in range(16)]
        for number, (m, f) in enumerate(self.pairs):
            maps[f] = maps[f] + F.conv2d(x[:, m : m + 1], self.kernel[None, None, :, :, number])
        return squash(torch.cat(maps, dim=1))


class Distances(nn.Module):
    """The output: squared distances to the prototypes, which are fixed."""

    def __init__(self):
        super().__init__()
        op = archspec.load("lenet5_1998").graph.by_name()["output"].op
        self.prototypes = [torch.tensor(one) for one in op.prototypes]

    def forward(self, x):
        return torch.stack([((x - one) ** 2).sum(1) for one in self.prototypes], dim=1)


class LeNet51998(nn.Sequential):
    """C1, S2, C3, S4, C5, F6 and the radial basis functions."""

    def __init__(self):
        super().__init__(
            OrderedDict(
                C1=Layer(nn.Conv2d(1, 6, 5), squash),
                S2=SubSample(6),
                C3=PartlyConnected(),
                S4=SubSample(16),
                C5=Layer(nn.Conv2d(16, 120, 5), squash),
                flatten=nn.Flatten(),
                F6=Layer(nn.Linear(120, 84), squash),
                output=Distances(),
            )
        )


class LeNet5(nn.Sequential):
    """Full connections, averages for sub-sampling, tanh and a softmax, whose logits these are."""

    def __init__(self):
        super().__init__(
            OrderedDict(
                C1=Layer(nn.Conv2d(1, 6, 5), torch.tanh),
                S2=nn.AvgPool2d(2),
                C3=Layer(nn.Conv2d(6, 16, 5), torch.tanh),
                S4=nn.AvgPool2d(2),
                C5=Layer(nn.Conv2d(16, 120, 5), torch.tanh),
                flatten=nn.Flatten(),
                F6=Layer(nn.Linear(120, 84), torch.tanh),
                output=nn.Linear(84, 10),
            )
        )
