//! What is done to the clips, and where that puts each point and time.

/// Across and down.
pub type Pair = (f64, f64);

/// An attack as ffmpeg does it, and what follows from it.
pub struct Attack {
    pub name: &'static str,
    /// The video filter.
    pub filter: &'static str,
    /// x264's constant rate factor.
    pub crf: &'static str,
    /// Where a point of the clip's picture comes to lie, both in shares of the width and
    /// height, for a clip of so many pixels.
    pub place: fn(Pair, Pair) -> Pair,
    /// The time in the clip of a time in the exhibit, seconds.
    pub time: fn(f64) -> f64,
}

const fn attack(name: &'static str, filter: &'static str, crf: &'static str) -> Attack {
    Attack {
        name,
        filter,
        crf,
        place: |at, _| at,
        time: |t| t,
    }
}

/// All of them.
pub const ATTACKS: [Attack; 22] = [
    attack("crf28", "null", "28"),
    attack("crf40", "null", "40"),
    attack("360p35", "scale=-2:360", "35"),
    attack("240p30", "scale=-2:240", "30"),
    attack("gamma160", "eq=gamma=1.6", "26"),
    attack("contrast60", "eq=contrast=0.6", "26"),
    attack("invert", "negate", "26"),
    attack("blur", "gblur=sigma=1.5", "26"),
    attack(
        "subtitles",
        "drawbox=x=iw*.15:y=ih*.84:w=iw*.7:h=ih*.1:color=black@0.8:t=fill",
        "26",
    ),
    attack("stretch125", "scale=trunc(iw*1.25/2)*2:ih,setsar=1", "26"),
    attack("stretch80", "scale=trunc(iw*.8/2)*2:ih,setsar=1", "26"),
    Attack {
        place: |(x, y), _| (x, (y + 0.15) / 1.3),
        ..attack(
            "letterbox",
            "pad=iw:ih*1.3:0:(oh-ih)/2,scale=trunc(iw/2)*2:trunc(ih/2)*2",
            "26",
        )
    },
    Attack {
        place: |at, size| cropped(at, size, 0.8),
        ..attack("crop80", "crop=trunc(iw*.8/2)*2:trunc(ih*.8/2)*2", "26")
    },
    Attack {
        place: |at, size| cropped(at, size, 0.5),
        ..attack("crop50", "crop=trunc(iw*.5/2)*2:trunc(ih*.5/2)*2", "26")
    },
    Attack {
        place: |at, size| cropped(at, size, 0.7),
        ..attack(
            "crop70-240p",
            "crop=trunc(iw*.7/2)*2:trunc(ih*.7/2)*2,scale=-2:240",
            "30",
        )
    },
    Attack {
        place: |(x, y), _| (1.0 - x, y),
        ..attack("hflip", "hflip", "26")
    },
    Attack {
        place: |(x, y), _| (1.0 - y, x),
        ..attack("rot90", "transpose=1", "26")
    },
    Attack {
        place: |at, size| turned(at, size, 15.0),
        ..attack("rot15", "rotate=15*PI/180", "28")
    },
    Attack {
        place: |(x, y), size| turned((1.0 - x, y), size, -10.0),
        ..attack("rot10-hflip", "hflip,rotate=-10*PI/180", "28")
    },
    Attack {
        place: |at, size| {
            let (x, y) = cropped(at, size, 0.85);
            turned(
                (1.0 - x, y),
                (even(size.0 * 0.85), even(size.1 * 0.85)),
                2.0,
            )
        },
        ..attack(
            "kit",
            "crop=trunc(iw*.85/2)*2:trunc(ih*.85/2)*2,hflip,eq=gamma=1.4:contrast=1.2,rotate=2*PI/180",
            "28",
        )
    },
    Attack {
        time: |t| t * 1.1,
        ..attack("speed110", "setpts=PTS/1.1", "26")
    },
    Attack {
        time: |t| t * 0.9,
        ..attack("speed90", "setpts=PTS/0.9", "26")
    },
];

fn even(pixels: f64) -> f64 {
    (pixels / 2.0).trunc() * 2.0
}

/// After the middle `share` of the width and height was cut out.
fn cropped((x, y): (f64, f64), (width, height): (f64, f64), share: f64) -> (f64, f64) {
    let along = |at: f64, length: f64| {
        let kept = even(length * share);
        (at * length - ((length - kept) / 2.0).round()) / kept
    };
    (along(x, width), along(y, height))
}

/// After a turn clockwise about the middle, in a frame of the same size.
fn turned((x, y): (f64, f64), (width, height): (f64, f64), degrees: f64) -> (f64, f64) {
    let (right, down) = ((x - 0.5) * width, (y - 0.5) * height);
    let (sin, cos) = degrees.to_radians().sin_cos();
    (
        (cos * right - sin * down) / width + 0.5,
        (sin * right + cos * down) / height + 0.5,
    )
}
