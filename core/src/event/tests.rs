//! The parser of push events: what passes, what is refused, and that nothing else can happen.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{EVENT_BYTES, Event, EventData, EventError, EventErrorKind, EventKeys, parse_event};

const KEY: &str = "c4nary-0fTheKey";

fn read(body: impl AsRef<[u8]>) -> Result<Event, EventError> {
    parse_event(body, &EventKeys::new(["another", KEY]).unwrap())
}

fn body(event_type: &str, data: &Value) -> String {
    json!({ "key": KEY, "type": event_type, "data": data }).to_string()
}

#[track_caller]
fn refused(body: impl AsRef<[u8]>, kind: EventErrorKind, words: &str) {
    let error = read(body).expect_err("it was accepted");
    assert_eq!(error.kind, kind, "{error}");
    assert!(error.reason.contains(words), "{error}");
}

#[test]
fn a_known_event_is_typed_and_has_its_account() {
    let kicked = read(body("ACCOUNT_KICKED", &json!({ "accountId": "a", "discordId": null }))).unwrap();
    assert!(kicked.known());
    assert_eq!(kicked.account_id.as_deref(), Some("a"));
    let EventData::AccountKicked(data) = kicked.typed() else { panic!("{kicked:?}") };
    assert_eq!((data.account_id.as_deref(), &data.discord_id), (Some("a"), &None));
    assert_eq!(
        kicked.to_json(),
        r#"{"type":"ACCOUNT_KICKED","known":true,"accountId":"a","data":{"accountId":"a","discordId":null}}"#
    );
}

#[test]
fn either_name_of_the_account_is_read() {
    let updated = read(body("ACCOUNT_UPDATED", &json!({ "accId": "b" }))).unwrap();
    assert_eq!(updated.account_id.as_deref(), Some("b"));
    let both = read(body("ACCOUNT_UPDATED", &json!({ "accId": "b", "accountId": "a" }))).unwrap();
    assert_eq!(both.account_id.as_deref(), Some("a"));
    for data in [json!({ "accId": 5 }), json!(["a", "b"]), json!(null)] {
        assert_eq!(read(body("ACCOUNT_UPDATED", &data)).unwrap().account_id, None, "{data}");
    }
}

#[test]
fn what_is_not_known_is_passed_on() {
    let other = read(body("ROSTER_CHANGED", &json!({ "rosterId": 7 }))).unwrap();
    assert_eq!((other.known(), other.data.get()), (false, r#"{"rosterId":7}"#));
    assert_eq!(other.typed(), &EventData::Unknown);
    let mistyped = read(body("ACCOUNT_UPDATED", &json!({ "accId": "b", "owner": "yes" }))).unwrap();
    assert_eq!((mistyped.known(), mistyped.account_id.as_deref()), (false, Some("b")));
    let without = read(json!({ "key": KEY, "type": "ACCOUNT_KICKED" }).to_string()).unwrap();
    assert_eq!((without.known(), without.data.get()), (false, "null"));
    let further = read(body("ACCOUNT_KICKED", &json!({ "accountId": "a", "by": "b" }))).unwrap();
    assert!(further.known());
}

#[test]
fn any_of_the_keys_passes_and_no_other() {
    assert!(read(json!({ "key": "another", "type": "X" }).to_string()).is_ok());
    let wrong = ["", "c4nary-0fTheKe", "c4nary-0fTheKey ", "C4NARY-0FTHEKEY", "anothe"];
    for key in wrong {
        refused(json!({ "key": key, "type": "X" }).to_string(), EventErrorKind::Auth, "`key`");
    }
    for key in [json!(null), json!(1), json!([KEY]), json!({ "key": KEY })] {
        refused(json!({ "key": key, "type": "X" }).to_string(), EventErrorKind::Auth, "`key`");
    }
    refused(r#"{"type":"X"}"#, EventErrorKind::Auth, "`key`");
    refused("{}", EventErrorKind::Auth, "`key`");
}

#[test]
fn a_key_may_be_given_twice() {
    let keys = EventKeys::new(["another", "another"]).unwrap();
    assert!(parse_event(r#"{"key":"another","type":"X"}"#, &keys).is_ok());
}

#[test]
fn a_refusal_as_json_has_its_kind_and_status() {
    let json = |body: &str| serde_json::from_str::<Value>(&read(body).unwrap_err().to_json()).unwrap();
    for (body, kind, status) in [
        ("{}", "auth", 401),
        ("[]", "malformed", 400),
        (" ".repeat(EVENT_BYTES + 1).as_str(), "tooLarge", 413),
    ] {
        let refusal = json(body);
        assert_eq!((&refusal["kind"], &refusal["status"]), (&json!(kind), &json!(status)));
        assert!(refusal["reason"].as_str().is_some_and(|reason| reason.ends_with('.')));
    }
    assert_eq!(EventErrorKind::TooLarge.to_string(), "tooLarge");
}

#[test]
fn a_key_may_be_written_with_escapes() {
    assert!(read(r#"{"key":"\u0061nother","type":"X"}"#).is_ok());
}

#[test]
fn members_stand_once() {
    refused(r#"{"key":"guess","key":"another","type":"X"}"#, EventErrorKind::Malformed, "more than once");
    refused(r#"{"key":"another","type":"X","type":"Y"}"#, EventErrorKind::Malformed, "more than once");
}

#[test]
fn a_type_is_a_text() {
    for event_type in [json!(null), json!(""), json!(3), json!(["X"])] {
        let body = json!({ "key": KEY, "type": event_type }).to_string();
        refused(body, EventErrorKind::Malformed, "`type`");
    }
    refused(json!({ "key": KEY }).to_string(), EventErrorKind::Malformed, "`type`");
}

#[test]
fn only_an_object_is_an_event() {
    refused(json!([KEY, "X", {}]).to_string(), EventErrorKind::Malformed, "no JSON object");
    refused(json!(KEY).to_string(), EventErrorKind::Malformed, "no JSON object");
    refused("", EventErrorKind::Malformed, "not JSON");
    refused("{\n\"key\": }", EventErrorKind::Malformed, "line 2");
    refused(b"{\"key\":\"\xFF\"}", EventErrorKind::Malformed, "not JSON");
    refused(r#"{"key":"another","type":"\ud800"}"#, EventErrorKind::Malformed, "not JSON");
    refused(r#"{"key":"another","type":"X"}{}"#, EventErrorKind::Malformed, "not JSON");
    refused(r#"{"key":"another","type":"X","data":1e999}"#, EventErrorKind::Malformed, "not JSON");
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert!(read(format!("\u{feff}{}", body("X", &json!({})))).is_ok());
}

#[test]
fn the_bounds_hold_exactly() {
    let of_size = |size: usize| {
        let empty = body("X", &json!("")).len();
        body("X", &json!("x".repeat(size - empty)))
    };
    assert!(read(of_size(EVENT_BYTES)).is_ok());
    refused(of_size(EVENT_BYTES + 1), EventErrorKind::TooLarge, "256 KiB");
    // The object of the body is the first level.
    let of_depth = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        format!(r#"{{"key":"{KEY}","type":"X","data":{open}{close}}}"#)
    };
    assert!(read(of_depth(32)).is_ok());
    refused(of_depth(33), EventErrorKind::Malformed, "32 levels");
    refused("[".repeat(EVENT_BYTES), EventErrorKind::Malformed, "32 levels");
    // Three members are the body's own.
    let of_members = |members: usize| body("X", &json!(vec![1; members - 3]));
    assert!(read(of_members(10_000)).is_ok());
    refused(of_members(10_001), EventErrorKind::Malformed, "10000 members");
}

#[test]
fn keys_are_asked_for_and_never_shown() {
    for keys in [vec![], vec![""], vec![KEY, ""], vec![" "], vec![KEY, "c4nary\n"], vec!["ключ"]] {
        let error = EventKeys::new(keys).unwrap_err();
        assert_eq!(error.argument, "key");
        assert!(!error.to_string().contains(KEY));
    }
    let keys = EventKeys::new([KEY]).unwrap();
    assert!(!format!("{keys:?} {keys:#?}").contains(KEY));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((member_name(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn member_name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["key", "type", "data", "accId", "accountId", "owner"])
            .prop_map(str::to_owned),
    ]
}

fn any_type() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["ACCOUNT_UPDATED", "ACCOUNT_KICKED"]).prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        // The key is not among them.
        prop_assert!(read(bytes).is_err());
    }

    #[test]
    fn any_json_gets_an_answer_without_the_key(value in any_json()) {
        let error = read(value.to_string()).expect_err("it has no key");
        let printed = [error.to_string(), format!("{error:?}"), error.to_json()].concat();
        prop_assert!(!printed.contains(KEY));
    }

    #[test]
    fn any_data_with_the_key_pass_unchanged(event_type in any_type(), data in any_json()) {
        prop_assume!(!event_type.is_empty());
        let event = read(body(&event_type, &data)).unwrap();
        prop_assert_eq!(&event.event_type, &event_type);
        prop_assert_eq!(event.data.get(), data.to_string());
        let written: Value = serde_json::from_str(&event.to_json()).unwrap();
        prop_assert_eq!(&written["known"], &json!(event.known()));
        prop_assert_eq!(event.known(), event.typed() != &EventData::Unknown);
        prop_assert!(!event.to_json().contains(KEY));
    }

    #[test]
    fn a_key_passes_only_when_it_is_the_same(key in "[!-~]{1,40}", offered in any::<String>()) {
        let keys = EventKeys::new([key.clone()]).unwrap();
        let body = json!({ "key": offered, "type": "X" }).to_string();
        prop_assert_eq!(parse_event(body, &keys).is_ok(), key == offered);
        let body = json!({ "key": key, "type": "X" }).to_string();
        prop_assert!(parse_event(body, &keys).is_ok());
    }

    #[test]
    fn a_cut_event_is_none(cut in 1_usize..200) {
        let whole = body("ACCOUNT_KICKED", &json!({ "accountId": "a" }));
        let end = whole.len().saturating_sub(cut);
        prop_assert!(read(&whole[..end]).is_err());
    }
}
