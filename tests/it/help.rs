//! The help: every command has an example, and every example is one that the
//! program takes.

use clap::Command;
use clap::error::ErrorKind;

/// Stands for the 64 digits that an example leaves out.
const DIGITS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Calls `visit` with every command that is shown and has none below it, and the
/// words that lead to it.
fn leaves(command: &Command, path: &[String], visit: &mut dyn FnMut(&Command, &[String])) {
    let mut shown = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set())
        .peekable();
    if shown.peek().is_none() {
        visit(command, path);
    }
    for below in shown {
        let path = [path, &[below.get_name().to_owned()]].concat();
        leaves(below, &path, visit);
    }
}

/// The words of a line as a shell has them, up to what a shell keeps for itself.
fn words(line: &str) -> Vec<String> {
    let mut line = line.trim().trim_end_matches('.').to_owned();
    if let Some(at) = line
        .find('…')
        .filter(|at| line[..*at].ends_with("9c41") || line[..*at].ends_with("3e0f"))
    {
        let start = at - 4;
        let rest = line[at + '…'.len_utf8()..].trim_start();
        let rest = rest
            .strip_prefix('(')
            .and_then(|r| r.split_once(')'))
            .map_or(rest, |(_, r)| r);
        line = format!("{}{DIGITS} {rest}", &line[..start]);
    }
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => (quote, any) = (Some(c), true),
            (None, '|' | '>' | '&' | '<') => break,
            (None, c) if c.is_whitespace() => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (_, c) => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// Why the program does not take these words; `None` if it does.
fn refusal(words: &[String]) -> Option<clap::Error> {
    leakmark::cli::definition()
        .try_get_matches_from(words)
        .err()
}

#[test]
fn every_command_has_an_example_that_the_program_takes() {
    let mut seen = 0;
    leaves(
        &leakmark::cli::definition(),
        &["leakmark".to_owned()],
        &mut |command, path| {
            if command.get_name() == "help" {
                return;
            }
            let after = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let lines: Vec<&str> = after
                .lines()
                .filter(|l| l.trim_start().starts_with("leakmark "))
                .collect();
            assert!(!lines.is_empty(), "{path:?} has no example: {after}");
            let about = |line: &&&str| words(line).windows(path.len() - 1).any(|w| w == &path[1..]);
            assert!(
                lines.iter().any(|line| about(&line)),
                "{path:?}: no example is of it: {lines:?}"
            );
            for line in lines {
                let refused = refusal(&words(line));
                assert!(refused.is_none(), "{line}: {}", refused.unwrap());
                seen += 1;
            }
        },
    );
    assert!(seen > 30, "{seen}");
}

#[test]
fn the_example_of_every_argument_is_one_that_it_takes() {
    let mut seen = 0;
    leaves(
        &leakmark::cli::definition(),
        &["leakmark".to_owned()],
        &mut |command, path| {
            for arg in command.get_arguments() {
                let help = arg
                    .get_long_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let Some((_, example)) = help.split_once("Example: ") else {
                    continue;
                };
                let example = words(example);
                let first = example.first().map(String::as_str).unwrap_or_default();
                let typed = match first {
                    "leakmark" => example.clone(),
                    first if path.get(1).is_some_and(|own| own == first) => {
                        [&["leakmark".to_owned()], &example[..]].concat()
                    }
                    _ => [path, &example].concat(),
                };
                seen += 1;
                match refusal(&typed) {
                    None => {}
                    // The values were taken; the example leaves the rest of the line out.
                    Some(error) if error.kind() == ErrorKind::MissingRequiredArgument => {}
                    Some(error) => panic!("{path:?} {}: {typed:?}: {error}", arg.get_id()),
                }
            }
        },
    );
    assert!(seen > 100, "{seen}");
}

#[test]
fn lists_have_examples_of_their_own() {
    for (path, own) in [
        (["title", "list"], "leakmark title list --json"),
        (["registry", "audit"], "leakmark registry audit --json"),
    ] {
        let mut definition = leakmark::cli::definition();
        let mut command = &mut definition;
        for name in path {
            command = command.find_subcommand_mut(name).unwrap();
        }
        let help = command.render_long_help().to_string();
        assert!(
            help.contains(own) && !help.contains("distributor list"),
            "{help}"
        );
    }
}
