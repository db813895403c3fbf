//! JSON bodies: nothing that a client sends makes reading panic, and what is accepted can be written
//! and reads back as it was. The first byte says which body it is (see `bodies::BODIES`).
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Some((which, body)) = input.split_first() {
        passeplat_fuzz::bodies::take(*which, body);
    }
});
