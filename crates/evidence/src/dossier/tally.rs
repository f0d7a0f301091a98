//! Adds a dossier up: nothing that follows from its cells is written in it.

use super::{Cell, CellResult, ControlKind, Dossier, Innocents, Reached, TestControl, TestOutcome};

/// How many came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Cells whose source was named.
    pub attributed: usize,
    /// Cells in which nobody was named.
    pub not_attributed: usize,
    /// Cells in which somebody else was named.
    pub wrong: usize,
    /// Cells that could not be made or scanned.
    pub not_run: usize,
}

/// How the attacks of one class came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassTally<'a> {
    /// The class.
    pub class: &'a str,
    /// Its cells.
    pub tally: Tally,
}

impl Tally {
    /// Cells that were scanned.
    pub fn scanned(&self) -> usize {
        self.attributed + self.not_attributed + self.wrong
    }

    fn add(&mut self, result: CellResult) {
        match result {
            CellResult::Attributed => self.attributed += 1,
            CellResult::NotAttributed => self.not_attributed += 1,
            CellResult::Wrong => self.wrong += 1,
            CellResult::NotRun => self.not_run += 1,
        }
    }
}

impl Dossier {
    /// How a cell came out: right are the distributors whose copies went in, for the
    /// film's title, and nobody else.
    pub fn result(&self, cell: &Cell) -> CellResult {
        let Some(outcome) = &cell.outcome else {
            return CellResult::NotRun;
        };
        if outcome.named.is_empty() {
            return CellResult::NotAttributed;
        }
        let sources = self.sources(cell);
        let right = outcome.named.iter().all(|id| sources.contains(id));
        let film = self
            .excerpts
            .get(cell.excerpt as usize)
            .and_then(|e| self.films.get(e.film as usize));
        match right && film.map(|f| &f.title) == outcome.title.as_ref() {
            true => CellResult::Attributed,
            false => CellResult::Wrong,
        }
    }

    /// The distributors whose copies went into a cell.
    pub fn sources(&self, cell: &Cell) -> &[String] {
        let excerpt = self.excerpts.get(cell.excerpt as usize);
        let all = excerpt.map_or(&[][..], |e| &e.distributors);
        let copies = self
            .attacks
            .get(cell.attack as usize)
            .map_or(1, |a| a.copies as usize);
        &all[..copies.min(all.len())]
    }

    /// The cells of an attack, in the order of the excerpts.
    pub fn cells_of(&self, attack: usize) -> impl Iterator<Item = &Cell> {
        self.cells
            .iter()
            .filter(move |c| c.attack as usize == attack)
    }

    /// How the cells among these came out.
    pub fn tally<'a>(&self, cells: impl IntoIterator<Item = &'a Cell>) -> Tally {
        let mut tally = Tally::default();
        for cell in cells {
            tally.add(self.result(cell));
        }
        tally
    }

    /// Counts the results class by class, in the order of the attacks.
    pub fn by_class(&self) -> Vec<ClassTally<'_>> {
        let mut classes: Vec<ClassTally<'_>> = Vec::new();
        for (index, attack) in self.attacks.iter().enumerate() {
            let tally = self.tally(self.cells_of(index));
            match classes.iter_mut().find(|c| c.class == attack.class) {
                Some(known) => {
                    known.tally.attributed += tally.attributed;
                    known.tally.not_attributed += tally.not_attributed;
                    known.tally.wrong += tally.wrong;
                    known.tally.not_run += tally.not_run;
                }
                None => classes.push(ClassTally {
                    class: &attack.class,
                    tally,
                }),
            }
        }
        classes
    }

    /// The controls of a kind.
    pub fn controls_of(&self, kind: ControlKind) -> impl Iterator<Item = &TestControl> {
        self.controls.iter().filter(move |c| c.kind == kind)
    }

    /// How many times somebody was named who had no part in it: cells, beginnings of
    /// their exhibits, and controls.
    pub fn false_accusations(&self) -> usize {
        let cells = self.tally(&self.cells).wrong;
        let beginnings: usize = self.cells.iter().map(|c| c.wrong_beginnings_s.len()).sum();
        cells + beginnings + self.controls.iter().filter(|c| c.accuses()).count()
    }
}

impl ControlKind {
    /// Its name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unmarked => "unmarked",
            Self::WrongSecret => "wrong_secret",
            Self::SourceMissing => "source_missing",
        }
    }
}

impl TestControl {
    /// Whether somebody was named.
    pub fn accuses(&self) -> bool {
        self.outcome.as_ref().is_some_and(|o| !o.named.is_empty())
    }
}

impl Innocents {
    /// What follows from the outcomes of all cells and controls.
    pub fn of<'a>(outcomes: impl Iterator<Item = &'a TestOutcome> + Clone) -> Self {
        let compared: u64 = outcomes.clone().map(|o| u64::from(o.innocents)).sum();
        let highest = |figure: fn(&TestOutcome) -> Option<f64>| {
            outcomes.clone().filter_map(figure).max_by(f64::total_cmp)
        };
        let reached = (0..7).map(|decade| Reached {
            log10_likelihood_ratio: f64::from(decade),
            count: outcomes
                .clone()
                .map(|o| u64::from(o.innocents_reaching[decade as usize]))
                .sum(),
            allowed: compared as f64 / 10_f64.powi(decade),
        });
        Self {
            scans: outcomes.clone().count() as u32,
            compared,
            reached: reached.collect(),
            highest_log10_likelihood_ratio: highest(|o| o.best_innocent_log10_likelihood_ratio),
            highest_decoy_log10_likelihood_ratio: highest(|o| o.best_decoy_log10_likelihood_ratio),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{
        AttackFacts, DossierParameters, DossierTiming, Environment, ExcerptFacts, FilmFacts,
    };
    use crate::report::{Tool, Verdict, VideoFacts};
    use leakmark_core::detect::Effort;

    fn outcome(named: &[&str], title: &str) -> TestOutcome {
        TestOutcome {
            verdict: Verdict::Attributed,
            named: named.iter().map(|&id| id.to_owned()).collect(),
            title: Some(title.into()),
            log10_likelihood_ratio: Some(20.0),
            log10_p_false: Some(-18.0),
            threshold_log10_likelihood_ratio: 8.0,
            best_innocent_log10_likelihood_ratio: Some(1.5),
            best_decoy_log10_likelihood_ratio: Some(2.0),
            pilot_z: None,
            rate: None,
            start_s: None,
            innocents: 9,
            innocents_reaching: [3, 1, 0, 0, 0, 0, 0],
        }
    }

    fn cell(attack: u32, outcome: Option<TestOutcome>) -> Cell {
        Cell {
            excerpt: 0,
            attack,
            exhibit: None,
            outcome,
            seconds_to_attribute: None,
            wrong_beginnings_s: Vec::new(),
            problem: None,
        }
    }

    fn attack(class: &str, copies: u32) -> AttackFacts {
        AttackFacts {
            name: format!("{class}-1"),
            class: class.into(),
            stands_for: String::new(),
            copies,
            speed: Some(1.0),
            start_s: Some(0.0),
            commands: Vec::new(),
            sha256: String::new(),
        }
    }

    /// One film, one excerpt that `a` and `b` have copies of, an attack on one copy and
    /// one on two.
    fn dossier(cells: Vec<Cell>) -> Dossier {
        let video = VideoFacts {
            codec: "h264".into(),
            width: 640,
            height: 360,
            sample_aspect_ratio: (1, 1),
            rotation_deg: 0,
            bit_depth: 8,
            profile: None,
            pixel_format: None,
            fps: None,
            duration_s: None,
            clock_rate: 1.0,
        };
        Dossier {
            schema: crate::dossier::DOSSIER_SCHEMA.into(),
            tool: Tool {
                name: String::new(),
                version: String::new(),
                commit: String::new(),
                ffmpeg: String::new(),
                ffmpeg_build: String::new(),
                crates: String::new(),
                target: String::new(),
                signal_format: 1,
            },
            environment: Environment {
                ffmpeg: String::new(),
                program_sha256: String::new(),
                platform: String::new(),
            },
            parameters: DossierParameters {
                seed: 1,
                seconds: 12.0,
                distributors: 10,
                strength: 1.0,
                codec: "h264".into(),
                crf: 21.0,
                preset: "medium".into(),
                effort: Effort::Normal,
                threshold_log10_p_false: -6.0,
                beginnings_s: Vec::new(),
            },
            films: vec![FilmFacts {
                name: "film.mov".into(),
                title: "film-1".into(),
                size_bytes: 1,
                sha256: String::new(),
                video,
            }],
            excerpts: vec![ExcerptFacts {
                film: 0,
                start_s: 0.0,
                duration_s: 12.0,
                distributors: vec!["a".into(), "b".into()],
                copies: Vec::new(),
                unmarked: None,
                picture: None,
                marked_by_sha256: None,
                problem: None,
            }],
            attacks: vec![attack("codec", 1), attack("collusion", 2)],
            innocents: Innocents::of(cells.iter().filter_map(|c| c.outcome.as_ref())),
            cells,
            controls: Vec::new(),
            timing: DossierTiming::default(),
        }
    }

    #[test]
    fn a_source_is_right_and_anybody_else_or_another_title_is_wrong() {
        let result = |attack: u32, named: &[&str], title: &str| {
            let one = cell(attack, Some(outcome(named, title)));
            dossier(vec![one.clone()]).result(&one)
        };
        assert_eq!(result(0, &["a"], "film-1"), CellResult::Attributed);
        assert_eq!(result(0, &["a"], "film-2"), CellResult::Wrong);
        assert_eq!(
            result(0, &["b"], "film-1"),
            CellResult::Wrong,
            "had no part in it"
        );
        assert_eq!(result(0, &["a", "c"], "film-1"), CellResult::Wrong);
        assert_eq!(
            result(1, &["b"], "film-1"),
            CellResult::Attributed,
            "took part"
        );
        assert_eq!(result(1, &["a", "b"], "film-1"), CellResult::Attributed);
        assert_eq!(result(0, &[], "film-1"), CellResult::NotAttributed);
        let none = cell(0, None);
        assert_eq!(
            dossier(vec![none.clone()]).result(&none),
            CellResult::NotRun
        );
    }

    #[test]
    fn everything_wrong_counts_and_classes_add_up() {
        let mut late = cell(0, Some(outcome(&["a"], "film-1")));
        late.wrong_beginnings_s = vec![3.0];
        let mut dossier = dossier(vec![late, cell(1, Some(outcome(&["c"], "film-1")))]);
        assert_eq!(dossier.false_accusations(), 2);
        dossier.controls.push(TestControl {
            kind: ControlKind::Unmarked,
            excerpt: 0,
            attack: 0,
            exhibit: None,
            outcome: Some(outcome(&["a"], "film-1")),
            problem: None,
        });
        assert_eq!(
            dossier.false_accusations(),
            3,
            "nobody may be named in a control"
        );
        let classes = dossier.by_class();
        assert_eq!(
            (classes[0].class, classes[0].tally.attributed),
            ("codec", 1)
        );
        assert_eq!((classes[1].class, classes[1].tally.wrong), ("collusion", 1));
        let innocents = &dossier.innocents;
        assert_eq!((innocents.scans, innocents.compared), (2, 18));
        assert_eq!(
            (innocents.reached[0].count, innocents.reached[1].count),
            (6, 2)
        );
        assert_eq!(innocents.reached[1].allowed, 1.8);
    }
}
