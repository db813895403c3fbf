//! The files that pages need: a stylesheet, scripts, an icon. They are part of the program, and
//! their address changes with their content, so that browsers may keep them for ever.

use std::sync::LazyLock;

/// The Content-Security-Policy of every page of the back office. Logos come from the apps' own
/// hosts, hence `img-src https:`. The pages where an app is let in add nothing: browsers apply
/// `form-action` to the redirection that follows a form, so it is left out on purpose.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; \
     script-src 'self'; img-src 'self' https:; font-src 'self'; connect-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// A file served as it is.
pub struct Asset {
    /// The last part of its address, `office.css`.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub kind: &'static str,
    /// Its content.
    pub text: &'static str,
}

/// All assets, to be served under `/assets/`.
pub static ALL: [Asset; 4] = [
    Asset {
        name: "office.css",
        kind: "text/css; charset=utf-8",
        text: include_str!("../../assets/office.css"),
    },
    Asset {
        name: "office.js",
        kind: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/office.js"),
    },
    Asset {
        name: "live.js",
        kind: "text/javascript; charset=utf-8",
        text: include_str!("../../assets/live.js"),
    },
    Asset {
        name: "icon.svg",
        kind: "image/svg+xml",
        text: include_str!("../../assets/icon.svg"),
    },
];

/// The query that makes the addresses change with the content, `v=1a2b3c4d`.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    // FNV-1a: it need not resist anybody, only differ after an edit.
    let mut hash: u32 = 0x811c_9dc5;
    for byte in ALL.iter().flat_map(|asset| asset.text.bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    format!("v={hash:08x}")
});

/// The asset of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}
