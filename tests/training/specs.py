"""A network of two rows of weights, for the commands."""

HEADLESS = """
archspec: 1
name: tiny
vars: {classes: 10}
input: [12, 12, 1]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, activation: relu}
  - max_pool: {name: p1, pool_size: 2}
  - fc: {name: output, units: $classes, activation: softmax}
"""
SIDE = "  - aux: {name: side, weight: 0.3, layers: [{fc: {name: side_output, units: $classes, activation: softmax}}]}\n"
HEADS = HEADLESS.replace("  - fc: {name: output", f"{SIDE}  - fc: {{name: output")
"""The same with an auxiliary head."""
