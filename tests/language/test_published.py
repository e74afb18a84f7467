"""Networks of residual units that are not shipped: figures as measured on other implementations."""

import pytest

import archspec

HEAD = """archspec: 1
name: published
input: [224, 224, 3]
defaults:
  conv: {norm: batch_norm, use_bias: false, activation: relu, padding: half}
"""
STEM = """  - conv: {name: conv1, filters: 64, kernel_size: 7, strides: 2}
  - max_pool: {name: pool1, pool_size: 3, strides: 2, padding: half}
"""
TOP = "  - global_avg_pool\n  - fc: 1000\n"


def stages(counts, filters, keys):
    """The four rows of an ImageNet network; `filters` gives what a stage has, from its n."""
    for stage, (times, n) in enumerate(zip(counts, (64, 128, 256, 512), strict=True)):
        strides = ", strides: 2" if stage else ""
        yield f"  - residual: {{name: conv{stage + 2}, filters: {filters(n)}, times: {times}{strides}{keys}}}\n"


def imagenet(counts, keys, filters=lambda n: n, stem=STEM, end=""):
    return f"{HEAD}layers:\n{stem}{''.join(stages(counts, filters, keys))}{end}{TOP}"


def bottleneck(counts, keys=""):
    return imagenet(counts, f", unit: bottleneck{keys}")


def wide(width):
    """ResNeXt's cells: 32 or 64 groups, of 4 filters in the first stage."""
    return lambda n: [n * width // 64, n * width // 64, 4 * n]


def cifar(n, shortcut):
    rows = [
        "  - conv: {name: conv1, filters: 16, kernel_size: 3}\n",
        *(
            f"  - residual: {{name: c{f}, filters: {f}, times: {n}{', strides: 2' if f > 16 else ''}, {shortcut}}}\n"
            for f in (16, 32, 64)
        ),
    ]
    head = HEAD.replace("[224, 224, 3]", "[32, 32, 3]")
    return f"{head}  residual: {{unit: basic}}\nlayers:\n{''.join(rows)}  - global_avg_pool\n  - fc: 10\n"


BARE = "norm: ~, activation: ~"
PRE_ACTIVATED = imagenet(
    (3, 4, 6, 3),
    ", unit: bottleneck, stride_on: 3x3, pre_activation: true",
    stem=STEM.replace("strides: 2}", f"strides: 2, {BARE}}}", 1),
    end="  - batch_norm\n  - relu\n",
)
FIFTY = (3, 4, 6, 3)
ON_3X3 = ", stride_on: 3x3"

NETWORKS = {
    # name: spec, parameters, multiply-adds
    "ResNet-18, option A": (imagenet((2,) * 4, ", unit: basic, shortcut: zero_pad"), 11_515_688, 1_794_805_760),
    "plain-18": (imagenet((2,) * 4, ", unit: basic, shortcut: none"), 11_515_688, 1_794_805_760),
    "ResNet-18": (imagenet((2,) * 4, ", unit: basic"), 11_689_512, 1_814_073_344),
    "ResNet-34": (imagenet(FIFTY, ", unit: basic"), 21_797_672, 3_663_761_408),
    "ResNet-101": (bottleneck((3, 4, 23, 3)), 44_549_160, 7_570_194_432),
    "ResNet-50, stride on 3x3": (bottleneck(FIFTY, ON_3X3), 25_557_032, 4_089_184_256),
    "ResNet-50-v2": (PRE_ACTIVATED, 25_549_352, 4_089_184_256),
    "ResNeXt-50": (imagenet(FIFTY, f"{ON_3X3}, groups: 32", wide(128)), 25_028_904, 4_230_479_872),
    "ResNeXt-101, 64x4d": (imagenet((3, 4, 23, 3), f"{ON_3X3}, groups: 64", wide(256)), 83_455_272, 15_460_270_080),
    "SE-ResNet-50": (bottleneck(FIFTY, ", se: 16"), 28_088_024, 3_860_488_192),
    "SE-ResNet-152": (bottleneck((3, 8, 36, 3), ", se: 16"), 66_821_848, 11_288_993_792),
    "SE-ResNeXt-50": (imagenet(FIFTY, f"{ON_3X3}, groups: 32, se: 16", wide(128)), 27_559_896, 4_232_994_816),
    "CIFAR ResNet-20, option A": (cifar(3, "shortcut: zero_pad"), 269_722, 40_551_040),
    "CIFAR ResNet-20, option B": (cifar(3, "shortcut: projection"), 269_722 + 2_752, None),
    "CIFAR ResNet-110": (cifar(18, "shortcut: zero_pad"), 1_727_962, 252_887_680),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_and_multiply_adds(name):
    text, params, macs = NETWORKS[name]
    found = archspec.analyze(text)
    assert (found.params, found.macs if macs else None) == (params, macs)


DEPTHS = {"ResNet-18": 18, "ResNet-101": 101, "SE-ResNet-152": 152, "CIFAR ResNet-110": 110, "plain-18": 18}


@pytest.mark.parametrize("name", DEPTHS)
def test_depth(name):
    assert archspec.analyze(NETWORKS[name][0]).depth == DEPTHS[name]
