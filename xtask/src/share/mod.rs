//! `cargo xtask share`: programs in several languages share one key, through a file and through a server, as their
//! packages have it. The service must refuse none of their calls, also where one of them is killed, or the server forgets
//! its scripts and stands still; and where nothing goes wrong, no slot may be wasted.

mod programs;
mod store;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::root::{emptied, work};
use crate::tools::NO_VALKEY;

pub(crate) use programs::{Programs, Task, Through};
pub(crate) use store::Store;

/// What stands for the service's minute.
const WINDOW: Duration = Duration::from_secs(2);
const CEILING: usize = 20;
const WINDOWS: usize = 12;
/// Of a hundred slots, so many must be used.
const LEAST: usize = 97;
/// A call that waits for more than one slot in the wrong place ends this.
pub(crate) const STUCK: Duration = Duration::from_secs(300);

/// Lets so many programs share a key in each way.
pub(crate) fn run(processes: usize) -> Result<()> {
    ensure!(processes >= 2, "--processes must be at least 2");
    let programs = Programs::new(&work("share"))?;
    for (name, trouble) in [("nothing goes wrong", false), ("one is killed", true)] {
        let folder = work("share").join("limits");
        emptied(&folder)?;
        share(&programs, processes, &format!("a file, {name}"), &Through::Folder(folder), trouble, None)?;
    }
    let Some(server) = Store::start()? else {
        println!("through a server: skipped, {NO_VALKEY}");
        return Ok(());
    };
    for (name, trouble) in
        [("nothing goes wrong", false), ("one is killed, scripts are flushed, it sleeps", true)]
    {
        server.say("FLUSHALL")?;
        let through = Through::Server(server.url());
        share(&programs, processes, &format!("a server, {name}"), &through, trouble, Some(&server))?;
    }
    Ok(())
}

fn share(
    programs: &Programs,
    processes: usize,
    name: &str,
    through: &Through,
    trouble: bool,
    store: Option<&Store>,
) -> Result<()> {
    let calls = CEILING * WINDOWS / processes;
    let task = Task { calls, window: WINDOW, ceiling: CEILING };
    let emulator = task.service(&work("share"))?;
    let endless = Task { calls: usize::MAX >> 12, ..task };
    let mortal =
        if trouble { Some(programs.start(processes, &emulator.url, through, endless)?) } else { None };
    let (_programs, told) = programs.start_all(processes, &emulator.url, through, task)?;
    let mut times = Vec::new();
    while times.len() < calls * processes {
        let (time, line) =
            told.recv_timeout(STUCK).with_context(|| format!("through {name}: a call is stuck"))?;
        ensure!(
            line == "200 1",
            "through {name}: a call came to {line:?}, and not to 200 with the first request"
        );
        times.push(time);
        if let Some(store) = store.filter(|_| trouble) {
            match times.len() {
                number if number == CEILING => store.say("SCRIPT FLUSH")?,
                number if number == 3 * CEILING => store.say("DEBUG SLEEP 0.5")?,
                _ => {}
            }
        }
        if times.len() == 2 * CEILING
            && let Some((handle, lines)) = &mortal
        {
            ensure!(lines.try_iter().all(|line| line == "200 1"), "through {name}: a call was refused");
            handle.kill()?;
        }
    }
    // Programs start one after another, and end so: between, each window should have all its slots.
    let (from, windows) = (times[2 * CEILING], WINDOWS - 4);
    let until = from + WINDOW * u32::try_from(windows)?;
    let got = times.iter().filter(|time| (from..until).contains(time)).count();
    println!(
        "through {name}: {processes} programs, {} calls, none refused; {got} of {} slots used in {windows} windows",
        times.len(),
        CEILING * windows
    );
    ensure!(trouble || got * 100 >= CEILING * windows * LEAST, "through {name}: slots were wasted");
    Ok(())
}
