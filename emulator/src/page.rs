//! The page at `/`, for someone who opens the emulator in a browser, and the API description.

use std::fmt::Write;

use hyper::Method;

use crate::description::{DOCUMENT, DOCUMENT_V1};
use crate::reply::{Content, Reply};
use crate::route::routes;

/// The answer, if the path is one of the three.
pub(crate) fn answer(method: &Method, path: &str) -> Option<Reply> {
    match (method, path) {
        (&Method::GET, "/") => Some(Reply::new(200, Content::Html, page())),
        (&Method::GET, "/openapi.json") => Some(Reply::new(200, Content::Json, DOCUMENT.as_bytes())),
        (&Method::GET, "/openapi-v1.json") => Some(Reply::new(200, Content::Json, DOCUMENT_V1.as_bytes())),
        _ => None,
    }
}

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sonoran CMS emulator</title>
<style>
body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
td { padding: 0 1rem 0 0; vertical-align: top; }
</style>
</head>
<body>
<h1>Sonoran CMS emulator</h1>
<p>A stand-in for the Sonoran CMS API on this machine. It is not the service and does not talk to it: everything it
knows is made up, kept in memory, and gone when it stops.</p>
<p>The community is <code>YOUR_COMMUNITY_ID</code>, the API key <code>YOUR_API_KEY</code>. Try
<code>curl -H "Authorization: Bearer YOUR_API_KEY" &lt;this address&gt;/v2/community</code>. The descriptions are at
<a href="/openapi.json">/openapi.json</a> and, of version 1, <a href="/openapi-v1.json">/openapi-v1.json</a>.</p>
<h2>Admin side</h2>
<p>It needs no key, and answers callers on this machine only unless the emulator was told otherwise.</p>
<table>
"#;

const ADMIN: &[(&str, &str, &str)] = &[
    ("GET", "/_emulator/health", "whether the emulator is ready, and its version"),
    ("POST", "/_emulator/worlds", "an isolated world with a key of its own; all below take ?world=<key>"),
    ("GET", "/_emulator/worlds", "the isolated worlds"),
    ("DELETE", "/_emulator/worlds/{key}", "deletes one"),
    ("POST", "/_emulator/reset", "everything as after the start"),
    ("GET", "/_emulator/state", "the whole state as one document"),
    ("PUT", "/_emulator/state", "another state instead"),
    ("PATCH", "/_emulator/state", "merges a change into it"),
    ("GET", "/_emulator/state/schema", "what a state is like, as a JSON schema"),
    ("POST", "/_emulator/generate", "adds made-up members"),
    ("GET", "/_emulator/journal", "the requests so far"),
    ("DELETE", "/_emulator/journal", "forgets them"),
    ("POST", "/_emulator/journal/assert", "checks how many requests of a kind there were"),
    ("GET", "/_emulator/faults", "the scripted faults"),
    ("POST", "/_emulator/faults", "adds faults"),
    ("DELETE", "/_emulator/faults", "forgets them"),
    ("GET", "/_emulator/clock", "the emulator's time"),
    ("POST", "/_emulator/clock", "moves, sets or freezes it"),
    ("GET", "/_emulator/events", "where push events go, and what became of them"),
    ("PUT", "/_emulator/events", "sends them elsewhere"),
    ("POST", "/_emulator/events", "sends one now"),
    ("GET", "/_emulator/limits", "the rate limits and their use"),
    ("PUT", "/_emulator/limits", "changes them"),
    ("DELETE", "/_emulator/limits", "empties their windows"),
    ("GET", "/_emulator/subscriptions", "whether subscription levels are enforced"),
    ("PUT", "/_emulator/subscriptions", "changes it"),
];

fn page() -> String {
    let mut page = HEAD.to_owned();
    // Writing to a text cannot fail.
    for (verb, path, meaning) in ADMIN {
        let _ = writeln!(
            page,
            "<tr><td><code>{verb}</code></td><td><code>{path}</code></td><td>{meaning}</td></tr>"
        );
    }
    page.push_str("</table>\n<h2>Operations</h2>\n<table>\n");
    for route in routes() {
        let (verb, path, name, limit) = (route.method, route.path, route.name, route.limit);
        let shared = if route.version == 1 { ", with all of version 1" } else { "" };
        let note = if route.undocumented { ", undocumented" } else { "" };
        let _ = writeln!(
            page,
            "<tr><td><code>{verb}</code></td><td><code>{path}</code></td><td>{name}</td><td>{limit} a minute{shared}{note}</td></tr>"
        );
    }
    page.push_str("</table>\n</body>\n</html>\n");
    page
}
