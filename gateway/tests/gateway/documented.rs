//! Every documented call, once directly and once through the gateway: the same request, the same answer.

use serde_json::{Value, json};
use sonoran::{Call, Client, Options, operations};

use crate::client::Api;

#[test]
fn every_documented_call_is_the_same_through_the_gateway() {
    let api = Api::new();
    // Dates in answers come from it.
    let still = json!({ "freeze": true, "set": "2026-04-15T00:00:00Z" });
    let direct = client("YOUR_API_KEY", "YOUR_COMMUNITY_ID", &api.emulator.url());
    // The gateway has the key: whatever the caller has in its place is not sent.
    let through = client("ANYTHING", "WHATEVER", &api.gateway.url());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut compared = 0;
    for documented in documented_calls() {
        let told = [&direct, &through].map(|client| {
            api.emulator.reset();
            api.admin("POST", "/clock", &still);
            let response = runtime.block_on(client.execute(call(&documented))).expect("a right call");
            let mut response: Value = serde_json::from_str(&response.to_json()).unwrap();
            response["waited"].take();
            let [request] = &api.journal("")[..] else { panic!("not one request for {documented}") };
            let kept = ["name", "method", "path", "query", "body", "status", "answer", "credential"];
            (response, kept.map(|part| request[part].clone()))
        });
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0].0["success"], true, "{told:?}");
        compared += 1;
    }
    assert_eq!(compared, operations().len());
}

fn client(key: &str, community: &str, url: &str) -> Client {
    Client::new(Options::new(key, community).api_url(url)).expect("right options")
}

fn documented_calls() -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/generated/documented-calls.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the documented calls")).expect("JSON")
}

fn call(documented: &Value) -> Call {
    let name = documented["method"].as_str().expect("a name");
    // What is an object or a list of them is the payload, wherever it stands.
    let values = documented["call"]["values"].as_array().expect("values");
    let is_payload = |value: &&Value| value.is_object() || value.is_array();
    let plain: Vec<&Value> = values.iter().filter(|value| !is_payload(value)).collect();
    let takes = operations().iter().find(|each| each.name == name).expect("an operation").parameters.len();
    let payload = values.iter().find(is_payload).map(ToString::to_string);
    let plain = serde_json::to_string(&plain[..plain.len().min(takes)]).unwrap();
    Call::from_json(name, &plain, payload, None).expect("a call")
}
