#!/bin/sh
# Builds the book (docs/) to target/book and checks every link and anchor in it
# and in the Markdown files beside it.
#
#   scripts/book.sh
#
# mdBook is built from crates.io if it is not here: half a minute on two cores, once.
set -eu
cd "$(dirname "$0")/.."

mdbook=$(sh scripts/tool.sh mdbook 0.5.4 --no-default-features --features search)
rm -rf target/book
MDBOOK_LOG=warn "$mdbook" build docs
python3 scripts/check_links.py target/book
