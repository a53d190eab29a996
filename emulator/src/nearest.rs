//! What a misspelt name was probably meant to be.

use crate::route::{named, routes};

/// The candidate that is most like the name, whatever its case.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(&name, &candidate.to_lowercase());
    let rated = candidates.into_iter().map(|candidate| (likeness(candidate), candidate));
    // Of equals the first.
    rated.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, candidate)| candidate)
}

/// The index of the first operation with this id or method name; if there is none, words that say so and name the
/// nearest.
pub(crate) fn operation(name: &str) -> Result<usize, String> {
    let names = routes().iter().flat_map(|route| [route.name, route.operation_id]);
    let refuse = || {
        let nearest = nearest(name, names).unwrap_or_default();
        format!("there is no operation {name}: did you mean {nearest}?")
    };
    named(name).ok_or_else(refuse)
}

/// Refuses a verb that HTTP does not have. Its case does not matter.
pub(crate) fn method(name: &str) -> Result<(), String> {
    const METHODS: [&str; 9] =
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];
    if METHODS.iter().any(|method| method.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let nearest = nearest(name, METHODS).unwrap_or_default();
    Err(format!("no method is called {name}: did you mean {nearest}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let colours = ["red", "green", "blue"];
        for (name, meant) in [("gren", "green"), ("BLEU", "blue"), ("redd", "red"), ("red", "red")] {
            assert_eq!(nearest(name, colours), Some(meant));
        }
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest("", colours), Some("red"), "whatever it is");
    }

    #[test]
    fn names_the_nearest_operation() {
        assert_eq!(operation("getAccountV2"), Ok(named("getAccountV2").expect("an operation")));
        let refusal = operation("getAcountV2").expect_err("no operation");
        assert_eq!(refusal, "there is no operation getAcountV2: did you mean getAccountV2?");
        let refusal = operation("V1GETDEPARTMENTS").expect_err("no operation");
        assert!(refusal.ends_with("did you mean v1GetDepartments?"), "{refusal}");
    }
}
