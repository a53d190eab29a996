//! Panics on demand, for the test that shows what becomes of them. Not in the package: the feature is off there.

use serde_json::Value;

/// Where a client made for that is to panic.
pub(crate) struct Fault(String);

impl Fault {
    /// The option `userAgentSuffix` names the place.
    pub(crate) fn of(options: &str) -> Self {
        let options: Value = serde_json::from_str(options).unwrap_or_default();
        Self(options["userAgentSuffix"].as_str().unwrap_or_default().to_owned())
    }

    /// Panics if this is the place.
    pub(crate) fn at(&self, place: &str) {
        assert!(self.0 != place, "injected");
    }
}
