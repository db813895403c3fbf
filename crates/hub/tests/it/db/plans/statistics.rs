//! What PostgreSQL knows of tables, and for which values it plans.

use hub::db::{Error, Tx};

use super::{LARGE, fill};
use crate::support::on_postgres_with;

#[test]
fn a_change_is_planned_once_and_not_for_its_values() {
    on_postgres_with(&[], |hub| {
        let mode = |tx: &mut Tx<'_>| -> hub::db::Result<Option<(String,)>> {
            tx.first("SELECT CURRENT_SETTING('plan_cache_mode')", &[])
        };
        let of_change = hub.wait(hub.hub.db().write("test.mode", mode));
        assert_eq!(of_change.unwrap().unwrap().0, "force_generic_plan");
        let of_look = hub.wait(hub.hub.db().read("test.mode", mode));
        assert_eq!(of_look.unwrap().unwrap().0, "auto");
    });
}

#[test]
fn a_table_that_has_grown_is_looked_at_once() {
    on_postgres_with(&[], |hub| {
        fill(&hub);
        let gathered = hub
            .wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        let missing = LARGE
            .iter()
            .find(|it| !gathered.iter().any(|table| table == *it));
        assert_eq!(missing, None, "{gathered:?}");
        let again = hub
            .wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        assert_eq!(again, [""; 0]);
    });
}

#[test]
fn nobody_waits_for_a_locked_table_to_look_at_it() {
    on_postgres_with(&[], |hub| {
        fill(&hub);
        let session = hub.session();
        let lock = session.batch_execute("BEGIN; LOCK TABLE orders");
        hub.wait(lock).expect("a lock");
        let gathered = hub.wait(hub.hub.db().gather_statistics());
        assert!(
            matches!(gathered, Err(Error::Unavailable(_))),
            "{gathered:?}"
        );
        hub.wait(session.batch_execute("ROLLBACK"))
            .expect("no lock");
        let gathered = hub
            .wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        assert!(
            gathered.iter().any(|table| table == "orders"),
            "{gathered:?}"
        );
    });
}
