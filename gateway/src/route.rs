//! Which operation a verb and a path mean, in both versions of the API.

use std::borrow::Cow;

use axum::http::Method;
use axum::http::header::ALLOW;
use percent_encoding::percent_decode_str;
use sonoran::{Operation, Wire, operations};

use crate::problem::Problem;

/// A longer path is none of the service's, and is not compared or repeated.
pub(crate) const LONGEST_SHOWN: usize = 200;

/// What a request asks for.
pub(crate) struct Found {
    pub(crate) operation: &'static Operation,
    /// What stands in the places of the path, decoded, in order.
    pub(crate) path_values: Vec<String>,
}

/// Finds operations by verb and path.
pub(crate) struct Router(matchit::Router<Vec<&'static Operation>>);

impl Router {
    pub(crate) fn new() -> Self {
        let mut by_path: Vec<(String, Vec<&'static Operation>)> = Vec::new();
        for operation in operations() {
            for path in paths(operation).map(shape) {
                match by_path.iter_mut().find(|(known, _)| *known == path) {
                    Some((_, there)) => there.push(operation),
                    None => by_path.push((path, vec![operation])),
                }
            }
        }
        let mut router = matchit::Router::new();
        for (path, there) in by_path {
            // The table is generated and tested: two paths of one shape were put together above.
            router.insert(path, there).expect("paths of the table can be told apart");
        }
        Self(router)
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found, Problem> {
        let path = &*tidy(path);
        let found = self.0.at(path).map_err(|_| unknown(method, path))?;
        let operation = found.value.iter().find(|operation| verb(operation) == method.as_str());
        let operation = operation.ok_or_else(|| other_verbs(method, found.value))?;
        let decoded = found.params.iter().map(|(_, value)| percent_decode_str(value).decode_utf8());
        let path_values = decoded.map(|value| value.map(Cow::into_owned)).collect::<Result<_, _>>();
        let path_values: Vec<String> =
            path_values.map_err(|_| Problem::new(400, "The path is no valid UTF-8."))?;
        if path_values.iter().any(|value| leads_elsewhere(value)) {
            let detail = "A segment of the path has a slash, a backslash or only dots in it, which no id of the API has.";
            return Err(Problem::new(400, detail));
        }
        Ok(Found { operation, path_values })
    }
}

/// Whether something on the way to the service could take it for other segments, and so for another operation than the
/// one that its caller may call.
pub(crate) fn leads_elsewhere(value: &str) -> bool {
    value.contains(['/', '\\']) || matches!(value, "." | "..")
}

/// The path without the slashes that an address with one at its end puts in, and without one at its own end.
pub(crate) fn tidy(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.ends_with('/') {
        return Cow::Borrowed(path);
    }
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    Cow::Owned(format!("/{}", segments.join("/")))
}

/// Every path at which clients ask for an operation.
fn paths(operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    let others = match &operation.wire {
        Wire::V1(wire) => wire.also_at,
        Wire::V2 => &[],
    };
    std::iter::once(operation.path).chain(others.iter().copied())
}

/// The path with parameters named by their place, since operations name the same segment differently.
fn shape(path: &str) -> String {
    let segments = path.split('/').enumerate();
    let shaped = segments.map(|(place, segment)| match segment.strip_prefix('{') {
        Some(_) => format!("{{p{place}}}"),
        None => segment.to_owned(),
    });
    shaped.collect::<Vec<_>>().join("/")
}

/// As it stands in a request.
pub(crate) fn verb(operation: &Operation) -> &'static str {
    match operation.method {
        sonoran::Method::Get => "GET",
        sonoran::Method::Post => "POST",
        sonoran::Method::Put => "PUT",
        sonoran::Method::Patch => "PATCH",
        sonoran::Method::Delete => "DELETE",
    }
}

fn other_verbs(method: &Method, there: &[&Operation]) -> Problem {
    let verbs = there.iter().map(|operation| verb(operation)).collect::<Vec<_>>().join(", ");
    Problem::new(405, format!("This path takes {verbs}, not {method}.")).with_header(ALLOW, &verbs)
}

fn unknown(method: &Method, path: &str) -> Problem {
    if path.len() > LONGEST_SHOWN {
        return Problem::new(404, "The API has no such path.");
    }
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(path, known);
    let known =
        operations().iter().flat_map(|operation| paths(operation).map(move |path| (*operation, path)));
    let rated = known.map(|(operation, path)| (likeness(path), operation, path));
    // Of equals the first.
    let nearest = rated.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let hint = nearest.filter(|(likeness, ..)| *likeness > 0.6);
    let hint = hint.map(|(_, operation, path)| format!(": did you mean {} {path}?", verb(operation)));
    Problem::new(404, format!("The API has no {method} {path}{}", hint.as_deref().unwrap_or(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> String {
        match Router::new().find(&method.parse().unwrap(), path) {
            Ok(found) => format!("{} {:?}", found.operation.name, found.path_values),
            Err(problem) => format!("{problem:?}"),
        }
    }

    #[test]
    fn every_operation_is_at_its_paths() {
        let router = Router::new();
        for operation in operations() {
            for path in paths(operation) {
                let path: Vec<_> =
                    path.split('/').map(|part| if part.starts_with('{') { "7" } else { part }).collect();
                let found = router.find(&verb(operation).parse().unwrap(), &path.join("/"));
                let found = found.unwrap_or_else(|problem| panic!("{}: {problem:?}", operation.name));
                assert_eq!(found.operation.name, operation.name);
            }
        }
    }

    #[test]
    fn values_are_decoded_after_splitting_and_slashes_that_say_nothing_are_left_out() {
        assert_eq!(found("GET", "//v2/community/accounts/a%25b%20c/"), r#"getAccountV2 ["a%b c"]"#);
        for sly in ["a%2Fb", "..%2f..%2fservers", "a%5cb", "%2e%2E", ".", ".."] {
            let refused = found("GET", &format!("/v2/community/accounts/{sly}"));
            assert!(refused.contains("400") && refused.contains("no id of the API has"), "{refused}");
        }
        assert!(found("GET", "/v2/community/accounts/%ff").contains("no valid UTF-8"));
    }

    #[test]
    fn other_verbs_and_unknown_paths_are_told_apart() {
        let refused = found("PUT", "/v2/community");
        assert!(refused.contains("405") && refused.contains("takes GET, not PUT"), "{refused}");
        let refused = found("GET", "/v2/comunity");
        assert!(refused.contains("404") && refused.contains("did you mean GET /v2/community?"), "{refused}");
        assert!(!found("GET", "/favicon.ico").contains("did you mean"));
        assert!(!found("GET", &"/x".repeat(500)).contains("/x"));
    }
}
