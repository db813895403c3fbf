//! In the evening: everything is read back through `client` and compared with the plan.

mod customers;
mod events;
mod expiry;
mod orders;
mod stock;

use super::plan::Day;
use super::replay::ReplayedDay;
use super::setup::Chain;

/// Compares orders, events, customers, stock and catalogs with what the plan says of what was replayed.
pub async fn confirm(chain: &Chain, day: &Day, replayed: &ReplayedDay) {
    let ids = &replayed.ids;
    let placed = orders::of_account(chain, day, ids).await;
    let customers = async {
        let customers = customers::statistics(chain, day, &placed).await;
        customers::loyalty(chain, day, ids, &customers).await;
    };
    let stock = async {
        expiry::check_events(chain, &replayed.reports).await;
        stock::left(chain, day).await;
        stock::catalogs(chain).await;
    };
    tokio::join!(
        orders::by_location_and_filter(chain, day, ids, &placed),
        events::check_kitchen_events(chain, day, ids),
        customers,
        stock,
    );
}
