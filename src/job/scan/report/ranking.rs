//! Says how the copies stand on the evidence.

use crate::evidence::{
    Attribution, Decoys, IssueFacts, OtherIssue, ReceiptText, RevokedFacts, rounded,
};
use crate::job::scan::context::ScanContext;
use crate::job::scan::copies::alphabet;
use crate::job::scan::evidence::Scored;
use crate::mark::SLOT_S;
use crate::registry::{Issued, Revocation};
use crate::trace::Label;
use crate::units::{Log10, SlotIndex};

/// The copies with their log10 likelihood ratios, strongest first; equal ones in
/// the order they are compared in. Nothing of a distributor is copied: a registry
/// may hold a million.
pub(crate) struct Ranking<'a> {
    context: &'a ScanContext,
    labels: Vec<Label<'a>>,
    ranked: Vec<(usize, f64)>,
    /// The slots of the title that were scored.
    slots: Vec<SlotIndex>,
}

impl<'a> Ranking<'a> {
    /// Of all copies that were scored.
    pub fn new(context: &'a ScanContext, scored: Option<&Scored>) -> Self {
        let scores = scored.iter().flat_map(|s| &s.scores);
        let mut ranked: Vec<(usize, f64)> = scores.map(|s| (s.index, s.log10_lr.0)).collect();
        ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let evidence = scored.map(|s| &s.evidence);
        Self {
            context,
            labels: evidence.map_or_else(Vec::new, |e| context.labels(&e.title)),
            ranked,
            slots: evidence.map_or_else(Vec::new, |e| e.slots.iter().map(|s| s.slot).collect()),
        }
    }

    /// Numbers among the title's labels with log10 likelihood ratios, strongest first.
    pub fn into_ranked(self) -> Vec<(usize, f64)> {
        self.ranked
    }

    /// How many reach `threshold`.
    pub fn reaching(&self, threshold: f64) -> usize {
        self.ranked
            .partition_point(|(_, log10_lr)| *log10_lr >= threshold)
    }

    /// The `count` strongest, as named for their copies of `title`.
    pub fn attributions(&self, count: usize, title: &str) -> Vec<Attribution> {
        self.strongest(count)
            .map(|(label, log10_lr)| self.attribution(label, log10_lr, title))
            .collect()
    }

    /// The `count` strongest.
    fn strongest(&self, count: usize) -> impl Iterator<Item = (Label<'a>, f64)> {
        let ranked = self.ranked.iter().take(count);
        ranked.filter_map(|&(index, log10_lr)| Some((*self.labels.get(index)?, log10_lr)))
    }

    fn attribution(&self, label: Label<'_>, log10_lr: f64, title: &str) -> Attribution {
        let theirs = self.context.copies.of(title).iter();
        let theirs: Vec<&Issued> = theirs
            .filter(|copy| copy.distributor == label.distributor)
            .filter_map(|copy| copy.issued.as_ref())
            .collect();
        let of_kind = |issued: &Issued| issued.said.variants.and_then(alphabet) == label.variants;
        let read = |issued: &&Issued| {
            issued.said.copy == label.copy && of_kind(issued) && self.reaches(issued)
        };
        let issued = theirs.iter().copied().find(read);
        let others = theirs
            .iter()
            .filter(|other| issued.is_none_or(|read| read.said.issue != other.said.issue));
        let table = self.context.tables.distributors.get(label.distributor);
        let name = match issued {
            Some(issued) => issued.said.distributor_name.clone(),
            None => self.name(label.distributor).to_owned(),
        };
        let standing = self.context.standings.get(label.distributor);
        Attribution {
            distributor: label.distributor.to_owned(),
            name_now: standing
                .and_then(|standing| standing.name.clone())
                .filter(|now| *now != name),
            name,
            name_in_table: table.cloned(),
            revoked: standing
                .and_then(|standing| standing.revoked.as_ref())
                .map(revoked),
            copy: label.copy,
            variants: label.variants.map(|alphabet| alphabet.size() as u32),
            issue: issued.map(issue_facts),
            other_issues: others.map(|other| other_issue(&other.said)).collect(),
            log10_likelihood_ratio: rounded(log10_lr),
            log10_p_false: self.bound(log10_lr),
            stretches: Vec::new(),
        }
    }

    /// Whether a copy has any of the slots that were scored.
    fn reaches(&self, issued: &Issued) -> bool {
        let (start_s, length_s) = (issued.said.title_start_s, issued.said.duration_s);
        self.slots.iter().any(|slot| {
            let from_s = f64::from(slot.0) * SLOT_S;
            from_s < start_s + length_s && from_s + SLOT_S > start_s
        })
    }

    /// The distributor's name, as the chain has it.
    fn name(&self, distributor: &str) -> &'a str {
        let listed = self.context.distributors.find(distributor);
        listed.map_or("", |listed| listed.name)
    }

    fn bound(&self, log10_lr: f64) -> f64 {
        rounded(self.context.rule().log10_p_false(log10_lr))
    }
}

fn revoked(revocation: &Revocation) -> RevokedFacts {
    RevokedFacts {
        since: revocation.since.clone(),
        reason: revocation.reason.clone(),
    }
}

fn issue_facts(issued: &Issued) -> IssueFacts {
    let said = &issued.said;
    IssueFacts {
        id: said.issue,
        issued_at: said.issued_at.clone(),
        copy_sha256: said.copy_sha256.clone(),
        master_sha256: said.master_sha256.clone(),
        title_start_s: rounded(said.title_start_s),
        duration_s: rounded(said.duration_s),
        receipt: issued.receipt.clone(),
    }
}

fn other_issue(said: &ReceiptText) -> OtherIssue {
    OtherIssue {
        id: said.issue,
        copy: said.copy,
        issued_at: said.issued_at.clone(),
    }
}

/// What the decoys scored.
pub(crate) fn decoys(scored: &Scored) -> Option<Decoys> {
    Decoys::of(scored.decoys.iter().map(|Log10(v)| *v).collect())
}
