//! The reader's guide, an appendix of every report.

use super::Subject;
use super::model::{Block, Text, paragraph};
use super::strength::verbal_scale;

/// For those who use the report in a case.
pub fn lawyers(subject: Subject<'_>) -> Vec<Block> {
    let mut blocks = vec![
        Block::Subheading("What the four verdicts mean"),
        Block::List(points(&[
            "*Attributed.* The exhibit carries the symbols of the distributor named, and the chance of naming anybody innocent in the registry is below the bound stated. It does not say that this distributor leaked it, or meant to: who had access, or was robbed, is for other evidence.",
            "*Marked, not attributed.* The mark is there and legible and fits nobody in the registry. It does not say that the registry is complete.",
            "*Inconclusive.* Traces of the mark, too weak to name anybody. It does not say that the strongest candidate is a suspect.",
            "*No mark found.* Nothing was found. It does not say that nobody in the registry leaked the title.",
        ])),
        Block::Subheading("What may and may not be said in court"),
        Block::List(points(&[
            "May be said: “What was read from the exhibit is so many times as probable if it was made from this copy as if it was made from a copy whose symbols have nothing to do with this distributor’s.”",
            "May be said: “The chance that evidence this strong arises against anybody innocent in the registry, in this examination, is at most so much.”",
            "May not be said: “It is so many times as probable that this distributor is the source as that it is not.” That exchanges evidence and proposition, and is known as the prosecutor’s fallacy.",
            "May not be said: the words of the verbal scale for anything but the two propositions compared, such as who handed the file on.",
            "May not be said: “There are others who could have scored as high by chance, so this is worthless.” The bound counts all others already; the converse error is known as the defence attorney’s fallacy.",
        ])),
        Block::Subheading("Questions to ask the other side’s expert, and ours"),
        Block::List(points(&[
            "Is the digest of the file in evidence that of the file examined?",
            "Is there a record of issue to the distributor named, of the title and time at hand, and who could have got hold of that copy?",
            "Who had the secret, and since when? Is the registry’s public key one that was published before?",
            "Is what was done to the exhibit within what the method was tested on?",
            "Which of the findings weaken the result, and were they followed up?",
        ])),
    ];
    if subject.report.attributions.is_empty() {
        blocks.push(verbal_scale(subject.scale, None));
    }
    blocks
}

/// For those who check the report.
pub fn experts(_: Subject<'_>) -> Vec<Block> {
    vec![
        paragraph(
            "For a symbol with bias p (the chance that a distributor’s is +1), soft value z and any model f of how z looks under +1 and −1, the likelihood ratio of distributor D is LR = f(z | D’s symbol) / (p f(z | +1) + (1 − p) f(z | −1)). Symbols multiply; eighteen models are averaged with fixed weights: ten of the whole film (one source at three strengths; two, three, five, eight or sixteen copies averaged or alternating), and eight of a film spliced from several copies, where each slot of two seconds multiplies by λ · LR of the slot + 1 − λ, with the share λ from 0.9 down to 1/128.",
            &[],
        ),
        paragraph(
            "If D is innocent, D’s symbols are independent of the exhibit and E[LR] = 1 for every z, every film, every attack and every f; products over symbols and averages over models keep that. By Markov’s inequality P(LR ≥ n/ε) ≤ ε/n for each innocent, hence at most ε for anybody innocent among n copies compared. A variable with that property is called an e-value (Vovk and Wang, Ann. Stat. 49, 2021). Reading on until the evidence is ample is allowed for: which part is read next does not depend on any distributor’s symbols there, so the LR is a martingale, and Ville’s inequality holds for its maximum over time.",
            &[],
        ),
        Block::List(points(&[
            "Biases are drawn from Tardos’ arcsine density with cutoff 0.01 (J. ACM 55, 2008), keyed by title and slot. Symbols are drawn with each distributor’s own stream of ChaCha20, keyed by HKDF-SHA-256 from the registry’s secret.",
            "Place, time, reliabilities and title are chosen by the pilot and by how well the data chips agree with each other, without looking at any distributor’s symbols.",
            "Decoys are distributors whose symbols come from a stream of their own and who never got a copy. Their scores show on this very exhibit what chance gives; the bound does not rest on them.",
            "The expected log10 likelihood ratio assumes that the reliabilities are right. It serves to tell a mark that fits nobody from one that is too weak, and nothing else.",
            "Attack points: the custody of the secret, the registry’s records, the independence of D’s symbols from the exhibit, and the software, whose source and tests are open.",
        ])),
    ]
}

fn points(points: &[&str]) -> Vec<Text> {
    points.iter().map(|point| Text::of(point, &[])).collect()
}
