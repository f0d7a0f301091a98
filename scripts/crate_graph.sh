#!/bin/sh
# Draws which crate of the workspace depends on which: docs/src/figures/crates.svg.
# It needs `dot` (Debian's package graphviz).
set -eu
cd "$(dirname "$0")/.."

graph=$(sh scripts/tool.sh cargo-depgraph 1.6.0)
"$graph" depgraph --workspace-only --exclude testkit |
    dot -Tsvg -Grankdir=TB -Gbgcolor=white -Nfontname=sans-serif -Nfontsize=12 \
    > docs/src/figures/crates.svg
