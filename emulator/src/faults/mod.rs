//! Scripted faults: rules that spoil chosen answers, the same way in every run.

mod play;
mod rule;

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::lock::hold;
use crate::random::Random;

pub(crate) use play::{Played, play};
pub(crate) use rule::{Action, Rule, hex};

/// The rules in order, each with what it has seen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    rules: Vec<Script>,
}

#[derive(Debug)]
struct Script {
    number: u64,
    rule: Rule,
    /// Requests that fitted.
    seen: u64,
    played: u64,
    random: Random,
}

/// A fault that is to be played.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The rule's number.
    pub(crate) number: u64,
    pub(crate) delay: u64,
    pub(crate) action: Action,
}

impl Script {
    /// Takes note of a fitting request and says whether the rule strikes.
    fn strikes(&mut self) -> bool {
        self.seen += 1;
        let strikes = match &self.rule.nth {
            Some(places) => places.contains(self.seen),
            None => self.rule.most().is_none_or(|most| self.played < most),
        };
        // The draw is made for every request seen, so that the sequence depends on nothing else.
        let strikes =
            strikes & self.rule.probability.is_none_or(|probability| self.random.happens(probability));
        self.played += u64::from(strikes);
        strikes
    }

    fn shown(&self) -> Value {
        json!({ "number": self.number, "rule": self.rule, "seen": self.seen, "played": self.played })
    }
}

impl Faults {
    /// Adds rules behind those there are, and hands out their numbers.
    pub(crate) fn add(&self, rules: Vec<Rule>) -> Vec<u64> {
        let mut inner = hold(&self.inner);
        let numbers = rules.into_iter().map(|rule| {
            inner.last += 1;
            let random = Random::new(rule.seed.unwrap_or(0));
            let number = inner.last;
            inner.rules.push(Script { number, rule, seen: 0, played: 0, random });
            number
        });
        numbers.collect()
    }

    /// The fault for a request, if a rule strikes: the first in order. Rules behind it do not see the request.
    pub(crate) fn choose(&self, operation: Option<usize>, method: &str, path: &str) -> Option<Fault> {
        let mut inner = hold(&self.inner);
        let fitting = inner.rules.iter_mut().filter(|script| script.rule.fits(operation, method, path));
        let script = fitting.into_iter().find_map(|script| script.strikes().then_some(script))?;
        let action = script.rule.action.clone();
        Some(Fault { number: script.number, delay: script.rule.delay, action })
    }

    pub(crate) fn shown(&self) -> Vec<Value> {
        hold(&self.inner).rules.iter().map(Script::shown).collect()
    }

    /// Forgets every rule; numbers start at 1 again.
    pub(crate) fn clear(&self) {
        *hold(&self.inner) = Inner::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::named;

    fn faults(rules: &Value) -> Faults {
        let faults = Faults::default();
        faults.add(Rule::parse_all(rules.to_string().as_bytes()).unwrap());
        faults
    }

    /// The numbers of the rules that strike the next requests for the community.
    fn strikes(faults: &Faults, requests: usize) -> Vec<u64> {
        let operation = named("getCommunity");
        let next = || faults.choose(operation, "GET", "/v2/community").map_or(0, |fault| fault.number);
        std::iter::repeat_with(next).take(requests).collect()
    }

    #[test]
    fn a_rule_strikes_once_unless_told_otherwise() {
        let action = json!({"type": "close"});
        assert_eq!(strikes(&faults(&json!({"action": action})), 3), [1, 0, 0]);
        assert_eq!(strikes(&faults(&json!({"times": 2, "action": action})), 3), [1, 1, 0]);
        assert_eq!(strikes(&faults(&json!({"times": "always", "action": action})), 3), [1, 1, 1]);
        assert_eq!(strikes(&faults(&json!({"nth": 2, "action": action})), 3), [0, 1, 0]);
        assert_eq!(strikes(&faults(&json!({"nth": [1, 3], "action": action})), 3), [1, 0, 1]);
    }

    #[test]
    fn rules_are_used_up_in_order() {
        let faults = faults(&json!([{"action": {"type": "close"}}, {"action": {"type": "reset"}}]));
        assert_eq!(strikes(&faults, 3), [1, 2, 0]);
    }

    #[test]
    fn a_seed_settles_what_chance_decides() {
        let rule = |seed| json!({"probability": 0.3, "seed": seed, "action": {"type": "close"}});
        let run = |seed| strikes(&faults(&rule(seed)), 1000);
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let played = run(7).into_iter().filter(|number| *number == 1).count();
        assert!((250..350).contains(&played), "{played}");
    }

    #[test]
    fn only_fitting_requests_are_seen() {
        let faults = faults(&json!({"operation": "getServersV2", "action": {"type": "close"}}));
        assert_eq!(strikes(&faults, 2), [0, 0]);
        assert!(faults.choose(named("getServers"), "GET", "/v2/community/servers").is_some());
        assert_eq!(faults.shown()[0]["seen"], 1);
    }
}
