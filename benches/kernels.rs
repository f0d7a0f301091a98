//! The kernels bench: what one step of detection and scoring costs.
//!
//! ```text
//! picture ─ lapped, 2-D FFT ─ read: cancel, register, align ─ score
//! ```
//!
//! Sizes are those of a 12-second exhibit of a 16:9 film: 24 bins of 270 × 480
//! samples. `cargo bench --bench kernels -- score` runs those whose names hold
//! `score`; under plain `cargo test` each runs once.
#![allow(clippy::expect_used)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use leakmark::detect::{BIN_S, Bin, Effort, NoMasters, PilotKey, Region, Search, read};
use leakmark::key::{KeyStream, Secret, Stream};
use leakmark::luma::blur::gaussian;
use leakmark::luma::correlate_pair::{PairCorrelator, PairScratch};
use leakmark::luma::lapped::Lapped;
use leakmark::luma::{LumaFormat, LumaViewMut, Plane, Rect, SamplesMut};
use leakmark::mark::{EmbedSettings, Embedder, Gain, SYMBOLS, Symbols, TILE, chip_extent};
use leakmark::trace::{Codeword, Evidence, Label, SlotEvidence, bias, score_all};
use leakmark::units::SlotIndex;
use realfft::num_complex::Complex32;

const ROWS: usize = 270;
const COLUMNS: usize = 480;
const BINS: usize = 24;
const SLOTS: u32 = 6;
const DISTRIBUTORS: usize = 10_000;
const TITLE: &str = "film";

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    transforms(&mut criterion);
    reading(&mut criterion);
    scoring(&mut criterion);
    marking(&mut criterion);
    criterion.final_summary();
}

fn transforms(criterion: &mut Criterion) {
    let plane = noise(1, ROWS, COLUMNS);
    let lapped = Lapped::new(ROWS, COLUMNS);
    criterion.bench_function("lapped forward and inverse 270x480", |b| {
        b.iter(|| lapped.inverse(&lapped.forward(black_box(&plane))))
    });
    let correlator = PairCorrelator::new(&noise(2, TILE, TILE));
    let (one, other) = (noise(3, TILE, TILE), noise(4, TILE, TILE));
    let pair: Vec<Complex32> = one
        .iter()
        .zip(&other)
        .map(|(&a, &b)| Complex32::new(a, b))
        .collect();
    let mut scratch = PairScratch::default();
    criterion.bench_function("correlate two tiles at every shift", |b| {
        b.iter_batched_ref(
            || pair.clone(),
            |pair| correlator.correlate(black_box(pair), &mut scratch),
            BatchSize::SmallInput,
        )
    });
}

/// Reading is public as a whole only. Marked bins are cancelled, registered at
/// the first candidate, refined and described; bins without a mark go through
/// all eight orientations of each region, so the difference between three
/// regions and one is the cost of sixteen candidates.
fn reading(criterion: &mut Criterion) {
    let secret = secret();
    let key = PilotKey::new(&secret);
    let (marked, blank) = (bins(Some(&secret)), bins(None));
    let mut group = criterion.benchmark_group("read 24 bins");
    group.sample_size(10);
    for (name, bins, regions) in [
        ("marked, 1 region", &marked, 1),
        ("unmarked, 1 region", &blank, 1),
        ("unmarked, 3 regions", &blank, 3),
    ] {
        let search = search(regions);
        group.bench_function(name, |b| {
            let once = |bins| read(&key, black_box(bins), &search, &NoMasters);
            b.iter_batched(|| bins.clone(), once, BatchSize::LargeInput)
        });
    }
    group.finish();
}

fn scoring(criterion: &mut Criterion) {
    let secret = secret();
    let mut numbers = secret.stream(&Stream::Check);
    let slot = |slot| SlotEvidence {
        slot,
        z: std::array::from_fn(|_| 2.0 * normal(&mut numbers)),
        reliability: [2.0; SYMBOLS],
        bias: bias(&secret, TITLE, slot),
    };
    let evidence = Evidence {
        title: TITLE.into(),
        slots: (500..500 + SLOTS).map(SlotIndex).map(slot).collect(),
    };
    let ids: Vec<String> = (0..DISTRIBUTORS).map(|i| format!("outlet-{i}")).collect();
    let labels: Vec<Label> = ids
        .iter()
        .map(|distributor| Label::marked(distributor, 1))
        .collect();
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(DISTRIBUTORS as u64));
    group.bench_function("10,000 distributors, 6 slots", |b| {
        b.iter(|| score_all(&secret, black_box(&evidence), &labels))
    });
    group.finish();
}

fn marking(criterion: &mut Criterion) {
    let (width, height) = (1920, 1080);
    let secret = secret();
    let mut embedder = embedder(&secret, width, height);
    let mut samples = vec![128_u8; width * height];
    criterion.bench_function("mark a picture 1920x1080", |b| {
        b.iter(|| embedder.mark(1001.0, view(black_box(&mut samples), width, height)))
    });
}

fn secret() -> Secret {
    Secret::from_bytes([7; 32])
}

/// A still host with fresh noise in every bin and, if marked, a new slot every two seconds.
fn bins(marked: Option<&Secret>) -> Vec<Bin> {
    let host = &gaussian(&noise(4, ROWS, COLUMNS), 3.0) * 120.0 + 120.0;
    let mut embedder = marked.map(|secret| embedder(secret, COLUMNS, ROWS));
    let bin = |index: usize| {
        let time_s = (index as f64 + 0.5) * BIN_S;
        let grain = noise(100 + index as u64, ROWS, COLUMNS);
        let mut samples: Vec<u8> = host
            .iter()
            .zip(&grain)
            .map(|(h, n)| (h + n) as u8)
            .collect();
        if let Some(embedder) = &mut embedder {
            embedder.mark(time_s, view(&mut samples, COLUMNS, ROWS));
        }
        let picture = Plane::from_shape_fn((ROWS, COLUMNS), |(y, x)| {
            f32::from(samples[y * COLUMNS + x])
        });
        Bin {
            time_s,
            first_s: time_s - 0.23,
            last_s: time_s + 0.23,
            frames: 12,
            picture,
        }
    };
    (0..BINS).map(bin).collect()
}

fn search(regions: usize) -> Search {
    let region = |i: usize| Region {
        x: 0.0,
        y: i as f64,
        width: COLUMNS as f64,
        height: (ROWS - 2 * i) as f64,
    };
    Search {
        regions: (0..regions).map(region).collect(),
        extents: vec![chip_extent(COLUMNS as f64, ROWS as f64)],
        sample_aspect: 1.0,
        effort: Effort::Normal,
        titles: vec![TITLE.into()],
    }
}

fn embedder(
    secret: &Secret,
    width: usize,
    height: usize,
) -> Embedder<impl FnMut(SlotIndex) -> Symbols + use<>> {
    let settings = EmbedSettings {
        title: TITLE.into(),
        active: Rect::whole(width, height),
        pixel_aspect: 1.0,
        gain: Gain::DEFAULT,
    };
    let mut codeword = Codeword::new(secret, TITLE, "kernel", 1);
    let own = secret.clone();
    Embedder::new(secret, settings, move |slot| {
        codeword.symbols(slot, &bias(&own, TITLE, slot))
    })
}

fn view(samples: &mut [u8], width: usize, height: usize) -> LumaViewMut<'_> {
    let format = LumaFormat {
        width,
        height,
        stride: width,
        bit_depth: 8,
        full_range: false,
    };
    LumaViewMut {
        format,
        samples: SamplesMut::U8(samples),
    }
}

/// Noise of mean 0 and variance near 1, the same in every run.
fn noise(seed: u64, rows: usize, columns: usize) -> Plane {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut numbers = Secret::from_bytes(bytes).stream(&Stream::Check);
    Plane::from_shape_simple_fn((rows, columns), || normal(&mut numbers))
}

/// Nearly Gaussian: the sum of four uniform numbers.
fn normal(numbers: &mut KeyStream) -> f32 {
    let uniform = |word: u32| word as f32 / u32::MAX as f32 - 0.5;
    let sum: f32 = (0..4).map(|_| uniform(numbers.next_u32())).sum();
    sum * 3.0_f32.sqrt()
}
