//! Names in each language.

use super::super::localize::settle;
use super::super::names::{Language, Use, check_method, identifier, type_name};

const ALL: [Language; 5] =
    [Language::Rust, Language::Python, Language::JavaScript, Language::CSharp, Language::Lua];

fn settled(language: Language, used: Use, names: &[&str]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    settle(language, used, &names, &[])
}

#[test]
fn documented_names_stay_as_they_are() {
    for language in [Language::Python, Language::JavaScript, Language::CSharp, Language::Lua] {
        for used in [Use::Method, Use::Argument, Use::Field] {
            assert_eq!(identifier(language, used, "getAccountV2"), "getAccountV2");
        }
    }
    assert_eq!(identifier(Language::Rust, Use::Method, "getAccountV2"), "get_account_v2");
}

#[test]
fn reserved_words_are_changed() {
    assert_eq!(identifier(Language::Python, Use::Argument, "class"), "class_");
    assert_eq!(identifier(Language::Python, Use::Argument, "self"), "self_");
    assert_eq!(identifier(Language::JavaScript, Use::Argument, "class"), "class_");
    assert_eq!(identifier(Language::CSharp, Use::Argument, "object"), "object_");
    assert_eq!(identifier(Language::Lua, Use::Method, "end"), "end_");
    assert_eq!(identifier(Language::Lua, Use::Argument, "options"), "options_");
    assert_eq!(identifier(Language::Rust, Use::Field, "type"), "type_");
    assert_eq!(identifier(Language::Rust, Use::Field, "Self"), "self_");
    assert_eq!(identifier(Language::JavaScript, Use::Method, "delete"), "delete");
    assert_eq!(identifier(Language::Rust, Use::Type, "Option"), "Option_");
}

#[test]
fn what_is_no_identifier_becomes_one() {
    for language in ALL {
        assert_eq!(identifier(language, Use::Field, "1st"), "_1st");
        assert_eq!(identifier(language, Use::Field, ""), "value");
        assert_eq!(identifier(language, Use::Field, "é ü"), "value");
        assert_eq!(identifier(language, Use::Type, "foo-bar"), "FooBar");
    }
    assert_eq!(identifier(Language::CSharp, Use::Field, "foo-bar"), "fooBar");
    assert_eq!(identifier(Language::Rust, Use::Field, "$filter"), "filter");
}

#[test]
fn types_keep_their_capitals() {
    assert_eq!(type_name("ERLCRecord"), "ERLCRecord");
    assert_eq!(type_name("account"), "Account");
}

#[test]
fn names_that_would_be_the_same_are_told_apart() {
    let names = ["foo-bar", "foo_bar", "fooBar", "FooBar"];
    let in_rust = settled(Language::Rust, Use::Field, &names);
    assert_eq!(in_rust, ["foo_bar_2", "foo_bar", "foo_bar_3", "foo_bar_4"]);
    let in_python = settled(Language::Python, Use::Argument, &names);
    assert_eq!(in_python, ["fooBar_3", "foo_bar", "fooBar", "FooBar_2"]);
    assert_eq!(settled(Language::Rust, Use::Type, &["response", "Response"]), ["Response2", "Response"]);
}

#[test]
fn a_new_name_changes_no_other_that_needs_no_change() {
    let before = settled(Language::CSharp, Use::Field, &["fooBar"]);
    let after = settled(Language::CSharp, Use::Field, &["foo-bar", "fooBar"]);
    assert_eq!(before[0], after[1]);
}

#[test]
fn methods_may_differ_by_case() {
    let names = ["getURL", "getUrl", "geturl"];
    assert_eq!(settled(Language::Python, Use::Method, &names), names);
    assert_eq!(settled(Language::Rust, Use::Method, &names), ["get_url", "get_url_2", "geturl"]);
}

#[test]
fn a_method_that_every_object_has_is_refused() {
    for name in ["constructor", "then", "toString", "Equals", "GetHashCode", "Cms", "send", "mro"] {
        let problem = check_method(name).unwrap_err().to_string();
        assert!(problem.contains(name) && problem.contains("choose another"), "{problem}");
    }
    for name in ["get-account", "get_account", "1st", "__init__", ""] {
        assert!(check_method(name).is_err(), "{name}");
    }
    for name in ["getAccountV2", "class", "def", "fn", "delete"] {
        check_method(name).unwrap();
    }
}
