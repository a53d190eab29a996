//! What one answer holds of a list.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::value::RawValue;

use crate::Paged;

/// The items of a page, each as JSON, and how many there are on all pages, where the service tells.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) items: Vec<Box<RawValue>>,
    /// Whether there is null where the items belong.
    pub(super) is_null: bool,
    pub(super) total: Option<u64>,
    /// Tells whether two pages are the same.
    pub(super) mark: u64,
}

impl Page {
    /// Reads the data of an answer; nothing where there is neither a list in it nor null.
    pub(super) fn read(paged: &Paged, data: Option<&RawValue>) -> Option<Self> {
        let data = data.map_or("null", RawValue::get);
        let bare = data.trim_start().starts_with(['[', 'n']);
        let (list, total) = match paged.items {
            Some(name) if !bare => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_str(data).ok()?;
                let total = paged.total.and_then(|total| members.get(total));
                (members.get(name)?.get(), total.and_then(|total| total.get().parse().ok()))
            }
            _ => (data, None),
        };
        let items: Option<Vec<Box<RawValue>>> = serde_json::from_str(list).ok()?;
        Some(Self { is_null: items.is_none(), items: items.unwrap_or_default(), total, mark: mark(list) })
    }
}

fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
