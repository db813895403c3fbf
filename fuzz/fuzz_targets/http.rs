//! Whole requests, up to eight in a row, through the router of a hub on SQLite: whatever is sent, by
//! whomever, the hub does not panic, does not answer 5xx, and says what is wrong in the API's own form.
#![no_main]

use std::cell::RefCell;

use passeplat_fuzz::call::Call;
use passeplat_fuzz::world::World;

/// Visits after which a hub is replaced, so that it stays small.
const VISITS: u32 = 2_000;

thread_local! {
    static WORLD: RefCell<Option<(World, u32)>> = const { RefCell::new(None) };
}

libfuzzer_sys::fuzz_target!(|calls: Vec<Call>| {
    WORLD.with_borrow_mut(|slot| {
        let (world, visits) = slot.get_or_insert_with(|| (World::new(), 0));
        for call in calls.iter().take(8) {
            world.answer(call);
        }
        *visits += 1;
        let full = *visits == VISITS;
        if full || *visits % 64 == 0 {
            world.tidy();
        }
        if full {
            *slot = None;
        }
    });
});
