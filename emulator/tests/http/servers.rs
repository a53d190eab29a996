//! Servers, sessions, activity and ER:LC games: what is written is read back.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, OWNER};

#[test]
fn servers_are_added_and_replaced() {
    let api = Api::new();
    let added = api
        .call("POST", "/servers", &json!({ "servers": [{ "id": 4, "name": "New", "motd": "Hello" }] }))
        .data();
    assert_eq!(added["servers"].as_array().unwrap().len(), 4);
    assert_eq!((&added["servers"][3]["id"], &added["servers"][3]["motd"]), (&json!(4), &json!("Hello")));
    assert_eq!(api.get("").data()["servers"], 4);
    api.call(
        "POST",
        "/servers",
        &json!({ "servers": [{ "id": 4, "name": "Newer", "erlcApiKey": "secret" }] }),
    );
    let servers = api.get("/servers").data();
    assert_eq!(servers["servers"][3]["name"], "Newer");
    assert!(!servers.to_string().contains("secret"));
    api.call("PUT", "/servers", &json!({ "servers": [{ "id": 7, "name": "Only" }] }));
    assert_eq!(api.get("/servers").data()["servers"].as_array().unwrap().len(), 1);
    assert_eq!(api.get("/servers/1/whitelist").status, 404);
}

#[test]
fn a_servers_type_and_mappings_are_kept() {
    let api = Api::new();
    api.freeze();
    let typed = api.call("PATCH", "/servers/2/type", &json!({ "type": "RedM" })).data();
    let now = api.get("/_emulator/clock").json()["now"].clone();
    assert_eq!((&typed["type"], &typed["typeLastUpdated"]), (&json!("RedM"), &now));

    let mappings = json!([{ "ranks": ["rank-1"], "principal": "group:mod" }]);
    let set = api.call("PATCH", "/servers/2/ace-config", &json!({ "mappings": mappings })).data();
    assert_eq!(set, json!({ "mappings": mappings }));
    assert_eq!(api.get("/servers/2/ace-config").data(), mappings);
    assert_eq!(api.get("/servers").data()["servers"][1]["aceConfig"]["mappings"], mappings);
}

#[test]
fn the_whitelist_holds_active_members_with_fitting_ranks() {
    let api = Api::new();
    let names = |server: i64| -> Vec<String> {
        let rows = api.get(&format!("/servers/{server}/whitelist")).data();
        rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let check = |account: &str| api.call("POST", "/servers/2/whitelist/check", &json!({ "accId": account }));
    assert_eq!(names(2), ["ExampleAccount", "ExampleOwner", "ExampleMember"]);
    assert_eq!(check(ACCOUNT).data(), "ExampleAccount");
    let leaver = check("22222222-2222-2222-2222-222222222222");
    assert_eq!(leaver.status, 400);
    assert_eq!(leaver.json()["detail"], "NOT ALLOWED ON WHITELIST");

    api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "active": false }));
    assert_eq!(names(2), ["ExampleOwner", "ExampleMember"]);
    assert_eq!(check(ACCOUNT).status, 400);
    let servers = json!({ "servers": [{ "id": 2, "allowedRanks": ["rank-1"] }, { "id": 3, "blockedRanks": ["rank-2"] }] });
    api.call("POST", "/servers", &servers).data();
    assert_eq!(names(2), Vec::<String>::new());
    assert_eq!(names(3), ["ExampleMember"]);
    assert_eq!(names(1), ["ExampleOwner", "ExampleMember"]);
}

#[test]
fn one_session_runs_on_a_server() {
    let api = Api::new();
    let send =
        |verb: &str, server: i64| api.call(verb, "/sessions", &json!({ "serverId": server, "accId": OWNER }));
    let current = |server: i64| api.get(&format!("/sessions/current?serverId={server}"));
    assert_eq!(current(2).status, 404);
    let started = send("POST", 2);
    assert_eq!((started.status, &started.data()["startedBy"]), (201, &json!(OWNER)));
    assert_eq!(current(2).data(), started.data());
    let again = send("POST", 2).data();
    assert_ne!(again["id"], started.data()["id"], "the running one has ended");
    let stopped = send("PATCH", 2).data();
    assert_eq!((&stopped["id"], &stopped["endedBy"]), (&again["id"], &json!(OWNER)));
    assert_eq!(send("PATCH", 2).status, 404);
    assert_eq!(current(1).status, 200, "another server's session goes on");
    let cancelled = send("DELETE", 1);
    assert_eq!((cancelled.status, cancelled.text.as_str()), (204, ""));
    assert_eq!(current(1).status, 404);
    let sessions = api.state()["sessions"].clone();
    assert_eq!((&sessions[0]["cancelledBy"], &sessions[0]["endedBy"]), (&json!(OWNER), &Value::Null));
    assert_eq!(sessions.as_array().unwrap().len(), 3);
}

#[test]
fn activity_is_tracked() {
    let api = Api::new();
    let track = |body: Value| api.call("POST", "/servers/2/activity", &body).data();
    let started = track(json!({ "accId": OWNER }));
    assert_eq!((&started["end"], &started["serverId"]), (&Value::Null, &json!(2)));
    let stopped = track(json!({ "accId": OWNER }));
    assert_eq!(stopped["id"], started["id"]);
    assert!(stopped["end"].is_string());
    let second = track(json!({ "accId": OWNER, "forceStart": true }));
    let third = track(json!({ "accId": OWNER, "forceStart": true }));
    assert_ne!(second["id"], third["id"]);
    let cleared = track(json!({ "accId": OWNER, "forceClear": true, "clearReason": "Idle" }));
    assert_eq!((&cleared["id"], &cleared["clearReason"]), (&third["id"], &json!("Idle")));
    track(json!({ "accId": OWNER, "forceStart": true }));
    let closed = api.call("POST", "/servers/2/activity/start", &Value::Null).data();
    assert_eq!(closed.as_array().unwrap().len(), 1);
    assert_eq!(api.call("POST", "/servers/2/activity/start", &Value::Null).data(), json!([]));
    let latest =
        |query: &str| api.get(&format!("/accounts/{OWNER}/activity/latest?type=activity{query}")).data();
    assert_eq!(latest("&serverId=2").as_array().unwrap().len(), 3, "the newest three");
    assert_eq!(latest("&serverId=1"), json!([]));
    assert_eq!(latest("")[0]["completed"], true);
}

#[test]
fn games_keep_teams_commands_and_records() {
    let api = Api::new();
    let post = |path: &str, body: Value| api.call("POST", path, &body);
    let game = || api.state()["games"][0].clone();
    post("/erlc/teams/lock", json!({ "robloxJoinCode": "ABC123", "team": "Police", "maxPlayers": 10 }))
        .data();
    assert_eq!(game()["teams"], json!([{ "team": "Police", "maxPlayers": 10 }]));
    post("/erlc/teams/unlock", json!({ "robloxJoinCode": "ABC123", "team": "police" })).data();
    assert_eq!(game()["teams"], json!([]));
    let command = json!({ "robloxJoinCode": "ABC123", "discordId": "1", "type": "announce", "args": "Hi" });
    post("/erlc/commands", command.clone()).data();
    assert_eq!(game()["commands"], json!([command]));

    let record = |kind: &str, further: Value| {
        let mut body = json!({ "robloxJoinCode": "ABC123", "executerDiscordId": "1", "type": kind, "reason": "r", "points": 4 });
        body.as_object_mut().unwrap().extend(further.as_object().cloned().unwrap_or_default());
        post("/erlc/records", body)
    };
    for kind in ["note", "kick", "warn", "Internal Warning", "33333333-3333-3333-3333-333333333333"] {
        let expected = json!({ "success": true, "message": "Records added successfully" });
        assert_eq!(record(kind, json!({})).data(), expected, "{kind}");
    }
    let disciplinary = record("disciplinary", json!({ "playerDiscordId": "1234567890" })).data();
    assert_eq!(disciplinary["data"][0]["points"], 4);
    assert_eq!(api.get(&format!("/disciplinary/accounts/{ACCOUNT}/points")).data(), 16);
    assert_eq!(record("disciplinary", json!({})).fields(), ["playerDiscordId"]);
    assert_eq!(record("disciplinary", json!({ "playerDiscordId": "5" })).status, 404);
    assert_eq!(record("scolding", json!({})).fields(), ["type"]);
    assert_eq!(api.get("/erlc/players/online?robloxJoinCode=ABC123").data().as_array().unwrap().len(), 1);
    assert_eq!(record("ban", json!({ "playerRobloxId": "123456789" })).data(), json!({ "success": true }));
    assert_eq!(api.get("/erlc/players/online?robloxJoinCode=ABC123").data(), json!([]));
    assert_eq!(game()["records"].as_array().unwrap().len(), 7);
}

#[test]
fn a_new_join_code_has_an_empty_game() {
    let api = Api::new();
    assert_eq!(api.get("/erlc/players/queue?robloxJoinCode=NEW1").status, 404);
    api.call("POST", "/servers", &json!({ "servers": [{ "id": 2, "robloxJoinCode": "NEW1" }] }));
    assert_eq!(api.get("/erlc/players/queue?robloxJoinCode=NEW1").data(), 0);
    assert_eq!(api.get("/erlc/players/queue").data(), 3, "without a code, the first game");
}

#[test]
fn two_servers_with_one_id_are_refused() {
    let api = Api::new();
    let before = api.state();
    let twins = json!([{ "id": 7, "name": "A" }, { "id": 7, "name": "B" }]);
    for method in ["POST", "PUT"] {
        let answer = api.call(method, "/servers", &json!({ "servers": twins }));
        assert_eq!((answer.status, answer.fields()), (400, vec!["servers[1].id".to_owned()]), "{answer:?}");
    }
    for method in ["addGameServers", "setGameServers"] {
        let (status, text) = api.v1_refusal(method, &twins);
        assert!(status == 400 && text.contains("data[1].id"), "{text}");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn where_there_is_no_next_number_the_first_free_one_is_given() {
    let api = Api::new();
    let servers = json!([{ "id": i64::MAX, "name": "A" }, { "name": "B" }, { "name": "C" }]);
    assert_eq!(api.call("POST", "/servers", &json!({ "servers": servers })).status, 200);
    let state = api.state();
    let ids: Vec<i64> =
        state["servers"].as_array().unwrap().iter().filter_map(|server| server["id"].as_i64()).collect();
    assert_eq!(ids, [1, 2, 3, i64::MAX, 4, 5]);
}
