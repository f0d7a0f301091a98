//! Adds amplitudes to rows of samples: the inner loop of marking.

use multiversion::multiversion;

use super::gain_map::GainRow;

/// Added to a number from 0 to 2²³, it leaves the nearest whole number in the
/// low bits of the sum: an `f32` has no bits for a fraction there.
const WHOLE: f32 = 8_388_608.0;

/// What is added to a row: the gain times the carrier times `scale`.
pub(super) struct Row<'a> {
    pub gain: GainRow<'a>,
    /// The slot's carrier, one amplitude a pixel.
    pub on: &'a [f32],
    /// The next slot's while it comes in, and how far it has.
    pub coming: Option<(&'a [f32], f32)>,
    /// Samples a code value.
    pub scale: f32,
}

/// Samples that a row can be added to; the sum stays from 0 to `top`.
pub(super) trait Sample: Copy + Into<f32> {
    fn add(samples: &mut [Self], row: &Row<'_>, top: f32);
}

impl Sample for u8 {
    fn add(samples: &mut [Self], row: &Row<'_>, top: f32) {
        add_u8(samples, row, top);
    }
}

impl Sample for u16 {
    fn add(samples: &mut [Self], row: &Row<'_>, top: f32) {
        add_u16(samples, row, top);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn add_u8(samples: &mut [u8], row: &Row<'_>, top: f32) {
    each(samples, row, |sample, amplitude| {
        nearest(f32::from(sample) + amplitude, top) as u8
    });
}

#[multiversion(targets("x86_64+avx2"))]
fn add_u16(samples: &mut [u16], row: &Row<'_>, top: f32) {
    each(samples, row, |sample, amplitude| {
        nearest(f32::from(sample) + amplitude, top) as u16
    });
}

#[inline(always)]
fn each<T: Copy>(samples: &mut [T], row: &Row<'_>, change: impl Fn(T, f32) -> T) {
    let GainRow { above, below, part } = row.gain;
    let gains = above.iter().zip(below).map(|(a, b)| a + (b - a) * part);
    let places = samples.iter_mut().zip(gains).zip(row.on);
    match row.coming {
        None => {
            for ((sample, gain), on) in places {
                *sample = change(*sample, gain * (on * row.scale));
            }
        }
        Some((next, weight)) => {
            for (((sample, gain), on), next) in places.zip(next) {
                let mixed = on + (next - on) * weight;
                *sample = change(*sample, gain * (mixed * row.scale));
            }
        }
    }
}

/// The nearest whole number from 0 to `top`; a half goes to the even one.
#[inline(always)]
fn nearest(value: f32, top: f32) -> u32 {
    (value.max(0.0).min(top) + WHOLE).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_rounded_and_stay_in_range() {
        let mut samples: [u8; 6] = [0, 255, 16, 100, 100, 235];
        let row = Row {
            gain: GainRow {
                above: &[0.5; 6],
                below: &[1.5; 6],
                part: 0.5,
            },
            on: &[-3.0, 2.0, 0.4, 0.6, -0.6, 1.2],
            coming: None,
            scale: 1.0,
        };
        u8::add(&mut samples, &row, 255.0);
        assert_eq!(samples, [0, 255, 16, 101, 99, 236]);
        let mut samples: [u16; 3] = [1023, 0, 64];
        let row = Row {
            on: &[0.0; 3],
            coming: Some((&[2.0, -2.0, 2.0], 0.5)),
            scale: 4.0,
            ..row
        };
        u16::add(&mut samples, &row, 1023.0);
        assert_eq!(samples, [1023, 0, 68]);
    }
}
