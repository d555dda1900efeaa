# Every command of the README. `make` alone lists them.
#
# Two stamps in .venv say what is installed: .runtime is what serving needs, .dev adds training, tests and tools. Both
# are older than pyproject.toml or constraints.txt when these changed, and only then does anything happen again.

# Said on the command line, as in `make serve PORT=8001`; what the environment means by such names is something else.
HOST =
PORT =
DEVICE =

VENV := .venv
RUN := $(VENV)/bin
IMAGE = zerosum
PIP := $(RUN)/python -m pip install --disable-pip-version-check --constraint constraints.txt
PEERS = adv-lib charset-normalizer eagerpy efficientnet-lite-pytorch foolbox gitdb gitpython requests smmap torch-fidelity urllib3
WANTED = $(or $(PYTHON),python3 python3.13 python3.12 python3.11)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve test lint check train-smoke bench image

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.dev ## Install everything, for serving, training and tests
	@echo "$(VENV) is ready: make serve, make test, $(RUN)/zerosum --help"

serve: $(VENV)/.runtime ## Serve the shipped models on http://127.0.0.1:8000 (PORT=8001 for another port)
	@exec $(RUN)/zerosum serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev ## Run the tests, in two processes
	$(RUN)/python -m pytest --cov --numprocesses 2 --dist loadscope

lint: $(VENV)/.dev ## Style, types, and which package may import which
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

check: lint test train-smoke ## Everything that CI checks

train-smoke: $(VENV)/.dev ## Train every recipe for a moment, two at a time
	@runs=$$(mktemp -d) && trap 'rm -rf "$$runs"' EXIT && export runs && \
	recipes=$$($(RUN)/python -c 'from training.recipes import RECIPES; print(*(r.id for r in RECIPES))') && \
	printf '%s\n' $$recipes | xargs -P 2 -I RECIPE sh -c 'echo "training RECIPE --preset smoke"; \
	  $(RUN)/zerosum train RECIPE --preset smoke --threads 1 --run "$$runs/RECIPE" >"$$runs/RECIPE.log" 2>&1 \
	  || { cat "$$runs/RECIPE.log"; echo "RECIPE failed"; exit 255; }'

bench: $(VENV)/.dev ## Measure the server against the network alone
	$(RUN)/python -m benchmarks.serving

image: ## Build the container image, with docker or else buildah (DEVICE=cuda for GPUs: docs/docker.md)
	@options="$(if $(DEVICE),--build-arg DEVICE=$(DEVICE)) $(if $(PIP_EXTRA_INDEX_URL),--build-arg PIP_EXTRA_INDEX_URL)"; \
	if docker info >/dev/null 2>&1; then exec docker build $$options --tag $(IMAGE) .; \
	elif command -v buildah >/dev/null; then exec buildah build --format docker $$options --tag $(IMAGE) .; \
	else echo "An image needs a running Docker engine or buildah: neither is here." >&2; exit 1; fi

$(VENV)/bin/python:
	@found=; for python in $(WANTED); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && found=$$python && break; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Zerosum needs Python 3.11 or newer, which none of these is: $(WANTED) (make PYTHON=... names another)." >&2; \
	  exit 1; \
	elif ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$found cannot make virtual environments: install its venv package (Debian, Ubuntu: python3-venv)." >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing what serving needs into $(VENV): PyTorch is large, this takes some minutes the first time"
	@$(PIP) setuptools torch
	@$(PIP) -qq --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what training and tests need into $(VENV)"
	@$(PIP) -qq --no-build-isolation --editable '.[train,dev]'
	@$(PIP) -qq --no-deps $(PEERS)
	@touch $@
