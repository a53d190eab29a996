//! What an operation did to accounts, as the events that tell of it.

use serde_json::{Map, Value, json};

use super::Event;
use crate::handlers::v1::view;
use crate::state::{Account, State};

/// One event for each account that is not as it was before. No operation adds or removes accounts.
pub(super) fn events(before: &[Account], state: &State) -> Vec<Event> {
    let pairs = before.iter().zip(&state.accounts).filter(|(before, after)| before != after);
    pairs.map(|(before, after)| event(before, after, state)).collect()
}

/// A kick or a ban has an event of its own; any other change is an update.
fn event(before: &Account, after: &Account, state: &State) -> Event {
    if before.sys_status && !after.sys_status {
        Event::new("ACCOUNT_KICKED", ids(after))
    } else if !before.banned && after.banned {
        Event::new("ACCOUNT_BANNED", ids(after))
    } else {
        Event::new("ACCOUNT_UPDATED", updated(state, after))
    }
}

fn ids(account: &Account) -> Value {
    json!({ "discordId": account.discord_id, "accountId": account.acc_id })
}

/// The account as version 1 shows it, with its Discord id in front and without its profile.
fn updated(state: &State, account: &Account) -> Value {
    let mut data = Map::from_iter([("discordId".to_owned(), json!(account.discord_id))]);
    if let Value::Object(shown) = view::account(state, account) {
        data.extend(shown.into_iter().filter(|(name, _)| name != "profileFields"));
    }
    Value::Object(data)
}

#[cfg(test)]
mod tests {
    use super::super::example::example;
    use super::*;

    /// The types of the events after `change` on the seed, and of the first one the names in its data.
    fn told(change: impl FnOnce(&mut State)) -> (Vec<String>, Vec<String>) {
        let mut state = State::seed();
        let before = state.accounts.clone();
        change(&mut state);
        let events = events(&before, &state);
        let names = events.first().and_then(|event| event.data.as_object());
        let names = names.map(|data| data.keys().cloned().collect()).unwrap_or_default();
        (events.into_iter().map(|event| event.r#type).collect(), names)
    }

    #[test]
    fn each_change_has_its_documented_event() {
        let kicked = told(|state| state.accounts[0].kick());
        let banned = told(|state| state.accounts[0].banned = true);
        let renamed = told(|state| state.accounts[0].com_name.push('!'));
        for (kind, (kinds, names)) in
            [("ACCOUNT_KICKED", kicked), ("ACCOUNT_BANNED", banned), ("ACCOUNT_UPDATED", renamed)]
        {
            let documented = example(kind).expect("an example");
            let documented: Vec<String> =
                documented.as_object().expect("an object").keys().cloned().collect();
            assert_eq!((kinds, names), (vec![kind.to_owned()], documented));
        }
    }

    #[test]
    fn only_accounts_that_changed_are_told_of() {
        let nothing = (Vec::new(), Vec::new());
        assert_eq!(told(|_| {}), nothing);
        assert_eq!(told(|state| state.servers.clear()), nothing);
        let two = told(|state| {
            state.accounts[0].ranks.clear();
            state.accounts[2].kick();
        });
        assert_eq!(two.0, ["ACCOUNT_UPDATED", "ACCOUNT_KICKED"]);
        let both = told(|state| {
            state.accounts[0].sys_status = false;
            state.accounts[0].banned = true;
        });
        assert_eq!(both.0, ["ACCOUNT_KICKED"], "one event for an account");
    }
}
