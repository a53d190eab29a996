//! Whose key goes to the service: the gateway's, or the caller's.

use serde_json::json;
use sonoran_gateway::Credential;

use crate::client::{Answer, Api};

const COMMUNITY: &str = "/v2/community";

fn v1(api: &Api, community: &str, key: &str) -> Answer {
    let body = json!({ "id": community, "key": key, "type": "GET_DEPARTMENTS", "data": [], "product": 1 });
    api.send("POST", "/general/get_departments", &[], body.to_string().as_bytes())
}

#[test]
fn a_held_key_needs_nothing_of_the_caller() {
    let api = Api::new();
    for headers in [&[][..], &["Authorization: Bearer WRONG"], &["Authorization: Basic eDp5"]] {
        assert_eq!(api.send("GET", COMMUNITY, headers, b"").status, 200);
    }
    assert_eq!(v1(&api, "WRONG", "WRONG").status, 200);
    assert_eq!(api.journal("?status=200&credential=YOUR_API_KEY").len(), 4);
    assert_eq!(api.journal("?operation=v1GetDepartments")[0]["body"]["product"], 1);
}

#[test]
fn a_key_of_the_callers_is_passed_on() {
    let api = Api::with(|settings| settings.credential = Credential::PassedThrough);
    let with = |header: &str| api.send("GET", COMMUNITY, &[header], b"");
    assert_eq!(with("Authorization: Bearer YOUR_API_KEY").status, 200);
    assert_eq!(with("authorization: bearer YOUR_API_KEY").status, 200);
    let wrong = with("Authorization: Bearer WRONG");
    assert_eq!((wrong.status, &wrong.json()["source"]), (401, &json!(null)), "the service's own words");
    assert_eq!(v1(&api, "YOUR_COMMUNITY_ID", "YOUR_API_KEY").status, 200);
    let other = v1(&api, "ANOTHER", "YOUR_API_KEY");
    assert_eq!((other.status, other.text.as_str()), (400, "INVALID COMMUNITY ID"));
    assert_eq!(api.journal("").len(), 5);
}

#[test]
fn callers_without_a_key_are_told_where_it_belongs() {
    let api = Api::with(|settings| settings.credential = Credential::PassedThrough);
    for header in
        ["X-Other: 1", "Authorization: Basic eDp5", "Authorization: Bearer ", "Authorization: Bearer a b"]
    {
        let answer = api.send("GET", COMMUNITY, &[header], b"");
        assert_eq!((answer.refusal().0, answer.header("www-authenticate")), (401, "Bearer"), "{header}");
    }
    let answer = api.send("POST", "/general/get_departments", &[], br#"{"data":[]}"#);
    assert_eq!(answer.refusal().0, 401);
    assert_eq!(v1(&api, "", "YOUR_API_KEY").refusal().0, 401);
    assert_eq!(api.journal("").len(), 0);
}
