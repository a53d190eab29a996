//! Made-up members with ranks, records and clock rows. The same number and seed make the same ones in every run.

mod names;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::state::{Account, ClockRow, Community, Identifier, Idents, Label, ProfileValue, Record, State};
use crate::time::Timestamp;
use names::{FIRST, LAST, REASONS};

/// When everything has happened: the day of the built-in seed, whatever the clock shows.
const TODAY: i64 = 1_776_211_200_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Where the count of Discord's ids begins.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// How many were made.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    pub(crate) accounts: usize,
    pub(crate) records: usize,
    pub(crate) clock_rows: usize,
}

/// Adds so many members to the state. Those that were made with this seed before are made anew in their place.
pub(crate) fn generate(state: &mut State, accounts: u32, seed: u64) -> Made {
    let mut made = Made::default();
    let mut places: HashMap<String, usize> =
        state.accounts.iter().enumerate().map(|(place, account)| (account.acc_id.clone(), place)).collect();
    let mut unique_id = state.accounts.iter().map(|account| account.unique_id).max().unwrap_or(1000);
    for number in 0..accounts {
        let mut member = Member::new(seed, number);
        let mut account = member.account(&state.community);
        let records = member.records(&account);
        made.accounts += 1;
        made.records += records.len();
        made.clock_rows += account.clock_data.data.len();
        if let Some(place) = places.get(&account.acc_id) {
            account.unique_id = state.accounts[*place].unique_id;
            state.records.retain(|record| record.acc_id != account.acc_id);
            state.accounts[*place] = account;
        } else {
            unique_id += 1;
            account.unique_id = unique_id;
            places.insert(account.acc_id.clone(), state.accounts.len());
            state.accounts.push(account);
        }
        state.records.extend(records);
    }
    made
}

/// A member in the making. Each has chance of its own, so that the first 100 of 500 are those of 100.
struct Member {
    random: Random,
    first: &'static str,
    last: &'static str,
    /// Tells members of one name apart.
    suffix: usize,
    joined: i64,
}

impl Member {
    fn new(seed: u64, number: u32) -> Self {
        let mut random = Random::new(Random::new(seed).bits() ^ u64::from(number));
        // Every first name with every last one before a name comes back; where that begins, the seed says.
        let names = FIRST.len() * LAST.len();
        let number = usize::try_from(number).unwrap_or(0);
        let place = number + usize::try_from(seed % 1600).unwrap_or(0);
        let (first, last) = (place % FIRST.len(), (place / FIRST.len() + place) % LAST.len());
        let joined = TODAY - random.between(30 * DAY / MINUTE, 800 * DAY / MINUTE) * MINUTE;
        Self { random, first: FIRST[first], last: LAST[last], suffix: number / names, joined }
    }

    fn account(&mut self, community: &Community) -> Account {
        let id = self.uuid();
        let fate = self.random.fraction();
        let (banned, left) = (fate < 0.02, (0.02..0.07).contains(&fate));
        let (discord, roblox) = (self.discord_id(), self.roblox_id());
        let callsign = self.callsign();
        let name = self.name();
        let username = self.username();
        let last_login = self.last_login(banned || left);
        Account {
            sys_status: true,
            com_status: !left,
            acc_name: name.clone(),
            com_name: name,
            join_date: Timestamp::from_milliseconds(self.joined),
            last_login,
            banned,
            active_api_ids: vec![format!("discord:{discord}")],
            identifiers: Idents { idents: self.identifiers(&id, &discord, roblox.as_deref()) },
            ranks: if left { Vec::new() } else { self.ranks(community) },
            clock_data: self.clock_rows(community, last_login, banned || left).into(),
            profile_fields: profile(community, &username, &callsign).into(),
            archived: left,
            discord_id: Some(discord),
            roblox_id: roblox,
            notification_preferences: notifications(),
            username,
            unit_identifiers: vec![Label { id: self.uuid(), label: callsign }],
            acc_id: id,
            ..Account::default()
        }
    }

    fn name(&self) -> String {
        let more = if self.suffix == 0 { String::new() } else { format!(" {}", self.suffix + 1) };
        format!("{} {}{more}", self.first, self.last)
    }

    fn username(&mut self) -> String {
        let number = self.random.between(10, 100);
        let more = if self.suffix == 0 { String::new() } else { self.suffix.to_string() };
        format!("{}{}{number}{more}", self.first.to_lowercase(), self.last.to_lowercase())
    }

    /// A UUID of version 4.
    fn uuid(&mut self) -> String {
        let (high, low) = (self.random.bits(), self.random.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }

    /// As Discord counts them: by the time, so they are beyond 2^53.
    fn discord_id(&mut self) -> String {
        let made = self.random.between(DISCORD_EPOCH + 365 * DAY, self.joined);
        (((made - DISCORD_EPOCH) << 22) | self.random.between(0, 1 << 22)).to_string()
    }

    fn roblox_id(&mut self) -> Option<String> {
        self.random.happens(0.6).then(|| self.random.between(10_000_000, 5_000_000_000).to_string())
    }

    fn callsign(&mut self) -> String {
        let letter = self.random.of(&["A", "B", "C", "D"]).copied().unwrap_or("A");
        format!("{}{letter}-{:02}", self.random.between(1, 5), self.random.between(1, 100))
    }

    /// Who is gone has not been here for a while.
    fn last_login(&mut self, gone: bool) -> Timestamp {
        let days = if gone { (30, 90) } else { (0, 14) };
        let ago = self.random.between(days.0 * DAY / MINUTE, days.1 * DAY / MINUTE) * MINUTE;
        Timestamp::from_milliseconds((TODAY - ago).max(self.joined))
    }

    fn identifiers(&mut self, account: &str, discord: &str, roblox: Option<&str>) -> Vec<Identifier> {
        let ids = [("discord", Some(discord)), ("roblox", roblox)];
        let ids = ids.into_iter().filter_map(|(kind, id)| Some((kind, id?)));
        let made = ids.map(|(kind, value)| Identifier {
            id: self.uuid(),
            acc_id: account.to_owned(),
            r#type: kind.to_owned(),
            value: value.to_owned(),
            ref_count: 1,
            verified: self.random.happens(0.9),
            created_at: Timestamp::from_milliseconds(self.joined),
            ..Identifier::default()
        });
        made.collect()
    }

    /// One rank of a department, rather a low one; some have one of another department too.
    fn ranks(&mut self, community: &Community) -> Vec<String> {
        let mut held = Vec::new();
        if let Some(department) = self.random.of(&community.departments) {
            let ranks: Vec<_> = department.ranks.iter().filter(|rank| !rank.secondary_only).collect();
            let most = i64::try_from(ranks.len()).unwrap_or(0);
            let place = self.random.between(0, most).min(self.random.between(0, most));
            held.extend(ranks.get(usize::try_from(place).unwrap_or(0)).map(|rank| rank.id.clone()));
        }
        if self.random.happens(0.25) {
            let other = self.random.of(&community.departments);
            let ranks: Vec<_> =
                other.into_iter().flat_map(|other| &other.ranks).filter(|rank| !rank.primary_only).collect();
            let second = self.random.of(&ranks).map(|rank| rank.id.clone());
            held.extend(second.filter(|second| !held.contains(second)));
        }
        held
    }

    /// Some patrols, oldest first; of those who are still here a few are on one now.
    fn clock_rows(&mut self, community: &Community, last: Timestamp, gone: bool) -> Vec<ClockRow> {
        let mut rows = Vec::new();
        if community.clock_in_types.is_empty() {
            return rows;
        }
        let mut end = last.milliseconds();
        for number in 0..self.random.between(0, 12) {
            let start = end - self.random.between(20, 300) * MINUTE;
            if start < self.joined {
                break;
            }
            let open = number == 0 && !gone && self.random.happens(0.05);
            rows.push(ClockRow {
                id: self.uuid(),
                start_time: Timestamp::from_milliseconds(start),
                end_time: (!open).then(|| Timestamp::from_milliseconds(end)),
                completed: !open,
                notes: Vec::new(),
                r#type: self
                    .random
                    .of(&community.clock_in_types)
                    .map(|kind| kind.id.clone())
                    .unwrap_or_default(),
            });
            end = start - self.random.between(8, 96) * HOUR;
        }
        rows.reverse();
        rows
    }

    fn records(&mut self, account: &Account) -> Vec<Record> {
        let count = if self.random.happens(0.2) { self.random.between(1, 4) } else { 0 };
        let mut times: Vec<i64> = (0..count).map(|_| self.random.between(self.joined, TODAY)).collect();
        times.sort_unstable();
        times.into_iter().map(|at| self.record(account, Timestamp::from_milliseconds(at))).collect()
    }

    fn record(&mut self, account: &Account, at: Timestamp) -> Record {
        let mut record = Record {
            id: self.uuid(),
            status: self.random.happens(0.9),
            acc_id: account.acc_id.clone(),
            source: "api".to_owned(),
            source_id: "api-request".to_owned(),
            points: self.random.between(1, 8).into(),
            reason: self.random.of(&REASONS).copied().unwrap_or_default().to_owned(),
            metadata: Map::new(),
            history: Vec::new(),
            created_at: at,
            updated_at: None,
        };
        record.log("init", at);
        record
    }
}

fn profile(community: &Community, username: &str, callsign: &str) -> Vec<ProfileValue> {
    let known = |id: &str| community.profile_fields.iter().any(|field| field.id == id);
    let values = [("discord", username), ("callsign", callsign)].into_iter().filter(|(id, _)| known(id));
    values.map(|(id, value)| ProfileValue { id: id.to_owned(), value: Value::from(value) }).collect()
}

fn notifications() -> Map<String, Value> {
    let all = json!({ "inbox": true, "desktop": true, "mobile": true, "email": true, "discord": true });
    Map::from_iter([("forms".to_owned(), json!({ "statusChange": all }))])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn generated(accounts: u32, seed: u64) -> State {
        let mut state = State::seed();
        generate(&mut state, accounts, seed);
        state
    }

    #[test]
    fn a_number_and_a_seed_settle_everything() {
        assert_eq!(generated(50, 7), generated(50, 7));
        assert_ne!(generated(50, 7).accounts, generated(50, 8).accounts);
        let (few, many) = (generated(20, 7), generated(50, 7));
        assert_eq!(few.accounts, many.accounts[..few.accounts.len()], "more are the same ones and others");
        let mut again = generated(50, 7);
        generate(&mut again, 50, 7);
        assert_eq!(again, generated(50, 7), "no doubles");
        generate(&mut again, 50, 8);
        assert_eq!(again.accounts.len(), State::seed().accounts.len() + 100);
    }

    #[test]
    fn members_are_plausible() {
        let state = generated(500, 7);
        assert_eq!(State::parse(&state.document()).as_ref(), Ok(&state), "every reference leads somewhere");
        let made = &state.accounts[State::seed().accounts.len()..];
        let share = |fits: &dyn Fn(&Account) -> bool| made.iter().filter(|account| fits(account)).count();
        let distinct = |of: &dyn Fn(&Account) -> String| made.iter().map(of).collect::<HashSet<_>>().len();
        assert_eq!(distinct(&|account| account.acc_name.clone()), 500);
        assert_eq!(distinct(&|account| account.username.clone()), 500);
        assert_eq!(distinct(&|account| account.discord_id.clone().unwrap_or_default()), 500);
        assert_eq!(distinct(&|account| account.unique_id.to_string()), 500);
        assert!((440..490).contains(&share(&Account::active)), "{}", share(&Account::active));
        assert!((2..30).contains(&share(&|account| account.banned)));
        assert!(share(&|account| account.ranks.len() == 2) > 20);
        assert!((5..60).contains(&share(&|account| account.open_clock().is_some())));
        assert!(share(&|account| account.clock_data.data.len() > 3) > 200);
        let records = state.records.len() - State::seed().records.len();
        assert!((100..300).contains(&records), "{records}");
        let beyond = |id: &str| id.parse::<u64>().is_ok_and(|id| id > 1 << 53);
        assert_eq!(share(&|account| account.discord_id.as_deref().is_some_and(beyond)), 500);
    }

    #[test]
    fn times_are_in_order() {
        for account in &generated(200, 3).accounts[State::seed().accounts.len()..] {
            let rows = &account.clock_data.data;
            assert!(rows.windows(2).all(|pair| pair[0].end_time < Some(pair[1].start_time)));
            assert!(rows.iter().all(|row| row.start_time >= account.join_date));
            assert!(account.join_date <= account.last_login);
            assert!(rows.iter().all(|row| row.start_time < account.last_login));
        }
    }

    #[test]
    fn an_empty_community_has_members_without_ranks() {
        let mut state = State::default();
        let made = generate(&mut state, 10, 1);
        assert_eq!((made.accounts, made.clock_rows), (10, 0));
        assert!(state.accounts.iter().all(|account| account.ranks.is_empty()));
    }

    #[test]
    fn today_is_the_day_of_the_seed() {
        assert_eq!(Timestamp::from_milliseconds(TODAY).to_string(), "2026-04-15T00:00:00.000Z");
    }
}
