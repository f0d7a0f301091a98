//! This module reads one scan's report against the truth.

use serde_json::Value;

/// What is true of an exhibit.
pub struct Truth<'a> {
    /// Who leaked it; `None` if nobody may be named.
    pub leaker: Option<&'a str>,
    /// Its title.
    pub title: &'a str,
    /// The title time at which it begins.
    pub start_s: f64,
}

/// What a scan found, as far as the tables need it.
#[derive(Clone, Default)]
pub struct Outcome {
    /// The report's verdict.
    pub verdict: String,
    /// Distributor named by an `attributed` report.
    pub named: Option<String>,
    /// Title named beside it.
    pub title: Option<String>,
    /// Every distributor and the title named are the true ones.
    pub is_right: bool,
    /// log10 LR of the true leaker, where the report gives it.
    pub leaker_log10_lr: Option<f64>,
    /// log10 LR of the best distributor, whoever that is.
    pub best_log10_lr: Option<f64>,
    /// Bound on accusing anyone innocent.
    pub log10_p_false: Option<f64>,
    /// Strength of the pilot.
    pub pilot_z: Option<f64>,
    /// Found less true title time at the exhibit's start.
    pub start_error_s: Option<f64>,
    /// Wall-clock time of the scan, others running beside it.
    pub scan_s: f64,
}

impl Outcome {
    /// Reads a report, format `leakmark/report/1`.
    pub fn read(report: &Value, scan_s: f64, truth: &Truth) -> Result<Self, String> {
        let verdict = report["verdict"]
            .as_str()
            .ok_or("the report has no verdict")?
            .to_owned();
        let title = id_of(&report["title"]);
        let empty = Vec::new();
        let attributions = report["attributions"].as_array().unwrap_or(&empty);
        let accused: Vec<String> = match verdict.as_str() {
            "attributed" => attributions
                .iter()
                .filter_map(|a| id_of(&a["distributor"]))
                .collect(),
            _ => Vec::new(),
        };
        if verdict == "attributed" && accused.is_empty() {
            return Err("attributed, but to nobody".to_owned());
        }
        let right_title = title.as_deref().is_none_or(|named| named == truth.title);
        let right_names = accused.iter().all(|id| Some(id.as_str()) == truth.leaker);
        let is_right = !accused.is_empty() && right_names && right_title;
        let wrong = accused.iter().find(|id| Some(id.as_str()) != truth.leaker);
        let scored = scored(report);
        let of_leaker = scored
            .iter()
            .find(|s| id_of(&s["distributor"]).as_deref() == truth.leaker);
        let log10_lr = |s: &&Value| s["log10_likelihood_ratio"].as_f64();
        Ok(Self {
            named: wrong.or(accused.first()).cloned(),
            is_right,
            leaker_log10_lr: truth.leaker.and(of_leaker).and_then(log10_lr),
            best_log10_lr: scored.iter().filter_map(log10_lr).max_by(f64::total_cmp),
            log10_p_false: attributions
                .first()
                .and_then(|a| a["log10_p_false"].as_f64()),
            pilot_z: in_sync(report, "pilot_z"),
            start_error_s: in_sync(report, "title_start_s").map(|found| found - truth.start_s),
            verdict,
            title,
            scan_s,
        })
    }

    /// Somebody was named, and rightly.
    pub fn is_attributed(&self) -> bool {
        self.named.is_some() && self.is_right
    }

    /// Somebody was named, and wrongly.
    pub fn is_false(&self) -> bool {
        self.named.is_some() && !self.is_right
    }
}

/// An id, given as text or in an object.
fn id_of(value: &Value) -> Option<String> {
    value
        .as_str()
        .or_else(|| value["id"].as_str())
        .map(str::to_owned)
}

/// All entries that carry a distributor's score.
fn scored(report: &Value) -> Vec<&Value> {
    let lists = ["attributions", "candidates"]
        .into_iter()
        .filter_map(|key| report[key].as_array());
    lists.flatten().filter(|entry| entry.is_object()).collect()
}

/// A number of `sync`, or of its first piece where it is a list of pieces.
fn in_sync(report: &Value, key: &str) -> Option<f64> {
    let sync = &report["sync"];
    [&sync[key], &sync[0][key], &sync["pieces"][0][key]]
        .into_iter()
        .find_map(Value::as_f64)
}
