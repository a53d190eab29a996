//! Disciplinary records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::time::Timestamp;

/// Points and a reason, with the history of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Off records' points do not count.
    pub(crate) status: bool,
    pub(crate) acc_id: String,
    pub(crate) source: String,
    pub(crate) source_id: String,
    pub(crate) points: Number,
    pub(crate) reason: String,
    pub(crate) metadata: Map<String, Value>,
    /// Keyed by time, oldest first.
    pub(crate) history: Vec<RecordChange>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Option<Timestamp>,
}

/// One entry of a record's history: what the record was after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecordChange {
    pub(crate) action: String,
    pub(crate) points: Number,
    pub(crate) reason: String,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) timestamp: Timestamp,
    pub(crate) source: String,
    pub(crate) source_id: String,
}

impl Default for Record {
    /// One that counts, with no points.
    fn default() -> Self {
        Self {
            id: String::new(),
            status: true,
            acc_id: String::new(),
            source: String::new(),
            source_id: String::new(),
            points: 0.into(),
            reason: String::new(),
            metadata: Map::new(),
            history: Vec::new(),
            created_at: Timestamp::default(),
            updated_at: None,
        }
    }
}

impl Record {
    /// Whether a community that lets records expire has let this one.
    pub(crate) fn expired(&self, after_days: Option<u32>, now: Timestamp) -> bool {
        let age = now.milliseconds() - self.created_at.milliseconds();
        after_days.is_some_and(|days| age >= i64::from(days) * 86_400_000)
    }

    /// Changes the record and notes it.
    pub(crate) fn update(&mut self, now: Timestamp, change: impl FnOnce(&mut Self)) {
        change(self);
        self.updated_at = Some(now);
        self.log("update", now);
    }

    /// Notes the record as it is now under `action`.
    pub(crate) fn log(&mut self, action: &str, now: Timestamp) {
        // The API keys the history by time, so that two entries need different ones.
        let earliest = self
            .history
            .last()
            .map_or(now, |last| Timestamp::from_milliseconds(last.timestamp.milliseconds() + 1).max(now));
        self.history.push(RecordChange {
            action: action.to_owned(),
            points: self.points.clone(),
            reason: self.reason.clone(),
            metadata: self.metadata.clone(),
            timestamp: earliest,
            source: self.source.clone(),
            source_id: self.source_id.clone(),
        });
    }
}
