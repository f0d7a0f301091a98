#!/bin/sh
# Prints where a program from crates.io is, in just the version asked for; builds
# it into target/tools first if PATH and target/tools have no such version.
#
#   scripts/tool.sh NAME VERSION [further arguments for cargo install]
#
# Such tools are no dependencies of leakmark. They are built without
# optimization: that takes a third of the time, and they have little to do.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:${HOME:-/root}/.cargo/bin"

name=$1 version=$2
shift 2

is_wanted() { "$1" --version 2>/dev/null | sed 's/.*[ v]//' | grep -qxF "$version"; }

program=$(command -v "$name" || true)
if [ -z "$program" ] || ! is_wanted "$program"; then
    program=$PWD/target/tools/bin/$name
    if ! is_wanted "$program"; then
        echo "tool: building $name $version into target/tools" >&2
        CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$PWD/target/tools/build \
            cargo install "$name" --version "$version" --locked --quiet --debug --force \
            --root target/tools "$@" >&2
        rm -rf target/tools/build
    fi
fi
echo "$program"
