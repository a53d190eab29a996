//! What production takes and answers beyond the documentation, as unchanged clients hold it: a test for each kind of
//! request that they were seen to send.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Answer, Api, NOBODY, OWNER};
use crate::v1_client::{envelope, route};

const CHECK: &str = "/servers/1/whitelist/check";

/// Every identifier of the seed's account, one in each object.
fn identifiers() -> [Value; 6] {
    [
        json!({ "accId": ACCOUNT }),
        json!({ "apiId": "1234567890" }),
        json!({ "username": "ExampleUser" }),
        json!({ "discord": "1234567890" }),
        json!({ "discordId": "1234567890" }),
        json!({ "uniqueId": 1001 }),
    ]
}

/// The object with further fields.
fn with(object: &Value, further: &Value) -> Value {
    let mut whole = object.clone();
    whole.as_object_mut().expect("an object").extend(further.as_object().cloned().unwrap_or_default());
    whole
}

fn detail(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["detail"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_whitelist_check_names_the_member_by_any_identifier() {
    let api = Api::new();
    for identifier in identifiers() {
        let answer = api.call("POST", CHECK, &identifier);
        assert_eq!((answer.status, answer.data()), (200, json!("ExampleAccount")), "{identifier}");
    }
    let answer =
        api.call("POST", CHECK, &json!({ "uniqueId": "1001", "accId": "", "apiId": "", "username": "" }));
    assert_eq!(answer.data(), "ExampleAccount", "an empty text is not given");
    let nobody = api.call("POST", CHECK, &json!({ "apiId": "" }));
    assert_eq!((nobody.status, nobody.fields()), (400, vec!["accId".to_owned()]));
}

#[test]
fn activity_is_tracked_for_any_identifier_at_every_join_and_leave() {
    let api = Api::new();
    let track = |body: &Value| api.call("POST", "/servers/2/activity", body).data();
    for identifier in identifiers() {
        let joined = track(&with(&identifier, &json!({ "forceStart": true })));
        assert_eq!((&joined["accId"], &joined["end"]), (&json!(ACCOUNT), &Value::Null), "{identifier}");
        let left = track(&with(&identifier, &json!({ "forceStop": true })));
        assert_eq!(left["id"], joined["id"]);
        assert!(left["end"].is_string(), "{left}");
        let again = track(&with(&identifier, &json!({ "forceStop": true })));
        assert_eq!(again, left, "who leaves twice is told of the last time");
    }
}

#[test]
fn the_clock_turns_over_or_as_it_is_forced() {
    let api = Api::new();
    let clock = |body: Value| api.call("POST", &format!("/accounts/{OWNER}/clock"), &body).data();
    let open = || api.get(&format!("/accounts/{OWNER}/clock/current")).data().is_object();
    for (body, expected) in [
        (json!({ "apiId": "SOME_API_ID", "forceClockIn": false }), true),
        (json!({}), false),
        (json!({ "accId": ACCOUNT }), true),
        (json!({ "discord": "1111111111", "forceClockOut": true }), false),
        (json!({ "type": "patrol" }), true),
        (json!({ "forceClockIn": true, "type": "patrol" }), true),
        (json!({ "forceClockOut": true }), false),
        (json!({ "forceClockOut": true }), false),
        (json!({ "forceClockIn": true, "forceClockOut": true }), true),
        (json!({ "intention": "out" }), false),
        (json!({ "type": "" }), true),
    ] {
        clock(body.clone());
        assert_eq!(open(), expected, "{body}");
    }
    assert_eq!(api.call("POST", &format!("/accounts/{OWNER}/clock"), &json!({ "type": "nap" })).status, 404);
}

#[test]
fn servers_come_with_nulls_numbers_and_types_of_any_name() {
    let api = Api::new();
    let entry = json!({
        "id": 7, "name": "My server", "description": "d", "ip": null, "port": 30120, "type": "qb-core",
    });
    for (verb, status) in [("POST", 200), ("PUT", 200)] {
        for (kind, kept) in [(json!("qb-core"), "qb-core"), (Value::Null, "")] {
            let answer =
                api.call(verb, "/servers", &json!({ "servers": [with(&entry, &json!({ "type": kind }))] }));
            assert_eq!(answer.status, status);
            let servers = answer.data()["servers"].as_array().cloned().unwrap_or_default();
            let saved = servers.last().expect("a server");
            let told = (&saved["id"], &saved["ip"], &saved["port"], &saved["type"]);
            assert_eq!(told, (&json!(7), &Value::Null, &json!("30120"), &json!(kept)));
        }
    }
    let in_version_1 =
        api.v1_json("addGameServers", &json!([{ "id": 7, "name": "S", "ip": null, "port": 1 }]));
    assert_eq!((&in_version_1["data"][0]["ip"], &in_version_1["data"][0]["port"]), (&json!(""), &json!("1")));
    let without_id = api.call("POST", "/servers", &json!({ "servers": [{ "name": "A" }, { "name": "B" }] }));
    let ids: Vec<Value> = without_id.data()["servers"]
        .as_array()
        .map(|servers| servers.iter().map(|server| server["id"].clone()).collect())
        .unwrap_or_default();
    assert_eq!(ids, [json!(7), json!(8), json!(9)], "the next numbers");
}

#[test]
fn an_empty_list_stands_for_an_empty_object() {
    let api = Api::new();
    for verb in ["POST", "PUT"] {
        let entry = json!({ "id": 1, "name": "Main", "aceConfig": [], "robloxMetadata": [] });
        let answer = api.call(verb, "/servers", &json!({ "servers": [entry] }));
        let mappings = &answer.data()["servers"][0]["aceConfig"]["mappings"];
        assert_eq!(mappings.as_array().map(Vec::len), Some(1), "says nothing about them");
    }
    assert_eq!(api.call("PUT", "/servers", &json!({ "servers": [[]] })).status, 200);
}

#[test]
fn an_empty_list_stands_for_an_empty_body() {
    let api = Api::new();
    for (verb, path) in [
        ("POST", format!("/rank-changes/{ACCOUNT}/undo")),
        ("POST", format!("/accounts/{ACCOUNT}/sync")),
        ("PATCH", format!("/accounts/{ACCOUNT}/ranks")),
        ("POST", format!("/accounts/{ACCOUNT}/clock")),
    ] {
        let answer = api.call(verb, &path, &json!([]));
        assert_eq!(answer.status, 200, "{path} {answer:?}");
    }
    let missing = api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!([]));
    assert_eq!((missing.status, missing.fields()), (400, vec!["newName".to_owned()]));
}

#[test]
fn an_rsvp_names_the_member_by_any_identifier() {
    let api = Api::new();
    for identifier in identifiers() {
        let answer = api.call("POST", &format!("/events/{OWNER}/rsvps"), &identifier);
        assert_eq!(answer.status, 200, "{identifier} {answer:?}");
    }
    let rsvps = api.state()["events"].to_string();
    api.call("POST", &format!("/events/{OWNER}/rsvps"), &json!({ "discord": "1234567890" }));
    assert_ne!(api.state()["events"].to_string(), rsvps);
}

/// What whitelist checks are refused with: what is sent for it, and the words.
fn refused_checks(api: &Api) -> Vec<(i64, Value, &'static str)> {
    let servers = json!({ "servers": [
        { "id": 2, "allowedRanks": ["rank-1"] },
        { "id": 3, "blockedRanks": ["rank-2"] },
        { "id": 4, "allowedRanks": "rank-2" },
    ] });
    api.call("POST", "/servers", &servers).data();
    vec![
        (1, json!({ "apiId": "OTHER" }), "UNKNOWN_ACC_API_ID"),
        (1, json!({ "accId": NOBODY }), "UNKNOWN_ACC_API_ID"),
        (1, json!({ "accId": "nobody" }), "UNKNOWN_ACC_API_ID"),
        (99, json!({ "accId": OWNER }), "INVALID_SERVER_ID"),
        (3, json!({ "accId": OWNER }), "BLOCKED FOR WHITELIST"),
        (2, json!({ "accId": OWNER }), "NOT ALLOWED ON WHITELIST"),
        (1, json!({ "uniqueId": 1003 }), "NOT ALLOWED ON WHITELIST"),
        (4, json!({ "accId": OWNER }), "SERVER_CONFIG_ERROR"),
    ]
}

#[test]
fn a_refused_whitelist_check_has_the_words_that_clients_know() {
    let api = Api::new();
    for (server, who, words) in refused_checks(&api) {
        let answer = api.call("POST", &format!("/servers/{server}/whitelist/check"), &who);
        assert_eq!(detail(&answer), (400, words.to_owned()), "{who}");
        let number = answer.headers["x-request-id"].trim_start_matches("req-").parse().unwrap_or(0_u64);
        let trace = format!("00-{number:032x}-{number:016x}-00");
        assert_eq!(answer.json()["traceId"], trace, "the request's number");
        assert_eq!(answer.json()["type"], "https://httpstatuses.com/400");
    }
}

#[test]
fn a_refused_whitelist_check_has_the_same_words_in_version_1() {
    let api = Api::new();
    for (server, who, words) in refused_checks(&api) {
        let answer = api.v1("verifyWhitelist", &json!([with(&who, &json!({ "serverId": server }))]));
        if words == "NOT ALLOWED ON WHITELIST" {
            assert_eq!((answer.status, answer.text.as_str()), (404, words), "{who}");
        } else {
            assert_eq!(answer.json(), json!({ "status": 400, "message": words }), "{who}");
        }
    }
}

#[test]
fn an_empty_identifier_of_version_1_is_not_given() {
    let api = Api::new();
    let who = json!({ "accId": "", "apiId": "", "username": "", "discord": "", "uniqueId": "1001" });
    assert_eq!(api.v1_json("getComAccount", &json!([who]))["accId"], ACCOUNT);
    for (method, further) in [
        ("setAccountName", json!({ "newName": "Alex" })),
        ("getAccountRanks", json!({})),
        ("setAccountRanks", json!({ "add": ["rank-1"] })),
        ("clockInOut", json!({ "type": "" })),
        ("rsvp", json!({ "eventId": OWNER })),
        ("verifyWhitelist", json!({ "serverId": 1 })),
        ("getMemberPoints", json!({})),
        ("forceSync", json!({ "discordId": "" })),
        ("cmsKickAccount", json!({})),
    ] {
        let answer = api.v1(method, &json!([with(&who, &further)]));
        assert_eq!(answer.status, 200, "{method} {answer:?}");
    }
}

#[test]
fn the_current_clock_in_of_version_1_is_a_201() {
    let api = Api::new();
    let clock = |who: &str| api.v1("getCurrentClockIn", &json!([{ "accId": who }]));
    assert_eq!(clock(ACCOUNT).kind(), (201, "application/json"));
    let out = clock(OWNER);
    assert_eq!((out.kind(), out.text.as_str()), ((201, "text/plain; charset=utf-8"), "Not Clocked In"));
}

#[test]
fn an_unknown_path_of_version_1_reaches_the_service_and_one_of_version_2_does_not() {
    let api = Api::new();
    for (verb, path) in [("POST", "/general/misspelt"), ("GET", "/general/misspelt"), ("POST", "/v1/x")] {
        let answer = api.send(verb, path, &[], b"{}");
        assert_eq!((answer.kind().0, answer.text.as_str()), (200, "Backend Service Reached"), "{path}");
    }
    for path in ["/v2", "/v2/communities", "/v2/community/no/such/path"] {
        let answer = api.send("GET", path, &["Authorization: Bearer YOUR_API_KEY"], b"");
        assert_eq!(answer.kind(), (404, "application/json"));
        let id = &answer.headers["x-kong-request-id"];
        let expected = json!({ "message": "no Route matched with those values", "request_id": id });
        assert_eq!(answer.json(), expected);
    }
}

#[test]
fn slashes_too_many_do_no_harm() {
    let api = Api::new();
    let key = ["Authorization: Bearer YOUR_API_KEY"];
    for path in ["//v2/community", "/v2/community/", "/v2//community//"] {
        let answer = api.send("GET", path, &key, b"");
        assert_eq!((answer.status, &answer.json()["meta"]["path"]), (200, &json!("/v2/community")), "{path}");
    }
    let answer = api.send("GET", &format!("//v2/community/accounts/{ACCOUNT}/ranks/"), &key, b"");
    assert_eq!(answer.status, 200);
    let body = envelope(route("getClockInTypes"), &json!([]));
    assert_eq!(api.post_v1("//general/get_clockin_types", &body).status, 200);
    assert_eq!(api.post_v1("/general/get_clockin_types/", &body).status, 200);
    assert_eq!(api.journal("?operation=getCommunity").len(), 3);
}

#[test]
fn numbers_come_as_texts_and_texts_as_numbers() {
    let api = Api::new();
    let created = api.call("POST", "/sessions", &json!({ "serverId": "1", "accId": ACCOUNT }));
    assert_eq!((created.status, &created.data()["serverId"]), (201, &json!(1)));
    let servers = api.call("PUT", "/servers", &json!({ "servers": [{ "id": "7", "name": "S" }] }));
    assert_eq!(servers.data()["servers"][0]["id"], 7);
    let record = json!({
        "robloxJoinCode": "ABC123", "executerDiscordId": 1_234_567_890, "type": "note", "reason": "r", "points": "1",
    });
    assert_eq!(api.call("POST", "/erlc/records", &record).status, 201);
    let pair = json!({ "identifiers": [{ "type": "steam", "value": 76_561_198_000_000_000_u64 }] });
    let registered = api.call("POST", &format!("/accounts/{ACCOUNT}/identifiers"), &pair).data();
    assert_eq!(registered, json!([{ "type": "steam", "value": "76561198000000000" }]));
    assert_eq!(api.v1_json("getAccounts", &json!([{ "take": "50", "skip": "1" }]))["take"], 50);
    assert_eq!(api.v1("getFormLockStatus", &json!([{ "templateId": "1" }])).status, 200);
    assert_eq!(api.v1("getFormSubmissions", &json!([{ "templateId": "1" }])).status, 200);
    let name = api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": 7 }));
    assert_eq!((name.status, name.fields()), (400, vec!["newName".to_owned()]), "a name is no id");
}

#[test]
fn the_paths_account_wins_over_other_identifiers() {
    let api = Api::new();
    let body = json!({ "accId": OWNER, "discord": "1111111111", "add": ["rank-1"] });
    let answer = api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &body);
    assert_eq!(answer.data()["accId"], ACCOUNT);
    let points = |query: &str| api.get(&format!("/disciplinary/accounts/{ACCOUNT}/points{query}")).data();
    assert_eq!(points("?apiId=1111111111"), points(""));
    assert_eq!(points("?accId=&uniqueId=1002"), points(""));
}

#[test]
fn a_search_takes_both_names_of_the_discord_id() {
    let api = Api::new();
    for query in ["discord=1234567890", "discordId=1234567890", "discord=1234567890&accId=&username="] {
        let found = api.get(&format!("/accounts/search?{query}")).data();
        assert_eq!((&found["total"], &found["items"][0]["accId"]), (&json!(1), &json!(ACCOUNT)), "{query}");
    }
    assert_eq!(api.get("/accounts/search?discord=1&discordId=2").fields(), ["discordId", "discord"]);
}

#[test]
fn a_community_that_switched_the_api_off_is_told_in_both_versions() {
    let api = Api::new();
    api.change_state(|state| state["community"]["apiDisabled"] = json!(true));
    let words = "API IS NOT ENABLED FOR THIS COMMUNITY";
    assert_eq!(detail(&api.get("")), (403, words.to_owned()));
    assert_eq!(api.v1_refusal("getDepartments", &json!([])), (400, words.to_owned()));
}

#[test]
fn another_community_is_told_in_both_versions() {
    let api = Api::new();
    let words = "INVALID COMMUNITY ID";
    assert_eq!(detail(&api.get("/lookup?id=OTHER")), (404, words.to_owned()));
    assert_eq!(api.v1_refusal("lookupCommunity", &json!([{ "id": "OTHER" }])), (400, words.to_owned()));
}

#[test]
fn the_seed_has_an_account_with_a_uuid_of_version_4() {
    let api = Api::new();
    let found = api.get("/accounts/search?username=ExampleMember").data();
    let id = found["items"][0]["accId"].as_str().expect("an id").to_owned();
    assert_eq!((&id[14..15], "89ab".contains(&id[19..20])), ("4", true), "{id}");
    assert_eq!(api.call("POST", CHECK, &json!({ "accId": id })).data(), "ExampleMember");
}

#[test]
fn a_payload_whose_every_field_may_be_left_out_may_be_too() {
    let run = |body: &Value| {
        let api = Api::new();
        api.freeze();
        api.call("POST", "/_emulator/clock", &json!({ "set": "2030-01-01" }));
        let calls = [
            ("POST", format!("/accounts/{ACCOUNT}/clock")),
            ("PATCH", format!("/accounts/{ACCOUNT}/ranks")),
            ("DELETE", "/sessions".to_owned()),
        ];
        calls.map(|(method, path)| {
            let answer = api.call(method, &path, body);
            (answer.status, answer.text)
        })
    };
    let (without, with) = (run(&Value::Null), run(&json!({})));
    assert_eq!(without, with);
    assert!(without[0].0 < 300, "{without:?}");
    let api =
        Api::with(sonoran_emulator::Options { strict: sonoran_emulator::Switch::On, ..Default::default() });
    let answer = api.call("POST", &format!("/accounts/{ACCOUNT}/clock"), &Value::Null);
    assert_eq!((answer.status, answer.fields()), (400, vec!["body".to_owned()]));
}

#[test]
fn a_ban_holds_against_a_bypass() {
    let api = Api::new();
    let status = || api.call("POST", CHECK, &json!({ "accId": ACCOUNT })).status;
    api.change_state(|state| {
        state["accounts"][0]["whitelistBypass"] = json!(true);
        state["servers"][0]["blockedRanks"] = state["accounts"][0]["ranks"].clone();
    });
    assert_eq!(status(), 200);
    api.change_state(|state| state["accounts"][0]["banned"] = json!(true));
    assert_eq!(status(), 400);
}
