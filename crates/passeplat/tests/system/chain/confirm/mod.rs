//! In the evening: everything is read back through `client` and compared with the plan.

mod customers;
mod events;
mod expired;
mod orders;
mod stock;

use super::morning::Chain;
use super::plan::Day;
use super::replay::Lived;

/// Compares orders, events, customers, stock and catalogs with what the plan says of what was lived.
pub async fn confirm(chain: &Chain, day: &Day, lived: &Lived) {
    let ids = &lived.ids;
    let placed = orders::of_account(chain, day, ids).await;
    let customers = async {
        let customers = customers::statistics(chain, day, &placed).await;
        customers::loyalty(chain, day, ids, &customers).await;
    };
    let stock = async {
        expired::told(chain, &lived.said).await;
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
