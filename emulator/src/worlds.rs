//! Isolated worlds beside the default one, so that tests can run side by side: each is found by its key.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::api::Api;
use crate::options::Options;
use crate::state::State;
use crate::world::{Name, World};

/// How many isolated worlds there can be at a time.
pub(crate) const MOST: usize = 1000;
/// A world that nobody has asked for so long is deleted.
pub(crate) const IDLE: Duration = Duration::from_secs(60 * 60);

const KEY: &str = "world-";
const COMMUNITY: &str = "community-";

/// Real time since the start; a test puts its own in place.
type Watch = Box<dyn Fn() -> Duration + Send + Sync>;

/// The default world and the isolated ones.
pub(crate) struct Worlds {
    api: Arc<Api>,
    options: Options,
    seed: State,
    default: Arc<World>,
    isolated: RwLock<HashMap<String, Isolated>>,
    watch: Watch,
}

struct Isolated {
    world: Arc<World>,
    /// When it was last asked, in milliseconds.
    used: AtomicU64,
}

/// An isolated world as the admin side lists it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: Name,
    pub(crate) idle: Duration,
}

impl Isolated {
    fn idle(&self, now: u64) -> Duration {
        Duration::from_millis(now.saturating_sub(self.used.load(Ordering::Relaxed)))
    }

    /// Its push events stop, also where a request still holds it.
    fn end(self) {
        self.world.events.clear();
    }
}

impl Worlds {
    /// The default world on this seed, from which isolated ones start too.
    pub(crate) fn new(options: Options, seed: State) -> Self {
        let started = Instant::now();
        Self::watched_by(options, seed, Box::new(move || started.elapsed()))
    }

    fn watched_by(options: Options, seed: State, watch: Watch) -> Self {
        let api = Arc::new(Api::new());
        let default = Arc::new(World::new(Arc::clone(&api), &options, seed.clone(), None));
        Self { api, options, seed, default, isolated: RwLock::default(), watch }
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn default(&self) -> &Arc<World> {
        &self.default
    }

    /// The world that a call means: by its key, or by its community where the key leads nowhere. All others mean
    /// the default world, which knows their key or does not. What follows a `.` is not part of a world's key, so
    /// that a world can have several keys and be asked with a wrong one.
    pub(crate) fn meant(&self, key: Option<&str>, community: Option<&str>) -> Arc<World> {
        let by_key = key.and_then(|key| self.isolated(key.split('.').next().unwrap_or(key)));
        let by_community = || self.isolated(&key_of(community?)?);
        by_key.or_else(by_community).unwrap_or_else(|| Arc::clone(&self.default))
    }

    /// The isolated world with this key.
    pub(crate) fn isolated(&self, key: &str) -> Option<Arc<World>> {
        let worlds = self.isolated.read().unwrap_or_else(PoisonError::into_inner);
        let found = worlds.get(key)?;
        let now = self.now();
        if found.idle(now) >= IDLE {
            return None;
        }
        found.used.store(now, Ordering::Relaxed);
        Some(Arc::clone(&found.world))
    }

    /// A fresh world, or none if there are too many.
    pub(crate) fn create(&self) -> Option<Name> {
        self.sweep();
        let name = fresh_name();
        let world = World::new(Arc::clone(&self.api), &self.options, self.seed.clone(), Some(name.clone()));
        let isolated = Isolated { world: Arc::new(world), used: AtomicU64::new(self.now()) };
        let mut worlds = self.isolated.write().unwrap_or_else(PoisonError::into_inner);
        if worlds.len() >= MOST {
            return None;
        }
        worlds.insert(name.key.clone(), isolated);
        Some(name)
    }

    /// Deletes a world; says whether there was one.
    pub(crate) fn delete(&self, key: &str) -> bool {
        let deleted = self.isolated.write().unwrap_or_else(PoisonError::into_inner).remove(key);
        deleted.map(Isolated::end).is_some()
    }

    /// Deletes the worlds that have been idle for too long.
    pub(crate) fn sweep(&self) {
        let now = self.now();
        let mut worlds = self.isolated.write().unwrap_or_else(PoisonError::into_inner);
        worlds.extract_if(|_, world| world.idle(now) >= IDLE).for_each(|(_, world)| world.end());
    }

    /// The isolated worlds, by key.
    pub(crate) fn list(&self) -> Vec<Listed> {
        self.sweep();
        let now = self.now();
        let worlds = self.isolated.read().unwrap_or_else(PoisonError::into_inner);
        let mut listed: Vec<Listed> = worlds
            .iter()
            .map(|(key, world)| Listed {
                name: Name { key: key.clone(), community: community_of(key) },
                idle: world.idle(now),
            })
            .collect();
        listed.sort_by(|one, other| one.name.key.cmp(&other.name.key));
        listed
    }

    fn now(&self) -> u64 {
        u64::try_from((self.watch)().as_millis()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Worlds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Worlds").field("default", &self.default).finish_non_exhaustive()
    }
}

/// A name that no world has had, in this run or another: clients remember what they sent with a key.
fn fresh_name() -> Name {
    // Each hasher of the standard library is keyed from the system's randomness.
    let key = format!("{KEY}{:016x}", RandomState::new().hash_one(Instant::now()));
    Name { community: community_of(&key), key }
}

fn community_of(key: &str) -> String {
    format!("{COMMUNITY}{}", key.trim_start_matches(KEY))
}

fn key_of(community: &str) -> Option<String> {
    community.strip_prefix(COMMUNITY).map(|rest| format!("{KEY}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worlds, and the hand that moves their watch.
    fn worlds() -> (Worlds, Arc<AtomicU64>) {
        let minutes = Arc::new(AtomicU64::new(0));
        let shown = Arc::clone(&minutes);
        let watch = move || Duration::from_secs(60 * shown.load(Ordering::Relaxed));
        (Worlds::watched_by(Options::default(), State::seed(), Box::new(watch)), minutes)
    }

    #[test]
    fn a_world_is_found_by_its_key_or_community() {
        let (worlds, _) = worlds();
        let name = worlds.create().expect("a world");
        let own = worlds.isolated(&name.key).expect("it");
        let means = |key: Option<&str>, community: Option<&str>| {
            let meant = worlds.meant(key, community);
            (Arc::ptr_eq(&meant, &own), Arc::ptr_eq(&meant, worlds.default()))
        };
        let longer = format!("{}.other", name.key);
        for key in [&name.key, &longer] {
            assert_eq!(means(Some(key), None), (true, false), "{key}");
        }
        assert_eq!(means(Some("WRONG"), Some(&name.community)), (true, false));
        assert_eq!(means(None, Some(&name.community)), (true, false));
        for (key, community) in [
            (None, None),
            (Some("YOUR_API_KEY"), Some("YOUR_COMMUNITY_ID")),
            (Some("world-"), Some("community-")),
            (Some(&*name.community), Some(&*name.key)),
        ] {
            assert_eq!(means(key, community), (false, true), "{key:?} {community:?}");
        }
    }

    #[test]
    fn an_idle_world_is_gone_after_an_hour() {
        let (worlds, minutes) = worlds();
        let (used, left) = (worlds.create().expect("a world"), worlds.create().expect("another"));
        minutes.store(59, Ordering::Relaxed);
        assert!(worlds.isolated(&used.key).is_some());
        let listed = worlds.list().into_iter().map(|world| (world.name.key, world.idle.as_secs()));
        let mut expected = vec![(used.key.clone(), 0), (left.key.clone(), 59 * 60)];
        expected.sort();
        assert_eq!(listed.collect::<Vec<_>>(), expected, "a look at the list is no use of a world");
        minutes.store(60, Ordering::Relaxed);
        assert!(worlds.isolated(&left.key).is_none(), "also before it is swept");
        worlds.sweep();
        assert!(worlds.isolated(&used.key).is_some());
        assert!(!worlds.delete(&left.key), "deleted already");
    }

    #[test]
    fn there_are_only_so_many() {
        let (worlds, minutes) = worlds();
        let keys: Vec<String> = std::iter::from_fn(|| worlds.create()).map(|name| name.key).collect();
        assert_eq!(keys.len(), MOST);
        assert!(worlds.delete(&keys[0]));
        assert!(worlds.create().is_some());
        assert!(worlds.create().is_none());
        minutes.store(60, Ordering::Relaxed);
        assert!(worlds.create().is_some(), "idle ones make room");
    }
}
