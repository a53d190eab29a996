//! Which windows there are, and when they are forgotten.
