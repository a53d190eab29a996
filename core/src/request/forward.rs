//! A request that another program has written: where it goes is built anew from its checked parts, and the
//! credential in it becomes the client's.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::caller::Caller;
use super::v2::{check_segment, put};
use super::{Request, arguments};
use crate::members::{Members, Name};
use crate::{ArgumentError, Forward, Location, V1, Wire};

/// The request to send, on behalf of the caller.
pub(crate) fn readdress(forward: &Forward, caller: Caller<'_>) -> Result<Request, ArgumentError> {
    let operation = forward.operation;
    let mut target = operation.path.to_owned();
    let places = operation.parameters.iter().filter(|parameter| parameter.location == Location::Path);
    let mut values = forward.path_values.iter();
    for place in places {
        let value = values.next().ok_or_else(|| arguments::required(operation, place.name))?;
        check_segment(place.name, value)?;
        put(&mut target, place.name, value);
    }
    if values.next().is_some() {
        let problem = format!("are too many for {}", operation.path);
        return Err(ArgumentError::of_type("pathValues", problem));
    }
    if let Some(query) = forward.query.as_deref().filter(|query| !query.is_empty()) {
        target.push('?');
        target.push_str(query);
    }
    let given = Some(&forward.body).filter(|body| !body.is_empty()).cloned();
    let (body, key_in_header) = match &operation.wire {
        Wire::V2 => (given, true),
        Wire::V1(wire) => (Some(signed(&forward.body, wire, caller)?), false),
    };
    Ok(Request { method: operation.method, target, body, key_in_header, headers: forward.headers.clone() })
}

/// The body with the caller's credential, and every other member as it was written. Its type must be that of the
/// path: the service looks at both.
fn signed(body: &[u8], wire: &V1, caller: Caller<'_>) -> Result<Bytes, ArgumentError> {
    let refuse = |_| ArgumentError::of_type("body", "must be a JSON object with id, key, type and data");
    let members: Members<'_> = serde_json::from_slice(body).map_err(refuse)?;
    if let Some(given) = members.get("type")
        && serde_json::from_str::<Cow<'_, str>>(given.get()).ok().as_deref() != Some(wire.request_type)
    {
        let problem = format!("must be {} at this path", wire.request_type);
        return Err(ArgumentError::value("body.type", problem));
    }
    let signed = Signed { members: &members, wire, caller };
    Ok(serde_json::to_vec(&signed).expect("texts and JSON are JSON").into())
}

struct Signed<'a> {
    members: &'a Members<'a>,
    wire: &'a V1,
    caller: Caller<'a>,
}

impl Serialize for Signed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.caller.community_id)?;
        map.serialize_entry("key", self.caller.api_key)?;
        map.serialize_entry("type", self.wire.request_type)?;
        for (at, (Name(name), value)) in self.members.0.iter().enumerate() {
            // Of several with one name only the last counts, here as there.
            let again = self.members.0[at + 1..].iter().any(|(later, _)| later.0 == *name);
            if !again && !matches!(name.as_ref(), "id" | "key" | "type") {
                let value: &RawValue = value;
                map.serialize_entry(name.as_ref(), value)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::Operation;

    fn forward(operation: &str) -> Forward {
        Forward::new(operation).unwrap()
    }

    fn sent(forward: &Forward) -> Result<Request, String> {
        let caller = Caller { community_id: "COMMUNITY", api_key: "KEY", default_server: 1 };
        readdress(forward, caller).map_err(|error| error.to_string())
    }

    #[test]
    fn the_address_is_built_from_its_parts() {
        let mut account = forward("getAccountV2");
        account.path_values = vec![r"a/b\c".to_owned()];
        account.query = Some("x=1&y=%20".to_owned());
        let request = sent(&account).unwrap();
        assert_eq!(request.target, "/v2/community/accounts/a%2Fb%5Cc?x=1&y=%20");
        assert!(request.key_in_header && request.body.is_none());
    }

    #[test]
    fn what_would_leave_its_segment_is_refused() {
        for value in ["..", "%2e%2E", "", ".", "a\nb"] {
            let mut account = forward("getAccountV2");
            account.path_values = vec![value.to_owned()];
            assert!(sent(&account).is_err(), "{value:?}");
        }
        assert!(sent(&forward("getAccountV2")).err().unwrap().starts_with("accountId is required"));
        let mut community = forward("getCommunityV2");
        community.path_values = vec!["a".to_owned()];
        assert!(sent(&community).err().unwrap().starts_with("pathValues are too many"));
    }

    #[test]
    fn a_body_of_version_2_stays_as_it_is() {
        let mut servers = forward("addServersV2");
        servers.body = Bytes::from_static(b"anything, \xff");
        assert_eq!(sent(&servers).unwrap().body.unwrap(), servers.body);
    }

    #[test]
    fn the_credential_of_version_1_is_the_clients() {
        let wire = match &Operation::find("getAccountRanks").unwrap().wire {
            Wire::V1(wire) => wire.request_type,
            Wire::V2 => unreachable!("a method of version 1"),
        };
        let body = format!(
            r#"{{"product":1,"key":"a","data":[{{"n":1.00}}],"type":"{wire}","id":"b","data":[{{"n":2.00}}],"\u006bey":"c"}}"#
        );
        let mut ranks = forward("getAccountRanks");
        ranks.body = body.into();
        let request = sent(&ranks).unwrap();
        assert!(!request.key_in_header);
        let expected =
            format!(r#"{{"id":"COMMUNITY","key":"KEY","type":"{wire}","product":1,"data":[{{"n":2.00}}]}}"#);
        assert_eq!(request.body.unwrap(), expected);
        ranks.body = Bytes::from_static(b"{}");
        let whole: Value = serde_json::from_slice(&sent(&ranks).unwrap().body.unwrap()).unwrap();
        assert_eq!(whole["type"], wire);
    }

    #[test]
    fn a_body_of_version_1_must_be_the_paths() {
        let mut ranks = forward("getAccountRanks");
        for (body, problem) in [
            ("", "body must be a JSON object"),
            ("[]", "body must be a JSON object"),
            (r#"{"type":"CMS_BAN_ACCOUNT"}"#, "body.type must be "),
            (r#"{"type":null}"#, "body.type must be "),
        ] {
            ranks.body = body.as_bytes().into();
            let refused = sent(&ranks).err().unwrap();
            assert!(refused.starts_with(problem), "{body}: {refused}");
        }
    }
}
