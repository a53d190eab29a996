//! Windows of several processes over one file, on virtual time.

use std::fs;
use std::path::PathBuf;

use tokio::time::{advance, sleep};

use super::fallback::News;
use super::tests::turn;
use super::*;

const ATTEMPT: Duration = Duration::from_secs(30);
/// How long a process that lost the others is silent.
const QUIET: Duration = Duration::from_secs(30 + 5 + 60);

/// A folder that processes of the test share, and what they told.
struct Machine {
    folder: PathBuf,
    told: Arc<Mutex<Vec<String>>>,
    hook: Hook,
}

impl Machine {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sonoran-sharing-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let hears = Arc::clone(&told);
        let hook: Hook = Arc::new(move |warning| lock(&hears).push(warning.to_string()));
        Self { folder, told, hook }
    }

    /// The window of another process.
    fn process(&self, number: u64, refuses: bool) -> Arc<Window> {
        let sharing = Sharing { place: String::new(), refuses, members: 2 };
        let files = Files::new(Some(&self.folder), "https://service", "key");
        let circle = Arc::new(Circle::new(sharing, Box::new(files), number << 32));
        circle.hearers.join(&self.hook);
        let now = Instant::now();
        Arc::new(Window::new(now, WINDOW, Some(circle.link("window", now, WINDOW))))
    }

    /// Somebody who holds the lock.
    fn hold(&self) -> fs::File {
        let path = fs::read_dir(&self.folder).unwrap().next().unwrap().unwrap().path();
        let file = fs::File::open(path).unwrap();
        file.try_lock().unwrap();
        file
    }

    fn told(&self) -> Vec<String> {
        lock(&self.told).clone()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn slot(window: &Arc<Window>, ceiling: u32) -> Slot {
    let mut turn = turn();
    turn.attempt = ATTEMPT;
    window.acquire(ceiling, &mut turn, None).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_one_takes_is_not_there_for_the_other() {
    let machine = Machine::new("taken");
    let (one, other) = (machine.process(1, false), machine.process(2, false));
    let start = Instant::now();
    slot(&one, 2).await.answered();
    assert_eq!((one.report(2).free, other.report(2).free), (1, 1));
    sleep(Duration::from_secs(10)).await;
    slot(&other, 2).await.answered();
    let report = one.report(2);
    assert_eq!((report.free, report.next_free_in), (0, Some(Duration::from_secs(50))));
    let refused = one.acquire_at_once(2, ATTEMPT).await.unwrap_err();
    assert_eq!((refused.retry_after, refused.alone), (Duration::from_secs(50), None));
    slot(&other, 2).await.answered();
    assert_eq!(start.elapsed(), WINDOW);
    assert_eq!(machine.told(), [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_429_of_one_stops_the_other_and_the_impatient_are_told() {
    let machine = Machine::new("frozen");
    let (one, other) = (machine.process(1, false), machine.process(2, false));
    // Both wait: the ceiling is used.
    let held = slot(&one, 1).await;
    let waiting = tokio::spawn({
        let other = Arc::clone(&other);
        async move {
            let mut turn = turn();
            turn.attempt = ATTEMPT;
            other.acquire(1, &mut turn, None).await.map(drop)
        }
    });
    sleep(Duration::from_secs(5)).await;
    held.throttled(Duration::from_secs(1000));
    assert!(other.report(1).frozen);
    let start = Instant::now();
    let refused = waiting.await.unwrap().unwrap_err();
    assert!(start.elapsed() <= Duration::from_secs(1), "{:?}", start.elapsed());
    assert!(refused.retry_after >= Duration::from_secs(999));
}

#[tokio::test(start_paused = true)]
async fn what_the_service_leaves_is_believed_for_all() {
    let machine = Machine::new("believed");
    let (one, other) = (machine.process(1, false), machine.process(2, false));
    let mut slot = slot(&one, 10).await;
    slot.believe(3, Duration::from_secs(20));
    slot.answered();
    assert_eq!(other.report(10).free, 3);
    advance(Duration::from_secs(20)).await;
    assert_eq!(other.report(10).free, 9);
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_held_for_a_moment_delays_a_call_and_no_more() {
    let machine = Machine::new("moment");
    let window = machine.process(1, false);
    slot(&window, 2).await.answered();
    let held = machine.hold();
    let start = Instant::now();
    let call = tokio::spawn({
        let window = Arc::clone(&window);
        async move { slot(&window, 2).await.answered() }
    });
    sleep(Duration::from_millis(500)).await;
    drop(held);
    call.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(2));
    let told = machine.told();
    assert!(told[0].contains("holds its lock") && told[0].contains("at 1/2 of each rate limit"), "{told:?}");
    assert_eq!((told.len(), told[1].as_str()), (2, "rate limits are shared again"));
    // Nobody took a part meanwhile: all is as before.
    assert_eq!(window.report(2).free, 0);
    advance(WINDOW).await;
    assert_eq!(window.report(2).free, 2);
}

/// Elsewhere no file that is open can be removed.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn whose_patience_ends_as_it_is_asked_again_is_told_of_all_of_the_silence() {
    let machine = Machine::new("patience");
    let window = machine.process(1, false);
    slot(&window, 4).await.answered();
    fs::remove_dir_all(&machine.folder).unwrap();
    fs::write(&machine.folder, "").unwrap();
    let start = Instant::now();
    for call in 0..5 {
        // The clock wakes whoever waits by whole milliseconds, a little after the end of their patience.
        advance(Duration::from_micros(300)).await;
        let mut hasty = turn();
        hasty.attempt = ATTEMPT;
        let bound = Instant::now() + Duration::from_secs(1);
        let refused = window.acquire(4, &mut hasty, Some(bound)).await.unwrap_err();
        let left = QUIET.checked_sub(start.elapsed()).unwrap();
        assert!(refused.alone.is_some() && refused.retry_after >= left, "call {call}: {refused:?}, {left:?}");
    }
    fs::remove_file(&machine.folder).unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_finds_nobody_is_silent_then_takes_a_part_of_which_others_know() {
    let machine = Machine::new("alone");
    let (window, other) = (machine.process(1, false), machine.process(2, false));
    slot(&window, 4).await.answered();
    slot(&other, 4).await.refund();
    let held = machine.hold();
    let start = Instant::now();
    let mut hasty = turn();
    hasty.attempt = ATTEMPT;
    let refused = window.acquire(4, &mut hasty, Some(start + Duration::from_secs(10))).await.unwrap_err();
    // A lock is tried for a moment first.
    let left = Duration::from_secs(85)..Duration::from_secs(86);
    assert!(refused.alone.is_some() && left.contains(&refused.retry_after), "{refused:?}");
    let report = window.report(4);
    assert_eq!((report.free, report.next_free_in), (0, Some(refused.retry_after)));
    assert!(left.contains(&window.acquire_at_once(4, ATTEMPT).await.unwrap_err().retry_after));
    assert!(machine.told()[0].contains("nothing is sent for 95 s"), "{:?}", machine.told());
    slot(&window, 4).await.answered();
    assert!((QUIET..QUIET + Duration::from_secs(2)).contains(&start.elapsed()), "{:?}", start.elapsed());
    slot(&window, 4).await.answered();
    let refused = window.acquire_at_once(4, ATTEMPT).await.unwrap_err();
    assert!(refused.retry_after > Duration::from_secs(50) && refused.alone.is_none());
    drop(held);
    // What was sent apart is written down as soon as it can be; the other has noticed nothing, and is told to keep to its part.
    for _ in 0..2 {
        other.acquire_at_once(4, ATTEMPT).await.unwrap().answered();
    }
    assert!(other.acquire_at_once(4, ATTEMPT).await.is_err());
    // One that comes now may stand in for one that died, and took its part.
    let refused = machine.process(3, false).acquire_at_once(4, ATTEMPT).await.unwrap_err();
    assert!(refused.retry_after > Duration::from_secs(90), "{refused:?}");
    sleep(QUIET).await;
    for _ in 0..4 {
        other.acquire_at_once(4, ATTEMPT).await.unwrap().answered();
    }
}

#[tokio::test(start_paused = true)]
async fn who_refuses_says_so_at_once_and_who_cannot_divide_in_the_end() {
    let machine = Machine::new("refused");
    let (refusing, dividing) = (machine.process(1, true), machine.process(2, false));
    slot(&refusing, 1).await.refund();
    let _held = machine.hold();
    let refused = refusing.acquire(1, &mut turn(), None).await.unwrap_err();
    assert!(refused.alone.is_some() && refused.retry_after <= Duration::from_secs(1));
    let start = Instant::now();
    let mut turn = turn();
    turn.attempt = ATTEMPT;
    assert!(dividing.acquire(1, &mut turn, None).await.unwrap_err().alone.is_some());
    assert!(start.elapsed() >= QUIET);
}

#[test]
fn trouble_is_told_once_as_it_begins_and_once_when_it_is_over() {
    let machine = Machine::new("told");
    let sharing = Sharing { place: String::new(), refuses: true, members: 2 };
    let files = Files::new(Some(&machine.folder), "https://service", "key");
    let circle = Circle::new(sharing, Box::new(files), 1);
    circle.hearers.join(&machine.hook);
    let lost = News::Lost(QUIET);
    for news in [News::Found, lost, lost, News::Found, News::Found] {
        circle.tell(news, "why", 2);
    }
    let expected =
        ["rate limits can't be shared: why; meanwhile calls are refused", "rate limits are shared again"];
    assert_eq!(machine.told(), expected);
}

#[test]
fn a_hook_hears_at_creation_once_the_registry_is_free_and_a_later_one_too() {
    let machine = Machine::new("hears");
    // A file where the folder should be.
    fs::write(&machine.folder, "").unwrap();
    let free = Arc::new(Mutex::new(Vec::new()));
    let finds = Arc::clone(&free);
    let looks: Hook = Arc::new(move |_| lock(&finds).push(registry().try_lock().is_ok()));
    let sharing = Sharing { place: "hears".to_owned(), refuses: false, members: 2 };
    let limiter = |hook: &Hook| {
        let place =
            || Ok::<_, ()>(Box::new(Files::new(Some(&machine.folder), "base", "key")) as Box<dyn Place>);
        Limiter::beyond("base", "key", WINDOW, &sharing, |_| "window", hook, place).unwrap()
    };
    let (one, same, other) = (limiter(&looks), limiter(&looks), limiter(&machine.hook));
    assert!(Arc::ptr_eq(&one, &same) && Arc::ptr_eq(&one, &other));
    assert_eq!(*lock(&free), [true]);
    assert_eq!(machine.told().len(), 1);
    fs::remove_file(&machine.folder).unwrap();
}
