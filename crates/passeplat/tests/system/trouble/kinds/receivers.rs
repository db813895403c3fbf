//! What happens to those whom the hub calls.

use super::{last, some};
use crate::random::SeededRandom;
use crate::trouble::load::receiver::Health;
use crate::trouble::site::Site;

/// One of the receivers is ill for a while.
pub async fn ill(site: &Site, health: Health, random: &mut SeededRandom) -> Result<(), String> {
    let receiver = random.one(&site.receivers);
    receiver.is_now(health);
    last(some(random, 5, 10)).await;
    receiver.is_now(Health::Well);
    Ok(())
}
