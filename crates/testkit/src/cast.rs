//! Says how each kind of scene looks and who is in it.

use super::object::Object;
use super::texture::Random;
use super::{Kind, Look};

impl Look {
    /// The background, camera and light of a kind.
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::HandHeld => Self {
                grain: 0.35,
                level: 112.0,
                contrast: 34.0,
                tint: 14.0,
                magnified: 1.0,
                pan: 30.0,
                shake: 3.0,
                fall: 30.0,
                vignette: 8.0,
                noise: 1.4,
            },
            Kind::TalkingHead => Self {
                grain: 0.5,
                level: 96.0,
                contrast: 22.0,
                tint: 9.0,
                magnified: 3.0,
                pan: 0.0,
                shake: 0.0,
                fall: 20.0,
                vignette: 14.0,
                noise: 1.0,
            },
            Kind::Dark => Self {
                grain: 0.6,
                level: 38.0,
                contrast: 6.0,
                tint: 5.0,
                magnified: 2.0,
                pan: 4.0,
                shake: 0.6,
                fall: 24.0,
                vignette: 10.0,
                noise: 2.0,
            },
        }
    }
}

impl Object {
    /// Who is in a scene of a kind that is `high` units high.
    pub(super) fn of(kind: Kind, high: f32, random: &mut Random) -> Vec<Self> {
        match kind {
            Kind::HandHeld => (0..6).map(|_| Self::passer(high, random)).collect(),
            Kind::TalkingHead => Self::talker(high, random),
            Kind::Dark => vec![
                Self::lamp(high, random),
                Self::passer_by_night(high, random),
            ],
        }
    }

    /// Somewhere, with texture from anywhere; the rest is for the caller to say.
    fn anyone(random: &mut Random) -> Self {
        Self {
            middle: (random.between(0.0, 640.0), 0.0),
            sway: (0.0, 0.0),
            rate: (0.1, 0.1),
            phase: random.unit(),
            radius: (40.0, 40.0),
            soft: 0.08,
            pulse: 0.0,
            level: random.between(60.0, 170.0),
            contrast: random.between(8.0, 26.0),
            tint: (random.between(-25.0, 25.0), random.between(-25.0, 25.0)),
            skin: (random.between(0.0, 640.0), random.between(0.0, 640.0)),
        }
    }

    fn passer(high: f32, random: &mut Random) -> Self {
        let size = random.between(18.0, 45.0);
        Self {
            middle: (
                random.between(150.0, 490.0),
                random.between(0.4, 0.9) * high,
            ),
            sway: (random.between(150.0, 400.0), random.between(3.0, 12.0)),
            rate: (random.between(0.03, 0.12), random.between(0.8, 1.6)),
            radius: (size, 2.2 * size),
            ..Self::anyone(random)
        }
    }

    /// Shoulders, a head, and a mouth that opens; they sway together.
    fn talker(high: f32, random: &mut Random) -> Vec<Self> {
        let x = random.between(270.0, 370.0);
        let phase = random.unit();
        let part = |random: &mut Random, y: f32, radius: (f32, f32), sway: f32| Self {
            middle: (x, y * high),
            sway: (sway, 0.5 * sway),
            rate: (0.17, 0.29),
            phase,
            radius: (radius.0, radius.1 * high),
            ..Self::anyone(random)
        };
        let skin = (-12.0, 18.0);
        let shoulders = Self {
            level: 70.0,
            contrast: 14.0,
            ..part(random, 1.0, (190.0, 0.38), 3.0)
        };
        let head = Self {
            level: 140.0,
            contrast: 9.0,
            tint: skin,
            soft: 0.15,
            ..part(random, 0.42, (78.0, 0.3), 7.0)
        };
        let mouth = Self {
            level: 85.0,
            contrast: 6.0,
            tint: (-8.0, 30.0),
            soft: 0.5,
            pulse: 0.8,
            ..part(random, 0.56, (26.0, 0.035), 7.0)
        };
        vec![shoulders, head, mouth]
    }

    /// A glow that fades from its middle.
    fn lamp(high: f32, random: &mut Random) -> Self {
        Self {
            middle: (320.0, 0.4 * high),
            sway: (220.0, 0.1 * high),
            rate: (0.06, 0.11),
            radius: (170.0, 150.0),
            soft: 1.0,
            level: 110.0,
            contrast: 4.0,
            tint: (-14.0, 10.0),
            ..Self::anyone(random)
        }
    }

    fn passer_by_night(high: f32, random: &mut Random) -> Self {
        Self {
            level: 24.0,
            contrast: 3.0,
            tint: (0.0, 0.0),
            ..Self::passer(high, random)
        }
    }
}
