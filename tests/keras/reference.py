"""The primitives in plain numpy loops over (batch, height, width, channels): what Keras is compared with."""

import numpy as np


def _lines(size, window, stride, padding, ceil_mode):
    """Along one axis: first and last pixel of every window within the input, and within its padding."""
    if padding == "same":
        count = -(-size // stride)
        total = max((count - 1) * stride + window - size, 0)
        before, after = total // 2, total - total // 2
        starts = [i * stride - before for i in range(count)]
    else:
        before, after = (0, 0) if padding == "valid" else padding
        starts = [-before]
        while starts[-1] + stride + window <= size + after:
            starts.append(starts[-1] + stride)
        if ceil_mode and starts[-1] + window < size + after and starts[-1] + stride < size:
            starts.append(starts[-1] + stride)
    return [(max(s, 0), min(s + window, size), min(s + window, size + after) - s) for s in starts]


def pool(x, op, reduce):
    """Every window's real pixels and the number of pixels with padding, given to `reduce`."""
    axes = [
        _lines(
            x.shape[1 + i],
            op.pool_size[i],
            op.strides[i],
            op.padding if isinstance(op.padding, str) else op.padding[i],
            op.ceil_mode,
        )
        for i in (0, 1)
    ]
    return np.stack(
        [np.stack([reduce(x[:, a:b, c:d], m * n) for c, d, n in axes[1]], axis=1) for a, b, m in axes[0]], axis=1
    )


def max_pool(op, x):
    return pool(x, op, lambda pixels, _: pixels.max((1, 2)))


def average_pool(op, x):
    explicit = op.count_include_pad and op.padding != "same"
    return pool(x, op, lambda p, padded: p.sum((1, 2)) / (padded if explicit else p.shape[1] * p.shape[2]))


def conv(op, x, kernel, *bias):
    """Cross-correlation, pixel by pixel and group by group."""
    (kh, kw), (sh, sw), (dh, dw) = op.kernel_size, op.strides, op.dilation_rate
    if op.padding == "same":
        totals = [
            max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            for n, k, s, d in zip(x.shape[1:3], op.kernel_size, op.strides, op.dilation_rate, strict=True)
        ]
        x = np.pad(x, ((0, 0), *[(t // 2, t - t // 2) for t in totals], (0, 0)))
    rows = (x.shape[1] - dh * (kh - 1) - 1) // sh + 1
    columns = (x.shape[2] - dw * (kw - 1) - 1) // sw + 1
    width, maps = x.shape[3] // op.groups, op.filters // op.groups
    out = np.zeros((len(x), rows, columns, op.filters))
    for r, c, f in np.ndindex(rows, columns, op.filters):
        group = f // maps
        seen = x[:, r * sh :, c * sw :, group * width : (group + 1) * width]
        seen = seen[:, : dh * (kh - 1) + 1 : dh, : dw * (kw - 1) + 1 : dw]
        out[:, r, c, f] = (seen * kernel[..., f]).sum((1, 2, 3))
    return out + (bias[0] if bias else 0)


def connected_conv(op, x, weights, *bias):
    """The same with zeros where nothing is connected; the weights that exist stand row by row of the table."""
    kernel, stored = np.zeros((*op.kernel_size, x.shape[3], op.filters)), iter(np.moveaxis(weights, -1, 0))
    for channel, filter in np.ndindex(x.shape[3], op.filters):
        if op.connections.rows[channel][filter]:
            kernel[:, :, channel, filter] = next(stored)
    assert not list(stored)
    return conv(op, x, kernel, *bias)


def subsample(op, x, coefficient, bias):
    (height, width), (down, across) = x.shape[1:3], op.pool_size
    out = np.empty((len(x), height // down, width // across, x.shape[3]))
    for r, c in np.ndindex(out.shape[1:3]):
        out[:, r, c] = x[:, r * down : (r + 1) * down, c * across : (c + 1) * across].sum((1, 2)) * coefficient + bias
    return out


def radial_basis(op, x):
    return np.stack([((x - np.array(one)) ** 2).sum(-1) for one in op.prototypes], axis=-1)


def local_response_norm(op, x):
    radius, out = op.depth_radius, np.empty_like(x)
    for r, c, i in np.ndindex(x.shape[1:]):
        if op.region == "channels":
            near = x[:, r, c, max(i - radius, 0) : i + radius + 1]
        else:
            near = x[:, max(r - radius, 0) : r + radius + 1, max(c - radius, 0) : c + radius + 1, i]
        squares = (near**2).reshape(len(x), -1).sum(1)
        out[:, r, c, i] = x[:, r, c, i] / (op.bias + op.alpha * squares) ** op.beta
    return out


def batch_norm(op, x, *weights):
    rest = list(weights)
    gamma = rest.pop(0) if op.scale else 1
    beta = rest.pop(0) if op.center else 0
    mean, variance = rest
    return gamma * (x - mean) / np.sqrt(variance + op.epsilon) + beta


def activation(op, x):
    return {
        "relu": lambda: np.where(x > 0, x, 0),
        "tanh": lambda: np.tanh(x),
        "sigmoid": lambda: 1 / (1 + np.exp(-x)),
        "softmax": lambda: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
        "scaled_tanh": lambda: 1.7159 * np.tanh(2 * x / 3),
    }[op.function]()


def pad(op, x):
    return np.pad(x, ((0, 0), *op.padding, op.channels))


def merge(op, *xs):
    if op.function == "multiply":
        xs = [x.reshape(len(x), *[1] * (max(map(np.ndim, xs)) - x.ndim), *x.shape[1:]) for x in xs]
    total = xs[0]
    for x in xs[1:]:
        total = total * x if op.function == "multiply" else total + x
    return total / len(xs) if op.function == "average" else total
