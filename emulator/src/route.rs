//! Which operation a verb and a path mean.

use std::borrow::Cow;

use hyper::Method;
use percent_encoding::percent_decode_str;

#[allow(unreachable_pub, reason = "the generator does not know who uses the table")]
#[path = "generated/routes.rs"]
mod generated;

/// One operation of the API, as the generated table has it.
#[derive(Debug)]
pub struct Route {
    /// The method's name in the SDK, such as `getAccountV2`.
    pub name: &'static str,
    /// The operation's id in the API description.
    pub operation_id: &'static str,
    /// The verb.
    pub method: &'static str,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// The API's version, 1 or 2.
    pub version: u8,
    /// What the body's `type` must be; empty in version 2.
    pub request_type: &'static str,
    /// Other paths that are answered the same.
    pub also_at: &'static [&'static str],
    /// The subscription that the documentation asks for, 0 to 5, where it names one.
    pub subscription: Option<u8>,
    /// The most calls in a minute: of this operation, or of all of version 1 together.
    pub limit: u32,
    /// The status of a success.
    pub success: u16,
    /// Not on a page of the documentation.
    pub undocumented: bool,
    /// Names of the path parameters in order, each with its kind: `text`, `uuid` or `integer`.
    pub path_parameters: &'static [(&'static str, &'static str)],
}

/// Every operation, in the documentation's order.
pub fn routes() -> &'static [Route] {
    generated::ROUTES
}

impl Route {
    /// Whether this is the operation's id or method name. A name can be a method of version 1 and an id of version 2.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.operation_id == name || self.name == name
    }
}

/// The index of the first operation with this id or method name.
pub(crate) fn named(name: &str) -> Option<usize> {
    routes().iter().position(|route| route.is_called(name))
}

/// The path as without the slashes that an address with one at its end puts in, and without one at its own end.
pub(crate) fn tidy(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.ends_with('/') {
        return Cow::Borrowed(path);
    }
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    Cow::Owned(format!("/{}", segments.join("/")))
}

/// Finds routes by verb and path.
#[derive(Debug)]
pub(crate) struct Router {
    paths: matchit::Router<Vec<usize>>,
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Found {
    /// The route's index and the path parameters, decoded, in order.
    Route(usize, Vec<String>),
    /// The path exists with these verbs only.
    OtherVerbs(String),
    Nothing,
}

impl Router {
    pub(crate) fn new() -> Self {
        let mut by_path: Vec<(String, Vec<usize>)> = Vec::new();
        let every_path = routes().iter().enumerate().flat_map(|(index, route)| {
            std::iter::once(&route.path).chain(route.also_at).map(move |path| (index, *path))
        });
        for (index, path) in every_path {
            let shape = shape(path);
            match by_path.iter_mut().find(|(path, _)| *path == shape) {
                Some((_, indexes)) => indexes.push(index),
                None => by_path.push((shape, vec![index])),
            }
        }
        let mut paths = matchit::Router::new();
        for (path, indexes) in by_path {
            // The table is generated and tested: two paths of one shape were put together above.
            paths.insert(path, indexes).expect("paths of the table can be told apart");
        }
        Self { paths }
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Found {
        let Ok(found) = self.paths.at(path) else {
            return Found::Nothing;
        };
        let chosen = found.value.iter().copied().find(|&index| routes()[index].method == method.as_str());
        let Some(index) = chosen else {
            let verbs: Vec<_> = found.value.iter().map(|&index| routes()[index].method).collect();
            return Found::OtherVerbs(verbs.join(", "));
        };
        let decoded =
            found.params.iter().map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned());
        Found::Route(index, decoded.collect())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &Method, path: &str) -> String {
        match Router::new().find(method, path) {
            Found::Route(index, parameters) => format!("{} {parameters:?}", routes()[index].operation_id),
            Found::OtherVerbs(verbs) => verbs,
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn finds_every_route_of_the_table() {
        for route in routes() {
            let path: Vec<_> =
                route.path.split('/').map(|part| if part.starts_with('{') { "7" } else { part }).collect();
            let found = found(&route.method.parse().unwrap(), &path.join("/"));
            assert!(found.starts_with(route.operation_id), "{found}");
        }
    }

    #[test]
    fn finds_a_route_at_its_other_paths_too() {
        let mut checked = 0;
        for route in routes() {
            for path in route.also_at {
                assert_eq!(found(&Method::POST, path), format!("{} []", route.operation_id));
                checked += 1;
            }
        }
        assert!(checked > 0);
    }

    #[test]
    fn fixed_segments_win_over_parameters() {
        assert_eq!(found(&Method::GET, "/v2/community/accounts/search"), "searchAccounts []");
        assert_eq!(found(&Method::GET, "/v2/community/forms/submissions/1"), r#"getFormSubmission ["1"]"#);
        assert_eq!(found(&Method::GET, "/v2/community/forms/1/lock"), r#"getFormLockStatus ["1"]"#);
    }

    #[test]
    fn slashes_that_say_nothing_are_left_out() {
        for (path, tidied) in [
            ("/v2/community", "/v2/community"),
            ("//v2//community/", "/v2/community"),
            ("/v2/community///", "/v2/community"),
            ("/v2/a%2F%2Fb", "/v2/a%2F%2Fb"),
            ("/", "/"),
            ("//", "/"),
        ] {
            assert_eq!(tidy(path), tidied);
        }
    }

    #[test]
    fn decodes_after_splitting() {
        assert_eq!(found(&Method::GET, "/v2/community/accounts/a%2Fb%20c"), r#"getAccount ["a/b c"]"#);
    }

    #[test]
    fn tells_other_verbs_from_unknown_paths() {
        assert_eq!(found(&Method::PUT, "/v2/community"), "GET");
        assert_eq!(found(&Method::HEAD, "/v2/community/accounts/1/ranks"), "GET, PATCH");
        assert_eq!(found(&Method::GET, "/v2/communities"), "nothing");
        assert_eq!(found(&Method::GET, "/v2/community/accounts/"), "nothing");
    }
}
