//! The example that writes everybody to a CSV file.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::collections::HashSet;
use std::fs;

use serde_json::json;
use sonoran_tests::{ACCOUNT, Admin, Emulator};

#[path = "../../../examples/rust/export.rs"]
#[allow(dead_code)]
mod example;

#[tokio::test]
async fn everybody_is_in_the_file_and_a_failure_leaves_the_old_one() {
    let emulator = Emulator::start();
    let admin = Admin::of(&emulator);
    admin.post("generate", &json!({ "accounts": 120 })).await;
    let client = emulator.client();
    let renamed = json!({ "newName": "=1+1, \"so\"" });
    assert!(client.cms().set_account_name_v2(ACCOUNT, &renamed).await.unwrap().success);
    let file = std::env::temp_dir().join(format!("sonoran-export-{}.csv", std::process::id()));

    let written = example::export(&client, &file).await.unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,number,name,active,banned"));
    let ids: HashSet<&str> = lines.map(|line| line.split(',').next().unwrap()).collect();
    assert!(written >= 120);
    assert_eq!(ids.len() as u64, written);
    assert!(text.contains(&format!("\"{ACCOUNT}\",1001,\"'=1+1, \"\"so\"\"\",yes,no\n")), "{text}");

    let down = json!({ "times": "always", "action": { "type": "respond", "status": 403, "body": {} } });
    admin.post("faults", &down).await;
    assert!(example::export(&client, &file).await.is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    fs::remove_file(file.with_extension("part")).unwrap();
    fs::remove_file(file).unwrap();
}
