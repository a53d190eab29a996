//! What a mistyped name was meant to be.

/// The known name that this one resembles, in whatever case and with whatever between its words.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(name);
    known
        .into_iter()
        .map(|known| (strsim::osa_distance(&wanted, &plain(known)), known))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The same as words: which it was meant to be, else all there are.
pub(crate) fn suggestion(name: &str, known: &[&str]) -> String {
    match (nearest(name, known.iter().copied()), known) {
        (Some(meant), _) => format!("did you mean {meant}?"),
        (None, [first @ .., last]) => format!("there are {} and {last}", first.join(", ")),
        (None, []) => String::new(),
    }
}

/// Letters and digits in lower case, no more than a name could have.
fn plain(name: &str) -> String {
    name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyped_names_are_recognized_and_strange_ones_are_not() {
        let known = ["apiKey", "timeout", "connectTimeout", "maxWait"];
        let meant = |name| nearest(name, known);
        assert_eq!(meant("timeuot"), Some("timeout"));
        assert_eq!(meant("api_key"), Some("apiKey"));
        assert_eq!(meant("MAXWAIT"), Some("maxWait"));
        assert_eq!(meant("conectTimeouts"), Some("connectTimeout"));
        assert_eq!(meant("colour"), None);
        assert_eq!(meant(&"x".repeat(1_000_000)), None);
        assert_eq!(suggestion("colour", &["a", "b", "c"]), "there are a, b and c");
        assert_eq!(suggestion("tmeout", &known), "did you mean timeout?");
    }
}
