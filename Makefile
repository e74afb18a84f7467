# What a checkout is worked with: git, make and a Python of 3.11 to 3.13. `make` alone lists the targets.
# Everything runs in .venv, which `install` makes from requirements.lock and keeps while that is unchanged.

PYTHON = python3 python3.13 python3.12 python3.11 python
UV = uv
VENV = .venv/bin
PIP = $(VENV)/python -m pip --disable-pip-version-check
ARGS =
# Two processes at most: each that imports TensorFlow takes 2 GB and more.
WORKERS = --numprocesses auto --maxprocesses 2 --dist loadfile

unexport PYTHONPATH PYTHONHOME

.PHONY: help install demo test zoo check lock wheel clean
.DEFAULT_GOAL = help

help:     ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s%s\n", $$1, $$2 }' Makefile

# The first Python of the list that fits (make PYTHON=... names another); a shim that cannot run is passed over.
define find_python
for python in $(PYTHON); do \
    "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
        && break; \
    python=; \
done; \
if [ -z "$$python" ]; then \
    echo "make: no Python of 3.11 to 3.13 with its venv module among: $(PYTHON)." >&2; \
    echo "make: install one (on Debian and Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
    exit 1; \
fi
endef

# The stamps hold what was installed, so a half-made, outdated or moved environment is made anew.
install:  ## make .venv with the locked dependencies and this project
	@set -eu; \
	lock="$$(cksum <requirements.lock) $$(pwd)"; \
	project="$$(cksum <pyproject.toml)"; \
	if [ "$$(cat .venv/lock.stamp 2>/dev/null)" != "$$lock" ] || ! $(VENV)/python -c '' 2>/dev/null; then \
	    $(find_python); \
	    echo "make: installing requirements.lock into .venv with $$python: 3 GB, a few minutes"; \
	    rm -rf .venv; \
	    "$$python" -m venv .venv; \
	    $(PIP) install --quiet --require-hashes -r requirements.lock; \
	    echo "$$lock" >.venv/lock.stamp; \
	fi; \
	if [ "$$(cat .venv/project.stamp 2>/dev/null)" != "$$project" ]; then \
	    $(PIP) install --quiet --no-deps --no-build-isolation -e .; \
	    $(PIP) check >/dev/null || { $(PIP) check; echo "make: requirements.lock is behind pyproject.toml: make lock" >&2; exit 1; }; \
	    echo "$$project" >.venv/project.stamp; \
	fi

demo: install  ## build GoogLeNet, then train LeNet-5 on handwritten digits
	$(VENV)/archspec build specs/googlenet.yaml
	$(VENV)/archspec train specs/lenet5.yaml --data digits

# The language server for the editors' tests. Without Node they say what is missing; in CI that is a failure.
SERVER = tests/editor/node_modules/.package-lock.json
$(SERVER): tests/editor/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/editor --no-audit --no-fund --loglevel=error && touch $@; fi

test: install $(SERVER)  ## run every test (make test ARGS="-k lenet" runs some)
	$(VENV)/python -m pytest $(WORKERS) $(ARGS)

zoo: install  ## build, train, save and load every network of the zoo, at small sizes
	$(VENV)/python -m pytest $(WORKERS:loadfile=worksteal) -m slow $(ARGS)

check: install  ## lint, formatting and types
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy

lock:     ## write requirements.lock anew from pyproject.toml (needs uv; ARGS=--upgrade for newer versions)
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile pyproject.toml --extra dev --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet \
	    --output-file requirements.lock $(ARGS)

wheel: install  ## build the wheel into dist/
	$(VENV)/python -m hatchling build --target wheel

clean:    ## remove .venv, dist and caches; what was trained (runs/) stays
	rm -rf .venv dist build tests/editor/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find archspec training tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
