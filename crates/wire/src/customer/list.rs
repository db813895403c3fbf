//! Customer lists.

use serde::{Deserialize, Serialize};

use super::MAX_SEARCHED_CHARS;
use crate::id::{AccountId, CustomerListId, LocationId};
use crate::input::{at_most_chars, non_blank};
use crate::problem::{Path, Problems};
use crate::schema::JsonSchema;
use crate::time::Time;

/// A customer list. It belongs to a location or to the whole account: exactly one of the two ids is
/// there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerList {
    /// Identifier; stays when the list is renamed.
    pub id: CustomerListId,
    /// The location it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// The account, when it belongs to no location in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Name, which no other list has that can be reached from the same place.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
}

crate::input_struct! {
    /// The body of `POST …/customer_lists` and of `PATCH /customer_lists/:id`, as sent.
    pub struct RawCustomerList {
        name: String = "name",
    }
    like CustomerList;
}

impl RawCustomerList {
    /// The name of a new list, or what is wrong with it.
    pub fn check(self) -> Result<String, Problems> {
        let mut problems = Problems::new();
        let name = self.name(&mut problems);
        problems.unless_any(name)
    }

    /// The new name of a list, if there is to be one, or what is wrong with it.
    pub fn check_change(self) -> Result<Option<String>, Problems> {
        if self.name.is_absent() {
            return Ok(None);
        }
        self.check().map(Some)
    }

    fn name(self, problems: &mut Problems) -> Option<String> {
        let name = non_blank(at_most_chars(self.name, MAX_SEARCHED_CHARS));
        name.required(&Path::ROOT.key("name"), problems)
    }
}
