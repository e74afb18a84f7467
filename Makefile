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

.PHONY: help install demo browser pictures test zoo check lock wheel clean
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

# Chromium for the tests of pages, from the system's packages. Without it they say so; in CI that is a failure.
browser:  ## install the Chromium that the tests of pages look with (Debian, Ubuntu; as root)
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	    apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	}

pictures: install  ## make the pictures of networks in docs/pictures anew (needs Chromium)
	$(VENV)/python tests/browser/pictures.py

test: install $(SERVER)  ## run every test (make test ARGS="-k lenet" runs some)
	$(VENV)/python -m pytest $(WORKERS) $(ARGS)

zoo: install  ## the long tests: every network of the zoo built, trained, saved, loaded; 8,000 mutated specs
	$(VENV)/python -m pytest $(WORKERS:loadfile=worksteal) -m slow $(ARGS)

# An environment of its own: requirements-parity.lock holds all but torch, whose CPU build has an index of its own.
# What pip finds is taken; where that is the CUDA build, and 3 GB more, this takes the small one:
# make parity TORCH="torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu"
TORCH = torch==2.13.0
PARITY = .venv-parity/bin/python
define install_parity
	@set -eu; \
	lock="$$(cksum <requirements-parity.lock) $$(cksum <pyproject.toml) $$(pwd) $(TORCH)"; \
	if [ "$$(cat .venv-parity/lock.stamp 2>/dev/null)" != "$$lock" ] || ! $(PARITY) -c '' 2>/dev/null; then \
	    $(find_python); \
	    echo "make: installing requirements-parity.lock and torch into .venv-parity with $$python: 3 GB, a few minutes"; \
	    rm -rf .venv-parity; \
	    "$$python" -m venv .venv-parity; \
	    pip="$(PARITY) -m pip --disable-pip-version-check install --quiet"; \
	    $$pip --require-hashes --no-deps -r requirements-parity.lock; \
	    $$pip $(TORCH); \
	    $$pip --no-deps --no-build-isolation -e .; \
	    echo "$$lock" >.venv-parity/lock.stamp; \
	fi
endef

parity:   ## compare every network with an implementation that is not ours (its own environment; about 20 minutes)
	$(install_parity)
	$(PARITY) -m pytest --numprocesses auto --maxprocesses 2 --dist loadgroup tests/parity $(ARGS)

fidelity: ## measure the same again and write docs/fidelity.md
	$(install_parity)
	TF_CPP_MIN_LOG_LEVEL=3 $(PARITY) tests/parity/measure.py $(ARGS)

check: install  ## lint, formatting and types
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy

LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile pyproject.toml --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --quiet

lock:     ## write both locks anew from pyproject.toml (needs uv; ARGS=--upgrade for newer versions)
	$(LOCK) --extra dev --output-file requirements.lock $(ARGS)
	$(LOCK) --extra parity --constraint requirements.lock --no-emit-package torch \
	    --output-file requirements-parity.lock $(ARGS)

wheel: install  ## build the wheel into dist/
	$(VENV)/python -m hatchling build --target wheel

clean:    ## remove both environments, dist and caches; what was trained (runs/) stays
	rm -rf .venv .venv-parity dist build tests/editor/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find archspec training tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
