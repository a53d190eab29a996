//! The face of C#.

use anyhow::Result;

use super::Input;
use super::output::Output;

/// The generated files of the package.
pub(crate) fn files(_input: &Input<'_>) -> Result<Vec<Output>> {
    Ok(Vec::new())
}
