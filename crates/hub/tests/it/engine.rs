//! One test for each engine.

use crate::support::{Site, TestHub, postgres_server};

pub use macro_rules_attribute::apply;

/// Where a test stores its data.
#[derive(Clone, Debug)]
pub enum Engine {
    Sqlite,
    /// At the server with this URL.
    PostgreSql(String),
}

impl Engine {
    /// PostgreSQL, if there is a server to test on.
    pub fn postgresql() -> Option<Self> {
        postgres_server().map(Self::PostgreSql)
    }

    /// A hub on this engine.
    pub fn start(&self) -> TestHub {
        self.start_with(&[])
    }

    /// A hub on this engine with settings of its own, as dotted keys.
    pub fn start_with(&self, settings: &[(&str, &str)]) -> TestHub {
        match self {
            Self::Sqlite => TestHub::start_with(settings),
            Self::PostgreSql(server) => TestHub::start_at(server, settings),
        }
    }
}

impl From<Engine> for TestHub {
    fn from(engine: Engine) -> Self {
        engine.start()
    }
}

impl From<Engine> for Site {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::on(None),
            Engine::PostgreSql(server) => Self::on(Some(&server)),
        }
    }
}

/// Makes a test for each engine of a function that takes a hub, an empty site or the engine:
/// `name::sqlite` and, if there is a server to test on, `name::postgresql`.
macro_rules! each_engine {
    ($(#[$attribute:meta])* fn $name:ident($($pattern:ident)+: $given:ty $(,)?) $body:block) => {
        $(#[$attribute])*
        fn $name($($pattern)+: $given) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name($crate::engine::Engine::Sqlite.into());
            }

            #[test]
            fn postgresql() {
                if let Some(engine) = $crate::engine::Engine::postgresql() {
                    super::$name(engine.into());
                }
            }
        }
    };
}
