//! Path patterns: `*` stands for any text, slashes included.

/// Whether `text` fits `pattern`.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(end) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(end)
}

/// Whether a path of this form, such as `/accounts/{accountId}`, can fit `pattern`. Of each parameter it is known
/// whether it is a `text`, `uuid` or `integer`.
pub(crate) fn may_fit(pattern: &str, form: &str, parameters: &[(&str, &str)]) -> bool {
    let mut kinds = parameters.iter().map(|(_, kind)| *kind);
    let mut signs = Vec::new();
    for segment in form.split('/').skip(1) {
        signs.push(Sign::One('/'));
        if segment.starts_with('{') {
            signs.push(Sign::Some(kinds.next().unwrap_or_default()));
        } else {
            signs.extend(segment.chars().map(Sign::One));
        }
    }
    meet(&pattern.chars().collect::<Vec<_>>(), &signs)
}

/// What a form has in a place.
enum Sign<'a> {
    One(char),
    /// One or more of a parameter of this kind.
    Some(&'a str),
}

fn meet(pattern: &[char], form: &[Sign<'_>]) -> bool {
    match (pattern, form) {
        ([], []) => true,
        (['*', rest @ ..], []) => meet(rest, form),
        (['*', rest @ ..], [_, after @ ..]) => meet(rest, form) || meet(pattern, after),
        ([sign, rest @ ..], [Sign::Some(kind), after @ ..]) => {
            let is_one = match *kind {
                "uuid" => sign.is_ascii_hexdigit() || *sign == '-',
                "integer" => sign.is_ascii_digit() || *sign == '-',
                _ => *sign != '/',
            };
            is_one && (meet(rest, after) || meet(rest, form))
        }
        ([sign, rest @ ..], [Sign::One(one), after @ ..]) => sign == one && meet(rest, after),
        _ => false,
    }
}

/// Refuses a pattern that no path fits.
pub(crate) fn check(pattern: &str) -> Result<(), String> {
    if pattern.contains('?') {
        return Err("must be without a query".to_owned());
    }
    if pattern.starts_with(['/', '*']) { Ok(()) } else { Err("must start with / or *".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::{check, fits, may_fit};

    #[test]
    fn patterns_of_no_path_are_refused() {
        assert!(check("/a*").is_ok() && check("*/a").is_ok() && check("*").is_ok());
        assert!(check("a").is_err() && check("").is_err() && check("/a?b=c").is_err());
    }

    #[test]
    fn a_form_stands_for_its_paths() {
        let of = |pattern, form, kind| may_fit(pattern, form, &[("accountId", kind)]);
        let ranks = "/accounts/{accountId}/ranks";
        for pattern in ["*", "*/ranks", "/accounts/1-2*", "/accounts/*", "/accounts/a/ranks", "*nts/a*b/*"] {
            assert!(of(pattern, ranks, "uuid") && of(pattern, ranks, "text"), "{pattern}");
        }
        for pattern in
            ["*/name", "/accounts", "/accounts//ranks", "/accounts/a/b/ranks", "/accounts/*/ranks/*", "/x*"]
        {
            assert!(!of(pattern, ranks, "text"), "{pattern}");
        }
        let account = "/accounts/{accountId}";
        assert!(of("*/ranks", account, "text") && !of("*/ranks", account, "uuid"));
        assert!(of("*/12", account, "integer") && !of("*/12a", account, "integer"));
        assert!(may_fit("/a", "/a", &[]) && !may_fit("/a", "/b", &[]));
    }

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text) in [("/a", "/a"), ("*", ""), ("*", "/a/b"), ("/a/*", "/a/"), ("/*/c", "/a/b/c")] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/a", "/a/b"), ("/a/*", "/a"), ("/*/c", "/c"), ("a*a", "a"), ("", "/")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
        assert!(fits("/a*b*c", "/a1b2c"));
        assert!(!fits("/a*b*c", "/a1c2b"));
    }
}
