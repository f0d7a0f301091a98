//! Puts likelihood ratios into words, by a printed scale.
//!
//! The built-in scale is that of the ENFSI guideline for evaluative reporting
//! in forensic science (European Network of Forensic Science Institutes, 2015),
//! annex "verbal equivalents", as log10: 2–10 weak, to 100 moderate, to 1,000
//! moderately strong, to 10,000 strong, to 1,000,000 very strong, above that
//! extremely strong.

use leakmark_core::error::{Error, Result};

/// A scale of words for likelihood ratios.
#[derive(Debug, Clone, PartialEq)]
pub struct VerbalScale {
    /// Where it comes from, for the report.
    pub source: String,
    /// From which log10 likelihood ratio on which words hold, rising.
    pub steps: Vec<Step>,
}

/// A step of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The log10 likelihood ratio from which on the words hold.
    pub from_log10: f64,
    /// The words, as in "the evidence gives … support".
    pub words: String,
}

/// Steps of a scale, at most.
const MOST_STEPS: usize = 24;

impl Default for VerbalScale {
    fn default() -> Self {
        let step = |(from_log10, words): (f64, &str)| Step {
            from_log10,
            words: words.to_owned(),
        };
        let steps = [
            (std::f64::consts::LOG10_2, "weak support"),
            (1.0, "moderate support"),
            (2.0, "moderately strong support"),
            (3.0, "strong support"),
            (4.0, "very strong support"),
            (6.0, "extremely strong support"),
        ];
        Self {
            source: "ENFSI Guideline for Evaluative Reporting in Forensic Science, 2015".into(),
            steps: steps.map(step).into(),
        }
    }
}

impl VerbalScale {
    /// The scale in a CSV text with the columns `from_log10_lr` and `words`,
    /// rising; `source` says where it comes from.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is anything else.
    pub fn from_csv(text: &[u8], source: &str) -> Result<Self> {
        let wrong = |what: String| {
            Error::usage(format!(
                "{source}: {what}; expected CSV with the columns from_log10_lr and words, \
                 rising, such as `6,extremely strong support`"
            ))
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text);
        let heads = reader.headers().map_err(|e| wrong(e.to_string()))?;
        if heads.iter().collect::<Vec<_>>() != ["from_log10_lr", "words"] {
            let got: Vec<&str> = heads.iter().take(4).collect();
            return Err(wrong(format!("got the columns {got:?}")));
        }
        let mut steps: Vec<Step> = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|e| wrong(e.to_string()))?;
            let value = row.get(0).and_then(|v| v.parse::<f64>().ok());
            let (Some(from_log10), Some(words)) = (value.filter(|v| v.is_finite()), row.get(1))
            else {
                return Err(wrong(format!("got the row {row:?}")));
            };
            if words.is_empty() || steps.last().is_some_and(|s| s.from_log10 >= from_log10) {
                return Err(wrong(format!(
                    "got the row {row:?} after {} steps",
                    steps.len()
                )));
            }
            steps.push(Step {
                from_log10,
                words: words.to_owned(),
            });
        }
        if steps.is_empty() || steps.len() > MOST_STEPS {
            return Err(wrong(format!(
                "got {} steps, 1 to {MOST_STEPS} make a scale",
                steps.len()
            )));
        }
        Ok(Self {
            source: source.to_owned(),
            steps,
        })
    }

    /// The step that a log10 likelihood ratio has reached.
    pub fn step(&self, log10_lr: f64) -> Option<usize> {
        self.steps.iter().rposition(|s| log10_lr >= s.from_log10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_reached_is_found() {
        let scale = VerbalScale::default();
        let words = |lr| scale.step(lr).map(|i| scale.steps[i].words.as_str());
        assert_eq!(words(0.3), None);
        assert_eq!(words(0.5), Some("weak support"));
        assert_eq!(words(3.0), Some("strong support"));
        assert_eq!(words(57.2), Some("extremely strong support"));
    }

    #[test]
    fn a_scale_of_ones_own_is_read_and_a_wrong_one_refused() {
        let own = VerbalScale::from_csv(b"from_log10_lr,words\n2, some \n5,much\n", "house.csv");
        let own = own.unwrap();
        assert_eq!((own.steps.len(), own.step(4.9)), (2, Some(0)));
        assert_eq!(own.steps[0].words, "some");
        for bad in [
            "",
            "from_log10_lr,words\n",
            "lr,words\n1,x\n",
            "from_log10_lr,words\n2,x\n1,y\n",
            "from_log10_lr,words\nNaN,x\n",
            "from_log10_lr,words\n1,\n",
            "from_log10_lr,words\n1\n",
        ] {
            assert!(
                VerbalScale::from_csv(bad.as_bytes(), "f").is_err(),
                "{bad:?}"
            );
        }
    }
}
