//! The parameters of a request.

/// The parameters in their order, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(query: &str) -> Query {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Query(pairs.collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }

    /// Whether a list is asked for: `expand[]=items`.
    pub(super) fn expands(&self, list: &str) -> bool {
        self.0.iter().any(|(name, value)| {
            (name.starts_with("expand[") || name == "expand")
                && value.split(',').any(|it| it == list)
        })
    }

    /// The part of a list that `offset` and `limit` name; `limit=0` is all of it.
    pub(super) fn page<T>(&self, list: Vec<T>, default_limit: usize, max_limit: usize) -> Vec<T> {
        let offset = self.number("offset").unwrap_or_default();
        let limit = match self.number("limit") {
            None => default_limit,
            Some(0) => usize::MAX,
            Some(limit) => limit.min(max_limit),
        };
        list.into_iter().skip(offset).take(limit).collect()
    }
}
