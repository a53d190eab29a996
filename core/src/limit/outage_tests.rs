//! What the windows of a process do together while the place where they are kept is out of reach, on virtual time.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::sleep;

use super::tests::turn;
use super::*;

const ATTEMPT: Duration = Duration::from_secs(30);
/// How long a process that lost the others is silent.
const QUIET: Duration = Duration::from_secs(30 + 5 + 60);
/// By so much the clock, which asks again once a second, may be late.
const LATE: Duration = Duration::from_secs(2);
const OPERATIONS: [&str; 4] = ["first", "second", "third", "fourth"];

/// A server that has a slot for everybody, while it is there.
#[derive(Debug, Default)]
struct Fake {
    is_gone: AtomicBool,
}

impl Fake {
    fn goes(&self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }

    fn returns(&self) {
        self.is_gone.store(false, Ordering::Relaxed);
    }
}

impl Wire for Fake {
    fn name(&self) -> String {
        "the server".to_owned()
    }

    fn reach(self: Arc<Self>) -> Promise<Result<(), String>> {
        let gone = self.is_gone.load(Ordering::Relaxed);
        Box::pin(async move { if gone { Err("can't be reached".to_owned()) } else { Ok(()) } })
    }

    fn send(self: Arc<Self>, _: Vec<Vec<u8>>) -> Promise<Result<Reply, String>> {
        Box::pin(async { Ok(Reply::List(vec![Reply::Number(1)])) })
    }

    fn spawn(&self, work: Promise<()>) -> bool {
        tokio::spawn(work);
        true
    }
}

/// A process, and what it told.
struct Process {
    limiter: Limiter,
    told: Arc<Mutex<Vec<String>>>,
    _hook: Hook,
}

impl Process {
    fn new(place: Box<dyn Place>, refuses: bool, members: u32) -> Self {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let hears = Arc::clone(&told);
        let hook: Hook = Arc::new(move |warning| lock(&hears).push(warning.to_string()));
        let circle =
            Arc::new(Circle::new(Sharing { place: String::new(), refuses, members }, place, member()));
        circle.hearers.join(&hook);
        circle.try_out(Instant::now());
        let names: NameOf = |place| OPERATIONS[place];
        Self { limiter: Limiter::with(Instant::now(), WINDOW, Some((circle, names))), told, _hook: hook }
    }

    fn with_server(server: &Arc<Fake>, refuses: bool, members: u32) -> Self {
        let wire: Arc<dyn Wire> = Arc::<Fake>::clone(server);
        Self::new(Box::new(OnServer::new(wire, "https://service", "key")), refuses, members)
    }

    /// How long a call of an operation waits for its slot.
    async fn waits(&self, operation: usize, ceiling: u32) -> Result<Duration, Refused> {
        let start = Instant::now();
        let mut turn = turn();
        turn.attempt = ATTEMPT;
        self.limiter.window(operation).acquire(ceiling, &mut turn, None).await?.answered();
        Ok(start.elapsed())
    }

    async fn at_once(&self, operation: usize, ceiling: u32) -> Result<(), Refused> {
        self.limiter.window(operation).acquire_at_once(ceiling, ATTEMPT).await.map(Slot::answered)
    }

    fn told(&self) -> Vec<String> {
        lock(&self.told).clone()
    }
}

#[tokio::test(start_paused = true)]
async fn the_silence_counts_once_for_all_operations_from_the_loss() {
    let server = Arc::new(Fake::default());
    let process = Process::with_server(&server, false, 2);
    process.at_once(0, 4).await.unwrap();
    process.at_once(1, 4).await.unwrap();
    server.goes();
    let refused = process.at_once(0, 4).await.unwrap_err();
    assert_eq!(refused.told(), Some(QUIET));
    sleep(Duration::from_secs(60)).await;
    // Others know without having asked.
    let state = process.limiter.state(2, 4);
    assert_eq!((state.limit, state.next_free_in), (2, Some(Duration::from_secs(35))));
    let left = process.waits(1, 4).await.unwrap();
    assert!((Duration::from_secs(35)..Duration::from_secs(35) + LATE).contains(&left), "{left:?}");
    // Nobody asked meanwhile, and yet it is known that the server was gone for all of it.
    sleep(Duration::from_secs(600)).await;
    let state = process.limiter.state(2, 4);
    assert_eq!((state.limit, state.free), (2, 2));
    for operation in [2, 0] {
        for _ in 0..2 {
            process.at_once(operation, 4).await.unwrap();
        }
        assert!(process.at_once(operation, 4).await.unwrap_err().alone.is_none());
        assert_eq!(process.limiter.state(operation, 4).next_free_in, Some(WINDOW));
    }
    let told = process.told();
    assert!(told.len() == 1 && told[0].contains("the server can't be reached"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_came_back_and_went_again_is_a_new_loss_though_nobody_called() {
    let server = Arc::new(Fake::default());
    let process = Process::with_server(&server, false, 2);
    process.at_once(0, 4).await.unwrap();
    server.goes();
    process.at_once(0, 4).await.unwrap_err();
    sleep(Duration::from_secs(10)).await;
    server.returns();
    sleep(Duration::from_secs(290)).await;
    let told = process.told();
    assert_eq!((told.len(), told[1].as_str()), (2, "rate limits are shared again"));
    // Until now others may have taken every slot there.
    server.goes();
    for operation in [0, 1] {
        let refused = process.at_once(operation, 4).await.unwrap_err();
        assert!(refused.alone.is_some() && refused.told() == Some(QUIET), "{operation}: {refused:?}");
    }
    assert_eq!(process.told().len(), 3);
    server.returns();
    sleep(Duration::from_secs(2)).await;
    // Others may be about to tell what they sent unseen.
    let refused = process.at_once(2, 4).await.unwrap_err();
    assert!(refused.told().unwrap() <= Duration::from_secs(3) && refused.alone.is_some(), "{refused:?}");
    assert_eq!(process.limiter.state(2, 4).limit, 4);
    sleep(Duration::from_secs(3)).await;
    process.at_once(2, 4).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_has_no_slot_for_each_process_says_so_and_names_no_time() {
    let server = Arc::new(Fake::default());
    let process = Process::with_server(&server, false, 12);
    process.at_once(0, 9).await.unwrap();
    server.goes();
    // As long as others' slots may count there may be an answer in time.
    let start = Instant::now();
    let refused = process.waits(0, 9).await.unwrap_err();
    assert!((QUIET..QUIET + LATE).contains(&start.elapsed()), "{:?}", start.elapsed());
    for refused in [refused, process.at_once(1, 9).await.unwrap_err()] {
        assert_eq!(refused.told(), None);
        let why = refused.alone.unwrap().why;
        assert!(why.starts_with("the server can't be reached; of its 9 requests none is left"), "{why}");
        assert!(why.contains("12 processes (shareLimitsMembers)"), "{why}");
    }
    let state = process.limiter.state(0, 9);
    assert_eq!((state.limit, state.free, state.next_free_in), (0, 0, Some(Duration::from_secs(1))));
    process.at_once(2, 18).await.unwrap();
    assert_eq!(process.limiter.state(2, 18).limit, 1);
    let told = process.told();
    assert!(told[0].ends_with("and refuses calls whose limit is less than 12"), "{told:?}");
    server.returns();
    sleep(Duration::from_secs(5)).await;
    process.at_once(0, 9).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_refuses_says_what_happened_and_has_its_whole_limit_again() {
    let server = Arc::new(Fake::default());
    let process = Process::with_server(&server, true, 2);
    process.at_once(0, 4).await.unwrap();
    server.goes();
    for pause in [Duration::ZERO, 2 * QUIET] {
        sleep(pause).await;
        let refused = process.waits(0, 4).await.unwrap_err();
        assert!(refused.told().unwrap() <= Duration::from_secs(1), "{refused:?}");
        let why = refused.alone.unwrap().why;
        assert!(
            why.starts_with("the server can't be reached; as shareLimitsFallback is \"refuse\""),
            "{why}"
        );
        let state = process.limiter.state(1, 4);
        assert_eq!((state.limit, state.free, state.next_free_in), (4, 0, Some(Duration::from_secs(1))));
    }
    server.returns();
    // It is asked each second, and others then have a moment in which they may tell, whether somebody calls or not.
    sleep(Duration::from_secs(1 + 3)).await;
    for operation in [0, 1] {
        let state = process.limiter.state(operation, 4);
        assert_eq!((state.limit, state.free, state.next_free_in), (4, 4, None));
        for _ in 0..4 {
            process.at_once(operation, 4).await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn both_bounds_hold_from_the_return_though_nobody_calls() {
    let server = Arc::new(Fake::default());
    let process = Process::with_server(&server, false, 2);
    process.at_once(0, 4).await.unwrap();
    server.goes();
    process.at_once(0, 4).await.unwrap_err();
    sleep(QUIET + LATE).await;
    for _ in 0..2 {
        process.at_once(0, 4).await.unwrap();
    }
    server.returns();
    sleep(QUIET).await;
    assert_eq!(process.limiter.state(0, 4).limit, 2);
    sleep(LATE).await;
    let state = process.limiter.state(0, 4);
    assert_eq!((state.limit, state.free), (4, 4));
    for _ in 0..4 {
        process.at_once(0, 4).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_slot_of_the_part_is_told_when_that_opens() {
    let server = Arc::new(Fake::default());
    let process = Process::with_server(&server, false, 2);
    server.goes();
    process.at_once(0, 4).await.unwrap_err();
    sleep(QUIET + LATE).await;
    for _ in 0..2 {
        process.at_once(0, 4).await.unwrap();
    }
    let told = Mutex::new(Vec::new());
    let notice = |waited, expected| lock(&told).push((waited, expected));
    let mut turn = Turn::new(None, Some(&notice));
    process.limiter.window(0).acquire(4, &mut turn, None).await.unwrap().answered();
    assert_eq!(*lock(&told), [(Duration::from_secs(1), Duration::from_secs(59))]);
}

#[tokio::test(start_paused = true)]
async fn who_refuses_over_a_folder_that_could_never_be_used_names_no_time_until_it_is_mended() {
    let folder = std::env::temp_dir().join(format!("sonoran-never-{}", std::process::id()));
    fs::write(&folder, "").unwrap();
    let process = Process::new(Box::new(Files::new(Some(&folder), "https://service", "key")), true, 2);
    for refused in [process.at_once(0, 4).await.unwrap_err(), process.waits(1, 4).await.unwrap_err()] {
        assert_eq!(refused.told(), None);
        assert!(refused.alone.unwrap().why.ends_with("nothing is sent until that is mended"));
    }
    fs::remove_file(&folder).unwrap();
    sleep(Duration::from_secs(1)).await;
    process.at_once(0, 4).await.unwrap();
    fs::remove_dir_all(&folder).unwrap();
}

/// Elsewhere no file that is open can be removed.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_folder_is_lost_for_all_operations_and_a_file_for_its_own() {
    let folder = std::env::temp_dir().join(format!("sonoran-outage-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let process = Process::new(Box::new(Files::new(Some(&folder), "https://service", "key")), false, 2);
    process.at_once(0, 4).await.unwrap();
    let file = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let first = file.into_iter().find(|path| path.to_string_lossy().contains("first")).unwrap();
    fs::write(&first, "somebody's notes").unwrap();
    assert_eq!(process.at_once(0, 4).await.unwrap_err().told(), Some(QUIET));
    process.at_once(1, 4).await.unwrap();
    assert_eq!(process.limiter.state(2, 4).free, 4);
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(process.at_once(1, 4).await.unwrap_err().told(), Some(QUIET));
    sleep(Duration::from_secs(60)).await;
    assert_eq!(process.at_once(2, 4).await.unwrap_err().told(), Some(Duration::from_secs(35)));
    sleep(Duration::from_secs(300)).await;
    process.at_once(3, 4).await.unwrap();
    assert_eq!(process.told().len(), 1, "{:?}", process.told());
    fs::remove_file(&folder).unwrap();
    sleep(Duration::from_secs(1)).await;
    process.at_once(2, 4).await.unwrap();
    assert_eq!(process.told()[1], "rate limits are shared again");
    fs::remove_dir_all(&folder).unwrap();
}
