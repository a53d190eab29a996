pub(crate) mod operations;
pub mod types;
