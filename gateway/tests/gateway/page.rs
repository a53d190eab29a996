//! What `docs/gateway.md` shows, tried as it stands there.

use std::process::Command;

use sonoran_gateway::{Entries, Settings};

use crate::client::Api;

const PAGE: &str = include_str!("../../../docs/gateway.md");

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    let after = PAGE.split(start.as_str()).skip(1);
    after.map(|rest| rest.split("\n```").next().expect("a block ends")).collect()
}

#[test]
fn the_files_are_good_ones() {
    let [cache, tokens, shown] = &blocks("toml")[..] else {
        panic!("not two parts of a configuration and a tokens file")
    };
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), "YOUR_API_KEY\n").unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let here = shown.replace("/etc/sonoran/key", &key.path().display().to_string().replace('\\', "/"));
    assert_ne!(here, *shown);
    std::fs::write(file.path(), format!("{here}\n{cache}\n")).unwrap();
    let callers = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(callers.path(), tokens).unwrap();
    let mut entries = Entries::default();
    entries.config = Some(file.path().to_owned());
    entries.tokens_file = Some(callers.path().to_owned());
    Settings::read(entries).unwrap().check().unwrap();
}

#[cfg(unix)]
#[test]
fn the_requests_succeed() {
    let api = Api::new();
    let shown: Vec<_> = blocks("sh").into_iter().filter(|block| block.contains("curl")).collect();
    assert!(!shown.is_empty());
    for block in shown {
        let here = block.replace("http://127.0.0.1:8643", &api.gateway.url());
        let ran = Command::new("sh").args(["-ec", &here]).output().expect("a shell");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && said.contains("\"data\""), "{block}: {ran:?}");
    }
}
