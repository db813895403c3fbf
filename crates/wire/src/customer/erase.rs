//! Erasing personal data from documents.

use serde_json::Value;

use super::PERSONAL;

/// Clears the personal data of every customer in a document whose id `is_wanted` takes, however deep it
/// is in there: in an order, in the states of an event, in a page of a list. Says whether there was
/// any.
pub fn erase_customers(document: &mut Value, is_wanted: &impl Fn(&str) -> bool) -> bool {
    match document {
        Value::Object(map) => {
            let id = map.get("id").and_then(Value::as_str);
            // An order has an id, too, but is in no list.
            let is_one = map.contains_key("customer_list_id") && id.is_some_and(is_wanted);
            let mut found = is_one && erase_personal_data(map);
            for value in map.values_mut() {
                found |= erase_customers(value, is_wanted);
            }
            found
        }
        Value::Array(items) => {
            let mut found = false;
            for item in items {
                found |= erase_customers(item, is_wanted);
            }
            found
        }
        _ => false,
    }
}

/// Clears the personal data of one customer. Says whether there was any.
pub fn erase_personal_data(customer: &mut serde_json::Map<String, Value>) -> bool {
    let mut found = false;
    for key in PERSONAL {
        if let Some(value) = customer.get_mut(*key).filter(|value| !value.is_null()) {
            *value = Value::Null;
            found = true;
        }
    }
    if found && let Some(anonymised) = customer.get_mut("anonymised") {
        *anonymised = Value::Bool(true);
    }
    found
}
