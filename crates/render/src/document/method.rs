//! Tells the method in plain words, with its limits and what it
//! was tested on.

use super::Subject;
use super::model::{Block, Table, Text, number_column, paragraph, words_column};

/// What was done to marked copies in the tests, and how many of them were
/// attributed: the figures of the README, ten clips of 9 to 12 s.
const TESTED: [(&str, &str, &str); 17] = [
    (
        "Recompressed (CRF 23, 28, HEVC 28), 720p, stretched, black bars, trimmed, brighter, darker, contrast, gamma, grey, sharpened, subtitles, a logo, 15 and 60 frames a second, frames dropped, PAL speed, mirrored, quarter turns",
        "46 to 77",
        "240 of 240",
    ),
    (
        "CRF 35, HEVC 35, AV1 45, VP9 45, MPEG-4, twice recompressed, 480p, 360p CRF 28, blurred, denoised, noise added, ±10 % speed, frames blended, a piece cut out",
        "21 to 78",
        "170 of 170",
    ),
    ("CRF 40", "14 to 74", "7 of 10"),
    ("360p CRF 35; 240p CRF 30", "10 to 36", "16 of 20"),
    (
        "Cropped to 95 % and 80 %, turned by 1°, keystone, picture in picture",
        "31 to 76",
        "50 of 50",
    ),
    (
        "Turned by 3° and cropped to 80 %, a vertical strip cut out",
        "44 to 76",
        "20 of 20",
    ),
    (
        "A corner of 75 % at 360p; cropped to 50 %",
        "42 to 76",
        "15 of 20",
    ),
    (
        "Simulated camcorder: perspective, blur, noise, 480p",
        "38 to 72",
        "8 of 10",
    ),
    (
        "Held by hand, simulated: swaying by 1 % of the width",
        "60 to 76",
        "10 of 10",
    ),
    ("The same by 2.5 %; by 4 %", "44 to 76", "13 of 20"),
    ("The same camcorder swaying by 1 %", "32 to 63", "5 of 10"),
    ("Zooming in by 1.2 % a second", "12 to 72", "9 of 10"),
    ("Black for white", "60 to 76", "10 of 10"),
    (
        "Cropped and mirrored, turned by 90°, stretched, with bars, at 104 % of the speed or at 15 frames a second; zoomed; turned by 5°, or by 10° and cropped to 70 %; bent as by a wide lens; a coloured frame around; half of a side-by-side picture",
        "41 to 76",
        "116 of 120",
    ),
    (
        "Strong keystone; inside another picture at half its width",
        "20 to 76",
        "17 of 20",
    ),
    (
        "Turned by 2°, cropped to 85 %, CRF 35; two parts of 6 s cropped in different ways",
        "16 to 76",
        "14 of 20",
    ),
    ("Cropped to 70 %, at 240p", "35 to 68", "6 of 10"),
];

/// The method, its limits, and what it was tested on.
pub fn method(_: Subject<'_>) -> Vec<Block> {
    let mut blocks = vec![
        paragraph(
            "Each distributor received a copy of its own. The copies look alike, and carry a faint pattern, weaker than the grain of most films, that changes every two seconds. It is drawn from a secret that only the rights holder has.",
            &[],
        ),
        Block::List(vec![
            Text::of(
                "*Where and when.* One part of the pattern, the pilot, is the same in all copies of the registry. It tells that a mark is there, and which part of which title the exhibit shows.",
                &[],
            ),
            Text::of(
                "*What was read.* The other part carries 64 symbols of +1 or −1 every two seconds, each read with its strength. Up to this point no distributor’s symbols have been looked at.",
                &[],
            ),
            Text::of(
                "*Whose it is.* The symbols of every distributor in the registry are compared with those read, and so are those of decoys that never got a copy. The comparison gives each a likelihood ratio.",
                &[],
            ),
            Text::of(
                "*The bound.* The symbols were drawn at random, apart for each distributor. If a distributor has nothing to do with the exhibit, its symbols have nothing to do with what was read, and its likelihood ratio is 1 on average, whatever the film and whatever was done to it. The chance that it reaches a given value by luck is at most one over that value; for all distributors together, at most that many times as much.",
                &[],
            ),
        ]),
        paragraph(
            "The bound rests on the secret having been kept and on the symbols being random. It does not rest on how the film looks, on a model of the attack or on a calibration.",
            &[],
        ),
        Block::Subheading("Limits"),
        Block::List(limits()),
    ];
    blocks.push(tested());
    blocks
}

fn limits() -> Vec<Text> {
    [
        "Whoever has the secret can read marks, remove them and forge them. Issue records show what was handed out and when.",
        "Crops, zooms, turns, perspective (a filmed screen) and pictures in pictures are found only as far as the search goes (0.38 to 2.6 times the exhibit’s size, turned by up to 15°, stretched by up to 25 %); a copy outside it is reported as without a mark.",
        "Short, small or badly recompressed exhibits hold little evidence. A still image holds one slot of symbols at most.",
        "Copies of several distributors mixed together are allowed for (up to eight), with less experience than single copies.",
        "The likelihood ratio rests on a model of how symbols are read. The bound does not.",
        "Only distributors of this registry were compared. The registry may not be complete.",
    ]
    .map(|limit| Text::of(limit, &[]))
    .into()
}

fn tested() -> Block {
    let row =
        |(what, lr, named): &(&str, &str, &str)| [what, lr, named].map(|t| Text::value(t)).into();
    Block::Table(Table {
        columns: vec![
            words_column("Done to the copy", 6.0),
            words_column("log10 likelihood ratio", 2.0),
            number_column("Attributed", 1.4),
        ],
        rows: TESTED.iter().map(row).collect(),
        marked: None,
        caption: Text::of(
            "Tested envelope: ten clips of 406p to 1080p, 9 to 12 s each (animation, live action, hand-held, a fixed camera, film grain, dark, a vertical video, a screen recording), 100 distributors, 10 titles. Nobody was wrongly named in these, in unmarked clips or with a wrong secret. What is not in this table was not tested. CRF is an encoder’s setting: the higher, the smaller and the worse the film. 360p: a picture of 360 lines.",
            &[],
        ),
    })
}
