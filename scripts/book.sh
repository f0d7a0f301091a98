#!/bin/sh
# Builds the book (docs/) to target/book and checks every link and anchor in it
# and in the Markdown files beside it.
#
#   scripts/book.sh    install mdBook if it is missing, build, check
#
# mdBook is a tool of its own, never a dependency: it is taken from PATH if it
# is the version below, else built from crates.io into target/tools, once. Built
# without optimization, that takes a minute or two; the book itself, a second.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:${HOME:-/root}/.cargo/bin"

version=0.5.4
tools=target/tools

is_wanted() { [ "$("$1" --version 2>/dev/null)" = "mdbook v$version" ]; }

if is_wanted mdbook; then
    mdbook=mdbook
else
    mdbook=$tools/bin/mdbook
    if ! is_wanted "$mdbook"; then
        echo "book: building mdBook $version into $tools" >&2
        CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$PWD/$tools/build \
            cargo install mdbook --version "$version" --locked --quiet --debug --force \
            --no-default-features --features search --root "$tools"
    fi
fi

rm -rf target/book
"$mdbook" build docs
python3 scripts/check_links.py target/book
