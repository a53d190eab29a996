//! Accounts: what is written is read back.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, NOBODY, OWNER};

fn ranks(api: &Api, account: &str) -> Value {
    api.get(&format!("/accounts/{account}/ranks")).data()
}

const CADET: &str = "22222222-2222-2222-2222-222222222222";
const OFFICER: &str = "33333333-3333-3333-3333-333333333333";

#[test]
fn ranks_are_set_added_and_removed() {
    let api = Api::new();
    let set = |body: Value| api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &body);
    set(json!({ "add": ["rank-1"] }));
    assert_eq!(ranks(&api, ACCOUNT), json!([CADET, OFFICER, "rank-1"]));
    set(json!({ "remove": [CADET] }));
    assert_eq!(ranks(&api, ACCOUNT), json!([OFFICER, "rank-1"]));
    set(json!({ "set": ["rank-2"], "add": ["rank-3", CADET], "remove": [CADET] }));
    assert_eq!(ranks(&api, ACCOUNT), json!(["rank-2", "rank-3"]), "remove wins over add");
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["ranks"], json!(["rank-2", "rank-3"]));
    let answer = set(json!({ "active": false }));
    assert_eq!(answer.data()["comStatus"], false);
    assert_eq!(api.get("/accounts?comStatus=true").data()["total"], 2);
}

#[test]
fn a_rank_change_can_be_undone_and_the_undoing_too() {
    let api = Api::new();
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "set": ["rank-1"] }));
    let logged = api.state()["rankChanges"].as_array().unwrap().last().unwrap()["undoId"].clone();
    let undo = |id: &Value| {
        let path = format!("/rank-changes/{}/undo", id.as_str().unwrap());
        api.call("POST", &path, &json!({ "userId": OWNER }))
    };
    let undone = undo(&logged).data();
    assert_eq!(undone["previousRanks"], json!(["rank-1"]));
    assert_eq!(undone["currentRanks"], json!([CADET, OFFICER]));
    assert_eq!(ranks(&api, ACCOUNT), json!([CADET, OFFICER]));
    assert_eq!(undo(&logged).status, 409, "once only");
    undo(&undone["reversalUndoId"]).data();
    assert_eq!(ranks(&api, ACCOUNT), json!(["rank-1"]));
    assert_eq!(undo(&json!(NOBODY)).status, 404);
}

#[test]
fn undoing_leaves_later_changes_alone() {
    let api = Api::new();
    // The seeded change of zeros added the officer's rank.
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "add": ["rank-1"] }));
    api.call("POST", &format!("/rank-changes/{ACCOUNT}/undo"), &json!({})).data();
    assert_eq!(ranks(&api, ACCOUNT), json!([CADET, "rank-1"]));
}

#[test]
fn promotion_flows_run_both_ways() {
    let api = Api::new();
    let run = |promote: bool, users: Value, flow: &str| {
        let body = json!({ "data": [{ "flowId": flow, "users": users, "promote": promote }] });
        api.call("POST", "/promotion-flows/trigger", &body).data()
    };
    let results = run(true, json!(["ExampleUser", "NoSuchUser"]), "flow-1");
    assert_eq!(results[0]["succeeded"], true);
    assert_eq!(results[0]["users"], json!([ACCOUNT]));
    assert_eq!((&results[1]["succeeded"], &results[1]["users"]), (&json!(false), &json!(["NoSuchUser"])));
    assert_eq!(ranks(&api, ACCOUNT), json!([OFFICER, "rank-1"]));
    run(false, json!([ACCOUNT]), "flow-1");
    assert_eq!(ranks(&api, ACCOUNT), json!([OFFICER, CADET]));
    let results = run(true, json!(["ExampleUser"]), "flow-9");
    assert_eq!((&results[0]["succeeded"], &results[0]["config"]), (&json!(false), &Value::Null));
    let changes = api.state()["rankChanges"].as_array().unwrap().len();
    assert_eq!(changes, 5, "three seeded, two made");
}

#[test]
fn accounts_are_paged_and_filtered() {
    let api = Api::new();
    let page = api.get("/accounts?skip=1&take=1").data();
    assert_eq!((&page["total"], &page["skip"], &page["take"]), (&json!(4), &json!(1), &json!(1)));
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["accId"], OWNER);
    for (filter, total) in
        [("archived=true", 1), ("archived=true&comStatus=true", 0), ("banned=false&sysStatus=true", 4)]
    {
        assert_eq!(api.get(&format!("/accounts?{filter}")).data()["total"], total, "{filter}");
    }
    assert_eq!(api.get("/accounts?take=1000").data()["take"], 100);
}

#[test]
fn accounts_are_found_by_each_identifier() {
    let api = Api::new();
    for query in [
        "username=ExampleUser",
        "username=exampleaccount",
        "discord=1234567890",
        "uniqueId=1001",
        "apiId=discord:1234567890",
        "apiId=987654321",
        "accId=00000000-0000-0000-0000-000000000000",
        "accountId=00000000-0000-0000-0000-000000000000",
    ] {
        let found = api.get(&format!("/accounts/search?{query}")).data();
        assert_eq!((&found["total"], &found["items"][0]["accId"]), (&json!(1), &json!(ACCOUNT)), "{query}");
    }
    assert_eq!(api.get("/accounts/search?username=nobody").data(), json!({ "total": 0, "items": [] }));
    assert_eq!(api.get("/accounts/discord/1111111111").data()["accId"], OWNER);
    assert_eq!(api.get("/accounts/discord/5").status, 404);
}

#[test]
fn identifiers_are_registered_once() {
    let api = Api::new();
    let register = |value: &str| {
        let body = json!({ "identifiers": [{ "type": "steam", "value": value }, { "type": "steam", "value": "1" }] });
        api.call("POST", &format!("/accounts/{OWNER}/identifiers"), &body).data()
    };
    assert_eq!(register("2").as_array().unwrap().len(), 2);
    assert_eq!(register("3"), json!([{ "type": "steam", "value": "3" }]), "only what is new");
    let rows = api.get(&format!("/accounts/{OWNER}/identifiers")).data();
    assert_eq!(rows.as_array().unwrap().len(), 3);
    assert_eq!(rows[0]["accId"], OWNER);
    assert_eq!(api.get("/accounts/search?apiId=steam:3").data()["total"], 1);
}

#[test]
fn names_and_profiles_are_saved() {
    let api = Api::new();
    let text = api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": "Alex" })).data();
    assert_eq!(text, format!("New Community Name ({ACCOUNT}): Alex"));
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["accName"], "Alex");
    assert_eq!(api.get("/accounts/search?username=Alex").data()["total"], 1);

    let body = json!({ "profileFields": [{ "id": "callsign", "value": "2B-12" }] });
    let saved = api.call("PATCH", &format!("/accounts/{ACCOUNT}/profile-fields"), &body).data();
    let expected =
        json!([{ "id": "discord", "value": "1234567890" }, { "id": "callsign", "value": "2B-12" }]);
    assert_eq!(saved, expected);
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["profileFields"]["data"], expected);
}

#[test]
fn the_clock_opens_and_closes_rows() {
    let api = Api::new();
    let clock = |body: Value| api.call("POST", &format!("/accounts/{OWNER}/clock"), &body).data();
    let current = || api.get(&format!("/accounts/{OWNER}/clock/current")).data();
    assert_eq!(current(), "Not Clocked In");
    assert_eq!(clock(json!({ "intention": "out" })), true, "nothing had to change");
    let row = clock(json!({ "intention": "in", "type": "patrol" }));
    assert_eq!((&row["type"], &row["endTime"]), (&json!("patrol"), &Value::Null));
    assert_eq!(current(), row);
    assert_eq!(clock(json!({ "intention": "in", "type": "patrol" })), true);
    let other = clock(json!({ "intention": "in", "type": "regular" }));
    assert_eq!(current(), other);
    let ended = clock(json!({ "intention": "out" }));
    assert_eq!((&ended["id"], &ended["completed"]), (&other["id"], &json!(true)));
    assert_eq!(current(), "Not Clocked In");
    let newest = api.get(&format!("/accounts/{OWNER}/activity/latest?type=clockin")).data();
    assert_eq!(
        newest.as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["regular", "patrol"]
    );
    let patrol =
        api.get(&format!("/accounts/{OWNER}/activity/latest?type=clockin&clockInType=patrol")).data();
    assert_eq!(patrol.as_array().unwrap().len(), 1);
}

#[test]
fn disciplinary_points_add_up() {
    let api = Api::new();
    let points = || api.get(&format!("/disciplinary/accounts/{ACCOUNT}/points")).data();
    assert_eq!(points(), 12);
    let body = json!({ "points": 3, "reason": "Late" });
    let added = api.call("POST", &format!("/disciplinary/accounts/{ACCOUNT}/records"), &body);
    assert_eq!(added.status, 201);
    let id = added.data()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(points(), 15);
    let change = |what: &str, body: Value| {
        api.call("PATCH", &format!("/disciplinary/records/{id}/{what}"), &body).data()
    };
    assert_eq!(change("points", json!({ "points": 8 }))[0]["points"], 8);
    assert_eq!(points(), 20);
    change("status", json!({ "status": false }));
    assert_eq!(points(), 12, "an off record does not count");
    let changed = change("reason", json!({ "reason": "Very late" }));
    let history = changed[0]["history"].as_object().unwrap();
    assert_eq!(history.len(), 4, "every change is an entry, however fast they came");
    let first = history.values().next().unwrap();
    assert_eq!((&first["action"], &first["reason"]), (&json!("init"), &json!("Late")));
    let records = api.get(&format!("/disciplinary/accounts/{ACCOUNT}/records")).data();
    assert_eq!(records.as_array().unwrap().last().unwrap()["reason"], "Very late");
}

#[test]
fn records_expire_where_the_community_says_so() {
    let api = Api::new();
    api.change_state(|state| state["community"]["recordsExpireAfterDays"] = json!(30));
    api.call("POST", "/_emulator/clock", &json!({ "freeze": true, "set": "2026-05-15T00:00:00Z" }));
    let records = api.get(&format!("/disciplinary/accounts/{ACCOUNT}/records")).data();
    assert_eq!(records[0]["expired"], true);
    assert_eq!(api.get(&format!("/disciplinary/accounts/{ACCOUNT}/points")).data(), 0);
}
