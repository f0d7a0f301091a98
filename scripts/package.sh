#!/bin/sh
# Builds the Debian package from a checkout: target/debian/leakmark_VERSION_ARCH.deb
#
#   scripts/package.sh
#
# What building needs and is missing is installed with apt-get (scripts/setup.sh, and
# dpkg-dev, which finds out on which of the system's libraries the programs depend).
# cargo-deb is built from crates.io if it is not here. What goes where is in Cargo.toml.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:${HOME:-/root}/.cargo/bin"
# The paths in Cargo.toml are cargo's own, whatever the environment says.
export CARGO_TARGET_DIR="$PWD/target"

sh scripts/setup.sh --with-packaging
cargo_deb=$(sh scripts/tool.sh cargo-deb 3.8.0)

cargo build --release --locked --workspace --bins

# What the package has beside the programs, made by the programs themselves.
made=target/package
rm -rf "$made" target/debian
mkdir -p "$made/man" "$made/completions"
target/release/leakmark man "$made/man"
target/release/leakmark completions bash > "$made/completions/leakmark.bash"
target/release/leakmark completions zsh > "$made/completions/_leakmark"
target/release/leakmark completions fish > "$made/completions/leakmark.fish"

# Without the line tables of a release build, which are five times as large as the program.
"$cargo_deb" --no-build --strip --quiet
dpkg-deb --info target/debian/leakmark_*.deb
echo "package: $(echo target/debian/leakmark_*.deb)"
