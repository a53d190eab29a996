//! Receives push events and prints a line for each.
//!
//! Whoever has the key can send events, so before acting on one it asks the service itself about the account.
//!
//! ```sh
//! export SONORAN_API_KEY=YOUR_API_KEY SONORAN_COMMUNITY_ID=YOUR_COMMUNITY_ID
//! cargo run --package sonoran-tests --example events 8080
//! ```

use std::env;
use std::error::Error;

use axum::Router;
use sonoran::{Client, Event, EventData, EventKeys, EventService, Options};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = env::var("SONORAN_API_KEY")?;
    let port: u16 = env::args().nth(1).ok_or("the port is missing")?.parse()?;
    let client = Client::new(Options::new(&key, env::var("SONORAN_COMMUNITY_ID")?))?;
    let events = EventService::builder(EventKeys::new([key])?).on(move |event| {
        let client = client.clone();
        async move { act(&client, &event).await }
    })?;

    let router = Router::new().route_service("/sonorancms/events", events.clone());
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("ready http://{}/sonorancms/events", listener.local_addr()?);
    let interrupted = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    axum::serve(listener, router).with_graceful_shutdown(interrupted).await?;
    events.close().await;
    Ok(())
}

async fn act(client: &Client, event: &Event) -> Result<(), Box<dyn Error + Send + Sync>> {
    let account_id = event.account_id.as_deref().ok_or("the event names no account")?;
    let response = client.cms().get_account_v2(account_id).await?;
    let Some(account) = response.typed()? else { return Err(response.reason.unwrap_or_default().into()) };
    let name = &account.acc_name;
    let what = match event.typed() {
        EventData::AccountUpdated(_) => "has changed",
        EventData::AccountKicked(_) if account.com_status == Some(false) => "is no longer a member",
        EventData::AccountBanned(_) if account.banned == Some(true) => "is banned",
        _ => "is as it was: nothing to do",
    };
    println!("{} {account_id} {name} {what}", event.event_type);
    Ok(())
}
