#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sonoran_gateway::fuzzing::config(input));
