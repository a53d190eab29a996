//! Writes everybody in the community to a CSV file, as a nightly job does. The file is there when all of them are in
//! it: what stood there before stays until then.
//!
//! ```sh
//! export SONORAN_API_KEY=YOUR_API_KEY SONORAN_COMMUNITY_ID=YOUR_COMMUNITY_ID
//! cargo run --package sonoran-tests --example export members.csv
//! ```

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use sonoran::{Client, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file: PathBuf = env::args_os().nth(1).ok_or("the name of the file is missing")?.into();
    let options = Options::new(env::var("SONORAN_API_KEY")?, env::var("SONORAN_COMMUNITY_ID")?);
    let written = export(&Client::new(options)?, &file).await?;
    println!("{written} accounts in {}", file.display());
    Ok(())
}

/// Walks all accounts into the file, and says how many there were.
pub(crate) async fn export(client: &Client, file: &Path) -> Result<u64, Box<dyn Error>> {
    let unfinished = file.with_extension("part");
    let mut csv = BufWriter::new(File::create(&unfinished)?);
    writeln!(csv, "id,number,name,active,banned")?;
    // The rate limit makes a large community take minutes, and a page that fails for long ends it with an error.
    let mut accounts = client.walk().get_accounts_v2(None);
    while let Some(account) = accounts.next().await {
        let account = account?;
        let (id, name) = (cell(&account.acc_id), cell(&account.acc_name));
        let flags = format!("{},{}", flag(account.com_status), flag(account.banned));
        writeln!(csv, "{id},{},{name},{flags}", account.unique_id)?;
        if accounts.position().is_multiple_of(100) {
            eprintln!("{} of {}", accounts.position(), accounts.total().unwrap_or_default());
        }
    }
    csv.flush()?;
    fs::rename(unfinished, file)?;
    Ok(accounts.position())
}

/// A text as CSV has it (RFC 4180). What a spreadsheet would take for a formula is marked as text.
fn cell(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

fn flag(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}
