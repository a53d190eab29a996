//! The crate at work: writing and reading back, a bad key, a rate limit that is waited out.
//!
//! `cargo xtask demo --lang rust` runs it against the emulator, whose address is in `SONORAN_CMS_API_URL`.

use std::error::Error;
use std::time::Instant;

use serde_json::json;
use sonoran::{Client, Options};

const ACCOUNT: &str = "00000000-0000-0000-0000-000000000000";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = connect("YOUR_API_KEY")?;
    write_and_read_back(&client).await?;
    show_bad_key().await?;
    wait_out_rate_limit(&client).await
}

fn connect(key: &str) -> Result<Client, Box<dyn Error>> {
    Ok(Client::new(Options::new(key, "YOUR_COMMUNITY_ID").default_server_id(1))?)
}

async fn write_and_read_back(client: &Client) -> Result<(), Box<dyn Error>> {
    println!("Writing and reading back");
    let written = client.cms().set_account_name_v2(ACCOUNT, &json!({ "newName": "Demo Name" })).await?;
    println!("  written: {}", written.typed()?.unwrap_or_default());
    let read = client.cms().get_account_v2(ACCOUNT).await?;
    println!("  read back: {}", read.typed()?.map(|account| account.acc_name).unwrap_or_default());
    Ok(())
}

async fn show_bad_key() -> Result<(), Box<dyn Error>> {
    println!("A bad key is an answer, not an error");
    let response = connect("A_WRONG_KEY")?.cms().get_account_v2(ACCOUNT).await?;
    let kind = response.error.as_ref().map_or("none", |error| error.kind.as_str());
    let reason = response.reason.unwrap_or_default();
    println!("  success {}, kind {kind}: {reason}", response.success);
    Ok(())
}

async fn wait_out_rate_limit(client: &Client) -> Result<(), Box<dyn Error>> {
    println!("Five calls where the emulator allows three in two seconds");
    let start = Instant::now();
    for number in 1..=5 {
        let response = client.cms().get_sub_version_v2().await?;
        let seconds = start.elapsed().as_secs_f32();
        println!("  call {number}: success {} after {seconds:.1} s", response.success);
    }
    Ok(())
}
