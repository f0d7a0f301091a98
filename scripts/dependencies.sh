#!/bin/sh
# Checks what leakmark depends on: nothing unused, no licence or source that
# deny.toml does not name, no circle of files.
#
# The two tools are built from crates.io if they are not here: two minutes on
# two cores, once.
set -eu
cd "$(dirname "$0")/.."

machete=$(sh scripts/tool.sh cargo-machete 0.9.2)
deny=$(sh scripts/tool.sh cargo-deny 0.20.2)
"$machete" .
"$deny" --log-level error check --show-stats bans licenses sources
python3 scripts/imports.py
