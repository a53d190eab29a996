//! Where the next page starts and when there is none, whatever the service answers. No network: the
//! answers are made up.

use std::task::Waker;

use serde_json::json;
use serde_json::value::to_raw_value;

use super::page::Page;
use super::*;
use crate::{Options, Response, types};

type Accounts = Pages<types::AccountPage>;

fn pages(query: &Value) -> Accounts {
    let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")).unwrap();
    walk::<types::AccountSummary, _>("getAccountsV2", &client, query).pages()
}

fn walk<T, P>(operation: &str, client: &Client, query: &Value) -> Walk<T, P> {
    client.walk().start(Operation::find(operation).unwrap(), Vec::new(), Some(query))
}

fn answer(data: &Value) -> Response {
    Response::succeeded(200, Some(to_raw_value(data).unwrap()), None)
}

/// A page of so many accounts from `first` on.
fn accounts(first: u64, count: u64, total: &Value) -> Response {
    let items: Vec<Value> = (first..first + count).map(|id| json!({ "accId": id.to_string() })).collect();
    answer(&json!({ "items": items, "total": total }))
}

/// Takes answers as they came; tells of each whether it was taken, and whether the walk goes on.
fn took(pages: &mut Accounts, answers: impl IntoIterator<Item = Response>) -> Vec<(bool, bool)> {
    let took = answers.into_iter().map(|answer| {
        // As where it waits for the answer.
        pages.goes_on();
        let (response, _) = pages.took(answer);
        (response.success, pages.goes_on())
    });
    took.collect()
}

#[test]
fn the_next_page_starts_where_the_items_ended() {
    let mut pages = pages(&json!({ "take": 100 }));
    let total = json!(130);
    assert_eq!(took(&mut pages, [accounts(0, 50, &total), accounts(50, 50, &total)]), [(true, true); 2]);
    assert_eq!((pages.position(), pages.total()), (100, Some(130)));
    assert_eq!(took(&mut pages, [accounts(100, 30, &total)]), [(true, false)]);
    assert_eq!(pages.position(), 130);
}

#[test]
fn a_total_that_the_service_leaves_out_is_not_known() {
    for total in [Value::Null, json!("many"), json!(-1)] {
        let mut pages = pages(&json!({}));
        let answers = [accounts(0, 25, &total), accounts(25, 3, &total), accounts(28, 0, &total)];
        assert_eq!(took(&mut pages, answers), [(true, true), (true, true), (true, false)], "{total}");
        assert_eq!((pages.position(), pages.total()), (28, None));
    }
}

#[test]
fn a_walk_ends_whatever_the_total_says() {
    let mut short = pages(&json!({}));
    assert_eq!(took(&mut short, [accounts(0, 7, &json!(3))]), [(true, false)]);
    let mut long = pages(&json!({}));
    let answers = [accounts(0, 7, &json!(1000)), accounts(7, 0, &json!(1000))];
    assert_eq!(took(&mut long, answers), [(true, true), (true, false)]);
}

#[test]
fn a_list_that_is_null_is_the_end_where_nothing_says_that_there_is_more() {
    let nothing =
        || [answer(&json!({ "items": null })), answer(&Value::Null), Response::succeeded(204, None, None)];
    for null in nothing() {
        assert_eq!(took(&mut pages(&json!({})), [null]), [(true, false)]);
    }
    for null in nothing() {
        let mut pages = pages(&json!({}));
        assert_eq!(took(&mut pages, [accounts(0, 25, &json!(1000)), null]), [(true, true), (false, false)]);
        assert_eq!(pages.position(), 25);
    }
    let told = answer(&json!({ "items": null, "total": 9 }));
    assert_eq!(took(&mut pages(&json!({})), [told]), [(false, false)]);
    let none = answer(&json!({ "items": null, "total": 0 }));
    assert_eq!(took(&mut pages(&json!({})), [none]), [(true, false)]);
}

#[test]
fn the_same_page_again_is_a_failure() {
    let mut pages = pages(&json!({}));
    let total = json!(100);
    let again = [accounts(0, 25, &total), accounts(0, 25, &total)];
    assert_eq!(took(&mut pages, again), [(true, true), (false, false)]);
    assert_eq!(pages.position(), 25);
}

#[test]
fn an_answer_without_a_list_is_a_failure() {
    for data in [json!({}), json!({ "items": 1, "total": 1 }), json!("none"), json!(1)] {
        let mut pages = pages(&json!({}));
        assert_eq!(took(&mut pages, [answer(&data)]), [(false, false)], "{data}");
    }
    for data in [json!({ "items": null, "total": 0 }), json!([])] {
        let mut pages = pages(&json!({}));
        assert_eq!(took(&mut pages, [answer(&data)]), [(true, false)], "{data}");
    }
}

#[test]
fn a_page_may_be_a_bare_list() {
    let paged = Operation::find("getFormSubmissions").unwrap().paged.as_ref().unwrap();
    let data = to_raw_value(&json!([{ "a": 1 }, { "b": 2 }])).unwrap();
    let page = Page::read(paged, Some(&data)).unwrap();
    assert_eq!(page.items.iter().map(|item| item.get()).collect::<Vec<_>>(), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(page.total, None);
}

#[test]
fn the_query_starts_the_walk_and_bounds_its_pages() {
    let paged = Operation::find("getRosterV2").unwrap().paged.as_ref().unwrap();
    let read = |query: Value| {
        let query = Query::read(Operation::find("getRosterV2").unwrap(), paged, Some(&query))?;
        Ok((query.start, query.of_page(query.start)))
    };
    assert_eq!(read(json!(null)), Ok((0, r#"{"limit":50,"skip":0}"#.to_owned())));
    assert_eq!(read(json!({ "skip": 20, "limit": null })), Ok((20, r#"{"limit":50,"skip":20}"#.to_owned())));
    assert_eq!(
        read(json!({ "skip": "20", "limit": 7, "more": true })),
        Ok((20, r#"{"limit":7,"more":true,"skip":20}"#.to_owned()))
    );
    let problem = |query: Value| read(query).map_err(|error: ArgumentError| error.to_string()).unwrap_err();
    assert_eq!(problem(json!({ "skip": -1 })), "query.skip must be a whole number from 0");
    assert_eq!(problem(json!({ "skip": "x" })), "query.skip must be a whole number, not \"x\"");
    assert_eq!(problem(json!({ "limit": 0 })), "query.limit must be at least 1");
    assert_eq!(problem(json!([])), "query must be an object of fields, not a list");
}

#[tokio::test]
async fn misuse_and_a_closed_client_end_the_walk() {
    let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")).unwrap();
    let mut misused: Walk<Value, Value> = walk("getAccountsV2", &client, &json!({ "skip": -1 }));
    assert!(
        matches!(misused.next().await, Some(Err(crate::WalkError::Argument(error))) if !error.is_closed())
    );
    assert!(misused.next().await.is_none());
    let mut walk: Walk<Value, Value> = walk("getAccountsV2", &client, &json!({}));
    client.close();
    assert!(matches!(walk.list().await, Err(crate::WalkError::Argument(error)) if error.is_closed()));
    assert!(walk.next().await.is_none());
}

#[test]
fn a_walk_can_be_carried_by_any_thread() {
    fn assert_send<T: Send + Unpin>(_: T) {}
    assert_send(pages(&json!({})));
    let mut pages = pages(&json!({}));
    // Asked for, it holds the call that is under way.
    let _ = pages.poll_page(&mut std::task::Context::from_waker(Waker::noop()));
    assert_send(pages);
}
