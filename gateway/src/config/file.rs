//! The configuration file. Its entries are read one by one, so that what is wrong is told by its name and its line. No value
//! is quoted: a key may stand there.

use std::fs;
use std::ops::Range;
use std::path::Path;

use clap::CommandFactory;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::entries::Entries;
use super::error::ConfigError;

/// Entries that are a table in the file.
const TABLES: [&str; 3] = ["ceilings", "cache", "stale-if-error"];
/// The one that is neither a flag nor a variable as the others are.
const KEY: &str = "api-key";

/// The entries of a file that are wanted; what the others say does not matter.
pub(super) fn read(file: &Path, wanted: impl Fn(&str) -> bool) -> Result<Entries, ConfigError> {
    let text = text("configuration file", file)?;
    entries(&text, wanted).map_err(|reason| ConfigError::File { file: file.display().to_string(), reason })
}

pub(super) fn text(what: &'static str, file: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(file).map_err(|reason| ConfigError::Unreadable {
        what,
        file: file.display().to_string(),
        reason,
    })
}

pub(crate) fn entries(text: &str, wanted: impl Fn(&str) -> bool) -> Result<Entries, String> {
    let table = table(text)?;
    let whole = table.span();
    let mut written: Vec<_> = table.into_inner().into_iter().collect();
    written.sort_by_key(|(name, _)| name.span().start);
    let known = names();
    let mut all = Entries::default();
    for (spanned, value) in written {
        let name = spanned.get_ref().clone().into_owned();
        if !wanted(&name) {
            continue;
        }
        let refuse = |span: Range<usize>, problem: String| Err(format!("{}{problem}", line(text, span)));
        if !known.contains(&name) {
            return refuse(spanned.span(), unknown(&name, &known));
        }
        if let Some((span, stray)) = stray(&name, value.get_ref(), &known) {
            let problem = format!(
                "{stray} stands in the table {name}: entries stand before the first table of the file"
            );
            return refuse(span, problem);
        }
        let span = value.span();
        let one = DeTable::from_iter([(spanned, value)]);
        let one = Entries::deserialize(Deserializer::from(Spanned::new(whole.clone(), one)));
        match one {
            Ok(one) => all = all.over(one),
            Err(error) => return refuse(error.span().unwrap_or(span), wrong(&name, &error)),
        }
    }
    Ok(all)
}

/// What is written, as far as its form goes. Of several slips the first is told: where a text is not closed, what comes after
/// it seems wrong too.
pub(crate) fn table(text: &str) -> Result<Spanned<DeTable<'_>>, String> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let first = errors.iter().min_by_key(|error| error.span().map_or(usize::MAX, |span| span.start));
    first.map_or(Ok(table), |error| Err(place(text, error)))
}

/// What can stand in the file.
fn names() -> Vec<String> {
    let command = Entries::command();
    let entries = command.get_arguments().filter(|arg| arg.get_env().is_some() && arg.get_id() != "config");
    entries.filter_map(|arg| arg.get_long().map(str::to_owned)).chain([KEY.to_owned()]).collect()
}

fn unknown(name: &str, known: &[String]) -> String {
    let likeness = |known: &&String| strsim::osa_distance(&name.to_lowercase().replace('_', "-"), known);
    let near = known.iter().map(|known| (likeness(&known), known));
    let near = near.filter(|(distance, known)| *distance <= known.len() / 3).min();
    match near {
        Some((_, known)) => format!("there is no entry {name}: did you mean {known}?"),
        None => format!("there is no entry {name}: --help names all"),
    }
}

/// An entry that stands in another's table, since it stands after that in the file.
fn stray(name: &str, value: &DeValue<'_>, known: &[String]) -> Option<(Range<usize>, String)> {
    let DeValue::Table(table) = value else { return None };
    let strays = table.keys().filter(|inner| known.iter().any(|known| known == inner.get_ref()));
    let first = strays.min_by_key(|inner| inner.span().start).filter(|_| TABLES.contains(&name))?;
    Some((first.span(), first.get_ref().clone().into_owned()))
}

fn wrong(name: &str, error: &Error) -> String {
    let message = error.message();
    if message.starts_with("invalid ") {
        let (expected, example) = form(name);
        return format!("{name} must be {expected}, such as {example}");
    }
    if message.starts_with("must ") { format!("{name} {message}") } else { format!("{name}: {message}") }
}

/// What an entry is in the file, and one that is right.
fn form(name: &str) -> (&'static str, String) {
    let command = Entries::command();
    let arg = command.get_arguments().find(|arg| arg.get_long() == Some(name) && name != KEY);
    let kind = arg.and_then(|arg| arg.get_value_names()?.first());
    let (expected, example) = match kind.map_or("KEY", |kind| kind.as_str()) {
        "SECONDS" => ("a number of seconds", "30"),
        "SWITCH" => (r#"true or false, or "on" or "off""#, "true"),
        "BYTES" => ("a whole number of bytes", "1048576"),
        "PORT" => ("a whole number from 0 to 65535", "8643"),
        "MEMBERS" => ("a whole number of at least 1", "2"),
        "PART" => ("a number from 0 to less than 1", "0.2"),
        "NUMBERS" => ("a table of whole numbers", "{ getAccountV2 = 10 }"),
        "TIMES" => ("a table of numbers of seconds", "{ getAccountV2 = 5 }"),
        "URLS" => ("a list of texts", r#"["http://127.0.0.1:3000/events"]"#),
        "HOST" => ("text", r#""127.0.0.1""#),
        "URL" => ("text", r#""http://127.0.0.1:8642""#),
        "ID" => ("text", r#""YOUR_COMMUNITY_ID""#),
        "FILE" | "FOLDER" => ("text", r#""/etc/sonoran/file""#),
        "WHERE" => ("text", r#""machine""#),
        "WHAT" => ("text", r#""divide""#),
        _ => ("text", r#""YOUR_API_KEY""#),
    };
    (expected, format!("{name} = {example}"))
}

/// What is wrong with a file, and in which line.
pub(crate) fn place(text: &str, error: &Error) -> String {
    let place = error.span().map(|span| line(text, span)).unwrap_or_default();
    let message = match error.message().rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ if error.message().starts_with("duplicate key") => "this name stands there already".to_owned(),
        _ => error.message().to_owned(),
    };
    place + &message
}

fn line(text: &str, span: Range<usize>) -> String {
    format!("line {}: ", text[..span.start].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        entries(text, |_| true).unwrap_err()
    }

    #[test]
    fn every_entry_of_a_wrong_type_is_told_with_what_is_right() {
        for name in names() {
            let (expected, example) = form(&name);
            entries(&example, |_| true).unwrap_or_else(|problem| panic!("{example}: {problem}"));
            // A date is none of them.
            let wrong = format!("\n{name} = 1979-05-27");
            assert_eq!(problem(&wrong), format!("line 2: {name} must be {expected}, such as {example}"));
        }
    }

    #[test]
    fn unknown_entries_are_told_with_the_nearest_and_where_they_stand() {
        for (text, words) in [
            ("port = 1\napi_key = \"hunter2\"", "line 2: there is no entry api_key: did you mean api-key?"),
            ("maxWait = 1", "line 1: there is no entry maxWait: did you mean max-wait?"),
            ("\n[gateway]\nport = 1", "line 2: there is no entry gateway: --help names all"),
            ("config = \"a.toml\"", "line 1: there is no entry config: --help names all"),
            ("a = 1\na = 2", "line 2: "),
            (
                "[cache]\ngetAccountV2 = 5\nmax-wait = 5",
                "line 3: max-wait stands in the table cache: entries stand before the first table of the file",
            ),
            (
                "[cache]\ngetAccountV2 = \"hunter2\"",
                "line 2: cache must be a table of numbers of seconds, such as cache = { getAccountV2 = 5 }",
            ),
            ("cache = { setAccountNameV2 = 1 }", "line 1: cache: setAccountNameV2 is a write"),
            ("max-wait = -1", "line 1: max-wait must not be negative"),
            ("port = 70000", "line 1: port must be a whole number from 0 to 65535, such as port = 8643"),
            ("api-key = hunter2", "line 1: "),
            ("port = 1\nevent-listeners = [\"http://hunter2\nmax-wait = 1\n", "line 2: expected `\"`"),
        ] {
            let problem = problem(text);
            assert!(problem.starts_with(words) && !problem.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn a_switch_is_taken_in_each_of_the_usual_words() {
        for (value, meant) in [
            ("true", true),
            ("\"on\"", true),
            ("\"Yes\"", true),
            ("1", true),
            ("\"off\"", false),
            ("0", false),
        ] {
            let read = entries(&format!("coalesce = {value}"), |_| true);
            assert_eq!(read.unwrap().coalesce, Some(meant), "{value}");
        }
        for wrong in ["\"hunter2\"", "2", "\"\""] {
            let told = problem(&format!("coalesce = {wrong}"));
            let words =
                r#"line 1: coalesce must be true or false, or "on" or "off", such as coalesce = true"#;
            assert_eq!(told, words, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_wanted_does_not_matter() {
        let only = entries("port = 7\nmax-wait = \"long\"\nstrange = 1", |name| name == "port");
        assert_eq!(only.unwrap().port, Some(7));
    }
}
