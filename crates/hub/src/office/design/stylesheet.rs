//! The stylesheet of the page: the colours of both themes side by side, and its samples. The colours are
//! those of the stylesheet of all pages, cut out of it.

use std::sync::LazyLock;

use crate::office::assets;

/// How many steps the scale of spaces has.
pub(super) const SPACES: [&str; 6] = ["1", "2", "3", "4", "5", "6"];

/// The sizes of text beside the plain one.
pub(super) const TEXT_SIZES: [&str; 6] = ["xs", "s", "m", "l", "xl", "2xl"];

/// The colours, by their names in the stylesheet; those with a background of their own come with it.
pub(super) const COLOURS: [&str; 12] = [
    "ground",
    "panel",
    "raised",
    "ink",
    "soft",
    "line",
    "field-line",
    "accent",
    "accent-soft",
    "link",
    "danger",
    "chart",
];

/// The stylesheet, served as `/assets/design.css`.
pub static STYLESHEET: LazyLock<String> = LazyLock::new(|| {
    let all = assets::find("office.css").map_or("", |asset| asset.text);
    let light = rules_of_root(all);
    let dark = all.split_once("(prefers-color-scheme: dark)");
    let dark = dark.map_or("", |(_, rest)| rules_of_root(rest));
    let mut css = format!(
        ".in-light {{ {light} color-scheme: light; }}\n.in-dark {{ {light} {dark} color-scheme: dark; }}\n"
    );
    for name in COLOURS {
        css.push_str(&format!(
            ".swatch-{name} {{ background: var(--{name}); }}\n"
        ));
    }
    for name in SPACES {
        css.push_str(&format!(
            ".space-{name} {{ width: var(--space-{name}); }}\n"
        ));
    }
    for name in TEXT_SIZES {
        css.push_str(&format!(
            ".text-{name} {{ font-size: var(--text-{name}); }}\n"
        ));
    }
    css.push_str(SAMPLES);
    css
});

/// What stands between the braces of the first rule for `:root`.
fn rules_of_root(css: &str) -> &str {
    let rules = css.split_once(":root {").map_or("", |(_, rest)| rest);
    rules.split_once('}').map_or("", |(rules, _)| rules).trim()
}

const SAMPLES: &str = "\
.in-light, .in-dark { background: var(--ground); color: var(--ink); padding: var(--space-4); border: 1px solid var(--line); border-radius: var(--radius); margin-bottom: var(--space-4); }
.swatches { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: var(--space-3); }
.swatch { display: block; height: 2.5rem; border: 1px solid var(--line); border-radius: 8px; }
.swatches code, .scale code { font-size: var(--text-xs); }
.scale li { display: flex; align-items: center; gap: var(--space-3); padding: var(--space-1) 0; }
.space { display: block; height: 1rem; background: var(--accent); border-radius: 2px; }
.scale code { flex: 0 0 6.5rem; }
.badges { display: flex; flex-wrap: wrap; gap: var(--space-2); margin: var(--space-3) 0; }
.badges li { display: flex; align-items: center; gap: var(--space-2); min-width: 7rem; }
.weight-400 { font-weight: 400; } .weight-600 { font-weight: 600; } .weight-700 { font-weight: 700; }
";
