//! Forms, events and rosters: what is written is read back.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, OWNER};

#[test]
fn a_submission_moves_through_stages() {
    let api = Api::new();
    let moved = |stage: &str, reason: Value| {
        let body = json!({ "accId": OWNER, "newStageId": stage, "optionalReason": reason });
        api.call("PATCH", "/forms/1/stage", &body)
    };
    let answer = moved("review", json!("Looks fine")).data();
    assert_eq!(answer["data"]["newStage"], json!({ "id": "review", "label": "Review" }));
    assert_eq!(answer["data"]["availableStages"].as_array().unwrap().len(), 3);
    let submission = api.get("/forms/submissions/1").data();
    assert_eq!(submission["stageId"], "review");
    assert_eq!(submission["formComments"]["comments"][0]["text"], "Looks fine");
    assert_eq!(moved("nowhere", json!("")).fields(), ["newStageId"]);
    assert_eq!(api.get("/forms/submissions/1").data(), submission);
}

#[test]
fn forms_are_submitted_counted_and_paged() {
    let api = Api::new();
    let body = json!({ "accId": ACCOUNT, "fields": [{ "fieldId": "why", "value": "because" }] });
    let submitted = api.call("POST", "/forms/1/submissions", &body);
    assert_eq!((submitted.status, &submitted.data()["formSubmitter"]), (201, &json!(ACCOUNT)));
    let page = api.get("/forms/1/submissions?skip=2&take=25").data();
    assert_eq!((&page["count"], &page["forms"][0]), (&json!(3), &submitted.data()));
    assert_eq!(api.get("/forms/submissions/43").data(), submitted.data());
    assert_eq!(submitted.data()["formStructure"]["fields"][0]["value"], "because");
}

#[test]
fn a_locked_form_takes_no_submissions() {
    let api = Api::new();
    let lock = |locked: bool| api.call("PATCH", "/forms/1/lock", &json!({ "state": locked })).data();
    assert_eq!(lock(true), "Successfully set the lock state for Example Form to: LOCKED");
    assert_eq!(api.get("/forms/1/lock").data(), true);
    assert_eq!(api.get("/forms/1").data()["locked"], true);
    assert_eq!(api.call("POST", "/forms/1/submissions", &json!({})).status, 409);
    assert_eq!(lock(false), "Successfully set the lock state for Example Form to: UNLOCKED");
    assert_eq!(api.call("POST", "/forms/1/submissions", &json!({})).status, 201);
}

#[test]
fn an_rsvp_toggles() {
    let api = Api::new();
    let rsvp = |account: &str| {
        api.call("POST", &format!("/events/{ACCOUNT}/rsvps"), &json!({ "accId": account })).data()
    };
    assert_eq!(rsvp(ACCOUNT), "RSVP_SUCCESS");
    assert_eq!(rsvp(OWNER), "RSVP_SUCCESS");
    assert_eq!(rsvp(ACCOUNT), "UNRSVP_SUCCESS");
    assert_eq!(api.state()["events"][0]["rsvps"], json!([OWNER]));
    assert_eq!(rsvp(ACCOUNT), "RSVP_SUCCESS");
}

#[test]
fn a_roster_shows_the_present_ranks() {
    let api = Api::new();
    let rows = || api.get("/rosters/1").data()["rows"].clone();
    assert_eq!(rows()[1]["rank"], "Officer");
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "add": ["rank-1"] }));
    assert_eq!((&rows()[1]["rank"], &rows()[1]["sortPower"]), (&json!("Sergeant"), &json!(30)));
    api.call("PATCH", &format!("/accounts/{OWNER}/ranks"), &json!({ "set": ["rank-3"] }));
    assert_eq!(rows().as_array().unwrap().len(), 1, "of another department now");
    let page = api.get("/rosters/1?skip=5&limit=1000").data();
    assert_eq!((&page["total"], &page["skip"], &page["limit"]), (&json!(1), &json!(5), &json!(50)));
}
