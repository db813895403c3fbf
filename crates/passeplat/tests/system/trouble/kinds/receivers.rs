//! What happens to those whom the hub calls.

use super::{last, random_duration};
use crate::random::SeededRandom;
use crate::trouble::load::receiver::Health;
use crate::trouble::site::Site;

/// One of the receivers is ill for a while.
pub async fn make_ill(
    site: &Site,
    health: Health,
    random: &mut SeededRandom,
) -> Result<(), String> {
    let receiver = random.one(&site.receivers);
    receiver.set_health(health);
    last(random_duration(random, 5, 10)).await;
    receiver.set_health(Health::Well);
    Ok(())
}
