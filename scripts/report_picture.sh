#!/bin/sh
# Draws the pictures of a real scan that the README and the book show, from testdata/:
# two pages of the report, and what detection saw (docs/src/figures).
#
#   scripts/report_picture.sh [LEAKMARK]        default: target/release/leakmark
#
# It needs the commands ffmpeg and pdftoppm (package poppler-utils). Run it when the
# report has changed, and look at what comes out.
set -eu
cd "$(dirname "$0")/.."
leakmark=${1:-$PWD/target/release/leakmark}
figures=$PWD/docs/src/figures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A scan writes to the audit log: the registry is used as a copy.
install -m 600 testdata/registry/leakmark.db testdata/registry/leakmark.key "$work"
cp testdata/leaked.mp4 "$work"
cd "$work"
"$leakmark" --home "$work" -q scan leaked.mp4 --pdf . --debug-dir . \
    --case-id 2014-CV-1117 --exhibit-id EX-7 --examiner "J. Doe" > /dev/null
pdftoppm -r 72 -f 1 -l 2 -png leaked.mp4.report.pdf page

# Few colours: they are pages of text. A grey line around each tells them from the page they are on.
ffmpeg -v error -y -i page-1.png -i page-2.png -filter_complex "
    [0]pad=iw+2:ih+2:1:1:0xcbd5e0[left]; [1]pad=iw+2:ih+2:1:1:0xcbd5e0[right];
    [left][right]hstack,split[one][two]; [one]palettegen=max_colors=96[colours];
    [two][colours]paletteuse=dither=none" -frames:v 1 "$figures/report.png"
cp leaked.mp4.0.map.png "$figures/correlation.png"
ffmpeg -v error -y -i leaked.mp4.0.registered.png -q:v 4 "$figures/grid.jpg"
ls -l "$figures"/*.png "$figures"/*.jpg
