//! Adds the mark to the luma of one picture after another.

use super::add::{Row, Sample};
use super::carrier::{Carrier, chip_extent};
use super::chips::{DataCells, Pilot, SlotCode, Symbols, tile};
use super::gain::Gain;
use super::gain_map::GainMap;
use super::timeline::{SlotMix, segment_of, slot_mix};
use crate::key::Secret;
use crate::luma::{LumaViewMut, Rect, SamplesMut};
use crate::units::SlotIndex;

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
    fades: bool,
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
            fades: true,
            carriers: Vec::new(),
        }
    }

    /// Without fades from slot to slot: as variants are marked, whose slots are cut apart.
    #[must_use]
    pub fn with_cuts(self) -> Self {
        Self {
            fades: false,
            ..self
        }
    }

    /// Marks the frame shown at `title_s` seconds of the title. Nothing is
    /// changed outside the active picture; samples stay within the format's
    /// full scale.
    pub fn mark(&mut self, title_s: f64, luma: LumaViewMut<'_>) {
        if let Some(gain) = GainMap::of(&self.settings.gain, &luma.as_view()) {
            self.mark_with(&gain, title_s, luma);
        }
    }

    /// [`mark`](Self::mark) with the frame's own gain map, made already.
    pub fn mark_with(&mut self, gain: &GainMap, title_s: f64, mut luma: LumaViewMut<'_>) {
        let active = self
            .settings
            .active
            .within(luma.format.width, luma.format.height);
        if !luma.is_whole() || active.width == 0 || active.height == 0 {
            return;
        }
        let mix = match self.fades {
            true => slot_mix(title_s),
            false => SlotMix {
                slot: segment_of(title_s),
                next: None,
            },
        };
        let next = mix.next;
        self.render(mix.slot, active);
        if let Some((slot, _)) = next {
            self.render(slot, active);
        }
        let on = self.carrier(mix.slot);
        let coming = next.and_then(|(slot, weight)| self.carrier(slot).map(|c| (c, weight)));
        if let Some(on) = on {
            add(&mut luma, active, gain, on, coming);
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

fn add(
    luma: &mut LumaViewMut<'_>,
    active: Rect,
    gain: &GainMap,
    on: &Carrier,
    coming: Option<(&Carrier, f32)>,
) {
    let format = luma.format;
    let range = if format.full_range {
        255.0 / 219.0
    } else {
        1.0
    };
    let adding = Adding {
        active,
        stride: format.stride,
        top: f32::from(u16::MAX >> (16 - format.bit_depth.clamp(8, 16))),
        scale: format.code_value() * range,
        gain,
        on,
        coming,
    };
    match &mut luma.samples {
        SamplesMut::U8(samples) => adding.run(samples),
        SamplesMut::U16(samples) => adding.run(samples),
    }
}

/// What is added to a picture, and where.
struct Adding<'a> {
    active: Rect,
    stride: usize,
    top: f32,
    scale: f32,
    gain: &'a GainMap,
    on: &'a Carrier,
    coming: Option<(&'a Carrier, f32)>,
}

impl Adding<'_> {
    fn run<T: Sample>(&self, samples: &mut [T]) {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.active;
        let mut gains = self.gain.rows(x..x + width);
        let lines = samples.chunks_mut(self.stride).skip(y).take(height);
        for (row, line) in lines.enumerate() {
            let part = row * width..(row + 1) * width;
            let row = Row {
                gain: gains.row(y + row),
                on: &self.on.values[part.clone()],
                coming: self.coming.map(|(c, weight)| (&c.values[part], weight)),
                scale: self.scale,
            };
            T::add(&mut line[x..x + width], &row, self.top);
        }
    }
}
