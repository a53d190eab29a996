//! The generator's tests: names and documents by themselves, then whole checkouts generated, compiled and called.

mod awkward_names;
mod checkout;
mod document;
mod made_up;
mod names;
mod output;
