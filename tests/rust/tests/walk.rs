//! Lists that come in pages, and many calls at once, against the emulator.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::collections::HashSet;

use serde_json::{Value, json};
use sonoran::{Call, CallOptions, ErrorKind, Operation, RateLimit, WalkError, operations, types};
use sonoran_tests::{ACCOUNT, Admin, Emulator};

const MEMBERS: u64 = 250;

async fn crowded() -> (Emulator, u64) {
    let emulator = Emulator::start();
    Admin::of(&emulator).post("generate", &json!({ "accounts": MEMBERS })).await;
    let first = emulator.client().cms().get_accounts_v2(None).await.unwrap();
    let total = first.typed().unwrap().unwrap().total;
    (emulator, u64::try_from(total).unwrap())
}

#[tokio::test]
async fn everybody_is_walked_once_in_both_versions() {
    let (emulator, total) = crowded().await;
    assert!(total >= MEMBERS);
    let client = emulator.client();
    let mut accounts = client.walk().get_accounts_v2(None);
    assert_eq!((accounts.position(), accounts.total()), (0, None));
    let mut ids = HashSet::new();
    while let Some(account) = accounts.next().await {
        ids.insert(account.unwrap().acc_id);
        assert_eq!((accounts.position(), accounts.total()), (ids.len() as u64, Some(total)));
    }
    assert_eq!(ids.len() as u64, total);
    let of_v1 = client.walk().get_accounts(None).of::<Value>().list().await.unwrap();
    let of_v1: HashSet<String> =
        of_v1.iter().map(|account| account["accId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(of_v1, ids);
    let asked = Admin::of(&emulator).journal().await;
    let sizes: Vec<&Value> =
        asked.iter().filter(|entry| entry["method"] == "GET").map(|entry| &entry["query"]["take"]).collect();
    assert_eq!(sizes[1..], ["100"; 3], "{sizes:?}");
}

#[tokio::test]
async fn pages_keep_the_query_and_start_where_it_says() {
    let (emulator, _) = crowded().await;
    let query =
        types::GetAccountsQuery { skip: Some(40), take: Some(30), banned: Some(false), ..Default::default() };
    let mut pages = emulator.client().walk().get_accounts_v2(Some(&query)).pages();
    let mut at = 40;
    while let Some(page) = pages.next().await {
        let page = page.unwrap().typed().unwrap().unwrap();
        assert_eq!((page.skip, page.take), (at, 30));
        assert!(page.items.iter().all(|account| account.banned != Some(true)));
        at += i64::try_from(page.items.len()).unwrap();
    }
    assert_eq!(Some(u64::try_from(at).unwrap()), pages.total());
}

#[tokio::test]
async fn pages_begin_where_the_items_ended() {
    let (emulator, total) = crowded().await;
    // Within the first page, at its end, and within the last one.
    for taken in [0, 7, 100, total - 3, total] {
        let mut accounts = emulator.client().walk().get_accounts_v2(None);
        for _ in 0..taken {
            accounts.next().await.unwrap().unwrap();
        }
        let mut pages = accounts.pages();
        let mut at = taken;
        while let Some(page) = pages.next().await {
            let page = page.unwrap().typed().unwrap().unwrap();
            assert_eq!(u64::try_from(page.skip).unwrap(), at);
            at += page.items.len() as u64;
        }
        assert_eq!((at, pages.position(), pages.total()), (total, total, Some(total)));
    }
}

#[tokio::test]
async fn a_failed_page_ends_the_walk_and_says_where_to_go_on() {
    let (emulator, total) = crowded().await;
    let client = emulator.client();
    let mut accounts = client.walk().get_accounts_v2(None);
    let mut ids = HashSet::new();
    ids.insert(accounts.next().await.unwrap().unwrap().acc_id);
    let problem = json!({ "operation": "getAccountsV2", "times": 1,
        "action": { "type": "respond", "status": 403, "body": {} } });
    Admin::of(&emulator).post("faults", &problem).await;
    let failed = loop {
        match accounts.next().await.unwrap() {
            Ok(account) => ids.insert(account.acc_id),
            Err(error) => break error,
        };
    };
    assert!(matches!(failed, WalkError::Failed(error) if error.failure.kind == ErrorKind::Auth));
    assert!(accounts.next().await.is_none());
    assert_eq!((accounts.position(), ids.len(), accounts.total()), (100, 100, Some(total)));
    let skip = i64::try_from(accounts.position()).unwrap();
    let rest = types::GetAccountsQuery { skip: Some(skip), ..Default::default() };
    for account in client.walk().get_accounts_v2(Some(&rest)).list().await.unwrap() {
        assert!(ids.insert(account.acc_id), "walked twice");
    }
    assert_eq!(ids.len() as u64, total);
}

#[tokio::test]
async fn every_list_with_pages_can_be_walked() {
    let emulator = Emulator::start();
    let client = emulator.client();
    let walks = client.walk();
    assert!(!walks.get_form_submissions_v2(1, None).list().await.unwrap().is_empty());
    assert!(!walks.get_form_submissions(1, None).list().await.unwrap().is_empty());
    assert!(!walks.get_roster_v2(1, None).list().await.unwrap().is_empty());
    assert!(!walks.get_roster_contents(1, None).list().await.unwrap().is_empty());
    let paged = |operation: &&&Operation| operation.paged.is_some();
    assert_eq!(operations().iter().filter(paged).count(), 6, "test the new one here, too");
}

fn calls(count: usize) -> Vec<Call> {
    let call = || {
        let options = CallOptions { rate_limit: Some(RateLimit::Off), ..CallOptions::default() };
        Call::from_parts("getAccountRanksV2", vec![ACCOUNT.into()], None, options)
    };
    (0..count).map(|_| call().unwrap()).collect()
}

#[tokio::test]
async fn many_calls_give_each_its_response_and_few_are_under_way() {
    let emulator = Emulator::start_with(&["--limits", "off"]);
    let client = emulator.client();
    let mut responses = client.map(calls(100), 8);
    let mut indices = HashSet::new();
    while let Some((index, response)) = responses.next().await {
        assert!(response.unwrap().success);
        assert!(indices.insert(index));
    }
    assert_eq!(indices, (0..100).collect());
    // What is not taken holds its place: no more than eight are started.
    let admin = Admin::of(&emulator);
    let before = admin.journal().await.len();
    let mut slow = client.map(calls(100), 8);
    slow.next().await.unwrap().1.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while admin.journal().await.len() < before + 8 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(admin.journal().await.len(), before + 8);
}
