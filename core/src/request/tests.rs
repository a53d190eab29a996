use proptest::prelude::*;

use percent_encoding::percent_decode_str;

use super::v2::LONGEST_VALUE;
use super::*;
use crate::{Argument, CallOptions, Field, Kind, Location, Operation, Parameter, Payload};

static ACCOUNT: Operation = Operation {
    name: "account",
    group: "test",
    method: Method::Patch,
    path: "/v2/accounts/{accountId}/ranks",
    arguments: &["accountId", "payload"],
    parameters: &[Parameter {
        name: "accountId",
        field: "accountId",
        kind: Kind::Uuid,
        location: Location::Path,
        default_server: false,
        required: true,
    }],
    payload: Payload::Body { required: true, default_server: false },
    known: &[],
    ceiling: 1,
    success: 200,
    repeatable: false,
    paged: None,
    wire: Wire::V2,
};

static SERVER: Operation = Operation {
    name: "server",
    path: "/v2/servers/{serverId}",
    arguments: &["serverId", "payload"],
    parameters: &[Parameter {
        name: "serverId",
        field: "serverId",
        kind: Kind::Integer,
        location: Location::Path,
        default_server: true,
        required: true,
    }],
    payload: Payload::Body { required: true, default_server: true },
    ..ACCOUNT
};

static SYNC: Operation =
    Operation { payload: Payload::Body { required: false, default_server: false }, ..ACCOUNT };

static SESSION: Operation = Operation {
    path: "/v2/sessions",
    arguments: &["payload"],
    parameters: &[],
    payload: Payload::Body { required: false, default_server: true },
    ..ACCOUNT
};

static NAMED: Operation = Operation {
    name: "named",
    path: "/v2/names/{name}/end",
    arguments: &["name"],
    parameters: &[Parameter {
        name: "name",
        field: "name",
        kind: Kind::Text,
        location: Location::Path,
        default_server: false,
        required: true,
    }],
    payload: Payload::None,
    ..ACCOUNT
};

static SEARCH: Operation = Operation {
    name: "search",
    method: Method::Get,
    path: "/v2/search",
    arguments: &["serverId", "query"],
    parameters: &[Parameter {
        name: "serverId",
        field: "serverId",
        kind: Kind::Integer,
        location: Location::Query,
        default_server: true,
        required: true,
    }],
    payload: Payload::Query {
        fields: &[
            Field { name: "take", kind: Kind::Integer },
            Field { name: "banned", kind: Kind::Boolean },
            Field { name: "id", kind: Kind::Uuid },
        ],
    },
    ..ACCOUNT
};

const ZEROS: &str = "00000000-0000-0000-0000-000000000000";

fn call(
    operation: &'static Operation,
    arguments: &[Argument],
    payload: Option<&str>,
) -> Result<Request, ArgumentError> {
    let payload = payload.map(str::to_owned);
    let call = Call::to(operation, arguments.to_vec(), payload, CallOptions::default());
    prepare(&call, Caller { community_id: "COMMUNITY", api_key: "KEY", default_server: 7 })
}

fn problem(operation: &'static Operation, arguments: &[Argument], payload: Option<&str>) -> String {
    call(operation, arguments, payload).err().expect("it is refused").to_string()
}

#[test]
fn path_and_body() {
    let request = call(&ACCOUNT, &[ZEROS.into()], Some(r#"{"add":["rank-1"],"new":{"x":1e400}}"#)).unwrap();
    assert_eq!(request.target, format!("/v2/accounts/{ZEROS}/ranks"));
    // As it was given: also what this library knows nothing of.
    assert_eq!(request.body.unwrap(), r#"{"add":["rank-1"],"new":{"x":1e400}}"#);
}

#[test]
fn the_default_server_stands_in_where_none_is_named() {
    let request = call(&SERVER, &[], Some("{}")).unwrap();
    assert_eq!(
        (request.target.as_str(), request.body.unwrap().as_ref()),
        ("/v2/servers/7", &br#"{"serverId":7}"#[..])
    );
    let request = call(&SERVER, &[2.into()], Some(r#"{"serverId":3}"#)).unwrap();
    assert_eq!(
        (request.target.as_str(), request.body.unwrap().as_ref()),
        ("/v2/servers/2", &br#"{"serverId":3}"#[..])
    );
    let body = call(&SERVER, &["2".into()], Some(r#"{"a":1,"serverId":null}"#)).unwrap().body.unwrap();
    assert_eq!(body, r#"{"a":1,"serverId":7}"#);
}

#[test]
fn a_payload_that_may_be_left_out_is_an_empty_object_then() {
    for left_out in [None, Some("null"), Some("{}")] {
        let body = call(&SYNC, &[ZEROS.into()], left_out).unwrap().body.unwrap();
        assert_eq!(body, "{}", "{left_out:?}");
        assert_eq!(call(&SESSION, &[], left_out).unwrap().body.unwrap(), r#"{"serverId":7}"#);
    }
    assert_eq!(call(&SYNC, &[ZEROS.into()], Some(r#"{"a":1}"#)).unwrap().body.unwrap(), r#"{"a":1}"#);
    assert!(problem(&SYNC, &[ZEROS.into()], Some("[1]")).contains("must be an object"));
    assert!(problem(&ACCOUNT, &[ZEROS.into()], Some("null")).contains("must be an object"));
}

#[test]
fn query_values() {
    let text = r#"{"take":25,"banned":true,"none":null,"tag":["a b","c&d"],"other":1.5}"#;
    let target = call(&SEARCH, &[], Some(text)).unwrap().target;
    assert_eq!(target, "/v2/search?serverId=7&take=25&banned=true&tag=a%20b&tag=c%26d&other=1.5");
    assert_eq!(call(&SEARCH, &[3.into()], None).unwrap().target, "/v2/search?serverId=3");
}

#[test]
fn a_number_in_a_query_keeps_its_digits() {
    let text = r#"{"a":18446744073709551617,"b":1.10,"c":[1E+400,-0],"d":{"e":1}}"#;
    assert_eq!(
        problem(&SEARCH, &[], Some(text)),
        "query.d must be text, a number or a boolean, not an object"
    );
    let target = call(&SEARCH, &[], Some(&text.replace(r#"{"e":1}"#, "null"))).unwrap().target;
    assert_eq!(target, "/v2/search?serverId=7&a=18446744073709551617&b=1.10&c=1E%2B400&c=-0");
}

#[test]
fn a_payload_names_no_other_server_than_the_path() {
    let whitelist = |server: &[Argument], payload: &str| {
        let whitelist = Operation::find("verifyWhitelistV2").unwrap();
        call(whitelist, server, Some(payload))
            .map(|request| request.target)
            .map_err(|error| error.to_string())
    };
    for payload in
        [r#"{"serverId":2}"#, r#"{"serverId":"2"}"#, r#"{"serverId":null}"#, r#"{"serverId":""}"#, "{}"]
    {
        assert_eq!(whitelist(&[2.into()], payload).unwrap(), "/v2/community/servers/2/whitelist/check");
    }
    assert_eq!(
        whitelist(&[], r#"{"serverId":99}"#).unwrap_err(),
        "payload.serverId is not the server of this call, 7: give the server as the first argument"
    );
}

#[test]
fn a_payload_names_no_other_account_than_the_path() {
    let other = "abcdef00-0000-4000-8000-000000000001";
    let sent = |operation, payload: &str| {
        let operation = Operation::find(operation).unwrap();
        call(operation, &[other.into()], Some(payload)).map(drop).map_err(|error| error.to_string())
    };
    for same in
        [other, "ABCDEF00-0000-4000-8000-000000000001", "{abcdef00-0000-4000-8000-000000000001}", "", "…"]
    {
        sent("setAccountRanksV2", &format!(r#"{{"accId":"{same}"}}"#)).unwrap();
        if same != "…" {
            sent("getCurrentClockInV2", &format!(r#"{{"accId":"{same}"}}"#)).unwrap();
        }
    }
    sent("setAccountRanksV2", r#"{"accId":null}"#).unwrap();
    let rest = format!(
        "is {ZEROS}, but the account of this call is accountId, {other}: leave it out, or give the same"
    );
    for (operation, place) in [("setAccountRanksV2", "payload"), ("getCurrentClockInV2", "query")] {
        for field in ["accId", "accountId"] {
            let problem = sent(operation, &format!(r#"{{"{field}":"{ZEROS}"}}"#)).unwrap_err();
            assert_eq!(problem, format!("{place}.{field} {rest}"));
        }
    }
    // Where the path has no account, the field says who acts.
    assert!(
        call(Operation::find("startSessionV2").unwrap(), &[], Some(&format!(r#"{{"accId":"{ZEROS}"}}"#)))
            .is_ok()
    );
}

#[test]
fn misuse_names_the_argument_and_what_is_expected() {
    assert!(
        problem(&ACCOUNT, &[], Some("{}")).starts_with("accountId is required: account(accountId, payload)")
    );
    assert!(problem(&ACCOUNT, &["nope".into()], Some("{}")).contains("accountId must be a UUID such as"));
    assert!(problem(&ACCOUNT, &[ZEROS.into()], None).starts_with("payload is required"));
    assert_eq!(
        problem(&ACCOUNT, &[ZEROS.into()], Some("[1]")),
        "payload must be an object of fields, not a list"
    );
    assert_eq!(
        problem(&ACCOUNT, &[ZEROS.into()], Some("\"x\"")),
        "payload must be an object of fields, not text"
    );
    assert!(problem(&ACCOUNT, &[ZEROS.into()], Some("{")).contains("as JSON text"));
    assert!(problem(&ACCOUNT, &[ZEROS.into(), 1.into()], Some("{}")).contains("too many"));
    assert!(problem(&SERVER, &["one".into()], Some("{}")).contains("serverId must be a whole number"));
    assert!(problem(&NAMED, &["x".into()], Some("{}")).contains("payload is not taken"));
    assert!(problem(&SEARCH, &[], Some(r#"{"take":"many"}"#)).contains("query.take must be a whole number"));
    assert!(
        problem(&SEARCH, &[], Some(r#"{"banned":"yes"}"#)).contains("query.banned must be true or false")
    );
    assert!(problem(&SEARCH, &[], Some(r#"{"id":"x"}"#)).contains("query.id must be a UUID"));
    assert!(problem(&SEARCH, &[], Some(r#"{"x":{}}"#)).contains("query.x must be text"));
    assert!(problem(&SEARCH, &[], Some("[]")).contains("query must be an object"));
}

#[test]
fn a_wrong_value_is_shown_and_a_long_one_only_its_beginning() {
    let of = |value: &str| problem(&ACCOUNT, &[value.into()], Some("{}"));
    assert!(of("nope").ends_with("not \"nope\""));
    let (sixty, more) = ("x".repeat(60), "x".repeat(61));
    assert!(of(&sixty).ends_with(&format!("not {sixty:?}")));
    assert!(of(&more).ends_with(&format!("not {sixty:?}…")));
    // Of the right length, and of the right signs.
    assert!(of(&"x".repeat(36)).contains("UUID") && of("0000").contains("UUID"));
}

#[test]
fn a_fraction_is_no_id_and_a_whole_float_is_one() {
    let of = |number: f64| problem(&NAMED, &[number.into()], None);
    assert_eq!(of(1.5), "name must be text or a whole number, not 1.5");
    assert!(of(1e17).contains("no exact digits beyond 2^53, so give it as text"));
    assert!(of(f64::NAN).contains("not NaN"));
    assert_eq!(problem(&SERVER, &[1.5.into()], Some("{}")), "serverId must be a whole number, not 1.5");
    assert_eq!(call(&SERVER, &[2.0.into()], Some("{}")).unwrap().target, "/v2/servers/2");
    assert_eq!(
        problem(&SERVER, &[true.into()], Some("{}")),
        "serverId must be a whole number, not a boolean"
    );
}

#[test]
fn a_whole_number_may_be_text_of_digits_and_empty_text_is_none() {
    let target = |text: &str| call(&SERVER, &[text.into()], Some("{}")).map(|request| request.target);
    for (text, sent) in [("2", 2), (" 2\n", 2), ("002", 2), ("", 7), (" ", 7)] {
        assert_eq!(target(text).unwrap(), format!("/v2/servers/{sent}"), "{text:?}");
    }
    assert_eq!(problem(&SERVER, &["abc".into()], Some("{}")), "serverId must be a whole number, not \"abc\"");
    assert!(problem(&ACCOUNT, &["".into()], Some("{}")).starts_with("accountId is required"));
    let sent = |server: &str| {
        let body =
            call(&SERVER, &[], Some(&format!(r#"{{"serverId":{server}}}"#))).map(|request| request.body);
        body.map(|body| String::from_utf8(body.unwrap().to_vec()).unwrap())
    };
    assert_eq!(sent("\"3\"").unwrap(), r#"{"serverId":3}"#);
    assert_eq!(sent("\"\"").unwrap(), r#"{"serverId":7}"#);
    assert_eq!(
        sent("\"abc\"").unwrap_err().to_string(),
        "payload.serverId must be a whole number, not \"abc\""
    );
    // An operation without a default server leaves its payload as it is.
    let body = call(&ACCOUNT, &[ZEROS.into()], Some(r#"{"serverId":"x"}"#)).unwrap().body.unwrap();
    assert_eq!(body, r#"{"serverId":"x"}"#);
}

#[test]
fn a_uuid_comes_in_any_usual_form_and_goes_with_hyphens() {
    let id = uuid::Uuid::from_u128(0xABCD_EF01_2345_4789_8ABC_DEF0_1234_5678);
    let forms = [
        id.hyphenated().to_string(),
        id.hyphenated().to_string().to_uppercase(),
        id.simple().to_string(),
        id.braced().to_string(),
        id.urn().to_string(),
        format!(" {id}\n"),
    ];
    let sent = format!("/v2/accounts/{id}/ranks");
    for form in forms {
        assert_eq!(call(&ACCOUNT, &[form.as_str().into()], Some("{}")).unwrap().target, sent, "{form}");
        let query = format!(r#"{{"id":"{}"}}"#, form.trim());
        assert_eq!(
            call(&SEARCH, &[], Some(&query)).unwrap().target,
            format!("/v2/search?serverId=7&id={id}")
        );
    }
    assert_eq!(call(&ACCOUNT, &[id.into()], Some("{}")).unwrap().target, sent);
}

#[test]
fn call_options_in_the_place_of_fields_are_refused() {
    static DOCUMENTED: Operation = Operation {
        payload: Payload::Query { fields: &[Field { name: "timeout", kind: Kind::Integer }] },
        ..SEARCH
    };
    for name in ["timeout", "deadline", "retries", "signal", "maxWait", "rateLimit"] {
        let text = format!(r#"{{"{name}":{{}}}}"#);
        let hint = "give it with the call's options";
        let of_query = problem(&SEARCH, &[], Some(&text));
        assert!(of_query.starts_with(&format!("query.{name} is a call option")) && of_query.ends_with(hint));
        let of_payload = problem(&ACCOUNT, &[ZEROS.into()], Some(&text));
        assert!(of_payload.starts_with(&format!("payload.{name} is a call option")), "{of_payload}");
    }
    assert!(call(&DOCUMENTED, &[], Some(r#"{"timeout":5}"#)).unwrap().target.ends_with("&timeout=5"));
}

#[test]
fn half_a_surrogate_pair_is_refused_with_its_place() {
    let refused = problem(&ACCOUNT, &[ZEROS.into()], Some(r#"{"add":["\ud83d"]}"#));
    assert!(refused.starts_with("payload.add[0] must be whole Unicode text"), "{refused}");
    assert!(problem(&SEARCH, &[], Some(r#"{"x":"\ud83d"}"#)).starts_with("query.x"));
    let error = Call::from_json("getAccountV2", r#"["\udc00"]"#, None, None).unwrap_err();
    assert_eq!(error.argument, "accountId");
    assert!(Call::from_json("getAccountV2", r#"["\ud83d\ude00"]"#, None, None).is_ok());
}

#[test]
fn empty_text_for_a_documented_query_field_is_not_sent() {
    let target = |text| call(&SEARCH, &[], Some(text)).unwrap().target;
    assert_eq!(target(r#"{"take":"","id":"","banned":" ","other":""}"#), "/v2/search?serverId=7&other=");
    assert_eq!(target(r#"{"take":"025"}"#), "/v2/search?serverId=7&take=25");
}

#[test]
fn numbers_beyond_the_signed_range_stay_what_they_are() {
    let argument =
        |json: &str| Call::from_json("resolveDiscordAccountV2", json, None, None).unwrap().arguments;
    assert_eq!(argument("[18446744073709551615]"), ["18446744073709551615".into()]);
    assert_eq!(Argument::from(u64::MAX), "18446744073709551615".into());
    assert_eq!(Argument::from(5_u64), Argument::Integer(5));
}

#[test]
fn path_values_that_would_retarget_the_request() {
    let long = "x".repeat(LONGEST_VALUE + 1);
    for value in ["", ".", "..", "%2e", "%2E%2e", "%252e%252e", ".%2e", "a\0", "a\nb", "%00", "%0a", &long] {
        assert!(call(&NAMED, &[value.into()], None).is_err(), "{value:?}");
    }
    assert!(call(&NAMED, &[long[1..].into()], None).is_ok());
    assert_eq!(
        call(&NAMED, &["a/../b?c#d\\%2f".into()], None).unwrap().target,
        "/v2/names/a%2F..%2Fb%3Fc%23d%5C%252f/end"
    );
}

proptest! {
    // Against an independent URL parser: whatever is accepted comes out as the one segment it was.
    #[test]
    fn an_accepted_path_value_is_one_segment(value in any::<String>()) {
        if let Ok(request) = call(&NAMED, &[value.as_str().into()], None) {
            let url = url::Url::parse(&format!("https://example.com{}", request.target)).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 4);
            prop_assert_eq!(percent_decode_str(segments[2]).decode_utf8().unwrap(), value);
            prop_assert_eq!((url.query(), url.fragment(), segments[3]), (None, None, "end"));
        }
    }

    #[test]
    fn query_values_come_out_as_they_went_in(name in "[^\\x00]{1,20}", value in any::<String>()) {
        let text = serde_json::json!({ name.as_str(): value.as_str() }).to_string();
        if let Ok(request) = call(&SEARCH, &[1.into()], Some(&text)) {
            let url = url::Url::parse(&format!("https://example.com{}", request.target)).unwrap();
            let last = url.query_pairs().last().unwrap();
            prop_assert_eq!((last.0.as_ref(), last.1.as_ref()), (name.as_str(), value.as_str()));
        }
    }

    #[test]
    fn nothing_panics(arguments in proptest::collection::vec(any::<String>(), 0..3), payload in any::<String>()) {
        for operation in [&ACCOUNT, &SERVER, &NAMED, &SEARCH] {
            let arguments: Vec<Argument> = arguments.iter().map(Argument::from).collect();
            let _ = call(operation, &arguments, Some(&payload));
        }
    }
}

#[test]
fn a_calls_own_default_server_stands_before_the_callers() {
    let mut call = Call::from_json("getWhitelistV2", "[]", None, None);
    if let Ok(call) = &mut call {
        call.set_default_server(9);
    }
    let caller = Caller { community_id: "COMMUNITY", api_key: "KEY", default_server: 7 };
    let target = prepare(&call.unwrap(), caller).unwrap().target;
    assert!(target.contains('9') && !target.contains('7'), "{target}");
}
