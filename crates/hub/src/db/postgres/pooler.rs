//! Poolers between the hub and PostgreSQL. One that gives every client a session of its own (session
//! mode) will do. One that shares sessions among clients (transaction or statement mode) forgets what was
//! prepared, set and listened to, so it is recognised at the start and refused.

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::error::PostgresError;

/// What it is, and what to do: follows "there is".
pub(super) const SHARED: &str = "a pooler that shares its sessions among clients, as pgbouncer does with \
    pool_mode = transaction or statement: the hub needs pool_mode = session, or the address of PostgreSQL \
    itself";

/// Which process of the server answers.
const WHO: &str = "SELECT pg_backend_pid()";

/// How often it is looked; once is enough while nobody else uses the pooler.
const LOOKS: usize = 3;

/// What two connections that are open at once show.
enum SessionProbe {
    /// Each has a session of its own, so far.
    CpuPool,
    /// They share sessions.
    Shared,
}

/// Refuses two connections that do not have a session each for as long as they last.
pub(super) async fn refuse_shared(first: &Client, second: &Client) -> Result<(), PostgresError> {
    for _ in 0..LOOKS {
        if let SessionProbe::Shared = probe(first, second).await? {
            return Err(PostgresError::unusable(format!(
                "between the hub and PostgreSQL there is {SHARED}"
            )));
        }
    }
    Ok(())
}

/// A session is taken away from the first connection if one can be: it is given to the second, which
/// holds on to it by a transaction.
async fn probe(first: &Client, second: &Client) -> Result<SessionProbe, PostgresError> {
    let before = session_of(first).await?;
    match second.batch_execute("BEGIN").await {
        Ok(()) => {}
        // In statement mode there are no transactions.
        Err(error) if error.code() == Some(&SqlState::PROTOCOL_VIOLATION) => {
            return Ok(SessionProbe::Shared);
        }
        Err(error) => return Err(error.into()),
    }
    let other = session_of(second).await?;
    let is_shared = other == before || session_of(first).await? != before;
    second.batch_execute("ROLLBACK").await?;
    Ok(match is_shared {
        true => SessionProbe::Shared,
        false => SessionProbe::CpuPool,
    })
}

async fn session_of(client: &Client) -> Result<String, PostgresError> {
    let answer = client.simple_query(WHO).await?;
    let number = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    number.map(str::to_owned).ok_or_else(|| {
        PostgresError::internal("PostgreSQL does not say which process answers".to_owned())
    })
}
