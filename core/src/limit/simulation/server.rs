//! A real server, or a model of one in `model.rs`. The real one has the scripts as they are, but on the test's own clock: what they read as its time, and when what
//! they keep is gone, is the test's to say. Many worlds share one, and none sees another's keys.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::model::Model;
use crate::limit::lock;
use crate::limit::served::{Reply, digest};
use crate::valkey::started::{Connected, Started};

/// What a world's server is.
#[derive(Debug, Clone)]
pub(in crate::limit) enum Kind {
    Real(Arc<Started>),
    Model,
}

#[derive(Debug)]
pub(in crate::limit) enum Server {
    Real(Real),
    Model(Mutex<Model>),
}

impl Server {
    pub(in crate::limit) fn new(kind: &Kind) -> Self {
        match kind {
            Kind::Real(started) => Self::Real(Real::new(started)),
            Kind::Model => Self::Model(Mutex::default()),
        }
    }

    /// The answer to a script's command at this time, in microseconds.
    pub(in crate::limit) fn run(&self, command: &[Vec<u8>], now: u64) -> Reply {
        match self {
            Self::Real(real) => real.run(command, now),
            Self::Model(model) => lock(model).run(command, now),
        }
    }

    /// As after `SCRIPT FLUSH`.
    pub(in crate::limit) fn forget_scripts(&self) {
        match self {
            Self::Real(real) => real.forget_scripts(),
            Self::Model(model) => lock(model).forget_scripts(),
        }
    }

    /// As after a restart of one that keeps nothing.
    pub(in crate::limit) fn forget_all(&self) {
        match self {
            Self::Real(real) => real.forget_all(),
            Self::Model(model) => *lock(model) = Model::default(),
        }
    }
}

#[derive(Debug)]
pub(in crate::limit) struct Real {
    world: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    connected: Connected,
    /// The scripts that were sent, by what the library calls them: as they are sent on.
    scripts: HashMap<String, OnOurClock>,
    /// When each key is gone, in microseconds.
    ends: HashMap<String, u64>,
}

/// A script that is told the time by its last two arguments.
#[derive(Debug, Clone)]
struct OnOurClock {
    text: String,
    digest: String,
}

impl OnOurClock {
    fn new(text: &str) -> Self {
        assert_eq!(text.matches("redis.call('TIME')").count(), 1);
        let text = text.replace("redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}");
        let digest = digest(&text);
        Self { text, digest }
    }
}

impl Real {
    pub(in crate::limit) fn new(started: &Started) -> Self {
        static WORLDS: AtomicU64 = AtomicU64::new(0);
        let state = State { connected: started.connect(), scripts: HashMap::new(), ends: HashMap::new() };
        Self { world: WORLDS.fetch_add(1, Ordering::Relaxed), state: Mutex::new(state) }
    }

    /// The answer to a script's command at this time, in microseconds.
    pub(in crate::limit) fn run(&self, command: &[Vec<u8>], now: u64) -> Reply {
        let words: Vec<String> =
            command.iter().map(|word| String::from_utf8(word.clone()).unwrap()).collect();
        let [verb, script, count, keys_and_arguments @ ..] = &words[..] else { panic!("{words:?}") };
        assert_eq!(count, "2");
        let (keys, arguments) = keys_and_arguments.split_at(2);
        let keys: Vec<String> = keys.iter().map(|key| format!("{} {key}", self.world)).collect();
        let state = &mut *lock(&self.state);
        let script = match verb.as_str() {
            "EVALSHA" => match state.scripts.get(script) {
                None => return Reply::Refusal("NOSCRIPT No matching script.".to_owned()),
                Some(script) => script.clone(),
            },
            "EVAL" => state.scripts.entry(digest(script)).or_insert_with(|| OnOurClock::new(script)).clone(),
            _ => panic!("{verb}"),
        };
        state.forget(|end| end <= now);
        let time = [now / 1_000_000, now % 1_000_000].map(|part| part.to_string());
        let run = |verb: &str, script: &str| {
            let words = [verb, script, "2"].map(String::from);
            let words = words.iter().chain(&keys).chain(arguments).chain(&time);
            words.map(|word| word.clone().into_bytes()).collect::<Vec<_>>()
        };
        let lasts = |key: &String| ["PTTL", key].map(|word| word.as_bytes().to_vec()).to_vec();
        let mut replies = Vec::new();
        for (verb, script) in [("EVALSHA", &script.digest), ("EVAL", &script.text)] {
            replies = state.connected.ask(&[run(verb, script), lasts(&keys[0]), lasts(&keys[1])]);
            if !matches!(&replies[0], Reply::Refusal(words) if words.starts_with("NOSCRIPT")) {
                break;
            }
        }
        for (key, lasts) in keys.into_iter().zip(&replies[1..]) {
            match lasts {
                Reply::Number(millis @ 0..) => {
                    state.ends.insert(key, now + u64::try_from(*millis).unwrap() * 1000)
                }
                // It is not there.
                Reply::Number(-2) => state.ends.remove(&key),
                _ => panic!("{key} stays for ever: {lasts:?}"),
            };
        }
        let reply = replies.swap_remove(0);
        assert!(!matches!(reply, Reply::Refusal(_)), "{reply:?}");
        reply
    }

    fn forget_scripts(&self) {
        lock(&self.state).scripts.clear();
    }

    fn forget_all(&self) {
        self.forget_scripts();
        lock(&self.state).forget(|_| true);
    }
}

impl State {
    fn forget(&mut self, is_over: impl Fn(u64) -> bool) {
        let over: Vec<String> =
            self.ends.iter().filter(|(_, end)| is_over(**end)).map(|(key, _)| key.clone()).collect();
        for key in over {
            self.connected.ask(&[vec![b"DEL".to_vec(), key.clone().into_bytes()]]);
            self.ends.remove(&key);
        }
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        // Not where a test has failed, and the connection may have.
        if !std::thread::panicking() {
            lock(&self.state).forget(|_| true);
        }
    }
}
