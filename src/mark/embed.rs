//! This module adds the mark to the luma of one picture after another.

use rayon::prelude::*;

use super::carrier::{Carrier, chip_extent};
use super::chips::{DataCells, Pilot, SlotCode, Symbols, tile};
use super::gain::Gain;
use super::timeline::slot_mix;
use crate::key::Secret;
use crate::luma::activity::blocks;
use crate::luma::{LumaViewMut, Plane, Rect, SamplesMut};
use crate::units::SlotIndex;

/// The side of an activity block is the picture's longer side over this.
const BLOCKS_ALONG: usize = 320;
/// Rows of one parallel piece of work.
const ROWS_AT_ONCE: usize = 32;

/// What an embedder needs to know beside its key.
#[derive(Debug, Clone)]
pub struct EmbedSettings {
    /// The title's id.
    pub title: String,
    /// Where the active picture is in the frame.
    pub active: Rect,
    /// Width of a pixel over its height.
    pub pixel_aspect: f64,
    /// How strongly to mark.
    pub gain: Gain,
}

/// Marks the frames of one copy. Symbols come from the caller, slot by slot.
pub struct Embedder<S> {
    secret: Secret,
    pilot: Pilot,
    settings: EmbedSettings,
    symbols: S,
    carriers: Vec<(SlotIndex, Carrier)>,
}

impl<S: FnMut(SlotIndex) -> Symbols> Embedder<S> {
    /// For the copy whose symbols in each slot `symbols` gives.
    pub fn new(secret: &Secret, settings: EmbedSettings, symbols: S) -> Self {
        Self {
            pilot: Pilot::new(secret),
            secret: secret.clone(),
            settings,
            symbols,
            carriers: Vec::new(),
        }
    }

    /// Marks the frame shown at `title_s` seconds of the title. Nothing is
    /// changed outside the active picture; samples stay within the format's
    /// full scale.
    pub fn mark(&mut self, title_s: f64, mut luma: LumaViewMut<'_>) {
        let active = self
            .settings
            .active
            .within(luma.format.width, luma.format.height);
        if !luma.is_whole()
            || active.width == 0
            || active.height == 0
            || self.settings.gain.cap <= 0.0
        {
            return;
        }
        let side = (luma.format.width.max(luma.format.height))
            .div_ceil(BLOCKS_ALONG)
            .max(2);
        let Some(found) = blocks(&luma.as_view(), side) else {
            return;
        };
        let gain = GainRows::new(self.settings.gain.of(&found), side, luma.format.width);
        let mix = slot_mix(title_s);
        let next = mix.next;
        self.render(mix.slot, active);
        if let Some((slot, _)) = next {
            self.render(slot, active);
        }
        let on = self.carrier(mix.slot);
        let coming = next.and_then(|(slot, weight)| self.carrier(slot).map(|c| (c, weight)));
        if let Some(on) = on {
            add(&mut luma, active, &gain, on, coming);
        }
    }

    fn carrier(&self, slot: SlotIndex) -> Option<&Carrier> {
        self.carriers
            .iter()
            .find(|(s, _)| *s == slot)
            .map(|(_, c)| c)
    }

    /// Makes the slot's carrier unless it is there; keeps the last two.
    fn render(&mut self, slot: SlotIndex, active: Rect) {
        if self
            .carrier(slot)
            .is_some_and(|c| c.values.len() == active.width * active.height)
        {
            return;
        }
        let data = DataCells::new(&self.secret, &self.settings.title, slot);
        let chips = tile(
            &self.pilot,
            SlotCode::new(&self.secret, slot),
            &data,
            &(self.symbols)(slot),
        );
        let extent = chip_extent(
            active.width as f64 * self.settings.pixel_aspect,
            active.height as f64,
        );
        let carrier = Carrier::new(&chips, active.width, active.height, extent);
        self.carriers
            .retain(|(s, _)| *s != slot && s.0 + 1 >= slot.0);
        self.carriers.push((slot, carrier));
    }
}

/// The gain of blocks, read pixel row by pixel row with linear interpolation.
struct GainRows {
    gain: Plane,
    side: usize,
    /// Of every pixel column: the block left of its middle, the one to the
    /// right, and how far in between.
    columns: Vec<(usize, usize, f32)>,
}

impl GainRows {
    /// For pictures `width` pixels wide.
    fn new(gain: Plane, side: usize, width: usize) -> Self {
        let blocks = gain.ncols();
        Self {
            columns: (0..width).map(|x| between(x, side, blocks)).collect(),
            gain,
            side,
        }
    }

    /// The gain of the pixels of row `y`, columns `x..x + out.len()`; `line` is
    /// room to work in.
    fn row(&self, y: usize, x: usize, line: &mut Vec<f32>, out: &mut [f32]) {
        let (above, below, part) = between(y, self.side, self.gain.nrows());
        let rows = self.gain.row(above).into_iter().zip(self.gain.row(below));
        line.clear();
        line.extend(rows.map(|(a, b)| a + (b - a) * part));
        for (value, &(left, right, part)) in out.iter_mut().zip(&self.columns[x..]) {
            *value = line[left] + (line[right] - line[left]) * part;
        }
    }
}

/// The two blocks around pixel `at` along an axis of `count` blocks, and how far in between.
fn between(at: usize, side: usize, count: usize) -> (usize, usize, f32) {
    let place = ((at as f32 + 0.5) / side as f32 - 0.5).clamp(0.0, (count - 1) as f32);
    let first = place as usize;
    (first, (first + 1).min(count - 1), place - first as f32)
}

fn add(
    luma: &mut LumaViewMut<'_>,
    active: Rect,
    gain: &GainRows,
    on: &Carrier,
    coming: Option<(&Carrier, f32)>,
) {
    let format = luma.format;
    let scale = format.code_value()
        * if format.full_range {
            255.0 / 219.0
        } else {
            1.0
        };
    let top = f32::from(u16::MAX >> (16 - format.bit_depth.clamp(8, 16)));
    let amplitudes = |row: usize, line: &mut Vec<f32>, out: &mut [f32]| {
        gain.row(active.y + row, active.x, line, out);
        let part = row * active.width..(row + 1) * active.width;
        match coming {
            None => out
                .iter_mut()
                .zip(&on.values[part])
                .for_each(|(a, c)| *a *= c * scale),
            Some((next, weight)) => {
                let mixed = on.values[part.clone()].iter().zip(&next.values[part]);
                out.iter_mut()
                    .zip(mixed)
                    .for_each(|(a, (c, n))| *a *= (c + (n - c) * weight) * scale);
            }
        }
    };
    match &mut luma.samples {
        SamplesMut::U8(s) => add_rows(s, format.stride, active, &amplitudes, |v, a| {
            rounded(f32::from(v) + a, 255.0) as u8
        }),
        SamplesMut::U16(s) => add_rows(s, format.stride, active, &amplitudes, |v, a| {
            rounded(f32::from(v) + a, top) as u16
        }),
    }
}

/// The nearest whole number from 0 to `top`, halves up: `f32::round` is a call
/// for every pixel on processors of the oldest kind.
fn rounded(value: f32, top: f32) -> i32 {
    (value.clamp(0.0, top) + 0.5) as i32
}

fn add_rows<T: Copy + Send>(
    samples: &mut [T],
    stride: usize,
    active: Rect,
    amplitudes: &(impl Fn(usize, &mut Vec<f32>, &mut [f32]) + Sync),
    change: impl Fn(T, f32) -> T + Sync,
) {
    let rows = samples
        .chunks_mut(stride)
        .skip(active.y)
        .take(active.height)
        .collect::<Vec<_>>();
    let mut groups: Vec<(usize, Vec<&mut [T]>)> = Vec::new();
    for (row, line) in rows.into_iter().enumerate() {
        match groups.last_mut() {
            Some((_, lines)) if lines.len() < ROWS_AT_ONCE => lines.push(line),
            _ => groups.push((row, vec![line])),
        }
    }
    groups.into_par_iter().for_each(|(first, lines)| {
        let (mut gains, mut line_amplitudes) = (Vec::new(), vec![0.0; active.width]);
        for (row, line) in lines.into_iter().enumerate() {
            amplitudes(first + row, &mut gains, &mut line_amplitudes);
            for (sample, &a) in line[active.x..active.x + active.width]
                .iter_mut()
                .zip(&line_amplitudes)
            {
                *sample = change(*sample, a);
            }
        }
    });
}
