//! Answers that nobody meant for a program: the title is all of a web page that a reader of logs wants.

/// A title begins within so many bytes of a page, and ends within as many.
const HEAD: usize = 64 * 1024;
/// As many bytes of it as go into a reason.
const LONGEST_TITLE: usize = 200;

/// What stands for a sign in pages, beside its number.
const ENTITIES: [(&str, &str); 21] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("middot", "·"),
    ("bull", "•"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("times", "×"),
];
/// The longest name or number of one that is looked for.
const LONGEST_ENTITY: usize = 10;

/// The title of a page as one clean line, without markup; none where there is nothing to read.
pub(super) fn title(page: &[u8]) -> Option<String> {
    let page = String::from_utf8_lossy(&page[..page.len().min(2 * HEAD)]);
    // Bytes keep their places in lower case.
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title").filter(|place| *place < HEAD)?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = lower[start..].find("</title").map_or(lower.len(), |length| start + length);
    let title = clean(&decoded(&page[start..end]));
    (!title.is_empty()).then_some(title)
}

/// One short line of a text, without markup.
pub(super) fn clean(text: &str) -> String {
    bounded(one_line(&without_tags(text)))
}

fn decoded(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        clean.push_str(&rest[..place]);
        rest = &rest[place..];
        let sign = rest[1..]
            .bytes()
            .take(LONGEST_ENTITY + 1)
            .position(|byte| byte == b';')
            .and_then(|length| Some((entity(&rest[1..=length])?, length + 2)));
        let (sign, length) = sign.unwrap_or_else(|| ("&".to_owned(), 1));
        clean.push_str(&sign);
        rest = &rest[length..];
    }
    clean.push_str(rest);
    clean
}

/// The sign with this name or number.
fn entity(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, sign)| (*sign).to_owned());
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?).map(String::from)
}

/// Without anything that a reader of the reason could take for markup.
fn without_tags(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('<') {
        clean.push_str(&rest[..place]);
        clean.push(' ');
        rest = &rest[place + 1..];
        let is_tag = rest.starts_with(|sign: char| sign.is_ascii_alphabetic() || "/!?".contains(sign));
        if let Some(end) = rest.find('>').filter(|_| is_tag) {
            rest = &rest[end + 1..];
        }
    }
    clean.push_str(rest);
    clean.replace(['<', '>'], " ")
}

/// On one line, without signs that hide or turn others.
fn one_line(text: &str) -> String {
    let shown = |sign: &char| !matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let line: String = text
        .chars()
        .filter(shown)
        .map(|sign| match sign {
            '"' => '\'',
            sign if sign.is_control() => ' ',
            sign => sign,
        })
        .collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cut between words: half of one might be half of a secret, which nobody would know to hide.
fn bounded(line: String) -> String {
    if line.len() <= LONGEST_TITLE {
        return line;
    }
    let words = line.match_indices(' ').map(|(place, _)| place);
    let end = words.take_while(|place| *place <= LONGEST_TITLE).last().unwrap_or_default();
    format!("{}…", &line[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(page: &str) -> Option<String> {
        title(page.as_bytes())
    }

    #[test]
    fn a_title_as_one_clean_line() {
        for (inner, clean) in [
            ("Attention Required! | Cloudflare", "Attention Required! | Cloudflare"),
            ("\n  502\tBad\r\n Gateway ", "502 Bad Gateway"),
            ("a &amp; b &#8212; &#x2019;c&rsquo; &nbsp;d", "a & b — ’c’ d"),
            ("AT&T &unknown; & &#xD800; &#; &;", "AT&T &unknown; & &#xD800; &#; &;"),
            ("say \"no\"", "say 'no'"),
            ("<b>Access</b> denied", "Access denied"),
            ("&lt;script src=x&gt;alert(1)&lt;/script&gt; denied", "alert(1) denied"),
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("1 &lt; 2 &gt; 1", "1 2 1"),
            ("&lt;img src=x", "img src=x"),
            ("a\u{202e}b\u{200b}c\u{7}d", "abc d"),
        ] {
            let page = format!("<!doctype html><HTML><head><Title class=a>{inner}</tItle><body><h1>x</h1>");
            assert_eq!(read(&page).as_deref(), Some(clean), "{inner}");
        }
    }

    #[test]
    fn a_page_may_have_none() {
        for page in ["", "<html>", "<title", "<title>", "<title> \n</title>", "<title><b></b></title>"] {
            assert_eq!(read(page), None, "{page}");
        }
        assert_eq!(read(&format!("{}<title>x</title>", " ".repeat(HEAD))), None);
        assert_eq!(read("<title>half a page").as_deref(), Some("half a page"));
    }

    #[test]
    fn a_long_title_is_cut_between_words() {
        let long = format!("<title>{}</title>", "word ".repeat(100));
        let title = read(&long).unwrap();
        assert!(title.ends_with("word…") && title.len() <= LONGEST_TITLE + "…".len(), "{title}");
        assert_eq!(read(&format!("<title>no {}</title>", "k".repeat(300))).as_deref(), Some("no…"));
        assert_eq!(read(&format!("<title>{}</title>", "ä".repeat(300))).as_deref(), Some("…"));
        let fits = "ä".repeat(LONGEST_TITLE / 2);
        assert_eq!(read(&format!("<title>{fits}</title>")), Some(fits));
    }

    proptest! {
        #[test]
        fn nothing_of_a_page_is_markup_or_breaks_the_line(inner in "(<|>|&lt;|&#62;|&amp;|;|&|#|[a-z]|\\PC|\\s|\\x00){0,60}") {
            let title = read(&format!("<title>{inner}</title>")).unwrap_or_default();
            prop_assert!(!title.contains(['<', '>', '"', '\n', '\r']) && !title.contains(char::is_control), "{}", title);
            prop_assert!(title.len() <= LONGEST_TITLE + "…".len());
        }

        #[test]
        fn no_bytes_are_too_odd(page in any::<Vec<u8>>(), inner in any::<Vec<u8>>()) {
            let _ = title(&page);
            let _ = title(&[b"<title>".as_slice(), &inner, b"</title>"].concat());
        }
    }
}
