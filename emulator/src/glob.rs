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

/// Refuses a pattern that no path fits.
pub(crate) fn check(pattern: &str) -> Result<(), String> {
    if pattern.contains('?') {
        return Err("must be without a query".to_owned());
    }
    if pattern.starts_with(['/', '*']) { Ok(()) } else { Err("must start with / or *".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::{check, fits};

    #[test]
    fn patterns_of_no_path_are_refused() {
        assert!(check("/a*").is_ok() && check("*/a").is_ok() && check("*").is_ok());
        assert!(check("a").is_err() && check("").is_err() && check("/a?b=c").is_err());
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
