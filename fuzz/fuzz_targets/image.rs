//! Images: no bytes make looking at them panic, and what is taken is of the type it was declared to be,
//! and of no other. The first byte says which type is declared.
#![no_main]

use hub::catalogs::images::rules::accept;
use wire::image::ImageType;

const TYPES: [ImageType; 5] = [
    ImageType::Jpeg,
    ImageType::Png,
    ImageType::Webp,
    ImageType::Gif,
    ImageType::Bmp,
];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((which, bytes)) = input.split_first() else {
        return;
    };
    let declared = TYPES[usize::from(*which) % TYPES.len()];
    let words = TYPES.map(|kind| kind.to_string());
    if let Ok(content) = accept(Some(&declared.to_string()), bytes) {
        assert_eq!(content.kind, declared);
        assert_eq!(usize::try_from(content.size), Ok(bytes.len()));
        let kinds = words
            .iter()
            .filter(|word| accept(Some(word), bytes).is_ok());
        assert_eq!(kinds.count(), 1);
        if declared == ImageType::Png {
            let side = |at: usize| {
                let bytes = bytes[at..at + 4].try_into().expect("four bytes");
                u64::from(u32::from_be_bytes(bytes))
            };
            assert!((1..=8_192 * 8_192).contains(&(side(16) * side(20))));
        }
    }
});
