//! The arguments of an operation: whether the path, the declarations and `x-arguments` fit together.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::model::{Kind, Location, Parameter, PayloadKind};
use super::openapi;

/// A parameter, and how it is written in the document.
pub(super) type Declared<'a> = (Parameter, &'a openapi::Parameter);

/// Every name in the path is declared, and every declared path parameter stands in the path.
pub(super) fn check_path(path: &str, declared: &[Declared<'_>]) -> Result<()> {
    let in_path: Vec<&str> =
        path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    let of_path = |each: &&Declared<'_>| each.0.location == Location::Path;
    if let Some(missing) =
        in_path.iter().find(|name| !declared.iter().filter(of_path).any(|each| each.0.name == **name))
    {
        bail!(
            "the path has {{{missing}}}, but no path parameter of that name is declared; add it to parameters"
        );
    }
    if let Some((extra, _)) =
        declared.iter().filter(of_path).find(|each| !in_path.contains(&each.0.name.as_str()))
    {
        bail!("the path parameter `{}` does not stand in the path", extra.name);
    }
    Ok(())
}

/// The positional parameters that `x-arguments` lists, and what comes after them.
pub(super) fn positional(
    arguments: &[String],
    declared: &[Declared<'_>],
    has_body: bool,
) -> Result<(Vec<Parameter>, Option<PayloadKind>)> {
    // A name that both the path and the query have means the path's.
    let find = |name: &str| {
        let named = declared.iter().map(|each| &each.0).filter(|each| each.name == name);
        named.min_by_key(|each| each.location).cloned()
    };
    let (mut parameters, mut last) = (Vec::new(), None);
    for name in arguments {
        if last.is_some() {
            bail!("x-arguments has `{name}` after the payload or query, which must come last");
        }
        match (name.as_str(), find(name)) {
            ("payload", Some(_)) if has_body => bail!(
                "`payload` in x-arguments could be the body or the parameter of that name; rename the parameter"
            ),
            ("payload", None) if has_body => last = Some(PayloadKind::Body),
            ("query", None) => last = Some(PayloadKind::Query),
            (_, Some(parameter)) if parameter.kind == Kind::Boolean => {
                bail!(
                    "the parameter `{name}` is a boolean, but an argument is a text or a whole number; make it a query field"
                )
            }
            (_, Some(parameter)) => parameters.push(parameter),
            (_, None) => {
                bail!("x-arguments names `{name}`, which is no parameter; declare it or correct the name")
            }
        }
    }
    if has_body && last != Some(PayloadKind::Body) {
        bail!("it has a requestBody, but x-arguments does not end with payload");
    }
    for (parameter, _) in declared {
        let reachable = parameters.iter().any(|each: &Parameter| each.is(parameter))
            || (parameter.location == Location::Query && last == Some(PayloadKind::Query));
        if !reachable {
            bail!("the parameter `{}` can't be given: add it, or query, to x-arguments", parameter.name);
        }
    }
    Ok((parameters, last))
}

/// The value of a parameter in the documented call.
pub(super) fn example_of(parameter: &Parameter, declared: &[Declared<'_>]) -> Result<Value> {
    declared
        .iter()
        .find(|each| each.0.is(parameter))
        .and_then(|each| each.1.example.clone())
        .with_context(|| format!("the parameter `{}` has no example; write one", parameter.name))
}
