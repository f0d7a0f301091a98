# leakmark: set-up, demo and tests from a bare Debian 12 or Ubuntu 24.04 with
# Rust, make and git. `make` alone lists what there is.

CARGO ?= cargo
# A shell that has not read the profile since Rust was installed.
export PATH := $(PATH):$(HOME)/.cargo/bin
LEAKMARK = $(CURDIR)/target/release/leakmark
# The paths below are cargo's own, whatever the environment says.
export CARGO_TARGET_DIR = $(CURDIR)/target

.PHONY: help setup setup-tests build demo test testdata book package

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install what building needs and is missing (apt-get)
	@sh scripts/setup.sh

setup-tests: ## the same, and what the tests need
	@sh scripts/setup.sh --with-tests

build: setup ## build target/release/leakmark
	$(CARGO) build --release --locked

# The registry is used as a copy: a scan writes to the audit log, and git does
# not keep the mode 0600 that the key must have.
demo: build ## build, scan testdata/ and show who leaked the copy
	@set -eu; \
	home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; \
	install -m 600 testdata/registry/leakmark.db testdata/registry/leakmark.key "$$home"; \
	echo; echo 'leakmark scan testdata/leaked.mp4 testdata/unmarked.mp4'; echo; \
	$(LEAKMARK) --home "$$home" scan testdata/leaked.mp4 testdata/unmarked.mp4

test: setup-tests ## run all tests
	$(CARGO) test --release --workspace --locked

testdata: setup-tests ## make testdata/ anew (a new registry, a new leak)
	$(CARGO) run --release --locked --example make_testdata -- testdata

book: ## build the book to target/book and check its links
	@sh scripts/book.sh

package: ## build the Debian package to target/debian
	@sh scripts/package.sh
