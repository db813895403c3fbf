//! Scopes, two of them on two lines: they print in one form that reads back, and a smaller one gives
//! nothing that the larger one does not.
#![no_main]

use passeplat_fuzz::reads_back;
use wire::scope::{Resource, Right, Scope};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut scopes = text.splitn(2, '\n').map(Scope::parse);
    let one = scopes.next().and_then(Result::ok);
    if let Some(scope) = &one {
        reads_back(scope);
        assert_eq!(Scope::parse(&scope.to_string()).as_ref(), Ok(scope));
        assert!(scope.is_subset_of(scope));
    }
    let Some((one, Ok(other))) = one.zip(scopes.next()) else {
        return;
    };
    let writes = |scope: &Scope| {
        let allows = |&&it: &&Resource| scope.allows(it, Right::Write);
        Resource::ALL.iter().filter(allows).count()
    };
    assert_eq!(other.has_any_write(), writes(&other) > 0);
    if one.is_subset_of(&other) {
        for &resource in Resource::ALL {
            assert!(one.right_on(resource) <= other.right_on(resource));
        }
        assert!(one.profile <= other.profile);
        assert!(!other.is_subset_of(&one) || one == other);
    }
});
