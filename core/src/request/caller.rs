//! On whose behalf a call is made.

/// Whose call it is.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) community_id: &'a str,
    pub(crate) api_key: &'a str,
    pub(crate) default_server: i64,
}
