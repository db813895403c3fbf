//! What lies in a database of the server, found out without making anything.

use std::thread;
use std::time::{Duration, Instant};

use super::Session;
use super::server::Server;
use crate::db::find::{DatabaseContent, KEY_CHECK, OUR_STEPS};
use crate::db::{Error, Result, Track};

const SCHEMA: &str = "SELECT CAST(CURRENT_SCHEMA() AS TEXT)";
const HAS: &str = "SELECT TO_REGCLASS($1) IS NOT NULL";
/// Those that came with an extension are not somebody's data.
const TABLES: &str = "SELECT CAST(c.relname AS TEXT) FROM pg_class c
    WHERE c.relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE) AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d
            WHERE d.classid = CAST('pg_class' AS REGCLASS) AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1 LIMIT 5";

/// Looks for the tables of `track`, on a thread of its own: the caller may be inside a runtime, where
/// a session's must not run.
pub(in crate::db) fn find(url: &str, track: Track, timeout: Duration) -> Result<DatabaseContent> {
    let server = Server::parse(url, timeout)?;
    thread::scope(|scope| {
        let look = || {
            let mut session = Session::new(server, true)?;
            session.reset(session.end_of(Instant::now()));
            session.connect()?;
            session.refuse_shared_sessions()?;
            session.check_collation()?;
            inspect(&mut session, track)
        };
        scope
            .spawn(look)
            .join()
            .unwrap_or_else(|_| Err(Error::Broken("looking for the tables panicked".to_owned())))
    })
}

fn inspect(session: &mut Session, track: Track) -> Result<DatabaseContent> {
    let schema: Vec<(Option<String>,)> = session.all(SCHEMA, &[])?;
    if schema.iter().all(|(name,)| name.is_none()) {
        return Err(Error::Unusable(
            "the schema that the search_path names is not there: create it first (CREATE SCHEMA)"
                .to_owned(),
        ));
    }
    let steps: Vec<(String,)> = if has(session, "schema_steps")? {
        session.all(OUR_STEPS, crate::args![track.name()])?
    } else {
        Vec::new()
    };
    if steps.iter().any(|(count,)| count != "0") {
        let stored: Vec<(String,)> = if track == Track::Hub && has(session, "hub_settings")? {
            session.all(KEY_CHECK, &[])?
        } else {
            Vec::new()
        };
        let key_check = stored.into_iter().map(|(stored,)| stored).next();
        return Ok(DatabaseContent::Ours { key_check });
    }
    let tables: Vec<(String,)> = session.all(TABLES, &[])?;
    if tables.is_empty() {
        return Ok(DatabaseContent::Empty("has no tables"));
    }
    Ok(DatabaseContent::Others(
        tables.into_iter().map(|(name,)| name).collect(),
    ))
}

fn has(session: &mut Session, table: &str) -> Result<bool> {
    let found: Vec<(bool,)> = session.all(HAS, crate::args![table])?;
    Ok(found.iter().any(|(there,)| *there))
}
