"""AlexNet, ZFNet, VGG and Network in Network, transcribed from their papers in PyTorch."""

from collections import OrderedDict

from basics import Conv, FullyConnected
from torch import nn
from torch.nn import functional as F  # noqa: N812, the name that everybody gives it


def fully_connected(inputs):
    """AlexNet's and VGG's last three layers; channels first is Caffe's order."""
    return OrderedDict(
        flatten=nn.Flatten(),
        fc6=FullyConnected(inputs, 4096, F.relu),
        fc7=FullyConnected(4096, 4096, F.relu),
        fc8=nn.Linear(4096, 1000),
    )


def response_norm():
    """Krizhevsky et al., 2012, Section 3.3; PyTorch divides alpha by n = 5, the paper does not."""
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)


class Vgg(nn.Sequential):
    """Simonyan and Zisserman, 2014, Table 1: the sizes of the convolutions of each stage; `lrn` behind the first."""

    def __init__(self, convolutions, *, lrn=False):
        rows, inputs = OrderedDict(), 3
        for stage, (filters, sizes) in enumerate(zip((64, 128, 256, 512, 512), convolutions, strict=True), 1):
            for number, size in enumerate(sizes, 1):
                rows[f"conv{stage}_{number}"] = Conv(inputs, filters, size, norm=False)
                inputs = filters
            if lrn and stage == 1:
                rows["norm1"] = response_norm()
            rows[f"pool{stage}"] = nn.MaxPool2d(2)
        super().__init__(rows | fully_connected(512 * 7 * 7))


class AlexNet(nn.Sequential):
    """Krizhevsky et al., 2012, Figure 2, as one tower."""

    def __init__(self):
        rows = OrderedDict(conv1=nn.Conv2d(3, 96, 11, 4), relu1=nn.ReLU(), norm1=response_norm(), pool1=halved())
        rows |= OrderedDict(conv2=Conv(96, 256, 5, norm=False), norm2=response_norm(), pool2=halved())
        super().__init__(rows | three(256, (384, 384, 256)) | fully_connected(256 * 6 * 6))


class ZFNet(nn.Sequential):
    """Zeiler and Fergus, 2013, Figure 3: pools before the normalization."""

    def __init__(self, filters):
        first, second = nn.Conv2d(3, 96, 7, 2, padding=1), nn.Conv2d(96, 256, 5, 2)
        rows = OrderedDict(conv1=first, relu1=nn.ReLU(), pool1=halved(), norm1=response_norm())
        rows |= OrderedDict(conv2=second, relu2=nn.ReLU(), pool2=halved(), norm2=response_norm())
        super().__init__(rows | three(256, filters) | fully_connected(filters[-1] * 6 * 6))


def halved():
    """A pool of 3x3 with stride 2, whose last window may stand out as in Caffe."""
    return nn.MaxPool2d(3, 2, ceil_mode=True)


def three(inputs, filters):
    """The third to fifth convolution and their pool."""
    third, fourth, fifth = filters
    return OrderedDict(
        conv3=Conv(inputs, third, 3, norm=False),
        conv4=Conv(third, fourth, 3, norm=False),
        conv5=Conv(fourth, fifth, 3, norm=False),
        pool5=halved(),
    )


class NiN(nn.Sequential):
    """Lin et al., 2013, for ImageNet: four convolutions with two of 1x1 behind each, then the mean of each map."""

    def __init__(self):
        rows, inputs = OrderedDict(), 3
        for number, (filters, size) in enumerate([(96, 11), (256, 5), (384, 3), (1024, 3)], 1):
            stride, border = (4, 0) if number == 1 else (1, size // 2)
            rows[f"conv{number}"] = nn.Conv2d(inputs, filters, size, stride, border)
            rows[f"relu{number}"] = nn.ReLU()
            rows[f"cccp{2 * number - 1}"] = Conv(filters, filters, 1, norm=False)
            inputs = filters if number < 4 else 1000
            rows[f"cccp{2 * number}"] = Conv(filters, inputs, 1, norm=False)
            rows[f"pool{number}"] = halved() if number < 4 else nn.AdaptiveAvgPool2d(1)
        super().__init__(rows | OrderedDict(flatten=nn.Flatten()))
