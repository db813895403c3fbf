//! What the fuzz targets share. A target is one file in `fuzz_targets`; `scripts/fuzz` builds and
//! runs them.

pub mod bodies;
pub mod call;
pub mod world;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is written reads back equal, also as deep in other JSON as events and lists put it, and is
/// then written the same again.
pub fn reads_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(thing: &T) {
    let text = serde_json::to_string(thing).expect("everything can be written");
    let deep = format!(r#"[{{"new_state":{text}}}]"#);
    if let Err(error) = serde_json::from_str::<serde_json::Value>(&deep) {
        panic!("in an event: {error}: {text}");
    }
    let back: T = match serde_json::from_str(&text) {
        Ok(back) => back,
        Err(error) => panic!("{error}: {text}"),
    };
    assert_eq!(back, *thing, "{text}");
    let again = serde_json::to_string(&back).expect("everything can be written");
    assert_eq!(again, text);
}
