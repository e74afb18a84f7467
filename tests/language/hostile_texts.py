"""Texts made to exhaust, to crash or to mislead a reader: name -> the code of the first error, and the text."""

HEAD = "archspec: 1\nname: x\n"
INPUT = HEAD + "input: [32, 32, 3]\n"
LAYERS = INPUT + "layers:\n"
MOST = 1_000_000
BASE = HEAD + "extends: vgg16\nedit:\n"
SIZES = "sizes: {conv: {filters: 8, kernel_size: 3, padding: same}, max_pool: 1, fc: {units: 10}}\n"


def lines(form, count, first=0):
    """`form` once for each number, the number in place of `@`."""
    return "".join(form.replace("@", str(i)) for i in range(first, first + count))


def filled(form, word, limit=MOST):
    """`form` with as many repetitions of a word in place of `@` as fit into the largest file."""
    return form.replace("@", word * ((limit - len(form)) // len(word.encode())))


def doubling(levels, width, inner):
    """Blocks that each hold `width` of the next."""
    blocks = "".join(f"  B{i}: {{layers: [{', '.join([f'B{i + 1}'] * width)}]}}\n" for i in range(levels))
    return f"{LAYERS}  - B0\nblocks:\n{blocks}  B{levels}: {{layers: [{inner}]}}\n"


def growing(steps, use, start="[1, 1]", step="[$v@, $v@]"):
    """Variables that each hold the one before several times."""
    steps = "".join(f"  v{i + 1}: {step.replace('@', str(i))}\n" for i in range(steps))
    return f"{INPUT}vars:\n  v0: {start}\n{steps}layers:\n  - {use}\n"


TEXTS = {
    # what YAML itself can be made to do
    "laughs by aliases": ("anchor", "a: &a [x]\n" + lines("b@: &b@ [*a, *a, *a]\n", 20)),
    "an alias to itself": ("anchor", "a: &a [*a]\n"),
    "100,000 levels in brackets": ("too-deep", LAYERS + "  - " + "[" * 100_000),
    "100,000 levels in braces": ("too-deep", LAYERS + "  - " + "{a: " * 100_000),
    "100,000 keys that are lists": ("key-not-text", "{" * 100_000),
    "20,000 levels of lists in blocks": ("too-deep", "- " * 20_000),
    "levels of mappings in blocks": ("too-deep", "".join(" " * i + "a:\n" for i in range(1_400))),
    "a list of nothing but values": ("too-large", filled("a: [@]", "~,")),
    "a list of empty lists": ("too-large", filled("a: [@]", "[],")),
    "rows of nothing": ("too-large", filled(LAYERS + "@", "  -\n")),
    "a scalar as long as a file": ("wrong-type", filled(LAYERS + "  - conv: {filters: @, kernel_size: 3}\n", "a")),
    "a quote that never ends": ("not-yaml", filled('a: "@', "\\n")),
    "a comment and nothing else": ("empty", filled("#@", "#")),
    "a key as long as a file": ("not-yaml", filled(LAYERS + "  - conv: {@: 1}\n", "k")),
    "a long key twice": ("duplicate-key", filled("? @\n: 1\n", "k", MOST // 2) + filled("? @\n: 2\n", "k", MOST // 2)),
    "a python object": ("tag", "!!python/object/apply:os.system ['touch owned']\n"),
    "a python object in a row": ("tag", LAYERS + "  - !!python/name:os.system ~\n"),
    "a tag of a megabyte": ("tag", filled("a: !@ 1", "a")),
    "many documents": ("two-documents", filled("a: 1\n@", "---\n")),
    "half a character": ("not-yaml", LAYERS + '  - conv: {filters: "\\ud800", kernel_size: 3}\n'),
    # numbers
    "an integer of 1,000 digits": ("not-a-number", LAYERS + f"  - fc: {'9' * 1_000}\n"),
    "an integer of a million digits": ("not-a-number", filled(LAYERS + "  - fc: @\n", "9")),
    "a hexadecimal integer of 5,000 digits": ("not-a-number", LAYERS + f"  - fc: 0x{'F' * 5_000}\n"),
    "an integer beyond all sizes": ("out-of-range", LAYERS + "  - fc: 1000000000000\n"),
    "not a number": ("not-a-number", LAYERS + "  - dropout: .nan\n"),
    "minus infinity": ("not-a-number", LAYERS + "  - dropout: -.inf\n"),
    "a float that overflows": ("not-a-number", LAYERS + "  - dropout: 1e999\n"),
    "sums that leave the floats": ("bad-expression", growing(1, "dropout: 1e999 + $v0 + 1e-999", start="1", step="1")),
    "powers by variables": ("bad-expression", growing(45, "fc: $v45", start="1000", step="$v@ * $v@")),
    "an expression of a megabyte": ("bad-expression", filled(LAYERS + "  - fc: $n@\n", "+1")),
    "parentheses without end": ("bad-expression", growing(1, f"fc: {'(' * 90}$v0{')' * 90}", start="1", step="1")),
    "a kernel of 10^9": ("shape", LAYERS + "  - conv: {filters: 1, kernel_size: 1000000000}\n"),
    "padding of 10^9": ("shape", LAYERS + "  - conv: {filters: 1, kernel_size: 1000000000, padding: half}\n"),
    "filters of 10^9": ("shape", LAYERS + "  - conv: {filters: 1000000000, kernel_size: 1}\n"),
    "an input of 10^18 values": ("shape", HEAD + "input: [1000000, 1000000, 1000000]\nlayers: [relu]\n"),
    # what unfolds
    "times 10^9": ("out-of-range", LAYERS + "  - relu: {times: 1000000000}\n"),
    "times 10^9 by a variable": ("out-of-range", growing(1, "relu: {times: $v0}", start="1000000000", step="1")),
    "repeat 10^9": ("out-of-range", LAYERS + "  - repeat: {times: 1000000000, layers: [relu]}\n"),
    "repeat in repeat": (
        "too-many-layers",
        LAYERS + "  - " + "repeat: {times: 1000, layers: [" * 5 + "relu" + "]}" * 5 + "\n",
    ),
    "blocks that multiply": ("too-many-layers", doubling(14, 20, "conv: {filters: 1, kernel_size: 1}")),
    "blocks that multiply a mistake": ("shape", doubling(3, 20, "conv: {filters: 1, kernel_size: 99}")),
    "blocks that multiply nothing": ("too-many-layers", doubling(14, 20, "branches: {merge: add, paths: {a: []}}")),
    "blocks within blocks": ("too-deep", doubling(1_000, 1, "relu")),
    "a block of itself": ("block-cycle", LAYERS + "  - A\nblocks: {A: {layers: [B, B]}, B: {layers: [A, A]}}\n"),
    "rows in rows in blocks": (
        "too-deep",
        LAYERS
        + "  - A0\nblocks:\n"
        + "".join(f"  A{i}: {{layers: [repeat: {{times: 1, layers: [A{i + 1}]}}]}}\n" for i in range(30))
        + "  A30: {layers: [relu]}\n",
    ),
    "params that multiply": (
        "too-many-layers",
        LAYERS
        + "  - P0: {n: 9}\nblocks:\n"
        + "".join(f"  P{i}: {{params: {{n: 1}}, layers: [P{i + 1}: {{times: $n, n: $n}}]}}\n" for i in range(9))
        + "  P9: {params: {n: 1}, layers: [relu]}\n",
    ),
    "lists of variables of lists": ("too-large", growing(45, "conv: {filters: $v45, kernel_size: 3}")),
    "mappings of variables of mappings": ("too-large", growing(45, "fc: 1", "{a: 1}", "{a: $v@, b: $v@, c: $v@}")),
    "variables in a circle of 10,000": (
        "variable-cycle",
        INPUT + "vars:\n" + "".join(f"  v{i}: $v{(i + 1) % 10_000}\n" for i in range(10_000)) + "layers: [relu]\n",
    ),
    "lists in lists in 50 variables": ("too-large", growing(49, "fc: 1", "[1]", "[" * 50 + "$v@" + "]" * 50)),
    "names that grow": ("wrong-type", LAYERS + f"  - A: {{name: {'a' * 100_000}, times: 10000}}\n"),
    "10,000 cases of expect": ("wrong-type", LAYERS + "  - relu\nexpect:\n" + lines("  - {params: @}\n", 10_000)),
    "cases that are each a large network": (
        "too-many-layers",
        INPUT + "vars: {n: 1}\nlayers:\n  - relu: {times: 10000}\nexpect:\n" + lines("  - {vars: {n: @}}\n", 90),
    ),
    "20,000 params": (
        "wrong-type",
        LAYERS + "  - A\nblocks:\n  A:\n    layers: [relu]\n    params:\n" + lines("      p@: 1\n", 20_000),
    ),
    # forms, edits, pictures
    "a form of 10^9": ("bad-form", INPUT + f'form: "(CONV-RELU)*1000000000-FC-SOFTMAX"\n{SIZES}'),
    "a form of stars of stars": (
        "form-too-long",
        INPUT + f'form: "[[[(CONV-RELU)*100]*100]*100-POOL]*2-FC-SOFTMAX"\n{SIZES}',
    ),
    "a form of 100,000 brackets": ("bad-form", INPUT + f'form: "{"[" * 100_000}"\n{SIZES}'),
    "a form of 100,000 terms": ("bad-form", INPUT + f'form: "{"-".join(["CONV"] * 100_000)}"\n{SIZES}'),
    "a claim that fits in countless ways": (
        "form-too-loose",
        INPUT
        + f'form: "{"[[(CONV-RELU)*N]*M]*L-" * 8}FC"\nlayers:\n'
        + "  - conv: {filters: 8, kernel_size: 1, activation: relu}\n" * 60
        + "  - max_pool: 2\n",
    ),
    "10,000 edits": ("too-large", BASE + lines("  - set: {conv1_1: {filters: 1@}}\n", 10_000)),
    "10,000 new rows": ("too-large", BASE + lines("  - {insert_after: conv1_1, with: [relu: {name: r@}]}\n", 10_000)),
    "20,000 edits of nothing": ("edit-unknown", BASE + lines("  - remove: q@\n", 20_000)),
    "one edit of 20,000 rows": ("edit-unknown", BASE + "  - remove: [" + lines("q@, ", 20_000) + "]\n"),
    "an address of 100,000 names": ("edit-unknown", BASE + "  - remove: " + "a." * 100_000 + "b\n"),
    "a picture of a million": (
        "bad-picture",
        filled(LAYERS + "  - conv:\n      filters: 4\n      kernel_size: 3\n      connections: |\n        @\n", "X"),
    ),
    "prototypes above": ("unknown-word", LAYERS + "  - fc: 84\n  - rbf: {units: 10, prototypes: ../../secret}\n"),
    "prototypes of a device": ("unknown-word", LAYERS + "  - fc: 84\n  - rbf: {units: 10, prototypes: /dev/zero}\n"),
    # many mistakes
    "a million rows": ("too-large", LAYERS + "  - relu\n" * 1_000_000),
    "rows misspelt in 10,000 ways": ("unknown-key", LAYERS + lines("  - conv@: 3\n", 10_000)),
    "10,000 texts for numbers": ("wrong-type", LAYERS + "  - conv: {filters: a, kernel_size: 3}\n" * 10_000),
    "20,000 keys that there are not": ("unknown-key", LAYERS + "  - conv: {" + lines("k@: 1, ", 20_000) + "}\n"),
    "4,000 unknown names below 4,000 known": (
        "unknown-name",
        LAYERS + lines("  - relu: {name: r@}\n", 4_000) + lines("  - add: [s@, b]\n", 4_000),
    ),
    "5,000 windows larger than their input": (
        "shape",
        LAYERS + "  - conv: {filters: 8, kernel_size: 99, from: input}\n" * 5_000,
    ),
    "10,000 unknown shapes": (
        "unknown-name",
        LAYERS + "  - relu\nexpect: {shapes: {" + lines("s@: [1], ", 10_000) + "}}\n",
    ),
    "10,000 unknown outputs": ("unknown-name", LAYERS + "  - relu\noutputs: [" + lines("o@, ", 10_000) + "]\n"),
    # what a terminal would obey
    "an escape in a step": ("unknown-key", LAYERS + '  - "\\e[31mconv\\e[2J": 3\n'),
    "an escape in a value": ("wrong-type", LAYERS + '  - conv: {filters: "\\e]0;owned\\a", kernel_size: 3}\n'),
    "an escape in a name": ("unknown-name", LAYERS + '  - add: ["\\e[1Aa", "b\\rc"]\n'),
    "text from right to left": ("wrong-type", LAYERS + '  - conv: {filters: "\\u202e8", kernel_size: 3}\n'),
    "a line break in a name": ("wrong-type", LAYERS + '  - relu: {name: "a\\n"}\n'),
    "a line break in a variable": ("bad-name", INPUT + 'vars: {"n\\n": 1}\nlayers: [relu]\n'),
    "a control character as it is": ("not-yaml", LAYERS + "  - re\x1b[31mlu\n"),
}
