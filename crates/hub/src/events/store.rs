//! Events in the database.
