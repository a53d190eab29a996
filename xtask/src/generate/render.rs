//! Templates: how they are set up, and the filters that every language may use.

use anyhow::{Context, Result};
use heck::ToUpperCamelCase;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

/// The longest line of text that `comment` makes.
const WIDTH: usize = 100;

/// An environment without templates: block tags take their whole line, and a misspelt name is an error.
///
/// Filters: `comment(prefix)`, `literal`, `json`, `pascal`.
pub(crate) fn environment() -> Result<Environment<'static>> {
    let mut environment = Environment::new();
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.add_filter("comment", |text: String, prefix: String| comment(&text, &prefix));
    environment.add_filter("literal", |text: String| literal(&text));
    environment.add_filter("json", |value: Serde<serde_json::Value>| value.to_string());
    environment.add_filter("pascal", |text: String| text.to_upper_camel_case());
    Ok(environment)
}

/// Renders one template; `name` is its path under `xtask/templates`, for messages.
pub(crate) fn render(
    environment: &Environment<'_>,
    name: &str,
    template: &str,
    context: impl Serialize,
) -> Result<String> {
    environment
        .render_named_str(name, template, Value::from(Serde(context)))
        .with_context(|| format!("in the template xtask/templates/{name}"))
}

/// Text as comment lines: every line starts with `prefix`, paragraphs stay apart.
pub(crate) fn comment(text: &str, prefix: &str) -> String {
    hanging(text, prefix, "")
}

/// The same for an item of a list, whose further lines are indented.
pub(crate) fn hanging(text: &str, prefix: &str, indent: &str) -> String {
    let mut lines = Vec::new();
    for paragraph in text.trim().lines() {
        let mut line = prefix.to_owned();
        let mut is_empty = true;
        for word in paragraph.split_whitespace() {
            if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::replace(&mut line, format!("{prefix}{indent}")));
            }
            line.push(' ');
            line.push_str(word);
            is_empty = false;
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Alternatives without repetition; `everything` needs none beside it.
pub(crate) fn union(types: &[String], everything: &str, between: &str) -> String {
    let mut alternatives: Vec<&str> = Vec::new();
    for alternative in types {
        if alternative == everything {
            return alternative.clone();
        }
        if !alternatives.contains(&alternative.as_str()) {
            alternatives.push(alternative);
        }
    }
    alternatives.join(between)
}

/// Text as a string literal of double quotes, as JSON, Python, JavaScript, C# and Rust all read it;
/// control characters, which they write differently, stand in no name.
pub(crate) fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
