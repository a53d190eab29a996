//! The community's own operations, and the page and description beside the API.

use serde_json::json;

use crate::client::Api;

#[test]
fn a_community_is_looked_up_by_one_of_its_ids() {
    let api = Api::new();
    let summary = api.get("").data();
    assert_eq!(api.get("/lookup?id=YOUR_COMMUNITY_ID").data(), summary);
    assert_eq!(api.get("/lookup?uuid=00000000-0000-0000-0000-000000000000").data(), summary);
    assert_eq!(api.get("/lookup?id=OTHER").status, 404);
    for query in ["", "?id=YOUR_COMMUNITY_ID&uuid=00000000-0000-0000-0000-000000000000"] {
        let answer = api.get(&format!("/lookup{query}"));
        assert_eq!((answer.status, answer.fields()), (400, vec!["id".to_owned(), "uuid".to_owned()]));
    }
}

#[test]
fn the_tier_follows_the_subscription() {
    let api = Api::new();
    api.change_state(|state| state["community"]["subVersion"] = json!(3));
    assert_eq!(api.get("/sub-version").data(), json!({ "subVersion": 3, "tier": "Plus" }));
    assert_eq!(api.get("").data()["tier"], "Plus");
}

#[test]
fn a_short_link_leads_somewhere() {
    let api = Api::new();
    let make = |custom: bool| {
        api.call("POST", "/short-urls", &json!({ "path": "/go/x", "isCustomDomain": custom })).data()
    };
    assert_eq!(make(false)["redirect"], "https://sonorancms.com/go/x");
    assert_eq!(make(true)["redirect"], "https://community.example.com/go/x");
    make(true);
    assert_eq!(api.state()["community"]["shortLinks"].as_array().unwrap().len(), 3);
}

#[test]
fn the_page_and_the_description_need_no_key() {
    let api = Api::new();
    let page = api.send("GET", "/", &[], b"");
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(page.text.contains("setAccountRanksV2") && page.text.contains("/_emulator/reset"));
    assert_eq!(page.text.matches("a minute").count(), sonoran_emulator::routes().len());
    let description = api.send("GET", "/openapi.json", &[], b"").json();
    assert_eq!(description["openapi"], "3.1.0");
}

#[test]
fn answers_carry_an_id_and_the_emulators_date() {
    let api = Api::new();
    api.call("POST", "/_emulator/clock", &json!({ "freeze": true, "set": "2030-01-01T00:00:00Z" }));
    let answer = api.get("");
    assert_eq!(answer.headers["x-request-id"], "req-00000001");
    assert_eq!(answer.headers["date"], "Tue, 01 Jan 2030 00:00:00 GMT");
    assert_eq!(
        answer.json()["meta"],
        json!({ "timestamp": "2030-01-01T00:00:00.000Z", "path": "/v2/community" })
    );
    assert_eq!(api.get("/nowhere").headers["x-request-id"], "req-00000002");
}
