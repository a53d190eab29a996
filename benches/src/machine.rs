//! What every figure is given with: the machine, and how samples become one number.

use std::fs;

/// The processor and the number of its cores.
pub(crate) fn describe() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} ({cores} cores), {}", model.trim_start_matches(['\t', ' ', ':']), std::env::consts::OS)
}

/// Minimum, median and maximum.
pub(crate) fn spread(samples: &mut [f64]) -> (f64, f64, f64) {
    samples.sort_by(f64::total_cmp);
    (samples[0], samples[samples.len() / 2], samples[samples.len() - 1])
}
