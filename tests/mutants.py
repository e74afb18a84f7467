"""Specs that somebody might have written: valid ones, changed here and there by the rules of the language.

Rows move, come twice, are wrapped and taken from other specs; keys and values are exchanged for
what stands elsewhere under the same name, now and then for nonsense. So a good share stays valid.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from pathlib import Path
from random import Random

import yaml

from archspec import load, source, zoo
from archspec.blocks import registry
from archspec.document import plain
from archspec.flow import flow

CASES = Path(__file__).resolve().parent / "cases" / "valid"
NONSENSE = [
    *(
        None,
        True,
        -1,
        0,
        0.5,
        1.5,
        7,
        10**9,
        10**12,
        1e300,
        "",
        "a",
        "same",
        "half",
        "$n",
        "$n // 2",
        "$no",
        "input",
    ),
    *([], {}, [1], [3, 3], [[1, 0], [0, 1]], {"a": 1}, [None], "relu", ["relu"], {"relu": {}}, "x.y", "é", "\x1b"),
]
ROWS = ("layers", "with")


def spec(path):
    """A spec's plain content, without what would only say that it has changed."""
    found = plain(source.read(path).root)
    return {key: value for key, value in found.items() if key not in ("expect", "title", "paper", "deviations")}


def bases(path):
    """The spec of a file, where it has rows of its own and loads in a millisecond or two."""
    found = spec(path)
    if len(flow(found)) < 1_500 and not {"extends", "members"} & found.keys():
        yield from [found] if len(load(path).graph.nodes) < 200 else []


SMALL = """
- archspec: 1
  name: blocks
  input: [12, 12, 4]
  layers:
    - pad: {padding: 1}
    - residual: {name: r, filters: 4, unit: basic, norm: batch_norm, times: 2}
    - se: 2
    - branches: {merge: add, paths: {keep: [], change: [conv: {filters: 4, kernel_size: 3, padding: same}]}}
    - repeat: {times: 2, layers: [conv: {filters: $n, kernel_size: 3}, relu]}
    - residual: {filters: [4, 4, 8], strides: 2, shortcut: zero_pad, pre_activation: true}
    - inception: {1x1: 2, 3x3: [2, 4], double_3x3: [2, 2], pool: [avg, 2]}
    - global_avg_pool
    - fc: {name: out, units: 3, activation: softmax}
- archspec: 1
  name: digits
  input: [14, 14, 2]
  layers:
    - conv: {name: c1, filters: 4, kernel_size: 5, activation: sigmoid}
    - subsample: {pool_size: 2, activation: scaled_tanh}
    - position_bias
    - sigmoid
    - fc: {name: f6, units: 84, activation: scaled_tanh}
    - rbf: {units: 10, prototypes: digits_7x12}
- archspec: 1
  name: by_form
  input: [16, 16, 3]
  form: "[(CONV-RELU)*2-POOL]*2-FC-RELU-FC-SOFTMAX"
  sizes:
    conv: {filters: [4, 8], kernel_size: 3, padding: same}
    max_pool: 2
    fc: {units: [8, 3]}
  edit:
    - insert_after: conv1_1
      with: [batch_norm: {name: norm}]
    - set: {conv2_1: {kernel_size: 5}}
    - remove: pool1
"""
FILES = [*sorted(CASES.glob("*.yaml")), *map(zoo.path_of, zoo.names())]
BASES = [*yaml.safe_load(SMALL), *(found for path in FILES for found in bases(path))]
EXAMPLES = [row for block in registry().values() for row in (yaml.safe_load(block.example) if block.example else [])]


def parts(value, path=()):
    """Every mapping and list below a value, with the keys that lead to it."""
    yield path, value
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from parts(item, (*path, key))


def row_lists(found):
    """Every list of rows of a spec."""
    return [
        value for path, value in parts(found)
        if isinstance(value, list) and value and path and (path[-1] in ROWS or (len(path) > 1 and path[-2] == "paths"))
    ]  # fmt: skip


def seen():
    """Key -> the values that it has anywhere."""
    values = defaultdict(list)
    for found in [*BASES, EXAMPLES]:
        for _, part in parts(found):
            for key, value in part.items() if isinstance(part, dict) else ():
                values[key].append(value)
    return dict(values)


VALUES = seen()
ALL_ROWS = [row for found in BASES for rows in row_lists(found) for row in rows] + EXAMPLES
KINDS = sorted(registry())


def keyed(found):
    """Every mapping of a spec that has keys."""
    return [part for _, part in parts(found) if isinstance(part, dict) and part]


def move_row(random, found):
    rows = random.choice(row_lists(found))
    rows.insert(random.randrange(len(rows) + 1), rows.pop(random.randrange(len(rows))))


def double_row(random, found):
    rows = random.choice(row_lists(found))
    rows.insert(random.randrange(len(rows) + 1), copy.deepcopy(random.choice(rows)))


def drop_row(random, found):
    rows = random.choice(row_lists(found))
    if len(rows) > 1:
        rows.pop(random.randrange(len(rows)))


def borrow_row(random, found):
    rows = random.choice(row_lists(found))
    rows.insert(random.randrange(len(rows) + 1), copy.deepcopy(random.choice(ALL_ROWS)))


def wrap_row(random, found):
    rows = random.choice(row_lists(found))
    place = random.randrange(len(rows))
    inner = [rows[place]]
    rows[place] = random.choice([
        {"repeat": {"times": random.choice([1, 2, 3]), "layers": inner}},
        {"branches": {"merge": random.choice(["concat", "add", "average"]), "paths": {"a": [], "b": inner}}},
        {"branches": {"merge": "concat", "paths": {"a": inner, "b": copy.deepcopy(inner)}}},
        {"aux": {"name": "side", "weight": 0.3, "layers": inner}},
    ])  # fmt: skip


def bare_row(random, found):
    rows = random.choice(row_lists(found))
    rows[random.randrange(len(rows))] = random.choice(KINDS)


def other_value(random, found):
    part = random.choice(keyed(found))
    key = random.choice(list(part))
    part[key] = copy.deepcopy(random.choice(VALUES.get(key, NONSENSE)))


def more_keys(random, found):
    part = random.choice(keyed(found))
    key = random.choice(list(VALUES))
    part[key] = copy.deepcopy(random.choice(VALUES[key]))


def common_key(random, found):
    steps = [keys for row in keyed(found) for keys in row.values() if isinstance(keys, dict)]
    if steps:
        key, values = random.choice([
            ("times", [1, 2, 3, "$n"]), ("name", ["x", "input", "conv1", "a"]), ("from", ["input", "conv1", "x"]),
            ("strides", [1, 2]), ("padding", ["same", "half", 1]), ("norm", ["batch_norm", "affine"]),
            ("activation", ["relu", "tanh", "softmax"]), ("dropout", [0.5]),
        ])  # fmt: skip
        random.choice(steps)[key] = random.choice(values)


def nonsense(random, found):
    part = random.choice(keyed(found))
    part[random.choice(list(part))] = copy.deepcopy(random.choice(NONSENSE))


def drop_key(random, found):
    part = random.choice(keyed(found))
    part.pop(random.choice(list(part)))


def rename_key(random, found):
    part = random.choice(keyed(found))
    part[random.choice([*VALUES, "x", "X", "1"])] = part.pop(random.choice(list(part)))


def other_input(random, found):
    found.pop("inputs", None)
    found["input"] = random.choice([[8, 8, 4], [16, 16, 3], [33, 20, 8], [1, 1, 64], [224, 224, 3], ["$n", "$n", 3]])


def more_top_level(random, found):
    key = random.choice(["vars", "defaults", "outputs", "blocks", "edit", "form", "sizes", "top", "expect"])
    value = random.choice(VALUES.get(key, [{}]))
    both = isinstance(found.get(key), dict) and isinstance(value, dict)
    found[key] = copy.deepcopy({**found[key], **value} if both else value)


GENTLE = [move_row, double_row, drop_row, borrow_row, wrap_row, other_value, common_key, other_input]
ROUGH = [bare_row, more_keys, nonsense, drop_key, rename_key, more_top_level]


def mutant(seed):
    """The spec of a seed, as text."""
    random = Random(seed)
    found = copy.deepcopy(random.choice(BASES))
    found.setdefault("vars", {}).setdefault("n", 2)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        change = random.choice(GENTLE if random.random() < 0.75 else ROUGH)
        if row_lists(found) and keyed(found):
            change(random, found)
    text = "".join(f"{key}: {flow(value)}\n" for key, value in found.items())
    return re.sub(r'"([^"$]*\$[^"]*)"', r"\1", text)  # in quotes it would be no variable
