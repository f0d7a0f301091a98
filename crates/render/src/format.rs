//! Puts numbers into words for people.

/// A time or duration as `h:mm:ss`; fractions are cut off.
pub fn clock(seconds: f64) -> String {
    let sign = if seconds <= -1.0 { "-" } else { "" };
    let whole = seconds.abs() as u64;
    format!(
        "{sign}{}:{:02}:{:02}",
        whole / 3600,
        whole / 60 % 60,
        whole % 60
    )
}

/// A count with a comma at every three digits.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 exhibit`, `2 exhibits`.
pub fn several(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

/// Chances are stated down to 1 in 10^this and no further: far above it already, mix-ups
/// of deliveries and other errors of people are likelier than chance.
pub const CAP: f64 = 9.0;

/// A bound given as its log10, to three decimals, as a whole power of ten that
/// is certainly above it: −7.3 becomes `< 1 in 10^7`; never below the [`CAP`].
pub fn bound(log10_p: f64) -> String {
    /// Reports round to three decimals: the bound itself may be this much higher.
    const ROUNDING: f64 = 0.0005;
    let power = (-log10_p - ROUNDING).floor().min(CAP);
    if power < 1.0 {
        "none".to_owned()
    } else {
        format!("< 1 in 10^{power}")
    }
}

/// A power of ten, as in 10⁻⁶.
pub fn ten_to(power: i64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    let raised: String = power.to_string().chars().map(raised).collect();
    format!("10{raised}")
}

/// A name with its id, as in `Aurora (aur)`; the id alone if it is the name too.
pub fn named(name: &str, id: &str) -> String {
    if name == id {
        id.to_owned()
    } else {
        format!("{name} ({id})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(clock(3725.9), "1:02:05");
        assert_eq!(clock(-61.0), "-0:01:01");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(123), "123");
        assert_eq!(several(1, "file", "files"), "1 file");
        assert_eq!(named("Aurora", "aur"), "Aurora (aur)");
        assert_eq!(named("aur", "aur"), "aur");
    }

    #[test]
    fn a_bound_is_never_stated_smaller_than_it_is() {
        assert_eq!(bound(-8.345), "< 1 in 10^8");
        assert_eq!(bound(-8.0), "< 1 in 10^7");
        assert_eq!(bound(-49.0), "< 1 in 10^9", "the cap");
        assert_eq!(bound(-0.4), "none");
        assert_eq!(bound(0.0), "none");
    }
}
