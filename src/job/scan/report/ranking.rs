//! Says how the distributors stand on the evidence.

use crate::evidence::Receipt;
use crate::evidence::{Attribution, Decoys, IssueFacts, TitleFacts, rounded};
use crate::job::scan::context::ScanContext;
use crate::job::scan::evidence::Scored;
use crate::registry::{Issue, Listed};
use crate::units::Log10;

/// The distributors with their log10 likelihood ratios, strongest first; equal
/// ones in the registry's order. Nothing of a distributor is copied: a registry
/// may hold a million.
pub(crate) struct Ranking<'a> {
    context: &'a ScanContext,
    ranked: Vec<(usize, f64)>,
}

impl<'a> Ranking<'a> {
    /// Of everybody who was scored.
    pub fn new(context: &'a ScanContext, scored: Option<&Scored>) -> Self {
        let scores = scored.iter().flat_map(|s| &s.scores);
        let mut ranked: Vec<(usize, f64)> = scores.map(|s| (s.index, s.log10_lr.0)).collect();
        ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Self { context, ranked }
    }

    /// Numbers in the roster with log10 likelihood ratios, strongest first.
    pub fn into_ranked(self) -> Vec<(usize, f64)> {
        self.ranked
    }

    /// The strongest log10 likelihood ratio.
    pub fn best(&self) -> Option<f64> {
        self.ranked.first().map(|(_, log10_lr)| *log10_lr)
    }

    /// How many reach `threshold`.
    pub fn reaching(&self, threshold: f64) -> usize {
        self.ranked
            .partition_point(|(_, log10_lr)| *log10_lr >= threshold)
    }

    /// The `count` strongest, as named for their copies of `title`.
    pub fn attributions(&self, count: usize, title: Option<&TitleFacts>) -> Vec<Attribution> {
        self.strongest(count)
            .map(|(distributor, log10_lr)| self.attribution(distributor, log10_lr, title))
            .collect()
    }

    /// The `count` strongest.
    fn strongest(&self, count: usize) -> impl Iterator<Item = (Listed<'a>, f64)> {
        let ranked = self.ranked.iter().take(count);
        ranked.filter_map(|&(index, log10_lr)| Some((self.listed(index)?, log10_lr)))
    }

    fn listed(&self, index: usize) -> Option<Listed<'a>> {
        self.context.distributors.get(index)
    }

    fn attribution(
        &self,
        distributor: Listed<'_>,
        log10_lr: f64,
        title: Option<&TitleFacts>,
    ) -> Attribution {
        let of =
            |i: &&Issue| i.distributor == distributor.id && title.is_some_and(|t| t.id == i.title);
        Attribution {
            issue: self
                .context
                .issues
                .iter()
                .rfind(of)
                .map(|i| issue_facts(self.context, i)),
            earliest_receipt: self
                .context
                .issues
                .iter()
                .filter(of)
                .find_map(|i| receipt(self.context, i.id)),
            distributor: distributor.id.to_owned(),
            name: distributor.name.to_owned(),
            log10_likelihood_ratio: rounded(log10_lr),
            log10_p_false: self.bound(log10_lr),
            stretches: Vec::new(),
        }
    }

    fn bound(&self, log10_lr: f64) -> f64 {
        rounded(self.context.rule().log10_p_false(log10_lr))
    }
}

fn receipt(context: &ScanContext, issue: i64) -> Option<Receipt> {
    let kept = context.receipts.iter().find(|kept| kept.issue == issue)?;
    Some(kept.receipt.clone())
}

fn issue_facts(context: &ScanContext, issue: &Issue) -> IssueFacts {
    IssueFacts {
        id: issue.id,
        issued_at: issue.issued_at.clone(),
        copy_sha256: issue.copy_sha256.clone(),
        master_sha256: issue.master_sha256.clone(),
        title_start_s: rounded(issue.title_start_s),
        duration_s: rounded(issue.duration_s),
        receipt: receipt(context, issue.id),
    }
}

/// What the decoys scored.
pub(crate) fn decoys(scored: &Scored) -> Option<Decoys> {
    Decoys::of(scored.decoys.iter().map(|Log10(v)| *v).collect())
}
