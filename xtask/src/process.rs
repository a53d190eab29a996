//! Running other programs: what is run can be read, repeated by hand, and ends when we are told to end.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::ops::Deref;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use shared_child::SharedChild;

use crate::tools::how_to_get;

/// Children that must not outlive this program.
static RUNNING: Mutex<Vec<Arc<SharedChild>>> = Mutex::new(Vec::new());

/// We were told to end: nothing is started any more.
static ENDING: AtomicBool = AtomicBool::new(false);

fn running() -> MutexGuard<'static, Vec<Arc<SharedChild>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A child as long as we care for it.
struct Running(Arc<SharedChild>);

impl Deref for Running {
    type Target = SharedChild;

    fn deref(&self) -> &SharedChild {
        &self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        running().retain(|child| !Arc::ptr_eq(child, &self.0));
    }
}

/// A program that runs beside us until this is dropped.
pub(crate) struct Server(Running);

impl Server {
    /// Ends it as nothing would that asks it to end.
    pub(crate) fn kill(&self) -> Result<()> {
        Ok(self.0.kill()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = send(&self.0, TERMINATE);
        let _ = self.0.wait();
    }
}

/// Stops every child when this program is interrupted or asked to end.
pub(crate) fn end_children_with_us() -> Result<()> {
    ctrlc::set_handler(|| {
        ENDING.store(true, Ordering::SeqCst);
        let children = running().clone();
        // An interrupt lets test runners tidy up; some programs are started so that they ignore it.
        for (signal, patience) in [(INTERRUPT, 3), (TERMINATE, 2)] {
            for child in &children {
                let _ = send(child, signal);
            }
            wait_for(&children, Duration::from_secs(patience));
        }
        for child in &children {
            let _ = child.kill();
        }
        eprintln!("interrupted");
        std::process::exit(130);
    })
    .context("cannot listen for interrupts")
}

fn wait_for(children: &[Arc<SharedChild>], patience: Duration) {
    let end = Instant::now() + patience;
    while Instant::now() < end && children.iter().any(|child| matches!(child.try_wait(), Ok(None))) {
        std::thread::sleep(Duration::from_millis(20));
    }
}

const INTERRUPT: i32 = 2;
const TERMINATE: i32 = 15;

#[cfg(unix)]
fn send(child: &SharedChild, signal: i32) -> std::io::Result<()> {
    use shared_child::unix::SharedChildExt as _;
    child.send_signal(signal)
}

#[cfg(not(unix))]
fn send(child: &SharedChild, _signal: i32) -> std::io::Result<()> {
    child.kill()
}

/// A command line, with where and with what environment it runs.
pub(crate) struct Program {
    command: Command,
    /// What repeats it, where its own line cannot: it may need a server that has ended.
    repeat: Option<String>,
}

impl Program {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self { command: Command::new(program), repeat: None }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Without a variable that we have.
    pub(crate) fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn envs(
        mut self,
        pairs: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>,
    ) -> Self {
        self.command.envs(pairs);
        self
    }

    pub(crate) fn dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Names the line that repeats it, where its own would not.
    pub(crate) fn repeated_by(mut self, line: impl Into<String>) -> Self {
        self.repeat = Some(line.into());
        self
    }

    /// Runs with our own output; anything but success is an error.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.start()?.wait()?;
        self.succeeded(status)
    }

    /// Runs without output, which is shown only if it fails.
    pub(crate) fn run_quietly(self) -> Result<()> {
        self.text().map(drop)
    }

    /// Runs and gives what was printed on standard output.
    pub(crate) fn text(mut self) -> Result<String> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.start()?;
        let errors = child.take_stderr();
        let errors = std::thread::spawn(move || read_all(errors));
        let printed = read_all(child.take_stdout());
        let errors = errors.join().unwrap_or_default();
        let status = child.wait()?;
        if !status.success() {
            eprintln!("{}{}", String::from_utf8_lossy(&printed), String::from_utf8_lossy(&errors));
        }
        self.succeeded(status)?;
        String::from_utf8(printed).with_context(|| format!("{self} did not print text"))
    }

    /// Runs, hands over each printed line as it comes, and gives the status.
    pub(crate) fn lines(&mut self, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
        self.command.stdout(Stdio::piped());
        let child = self.start()?;
        if let Some(output) = child.take_stdout() {
            for line in BufReader::new(output).split(b'\n') {
                each(&String::from_utf8_lossy(&line?));
            }
        }
        Ok(child.wait()?)
    }

    /// Starts it and gives its first line; it is ended when the handle is dropped.
    pub(crate) fn serve(self) -> Result<(Server, String)> {
        let line = self.to_string();
        let (server, lines) = self.speak()?;
        match lines.recv() {
            Ok(first) if !first.trim().is_empty() => Ok((server, first)),
            _ => bail!("it ended without a word; to see why:\n  {line}"),
        }
    }

    /// Starts it and gives its lines as they come; it is ended when the handle is dropped.
    pub(crate) fn speak(mut self) -> Result<(Server, Receiver<String>)> {
        self.command.stdout(Stdio::piped());
        let child = self.start()?;
        let (say, lines) = channel();
        if let Some(output) = child.take_stdout() {
            // Read on when nobody listens, or the program would block once the pipe is full.
            std::thread::spawn(move || {
                for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                    let _ = say.send(String::from_utf8_lossy(&line).trim_end().to_owned());
                }
            });
        }
        Ok((Server(child), lines))
    }

    fn start(&mut self) -> Result<Running> {
        while ENDING.load(Ordering::SeqCst) {
            std::thread::park();
        }
        let child = SharedChild::spawn(&mut self.command).map_err(|error| self.cannot_start(&error))?;
        let child = Arc::new(child);
        running().push(child.clone());
        Ok(Running(child))
    }

    fn cannot_start(&self, error: &std::io::Error) -> anyhow::Error {
        let name = self.command.get_program().to_string_lossy().into_owned();
        if error.kind() != std::io::ErrorKind::NotFound {
            return anyhow!("cannot start {name}: {error}");
        }
        anyhow!("cannot find {name}{}", how_to_get(&name))
    }

    fn succeeded(&self, status: ExitStatus) -> Result<()> {
        if status.success() {
            return Ok(());
        }
        bail!("{}", self.failure(status))
    }

    /// What to say of a failure: how it ended, and the line that repeats it.
    pub(crate) fn failure(&self, status: ExitStatus) -> String {
        failure(&self.to_string(), status)
    }
}

/// What to say when `line` ended with `status`.
pub(crate) fn failure(line: &str, status: ExitStatus) -> String {
    let how = if status.success() { "showed no success".to_owned() } else { format!("failed ({status})") };
    format!("{how}; to repeat it:\n  {line}")
}

/// The command as a line for a shell.
impl fmt::Display for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = &self.repeat {
            return out.write_str(line);
        }
        if let Some(directory) = self.command.get_current_dir() {
            write!(out, "cd {} && ", quoted(directory.as_os_str()))?;
        }
        for (name, value) in self.command.get_envs() {
            // A whole PATH says nothing to a reader who has one.
            if let Some(value) = value.filter(|_| name != "PATH") {
                write!(out, "{}={} ", name.to_string_lossy(), quoted(value))?;
            }
        }
        write!(out, "{}", quoted(self.command.get_program()))?;
        self.command.get_args().try_for_each(|argument| write!(out, " {}", quoted(argument)))
    }
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./=:@,+".contains(sign);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn read_all(from: Option<impl Read>) -> Vec<u8> {
    let mut all = Vec::new();
    if let Some(mut from) = from {
        let _ = from.read_to_end(&mut all);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::Program;

    #[test]
    fn a_line_can_be_pasted_into_a_shell() {
        let program =
            Program::new("pytest").dir("/a b").env("KEY", "it's").env("PATH", "/bin").args(["-k", ""]);
        assert_eq!(program.to_string(), r"cd '/a b' && KEY='it'\''s' pytest -k ''");
    }

    #[test]
    fn a_failure_repeats_the_line() {
        let error = Program::new("sh").args(["-c", "exit 3"]).run().unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.ends_with("sh -c 'exit 3'"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Program::new("no-such-program").run().unwrap_err().to_string();
        assert_eq!(error, "cannot find no-such-program");
    }

    #[test]
    fn lines_are_handed_over() {
        let mut seen = Vec::new();
        let status =
            Program::new("sh").args(["-c", "echo one; echo two"]).lines(|line| seen.push(line.to_owned()));
        assert!(status.unwrap().success());
        assert_eq!(seen, ["one", "two"]);
    }

    #[test]
    fn a_server_speaks_until_it_ends() {
        let (_server, lines) = Program::new("sh").args(["-c", "echo one; echo two"]).speak().unwrap();
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["one", "two"]);
    }
}
