//! What a program prints while it runs.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// A program in Rust or C# is compiled before it prints anything.
const PATIENCE: Duration = Duration::from_secs(240);

/// Waits for a line that begins so; others, such as a framework's log, are passed over.
pub(super) fn wait_for(lines: &Receiver<String>, start: &str) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                println!("{line}");
                if line.starts_with(start) {
                    return Ok(());
                }
            }
            Err(RecvTimeoutError::Disconnected) => bail!("it ended without a line {start:?}"),
            Err(RecvTimeoutError::Timeout) => {
                bail!("it printed no line {start:?} in {} seconds", PATIENCE.as_secs())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::wait_for;

    #[test]
    fn a_line_is_waited_for() {
        let (say, lines) = channel();
        for line in ["info: starting", "ready http://127.0.0.1:1"] {
            say.send(line.to_owned()).unwrap();
        }
        wait_for(&lines, "ready http://").unwrap();
        drop(say);
        let error = wait_for(&lines, "ACCOUNT_KICKED").unwrap_err().to_string();
        assert_eq!(error, "it ended without a line \"ACCOUNT_KICKED\"");
    }
}
