//! Every documented call, once directly and once in each way through the gateway: the same request, the same answer.

use serde_json::{Value, json};
use sonoran::{Call, Client, Operation, Options, operations};
use sonoran_gateway::Gateway;

use crate::client::{Api, send, settings};

/// What a call came to, and what the service had seen of it.
type Told = (Value, [Value; 8]);

/// An emulator, and what each way of calling came to there.
struct Compared(Api);

impl Compared {
    fn told(&self, carry_out: impl FnOnce() -> String) -> Told {
        let Self(api) = self;
        api.emulator.reset();
        // Dates in answers come from it.
        api.admin("POST", "/clock", &json!({ "freeze": true, "set": "2026-04-15T00:00:00Z" }));
        let mut response: Value = serde_json::from_str(&carry_out()).unwrap();
        response["waited"].take();
        let [request] = &api.journal("")[..] else { panic!("not one request: {response}") };
        let kept = ["name", "method", "path", "query", "body", "status", "answer", "credential"];
        (response, kept.map(|part| request[part].clone()))
    }

    /// A gateway of its own: version 1 allows 60 calls in all.
    fn gateway(&self) -> Gateway {
        Gateway::start(settings(&self.0.emulator, |_| {})).expect("the gateway starts")
    }
}

#[test]
fn every_documented_call_is_the_same_through_the_gateway() {
    let compared = Compared(Api::new());
    let direct = client("YOUR_API_KEY", "YOUR_COMMUNITY_ID", &compared.0.emulator.url());
    // The gateway has the key: whatever the caller has in its place is not sent.
    let through = client("ANYTHING", "WHATEVER", &compared.0.gateway.url());
    let doors = [compared.gateway(), compared.gateway()];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for documented in documented_calls() {
        let executed = |client: &Client| {
            let execute =
                || runtime.block_on(client.execute(call(&documented))).expect("a right call").to_json();
            compared.told(execute)
        };
        let told = executed(&direct);
        assert_eq!(told.0["success"], true, "{told:?}");
        assert_eq!(executed(&through), told);
        // At the door it has two forms: the payload beside the arguments, or all as the documentation lists them.
        let (plain, payload) = split(&documented);
        let bodies = [
            json!({ "arguments": plain, "payload": payload }),
            json!({ "arguments": documented["call"]["values"] }),
        ];
        for (door, body) in doors.iter().zip(bodies) {
            assert_eq!(compared.told(|| at_the_door(door, &documented, &body)), told);
        }
    }
}

fn at_the_door(door: &Gateway, documented: &Value, body: &Value) -> String {
    let path = format!("/_gateway/call/{}", documented["method"].as_str().unwrap());
    let answer = send(door.address(), "POST", &path, &[], body.to_string().as_bytes()).expect("an answer");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{answer:?}");
    answer.text
}

fn client(key: &str, community: &str, url: &str) -> Client {
    Client::new(Options::new(key, community).api_url(url)).expect("right options")
}

pub(crate) fn documented_calls() -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/generated/documented-calls.json");
    let calls = std::fs::read_to_string(file).expect("the documented calls");
    let calls: Vec<Value> = serde_json::from_str(&calls).expect("JSON");
    assert_eq!(calls.len(), operations().len());
    calls
}

/// The plain arguments, and the payload.
fn split(documented: &Value) -> (Vec<Value>, Option<Value>) {
    let name = documented["method"].as_str().expect("a name");
    // What is an object or a list of them is the payload, wherever it stands.
    let values = documented["call"]["values"].as_array().expect("values").iter();
    let (payload, mut plain): (Vec<Value>, Vec<Value>) =
        values.cloned().partition(|value| value.is_object() || value.is_array());
    plain.truncate(Operation::find(name).expect("an operation").parameters.len());
    (plain, payload.into_iter().next())
}

fn call(documented: &Value) -> Call {
    let name = documented["method"].as_str().expect("a name");
    let (plain, payload) = split(documented);
    let plain = Value::from(plain).to_string();
    Call::from_json(name, &plain, payload.map(|payload| payload.to_string()), None).expect("a call")
}
