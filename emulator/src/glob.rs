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

#[cfg(test)]
mod tests {
    use super::fits;

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
