//! Isolated worlds in one emulator.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Answer, Api};
use crate::receiver::Receiver;

/// A world, asked with its own key.
struct World<'a> {
    api: &'a Api,
    key: String,
    community: String,
}

impl<'a> World<'a> {
    fn new(api: &'a Api) -> Self {
        let made = api.call("POST", "/_emulator/worlds", &Value::Null);
        assert_eq!(made.status, 201, "{made:?}");
        let made = made.json();
        let text = |name: &str| made[name].as_str().expect(name).to_owned();
        Self { api, key: text("key"), community: text("communityId") }
    }

    fn call_as(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/v2/community{path}");
        self.api.send(method, &path, &[&format!("Authorization: Bearer {key}")], body.as_bytes())
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.call_as(&self.key, method, path, body)
    }

    fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null)
    }

    /// The admin side of this world.
    fn admin(&self, method: &str, place: &str, body: &Value) -> Answer {
        self.api.call(method, &format!("/_emulator/{place}?world={}", self.key), body)
    }

    fn journal(&self) -> Vec<Value> {
        self.admin("GET", "journal", &Value::Null).json()["entries"].as_array().expect("entries").clone()
    }

    fn name_of_account(&self) -> Value {
        self.get(&format!("/accounts/{ACCOUNT}")).data()["accName"].clone()
    }

    fn v1(&self, key: &str, community: &str) -> Answer {
        let data = json!([{ "apiId": "SOME_API_ID" }]);
        let body = json!({ "id": community, "key": key, "type": "CHECK_COM_APIID", "data": data });
        self.api.send("POST", "/general/check_com_apiid", &[], body.to_string().as_bytes())
    }
}

#[test]
fn each_world_has_all_of_its_own() {
    let api = Api::with(sonoran_emulator::Options::default());
    let (one, other) = (World::new(&api), World::new(&api));
    assert_ne!((&one.key, &one.community), (&other.key, &other.community));
    assert_eq!(one.get("").data()["id"], json!(one.community));

    one.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": "Alex" }));
    one.admin("POST", "clock", &json!({ "freeze": true, "set": "2040-01-01" }));
    one.admin("PUT", "limits", &json!({ "overrides": { "getServersV2": 0 } }));
    one.admin("PUT", "subscriptions", &json!({ "enforced": true }));
    one.admin(
        "POST",
        "faults",
        &json!({ "times": "always", "operation": "getCommunityV2",
        "action": { "type": "respond", "status": 503 } }),
    );
    let receiver = Receiver::new(204);
    one.admin("PUT", "events", &json!({ "targets": [receiver.target()] }));

    assert_eq!(
        (one.name_of_account(), one.get("").status, one.get("/servers").status),
        (json!("Alex"), 503, 429)
    );
    let seen = |at: &dyn Fn(&str) -> Value| {
        let year = at("clock")["now"].as_str().expect("a time")[..4] == *"2040";
        let faults = at("faults")["faults"].as_array().map_or(0, Vec::len);
        let targets = at("events")["targets"].as_array().map_or(0, Vec::len);
        let overrides = at("limits")["overrides"].as_object().map_or(0, serde_json::Map::len);
        (year, faults, targets, overrides, at("subscriptions")["enforced"].clone())
    };
    let in_world = |world: &World<'_>, place: &str| world.admin("GET", place, &Value::Null).json();
    assert_eq!(seen(&|place| in_world(&one, place)), (true, 1, 1, 1, json!(true)));
    let fresh = (false, 0, 0, 0, json!(false));
    assert_eq!(seen(&|place| in_world(&other, place)), fresh);
    assert_eq!(seen(&|place| api.get(&format!("/_emulator/{place}")).json()), fresh);
    assert_eq!((other.name_of_account(), other.get("").status), (json!("ExampleAccount"), 200));
    assert_eq!((one.journal().len(), other.journal().len(), api.journal("").len()), (5, 2, 0));
    assert_eq!(other.journal()[0]["number"], 1);
}

#[test]
fn a_reset_stays_in_its_world() {
    let api = Api::new();
    let (one, other) = (World::new(&api), World::new(&api));
    let rename = |world: &World<'_>| {
        world.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": "Alex" })).status
    };
    assert_eq!((rename(&one), rename(&other)), (200, 200));
    api.call("POST", "/_emulator/reset", &Value::Null);
    assert_eq!((one.name_of_account(), other.name_of_account()), (json!("Alex"), json!("Alex")));
    assert_eq!(one.admin("POST", "reset", &Value::Null).status, 200);
    assert_eq!((one.name_of_account(), other.name_of_account()), (json!("ExampleAccount"), json!("Alex")));
    assert_eq!(one.journal().len(), 1);
}

#[test]
fn both_versions_find_their_world() {
    let api = Api::new();
    let world = World::new(&api);
    let text = |answer: Answer| (answer.status, answer.text);
    assert_eq!(text(world.v1(&world.key, &world.community)), (200, "ExampleAccount".to_owned()));
    assert_eq!(text(world.v1("WRONG", &world.community)), (400, "INVALID API KEY".to_owned()));
    assert_eq!(text(world.v1(&world.key, "YOUR_COMMUNITY_ID")), (400, "INVALID COMMUNITY ID".to_owned()));
    assert_eq!(world.get("").status, 200);
    assert_eq!(world.journal().len(), 4);
    assert!(!json!(world.journal()).to_string().contains(&world.key), "no key is shown");
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn a_world_can_have_further_keys_and_be_asked_with_a_wrong_one() {
    let api = Api::new();
    let world = World::new(&api);
    let second = format!("{}.second", world.key);
    assert_eq!(world.call_as(&second, "GET", "", &Value::Null).status, 401);
    world.admin("PUT", "state", &{
        let mut state = world.admin("GET", "state", &Value::Null).json();
        state["keys"] = json!([world.key, second]);
        state
    });
    assert_eq!(world.call_as(&second, "GET", "", &Value::Null).status, 200);
    assert_eq!(world.journal().len(), 2);
}

#[test]
fn a_loaded_state_leaves_a_world_its_key_and_community() {
    let api = Api::new();
    let world = World::new(&api);
    let mut state = api.state();
    state["community"]["name"] = json!("Another");
    assert_eq!(world.admin("PUT", "state", &state).status, 200);
    let community = world.get("").data();
    assert_eq!((&community["name"], &community["id"]), (&json!("Another"), &json!(world.community)));
    assert_eq!(world.v1(&world.key, &world.community).status, 200);
    assert_eq!(api.get("").data()["name"], "Example Community");
}

#[test]
fn a_deleted_world_is_gone() {
    let api = Api::new();
    let (one, other) = (World::new(&api), World::new(&api));
    let listed = || {
        let worlds = api.get("/_emulator/worlds").json()["worlds"].as_array().cloned().expect("worlds");
        worlds.into_iter().map(|world| world["key"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed().len(), 2);
    let delete = || api.call("DELETE", &format!("/_emulator/worlds/{}", one.key), &Value::Null).status;
    assert_eq!((delete(), delete()), (204, 404));
    assert_eq!(listed(), [json!(other.key)]);
    assert_eq!(one.get("").status, 401, "as with any wrong key");
    assert_eq!(one.v1(&one.key, &one.community).text, "INVALID API KEY");
    assert_eq!(one.admin("POST", "reset", &Value::Null).fields(), ["world"]);
    assert_eq!(other.get("").status, 200);
}

#[test]
fn its_answer_makes_a_client() {
    let api = Api::new();
    let made = api.call("POST", "/_emulator/worlds", &json!({})).json();
    assert_eq!(made["url"], "http://emulator", "the address that was used");
    for (method, path, body, field) in [
        ("POST", "/_emulator/worlds", json!({ "keys": [] }), "body"),
        ("POST", "/_emulator/worlds?world=x", Value::Null, "world"),
        ("POST", "/_emulator/reset?wrold=x", Value::Null, "wrold"),
        ("GET", "/_emulator/state?world=x", Value::Null, "world"),
    ] {
        let answer = api.call(method, path, &body);
        assert!([400, 404].contains(&answer.status), "{answer:?}");
        assert_eq!(answer.fields(), [field], "{path}");
    }
    let answer = api.call("PUT", "/_emulator/worlds/x", &Value::Null);
    assert_eq!((answer.status, answer.headers["allow"].as_str()), (405, "DELETE"));
}
