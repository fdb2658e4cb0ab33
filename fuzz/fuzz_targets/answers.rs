#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| node_agent_sdk_rs::core::fuzzing::answers(data));
