//! An operation that is added to the description and nowhere else.
