//! The query of an admin call: which world is meant, and what else is asked.

use std::sync::Arc;

use crate::problem::Problem;
use crate::world::World;
use crate::worlds::Worlds;

/// A query, read.
#[derive(Debug, Default)]
pub(super) struct Query {
    world: Option<String>,
    /// A name that is given twice: of two values one would be taken without effect.
    repeated: Option<String>,
    /// Everything else, in order.
    pub(super) rest: Vec<(String, String)>,
}

impl Query {
    pub(super) fn read(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()).into_owned() {
            if query.has(&name) {
                query.repeated = Some(name);
            } else if name == "world" {
                query.world = Some(value);
            } else {
                query.rest.push((name, value));
            }
        }
        query
    }

    fn has(&self, name: &str) -> bool {
        (name == "world" && self.world.is_some()) || self.rest.iter().any(|(known, _)| known == name)
    }

    fn nothing_twice(&self) -> Result<(), Problem> {
        match &self.repeated {
            Some(name) => Err(Problem::field(name, "is given more than once")),
            None => Ok(()),
        }
    }

    /// The world with this key; without one, the default world.
    pub(super) fn world(&self, worlds: &Worlds) -> Result<Arc<World>, Problem> {
        self.nothing_twice()?;
        let Some(key) = &self.world else { return Ok(Arc::clone(worlds.default())) };
        worlds.isolated(key).ok_or_else(|| Problem::unknown("world", "There is no world with this key."))
    }

    /// Refuses what would be taken without effect.
    pub(super) fn only_a_world(&self) -> Result<(), Problem> {
        match self.rest.first() {
            Some((name, _)) => Err(Problem::field(name, "is not known here: only world is")),
            None => Ok(()),
        }
    }

    /// The same where no world is meant.
    pub(super) fn nothing(&self) -> Result<(), Problem> {
        self.nothing_twice()?;
        self.only_a_world()?;
        match &self.world {
            Some(_) => Err(Problem::field("world", "is not known here")),
            None => Ok(()),
        }
    }
}
