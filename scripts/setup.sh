#!/bin/sh
# Installs what building leakmark needs and is missing, on Debian 12, Ubuntu
# 24.04 and their kin; elsewhere it says what is missing.
#
#   scripts/setup.sh                    to build and run
#   scripts/setup.sh --with-tests       to run the tests and make test data as well
#   scripts/setup.sh --with-packaging   to build the Debian package as well
#   scripts/setup.sh --check            only say what is missing; status 1 if anything is
#
# It asks nothing, and touches nothing when nothing is missing. What counts is
# whether a thing works, not which package it came from: an FFmpeg of your own
# in PKG_CONFIG_PATH is as good.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:${HOME:-/root}/.cargo/bin"

tests=no
packaging=no
install=yes
for argument; do
    case "$argument" in
    --with-tests) tests=yes ;;
    --with-packaging) packaging=yes ;;
    --check) install=no ;;
    *) echo "setup: unknown argument $argument" >&2; exit 2 ;;
    esac
done

say() { echo "setup: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

# Cargo, not older than Cargo.toml's rust-version. Never installed from here.
check_rust() {
    wanted=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)
    if ! have cargo || ! have rustc; then
        say "Rust is missing: leakmark needs $wanted or later. Get it from https://rustup.rs :"
        say "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
        exit 1
    fi
    got=$(rustc --version | cut -d' ' -f2)
    oldest=$(printf '%s\n%s\n' "$wanted" "${got%%-*}" | sort -V | head -n 1)
    if [ "$oldest" != "$wanted" ]; then
        say "Rust $got is too old: leakmark needs $wanted or later."
        if have rustup; then say "  rustup update stable"; else say "  get it from https://rustup.rs"; fi
        exit 1
    fi
}

any_exists() { for path; do [ -e "$path" ] && return 0; done; return 1; }

# The library, and the compiler's own headers that go with it.
has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    any_exists /usr/lib/llvm-*/lib/libclang.so* /usr/lib/llvm-*/lib/libclang-[0-9]*.so* \
        /usr/lib/*-linux-gnu*/libclang.so* /usr/lib/*-linux-gnu*/libclang-[0-9]*.so* \
        /usr/lib/libclang.so* /usr/lib64/libclang.so* /usr/local/lib/libclang.so* &&
        any_exists /usr/lib/llvm-*/lib/clang/*/include/stddef.h /usr/lib/clang/*/include/stddef.h \
            /usr/lib64/clang/*/include/stddef.h /usr/local/lib/clang/*/include/stddef.h
}

can_link() {
    have cc && echo 'int main(void) { return 0; }' | cc -x c -o /dev/null - 2>/dev/null
}

missing_packages() {
    have cc || echo gcc
    can_link || echo libc6-dev
    have pkg-config || echo pkg-config
    has_libclang || echo libclang-dev
    for library in libavcodec libavformat libavutil libavfilter libswscale; do
        { have pkg-config && pkg-config --exists "$library"; } || echo "$library-dev"
    done
    if [ "$tests" = yes ]; then
        { have ffmpeg && have ffprobe; } || echo ffmpeg
    fi
    if [ "$packaging" = yes ]; then
        have dpkg-shlibdeps || echo dpkg-dev
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif have sudo; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        say "run this as root, or install sudo:  $*"
        exit 1
    fi
}

apt_install() {
    # A machine just started may be updating itself: wait for it.
    wait_for_lock='-o DPkg::Lock::Timeout=300'
    # shellcheck disable=SC2086
    as_root apt-get $wait_for_lock update -qq >&2 || say "the package lists could not be refreshed; trying with the old ones"
    # shellcheck disable=SC2086
    as_root apt-get $wait_for_lock install -y -qq --no-install-recommends "$@" >&2 </dev/null
}

check_rust
missing=$(missing_packages | tr '\n' ' ')
missing=${missing% }
if [ -z "$missing" ]; then
    say "everything needed is here"
    exit 0
fi
say "missing: $missing"
[ "$install" = yes ] || exit 1
if ! have apt-get; then
    say "no apt-get here: install these, or what they are called on this system, and run again"
    exit 1
fi
say "installing them with apt-get"
# shellcheck disable=SC2086
if ! apt_install $missing; then
    say "apt-get failed; its message is above"
    exit 1
fi
missing=$(missing_packages | tr '\n' ' ')
if [ -n "$missing" ]; then
    say "still missing after installation: $missing"
    exit 1
fi
say "done"
