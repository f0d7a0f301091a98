#!/bin/sh
# Builds leakmark-verify where there is nothing but Rust and a linker, and runs it:
# no FFmpeg, no libclang, no SQLite, no pkg-config. It fails if a package that
# compiles or links C comes into its tree.
#
#   scripts/verify-bare.sh                in this system, with an empty environment
#   scripts/verify-bare.sh --chroot       in a bare Debian 12 (as root, with debootstrap)
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:${HOME:-/root}/.cargo/bin"
target=${VERIFY_BARE_TARGET:-$PWD/target/verify-bare}

say() { echo "verify-bare: $*" >&2; }

# Packages that compile C, look for a C library, or bind one.
foreign='^(cc|cmake|pkg-config|vcpkg|bindgen|clang-sys|ring|openssl-sys|libsqlite3-sys|rusqlite|ffmpeg-[a-z-]*) '

packages() { cargo tree --locked -p leakmark-evidence -e normal,build --prefix none | sort -u; }

count=$(packages | wc -l)
if packages | grep -E "$foreign"; then
    say "the packages above compile or bind C: leakmark-verify must build without"
    exit 1
fi
say "$count packages, none of which compiles or binds C"

# Everything that a build script might find is hidden from it.
bare() {
    env -i HOME="$HOME" PATH="$1" CARGO_TARGET_DIR="$target" CARGO_NET_OFFLINE="${CARGO_NET_OFFLINE:-false}" \
        LIBCLANG_PATH=/nonexistent PKG_CONFIG=/nonexistent PKG_CONFIG_PATH=/nonexistent \
        SQLITE3_LIB_DIR=/nonexistent FFMPEG_DIR=/nonexistent \
        sh -c "$2"
}

build='cargo build --release --locked -p leakmark-evidence --bin leakmark-verify'

# It says what it can do, and takes nothing for a report.
try='"$CARGO_TARGET_DIR/release/leakmark-verify" --version
for what in report pack receipt timestamp; do
    "$CARGO_TARGET_DIR/release/leakmark-verify" "$what" --help > /dev/null
done
echo "{}" > "$CARGO_TARGET_DIR/nothing.json"
code=0
"$CARGO_TARGET_DIR/release/leakmark-verify" pack "$CARGO_TARGET_DIR/nothing.json" 2> /dev/null || code=$?
[ "$code" = 2 ] || { echo "verify-bare: an empty pack gave exit code $code, not 2" >&2; exit 1; }'

if [ "${1:-}" = --chroot ]; then
    root=$(mktemp -d)
    trap 'umount "$root/src" "$root/rust" "$root/cargo" "$root/proc" 2> /dev/null; rm -rf --one-file-system "$root"' EXIT
    debootstrap --variant=minbase --include=gcc,libc6-dev,ca-certificates bookworm "$root" > /dev/null
    mkdir -p "$root/src" "$root/rust" "$root/cargo" "$root/target"
    mount --bind -o ro "$PWD" "$root/src"
    mount --bind -o ro "$(rustc --print sysroot)" "$root/rust"
    mount --bind "${CARGO_HOME:-$HOME/.cargo}" "$root/cargo"
    mount -t proc proc "$root/proc"
    say "a bare Debian 12: $(ls "$root/usr/bin" | wc -l) programs, no pkg-config, no clang"
    env -i HOME=/root PATH=/rust/bin:/usr/bin:/bin CARGO_HOME=/cargo CARGO_TARGET_DIR=/target \
        chroot "$root" sh -euc "cd /src && $build && $try"
else
    rust=$(rustc --print sysroot)/bin
    bare "$rust:/usr/bin:/bin" "$build"
    bare "/nonexistent:/usr/bin:/bin" "set -eu; $try"
fi
say "built and run"
