"""Networks transcribed from their papers in PyTorch, where nobody else's implementation is at hand.

Modules bear the names that our specs give their rows, so that the files of pairs are short.
"""

from collections import OrderedDict

import torch
from basics import Conv, FullyConnected
from pytorchcv.models.bninception import bninception
from pytorchcv.models.common.att import SEBlock
from torch import nn
from torch.nn import functional as F  # noqa: N812, the name that everybody gives it


def stem():
    """The first rows of every network of He et al., 2015."""
    return OrderedDict(conv1=Conv(3, 64, 7, 2), pool1=nn.MaxPool2d(3, 2, padding=1))


def classifier(width, classes):
    """Their last rows."""
    return OrderedDict(pool5=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(width, classes))


class Plain(nn.Sequential):
    """He et al., 2015, Figure 3, middle: the first convolution of a stage has stride 2, but for the first stage."""

    def __init__(self, stages):
        rows, width = stem(), 64
        for stage, times in enumerate(stages):
            for unit in range(times):
                wider = 64 * 2**stage
                stride = 2 if stage and not unit else 1
                rows[f"conv{stage + 2}_{unit + 1}"] = Conv(width, wider, 3, stride)
                width = wider
        super().__init__(rows | classifier(width, 1000))


class UnitA(nn.Module):
    """Two 3x3 convolutions beside the identity: where maps halve, every second pixel and zero channels behind."""

    def __init__(self, inputs, filters, stride, epsilon=1e-5):
        super().__init__()
        self.conv1 = Conv(inputs, filters, 3, stride, epsilon=epsilon)
        self.conv2 = Conv(filters, filters, 3, relu=False, epsilon=epsilon)
        self.stride, self.more = stride, filters - inputs

    def forward(self, x):
        shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
        return F.relu(self.conv2(self.conv1(x)) + shortcut)


def stages_of_a(times, width, first):
    """Rows of stages of `UnitA`, each twice as wide as the one before."""
    rows, inputs = OrderedDict(), width
    for stage, count in enumerate(times):
        for unit in range(count):
            stride = 2 if stage and not unit else 1
            rows[f"conv{first + stage}_{unit + 1}"] = UnitA(inputs, width * 2**stage, stride)
            inputs = width * 2**stage
    return rows


class ResNetA(nn.Sequential):
    """He et al., 2015, Table 1 with the shortcuts of option A."""

    def __init__(self, stages):
        super().__init__(stem() | stages_of_a(stages, 64, 2) | classifier(64 * 2 ** (len(stages) - 1), 1000))


class CifarResNet(nn.Sequential):
    """He et al., 2015, Section 4.2: 6n + 2 layers of 16, 32 and 64 filters; plain ones without the shortcuts."""

    def __init__(self, n, *, plain=False):
        rows = OrderedDict(conv1=Conv(3, 16, 3))
        stages = plain_stages(2 * n) if plain else stages_of_a([n] * 3, 16, 2)
        super().__init__(rows | stages | classifier(64, 10))


def plain_stages(times):
    """Rows of `times` convolutions of 16, of 32 and of 64 filters."""
    rows, inputs = OrderedDict(), 16
    for stage, filters in enumerate((16, 32, 64)):
        for unit in range(times):
            rows[f"conv{stage + 2}_{unit + 1}"] = Conv(inputs, filters, 3, 2 if stage and not unit else 1)
            inputs = filters
    return rows


class PositionBias(nn.Module):
    """One bias for each point of the board."""

    def __init__(self, side):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(side, side, 1))

    def forward(self, x):
        return x + self.bias.permute(2, 0, 1)


class AlphaGoPolicy(nn.Sequential):
    """Silver et al., 2016, Methods: 5x5, eleven 3x3 of k filters, 1x1 with a bias for each position."""

    def __init__(self, k):
        rows = OrderedDict(conv1=Conv(48, k, 5, norm=False))
        for number in range(1, 12):
            rows[f"conv_{number}"] = Conv(k, k, 3, norm=False)
        super().__init__(rows | OrderedDict(conv13=nn.Conv2d(k, 1, 1, bias=False), bias=PositionBias(19)))


class AlphaGoValue(nn.Sequential):
    """The same, Methods: a plane more, one 1x1 filter, 256 rectifiers and a tanh."""

    def __init__(self, k):
        rows = OrderedDict(conv1=Conv(49, k, 5, norm=False))
        for number in range(1, 12):
            rows[f"conv_{number}"] = Conv(k, k, 3, norm=False)
        head = OrderedDict(
            conv13=Conv(k, 1, 1, norm=False),
            flatten=nn.Flatten(),
            hidden=FullyConnected(361, 256, F.relu),
            value=FullyConnected(256, 1, torch.tanh),
        )
        super().__init__(rows | head)


class AlphaGoZero(nn.Module):
    """Silver et al., 2017, Methods: a tower of residual blocks with a head for the move and one for the winner."""

    def __init__(self, blocks, epsilon):
        super().__init__()
        self.conv1 = Conv(17, 256, 3, epsilon=epsilon)
        self.tower = nn.Sequential(
            OrderedDict((str(number), UnitA(256, 256, 1, epsilon)) for number in range(1, blocks + 1))
        )
        self.policy = nn.Sequential(
            OrderedDict(conv=Conv(256, 2, 1, epsilon=epsilon), flatten=nn.Flatten(), moves=nn.Linear(2 * 361, 362))
        )
        self.value = nn.Sequential(
            OrderedDict(
                conv=Conv(256, 1, 1, epsilon=epsilon),
                flatten=nn.Flatten(),
                hidden=FullyConnected(361, 256, F.relu),
                value=FullyConnected(256, 1, torch.tanh),
            )
        )

    def forward(self, x):
        x = self.tower(self.conv1(x))
        return self.policy(x), self.value(x)


class SideClassifier(nn.Module):
    """Szegedy et al., 2014, Section 5: an auxiliary head of GoogLeNet, on a map of (height, width, channels)."""

    def __init__(self, shape):
        super().__init__()
        height, width, channels = shape
        self.conv = Conv(channels, 128, 1, norm=False)
        self.fc = FullyConnected(128 * ((height - 2) // 3) * ((width - 2) // 3), 1024, F.relu)
        self.fc2 = nn.Linear(1024, 1000)

    def forward(self, x):
        x = self.conv(F.avg_pool2d(x, kernel_size=5, stride=3))
        return self.fc2(self.fc(x.flatten(1)))


def se_bn_inception():
    """Hu et al., 2017: squeeze-excitation behind every module of BN-Inception, whose convolutions have no biases."""
    network = bninception()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.bias = None
    widths = {"stage1": (256, 320), "stage2": (576, 576, 576, 608, 608), "stage3": (1056, 1024, 1024)}
    for stage, filters in widths.items():
        for unit, width in zip(getattr(network.features, stage), filters, strict=True):
            unit.se = SEBlock(width)
            unit.register_forward_hook(lambda module, _inputs, maps: module.se(maps))
    return network
