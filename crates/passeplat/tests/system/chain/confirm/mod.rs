//! In the evening: everything is read back through `client` and compared with the plan.

mod customers;
mod events;
mod orders;
mod stock;

use super::morning::Chain;
use super::plan::Day;

/// Compares orders, events, customers, stock and catalogs. `ids` are the hub's ids of the orders.
pub async fn confirm(chain: &Chain, day: &Day, ids: &[String]) {
    let placed = orders::of_account(chain, day, ids).await;
    let customers = async {
        let customers = customers::statistics(chain, day, &placed).await;
        customers::loyalty(chain, day, ids, &customers).await;
    };
    let stock = async {
        stock::left(chain, day).await;
        stock::catalogs(chain).await;
    };
    tokio::join!(
        orders::by_location_and_filter(chain, day, ids, &placed),
        events::heard_by_kitchens(chain, day, ids),
        customers,
        stock,
    );
}
