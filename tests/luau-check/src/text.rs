//! What the analysis is handed, made of what stands in the files.

/// What stands before the words of a mark.
const MARK: &str = "--> ";

/// The name that scripts give the package.
const PACKAGE: &str = "Sonoran";

/// The root of the package with what it returns as a local in its place, so that a script can go on behind it.
pub(crate) fn as_local(root: &str) -> String {
    match root.rsplit_once("\nreturn ") {
        Some((before, returned)) => format!("{before}\nlocal {PACKAGE} = {returned}"),
        None => root.to_owned(),
    }
}

/// A script in the same text as the package: it requires nothing, says nothing of how strict it is, and has the types, which
/// alone begin with a capital, without the package's name.
pub(crate) fn of_the_same(script: &str) -> String {
    let mut result = String::new();
    let require = format!("local {PACKAGE} = require(");
    let named = format!("{PACKAGE}.");
    for line in script.lines() {
        if !line.starts_with(&require) && !line.starts_with("--!") {
            let mut parts = line.split(&named);
            result.push_str(parts.next().unwrap_or_default());
            for part in parts {
                if !part.starts_with(char::is_uppercase) {
                    result.push_str(&named);
                }
                result.push_str(part);
            }
        }
        result.push('\n');
    }
    result
}

/// The lines, from 0, that end with a mark, and its words.
pub(crate) fn marks(script: &str) -> Vec<(usize, &str)> {
    let mut marks = Vec::new();
    for (line, text) in script.lines().enumerate() {
        if let Some((_, words)) = text.split_once(MARK) {
            marks.push((line, words));
        }
    }
    marks
}

/// The code that a page shows, as one script.
pub(crate) fn shown(page: &str) -> String {
    let blocks = page.split("\n```lua\n").skip(1).filter_map(|block| block.split("\n```").next());
    blocks.collect::<Vec<_>>().join("\n")
}
