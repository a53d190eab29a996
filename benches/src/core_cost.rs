//! CPU per call of the core over bare reqwest that does the same work: encode the payload, send it
//! over a kept connection, read the answer, take the envelope apart.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sonoran::{Client, Options};

use crate::emulator::Emulator;
use crate::machine;

const ROUNDS: usize = 21;
const CALLS: u32 = 2000;
const ACCOUNT: &str = "00000000-0000-0000-0000-000000000000";

pub(crate) fn run() -> Result<()> {
    let emulator = Emulator::start(&["--limits", "off"])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = Client::new(
        Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
            .api_url(&emulator.url)
            // The limiter works, but never waits.
            .ceiling("setAccountRanksV2", u32::MAX),
    )?;
    let bare = bare_client()?;
    let payload = json!({ "accId": ACCOUNT, "add": ["rank-1"], "active": true });

    let mut ratios = Vec::new();
    let mut core_micros = Vec::new();
    let mut bare_micros = Vec::new();
    for round in 0..=ROUNDS {
        let bare_time = runtime.block_on(bare_calls(&bare, &emulator.url, &payload))?;
        let core_time = runtime.block_on(core_calls(&client, &payload))?;
        // The first round warms up both.
        if round > 0 {
            ratios.push(core_time.as_secs_f64() / bare_time.as_secs_f64());
            core_micros.push(micros(core_time));
            bare_micros.push(micros(bare_time));
        }
    }
    let (low, ratio, high) = machine::spread(&mut ratios);
    println!("machine: {}", machine::describe());
    println!("{ROUNDS} interleaved rounds of {CALLS} sequential calls each, one thread, thread CPU time");
    println!("bare reqwest: {:.1} us a call (median)", machine::spread(&mut bare_micros).1);
    println!("core:         {:.1} us a call (median)", machine::spread(&mut core_micros).1);
    println!("core / bare:  {ratio:.3} (median of the rounds' ratios; {low:.3} to {high:.3})");
    Ok(())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / f64::from(CALLS)
}

/// As the core sets its own client up, with nothing above it.
fn bare_client() -> Result<reqwest::Client> {
    let headers =
        [("authorization", "Bearer YOUR_API_KEY"), ("accept", "application/json"), ("user-agent", "bare")];
    let mut map = reqwest::header::HeaderMap::new();
    for (name, value) in headers {
        map.insert(name, value.parse()?);
    }
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
        .no_proxy()
        .tls_certs_only([])
        .default_headers(map)
        .build()?)
}

#[derive(Deserialize)]
struct Envelope<'a> {
    success: bool,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow)]
    meta: &'a RawValue,
}

async fn bare_calls(client: &reqwest::Client, url: &str, payload: &Value) -> Result<Duration> {
    let start = cpu_time()?;
    for _ in 0..CALLS {
        let response = client
            .patch(format!("{url}/v2/community/accounts/{ACCOUNT}/ranks"))
            .header("content-type", "application/json")
            .body(serde_json::to_string(payload)?)
            .send()
            .await?;
        let body = response.bytes().await?;
        let envelope: Envelope<'_> = serde_json::from_slice(&body)?;
        let kept = (envelope.data.to_owned(), envelope.meta.to_owned());
        ensure!(envelope.success && !kept.0.get().is_empty() && !kept.1.get().is_empty());
    }
    Ok(cpu_time()?.saturating_sub(start))
}

async fn core_calls(client: &Client, payload: &Value) -> Result<Duration> {
    let start = cpu_time()?;
    for _ in 0..CALLS {
        let response = client.cms().set_account_ranks_v2(ACCOUNT, payload).await?;
        ensure!(response.success, "{:?}", response.reason);
    }
    Ok(cpu_time()?.saturating_sub(start))
}

/// The time that this thread was on a processor.
fn cpu_time() -> Result<Duration> {
    let statistics =
        fs::read_to_string("/proc/thread-self/schedstat").context("this benchmark needs Linux")?;
    let nanos = statistics.split(' ').next().context("an empty schedstat")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}
