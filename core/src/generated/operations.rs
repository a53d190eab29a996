use crate::Operation;
pub(crate) static OPERATIONS: &[&Operation] = &[];
