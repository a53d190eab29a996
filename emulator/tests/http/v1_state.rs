//! What version 1 writes, version 2 reads, and the other way round.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, OWNER};

const CADET: &str = "22222222-2222-2222-2222-222222222222";
const TRAINEE: &str = "23222222-2222-2222-2222-222222222222";
const FIELD: &str = "77777777-7777-7777-7777-777777777777";

fn me() -> Value {
    json!([{ "accId": ACCOUNT }])
}

/// The documented account with further fields.
fn with(fields: &Value) -> Value {
    let mut data = json!({ "accId": ACCOUNT });
    if let (Some(data), Some(fields)) = (data.as_object_mut(), fields.as_object()) {
        data.extend(fields.clone());
    }
    json!([data])
}

#[test]
fn an_account_is_found_by_each_identifier() {
    let api = Api::new();
    for identifier in [
        json!({ "accId": ACCOUNT }),
        json!({ "apiId": "SOME_API_ID" }),
        json!({ "apiId": "111111111111111111" }),
        json!({ "username": "exampleaccount" }),
        json!({ "discord": "111111111111111111" }),
        json!({ "uniqueId": 1001 }),
        json!({ "uniqueId": "1001" }),
    ] {
        assert_eq!(api.v1_json("getComAccount", &json!([identifier]))["accId"], ACCOUNT, "{identifier}");
    }
    let first_wins = json!([{ "accId": OWNER, "username": "ExampleAccount" }]);
    assert_eq!(api.v1_json("getComAccount", &first_wins)["accId"], OWNER);
}

#[test]
fn ranks_are_shared() {
    let api = Api::new();
    let set = api.v1_json(
        "setAccountRanks",
        &with(&json!({ "set": [CADET], "add": [TRAINEE, "rank-1"], "remove": ["rank-1"] })),
    );
    assert_eq!((&set["primaryRank"], &set["secondaryRanks"]), (&json!(CADET), &json!([TRAINEE])));
    assert_eq!(set["secondaryDepartments"], json!(["12111111-1111-1111-1111-111111111111"]));
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}/ranks")).data(), json!([CADET, TRAINEE]));
    let undo_id = api.state()["rankChanges"].as_array().unwrap().last().unwrap()["undoId"].clone();
    let undone = api.v1_json("undoRankChange", &json!([{ "undoId": undo_id, "userId": OWNER }]));
    assert_eq!(
        (&undone["previousRanks"], undone["reversalUndoId"].is_string()),
        (&json!([CADET, TRAINEE]), true)
    );
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "set": ["rank-2"] }));
    assert_eq!(api.v1_json("getAccountRanks", &me()), json!(["rank-2"]));
}

#[test]
fn promotion_flows_have_one_result_for_an_entry() {
    let api = Api::new();
    let entry = |flow: &str, users: Value| json!({ "userId": OWNER, "flowId": flow, "users": users, "promote": true });
    let results = api.v1_json(
        "triggerPromotionFlows",
        &json!([
            entry("flow-1", json!([ACCOUNT, OWNER])),
            entry("flow-1", json!([ACCOUNT, "nobody"])),
            entry("none", json!([]))
        ]),
    );
    let succeeded: Vec<_> =
        results.as_array().unwrap().iter().map(|result| result["succeeded"].clone()).collect();
    assert_eq!(succeeded, [true, false, false]);
    assert_eq!((&results[0]["users"], &results[0]["flow"]), (&json!([ACCOUNT, OWNER]), &json!("flow-1")));
    let ranks = api.get(&format!("/accounts/{OWNER}/ranks")).data();
    assert!(ranks.as_array().unwrap().contains(&json!("rank-1")));
}

#[test]
fn names_and_profiles_are_shared() {
    let api = Api::new();
    api.v1_text("setAccountName", &with(&json!({ "newName": "Zoë" })));
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["accName"], "Zoë");
    assert_eq!(api.v1_text("checkComApiId", &json!([{ "apiId": "SOME_API_ID" }])), "Zoë");
    let edit = with(&json!({ "profileFields": [{ "id": FIELD, "value": ["a", "b"] }] }));
    let fields = api.v1_json("editAccountProfileFields", &edit);
    assert_eq!(fields.as_array().map(Vec::len), Some(2), "every filled field, not only the written one");
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["profileFields"]["data"], fields);
    assert_eq!(api.v1_json("getComAccount", &me())["profileFields"]["data"], fields);
}

#[test]
fn kicks_and_bans_show() {
    let api = Api::new();
    api.v1_text("cmsKickAccount", &me());
    api.v1_text("cmsBanAccount", &json!([{ "accId": OWNER }]));
    let account = api.get(&format!("/accounts/{ACCOUNT}")).data();
    assert_eq!((&account["sysStatus"], &account["comStatus"]), (&json!(false), &json!(false)));
    assert_eq!(api.get(&format!("/accounts/{OWNER}")).data()["banned"], true);
    let page = api.v1_json("getAccounts", &json!([{ "banned": true }]));
    assert_eq!((&page["total"], &page["accounts"][0]["accId"]), (&json!(1), &json!(OWNER)));
    let left = api.v1_json("getFullWhitelist", &json!([{ "serverId": 1 }]));
    assert_eq!(left, json!([{ "name": "ExampleMember", "apiIds": ["4444444444"] }]));
}

#[test]
fn pages_hold_between_25_and_100_accounts() {
    let api = Api::new();
    for (take, applied) in [(json!(1), 25), (json!(30), 30), (json!(1000), 100), (Value::Null, 25)] {
        let page = api.v1_json("getAccounts", &json!([{ "take": take, "skip": 1 }]));
        assert_eq!((&page["take"], &page["skip"], &page["total"]), (&json!(applied), &json!(1), &json!(4)));
        assert_eq!(page["accounts"].as_array().map(Vec::len), Some(3));
    }
}

#[test]
fn the_clock_is_one() {
    let api = Api::new();
    api.call("POST", "/_emulator/clock", &json!({ "freeze": true, "set": "2026-05-01T08:30:00Z" }));
    let out = api.v1_json("clockInOut", &me());
    assert_eq!((&out["id"], &out["completed"]), (&json!(1), &json!(true)));
    assert_eq!(out["endTime"], "2026-05-01 08:30:00.000 +0000");
    assert_eq!(api.v1_text("getCurrentClockIn", &me()), "Not Clocked In");
    assert_eq!(api.v1_json("clockInOut", &with(&json!({ "forceClockOut": true }))), out, "nothing is open");
    let opened = api.v1_json("clockInOut", &with(&json!({ "type": "regular" })));
    assert_eq!((&opened["id"], &opened["endTime"]), (&json!(2), &Value::Null));
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}/clock/current")).data()["type"], "regular");
    let forced = api.v1_json("clockInOut", &with(&json!({ "forceClockIn": true })));
    assert_eq!((&forced["id"], &forced["completed"]), (&json!(3), &json!(false)));
    assert_eq!(api.v1_json("clockInOut", &with(&json!({ "forceClockOut": true })))["id"], 3);
    let latest =
        api.v1_json("getLatestActivity", &with(&json!({ "type": "clockin", "clockInType": "regular" })));
    assert_eq!((latest.as_array().map(Vec::len), &latest[0]["id"]), (Some(1), &json!(2)));
    let never = api.v1_json("clockInOut", &json!([{ "accId": OWNER, "forceClockOut": true }]));
    assert_eq!(never, Value::Null);
}

#[test]
fn trackers_are_shared() {
    let api = Api::new();
    let track = |fields: Value| {
        let mut data = json!({ "accId": ACCOUNT, "serverId": 1 });
        data.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        api.v1_json("activityTrackerStartStop", &data)["data"].clone()
    };
    assert!(track(json!({}))["end"].is_string(), "the seeded one stops");
    let started = track(json!({}));
    assert!(started["end"].is_null());
    assert!(track(json!({ "forceClear": true }))["clearReason"].is_string());
    api.call("POST", "/servers/1/activity", &json!({ "accId": ACCOUNT, "forceStart": true }));
    let closed = api.v1_json("activityTrackerServerStart", &json!({ "serverId": 1 }));
    assert_eq!(closed["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(closed["data"][0]["clearReason"], "All server activity stopped that were in progress");
    let rows = api.v1_json("getLatestActivity", &with(&json!({ "type": "activity", "serverId": 1 })));
    assert_eq!((&rows[0]["id"], &rows[0]["objKey"]), (&closed["data"][0]["id"], &closed["data"][0]["id"]));
}

#[test]
fn servers_are_shared() {
    let api = Api::new();
    let set = api.v1_json(
        "setGameServers",
        &json!([{ "id": 1, "name": "One", "allowedRanks": ["rank-2"] }, { "name": "Two", "motd": "Hi" }]),
    );
    assert_eq!(
        set["data"][1],
        json!({ "id": 4, "name": "Two", "description": "", "ip": "", "port": "", "motd": "Hi" })
    );
    let servers = api.get("/servers").data()["servers"].clone();
    assert_eq!(
        (servers.as_array().map(Vec::len), &servers[0]["robloxJoinCode"]),
        (Some(2), &json!("ABC123"))
    );
    let listed = api.v1_json("getGameServers", &json!([]))["servers"].clone();
    assert_eq!(listed[0], json!({ "id": 1, "name": "One", "description": "", "allowedRanks": ["rank-2"] }));
    let added = api.v1_json("addGameServers", &json!([{ "id": 4, "name": "Newer" }, { "name": "Five" }]));
    let names: Vec<_> =
        added["data"].as_array().unwrap().iter().map(|server| server["name"].clone()).collect();
    assert_eq!(names, ["One", "Newer", "Five"]);
}

#[test]
fn the_whitelist_is_one() {
    let api = Api::new();
    api.call("POST", "/servers", &json!({ "servers": [{ "id": 1, "allowedRanks": ["rank-2"] }] }));
    let verify = |server: Value| api.v1("verifyWhitelist", &with(&json!({ "serverId": server }))).text;
    assert_eq!([verify(json!(1)), verify(json!(2))], ["NOT ALLOWED ON WHITELIST", "ExampleAccount"]);
    assert_eq!(api.v1_text("verifyWhitelist", &me()), "ExampleAccount", "without a server: any");
    let names = |data: Value| api.v1_json("getFullWhitelist", &data).as_array().map(Vec::len);
    assert_eq!((names(json!([{ "serverId": 1 }])), names(json!([]))), (Some(1), Some(3)));
    api.change_state(|state| state["accounts"][0]["whitelistBypass"] = json!(true));
    assert_eq!(verify(json!(1)), "BYPASSED WHITELIST - ExampleAccount");
    assert_eq!(
        api.call("POST", "/servers/1/whitelist/check", &json!({ "accId": ACCOUNT })).data(),
        "ExampleAccount"
    );
}

#[test]
fn events_forms_and_records_are_shared() {
    let api = Api::new();
    let event = "66666666-6666-6666-6666-666666666666";
    let rsvp = || api.v1_text("rsvp", &with(&json!({ "eventId": event })));
    assert_eq!([rsvp(), rsvp(), rsvp()], ["RSVP_SUCCESS", "UNRSVP_SUCCESS", "RSVP_SUCCESS"]);
    let by_v2 = api.call("POST", &format!("/events/{event}/rsvps"), &json!({ "accId": ACCOUNT })).data();
    assert_eq!(by_v2, "UNRSVP_SUCCESS");

    api.v1_text("setFormLockStatus", &json!([{ "templateId": 1, "state": true }]));
    assert_eq!(api.get("/forms/1/lock").data(), true);
    api.call("PATCH", "/forms/1/lock", &json!({ "state": false }));
    assert_eq!(api.v1_json("getFormLockStatus", &json!([{ "templateId": 1 }])), false);
    let submitted = api.call("POST", "/forms/1/submissions", &json!({ "accId": ACCOUNT })).data();
    let rows = api.v1_json("getFormSubmissions", &json!([{ "templateId": 1, "skip": 2, "take": 50 }]));
    assert_eq!(rows, json!([submitted]));
    assert_eq!(api.v1_json("getFormSubmissions", &json!([{ "templateId": 9 }])), json!([]));
    let id = submitted["formId"].clone();
    let moved = json!([{ "uniqueId": 1001, "formId": id, "newStageId": "review", "optionalReason": "Good" }]);
    assert_eq!(api.v1_json("changeFormStage", &moved)["data"]["newStage"]["id"], "review");
    assert_eq!(api.get(&format!("/forms/submissions/{id}")).data()["stageId"], "review");
    assert_eq!(api.v1_json("getFormSubmission", &json!([{ "id": id }]))["stageId"], "review");

    let points = || api.v1_json("getMemberPoints", &json!({ "accId": ACCOUNT }));
    let before = points();
    let record =
        api.v1_json("addMemberRecord", &json!({ "accId": ACCOUNT, "points": 2.5, "reason": "Late" }));
    assert_eq!(points().as_f64(), before.as_f64().map(|points| points + 2.5));
    assert_eq!(api.get(&format!("/disciplinary/accounts/{ACCOUNT}/points")).data(), points());
    let id = &record["id"];
    api.v1_json("updateMemberRecordPoints", &json!({ "recordId": id, "points": 4 }));
    let changed = api.v1_json("updateMemberRecordReason", &json!({ "recordId": id, "reason": "Very late" }));
    assert_eq!((&changed["points"], &changed["reason"]), (&json!(4), &json!("Very late")));
    assert_eq!(changed["history"].as_array().map(Vec::len), Some(3));
    let records = api.v1_json("getMemberRecords", &json!({ "accId": ACCOUNT }));
    assert_eq!(records.as_array().unwrap().last(), Some(&changed));
    let by_v2 = api.get(&format!("/disciplinary/accounts/{ACCOUNT}/records")).data();
    assert_eq!(by_v2.as_array().unwrap().last().unwrap()["reason"], "Very late");
}

#[test]
fn sessions_are_shared() {
    let api = Api::new();
    let call = |method: &str| api.v1_json(method, &json!([{ "serverId": 2, "accId": OWNER }]));
    assert_eq!(call("getCurrentSession"), Value::Null);
    let started = call("startSession");
    assert_eq!((&started["community"], &started["startedBy"]), (&json!("YOUR_COMMUNITY_ID"), &json!(OWNER)));
    assert_eq!(api.get("/sessions/current?serverId=2").data()["id"], started["id"]);
    assert_eq!(call("getCurrentSession"), started);
    let stopped = call("stopSession");
    assert_eq!((&stopped["endedBy"], stopped["endedAt"].is_string()), (&json!(OWNER), true));
    api.call("POST", "/sessions", &json!({ "serverId": 2, "accId": ACCOUNT }));
    let cancelled = call("cancelSession");
    assert_eq!((&cancelled["cancelledBy"], &cancelled["endedAt"]), (&json!(OWNER), &Value::Null));
    assert_eq!(api.get("/sessions/current?serverId=2").status, 404);
}

#[test]
fn games_are_shared() {
    let api = Api::new();
    let command = |args: &str| json!({ "robloxJoinCode": "ABC123", "type": "announce", "args": args, "discordId": 1, "includesPlayerNameOrId": false });
    let said = api.v1_text("erlcExecuteCommand", &json!([command("a"), command("b")]));
    assert_eq!(said, "Successfully added command to queue");
    assert_eq!(api.state()["games"][0]["commands"], json!([command("a"), command("b")]));
    api.v1_text("erlcTeamsLock", &json!({ "robloxJoinCode": "ABC123", "team": "police", "maxPlayers": 3 }));
    assert_eq!(api.state()["games"][0]["teams"], json!([{ "team": "police", "maxPlayers": 3 }]));
    api.v1_text("erlcTeamsUnlock", &json!({ "robloxJoinCode": "ABC123", "team": "police" }));
    assert_eq!(api.state()["games"][0]["teams"], json!([]));
    let record = json!([{ "robloxJoinCode": "ABC123", "executerDiscordId": 1, "type": "kick", "reason": "x", "playerRobloxId": 123_456_789 }]);
    api.v1_json("erlcAddNewRecord", &record);
    assert_eq!(api.v1_json("erlcGetOnlinePlayers", &json!([{ "robloxJoinCode": "ABC123" }])), json!([]));
    assert_eq!(api.get("/erlc/players/online?robloxJoinCode=ABC123").data(), json!([]));
    assert_eq!(api.v1_json("erlcGetPlayerQueue", &json!([{ "robloxJoinCode": "ABC123" }])), 3);
}

#[test]
fn a_roster_follows_the_ranks() {
    let api = Api::new();
    let rows = || api.v1_json("getRosterContents", &json!({ "rosterId": 1 }));
    assert_eq!(
        rows()["rows"][0]["a1000000-0000-0000-0000-000000000002"],
        "ExampleOwner",
        "the highest first"
    );
    api.v1_json("setAccountRanks", &json!([{ "accId": OWNER, "set": [] }]));
    let contents = rows();
    assert_eq!((&contents["total"], &contents["limit"]), (&json!(1), &json!(25)));
    let row = &contents["rows"][0];
    assert_eq!(row["a1000000-0000-0000-0000-000000000003"]["label"], "Officer");
    assert_eq!(row["a1000000-0000-0000-0000-000000000006"], "15/04/26");
    let capped = api.v1_json("getRosterContents", &json!({ "rosterId": 1, "skip": 1, "limit": 1000 }));
    assert_eq!((&capped["limit"], &capped["rows"]), (&json!(50), &json!([])));
}

#[test]
fn a_community_is_looked_up() {
    let api = Api::new();
    let summary = api.get("").data();
    for data in
        [json!([{ "id": "YOUR_COMMUNITY_ID" }]), json!([{ "uuid": "00000000-0000-0000-0000-000000000000" }])]
    {
        assert_eq!(api.v1_json("lookupCommunity", &data), summary);
    }
    api.change_state(|state| state["community"]["subVersion"] = json!(3));
    assert_eq!(api.v1_text("getSubscriptionVersion", &json!([])), "3 - PLUS");
}
