//! How many pixels an image says that it has, whatever stands before that.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use hub::catalogs::images::size::probe;
use wire::image::ImageType;

/// A segment: fill bytes, marker, content. Neither restarts nor anything that ends the search.
fn segment() -> impl Strategy<Value = Vec<u8>> {
    let marker = prop_oneof![
        Just(0xc4_u8),
        Just(0xc8),
        Just(0xcc),
        0xdb..=0xfe_u8,
        0x02..=0xbf_u8
    ];
    (0..5_usize, marker, vec(any::<u8>(), 0..300)).prop_map(|(fill, marker, content)| {
        let length = u16::try_from(content.len() + 2)
            .expect("a short one")
            .to_be_bytes();
        let head = [vec![0xff; fill + 1], vec![marker], length.to_vec()];
        [head.concat(), content].concat()
    })
}

proptest! {
    #[test]
    fn the_size_of_a_jpeg_is_found_behind_any_segments_and_fill_bytes(
        segments in vec(segment(), 0..8),
        fill in 0..5_usize,
        frame in prop_oneof![0xc0..=0xc3_u8, 0xc5..=0xc7_u8, 0xc9..=0xcb_u8, 0xcd..=0xcf_u8],
        (width, height) in any::<(u16, u16)>(),
    ) {
        let mut bytes = b"\xff\xd8".to_vec();
        bytes.extend(segments.concat());
        bytes.extend(vec![0xff; fill + 1]);
        bytes.extend([frame, 0, 17, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        let cut = bytes.len() - 1;
        // What follows in every picture.
        bytes.extend([1, 1, 0x11, 0]);
        let pixels = u64::from(width) * u64::from(height);
        prop_assert_eq!(probe(&bytes), Some((ImageType::Jpeg, pixels)));
        bytes.truncate(cut);
        prop_assert_eq!(probe(&bytes), None);
    }

    #[test]
    fn a_gif_without_screen_is_as_large_as_its_first_picture(
        colours in prop::option::of(0..8_u8),
        extensions in vec(vec(vec(any::<u8>(), 1..256), 0..4), 0..4),
        (width, height) in any::<(u16, u16)>(),
    ) {
        let mut bytes = b"GIF89a\0\0\0\0".to_vec();
        bytes.extend([colours.map_or(0, |size| 0x80 | size), 0, 0]);
        bytes.extend(vec![7; colours.map_or(0, |size| 3 << (size + 1))]);
        for blocks in extensions {
            bytes.extend(b"\x21\xf9");
            for block in blocks {
                bytes.push(u8::try_from(block.len()).expect("a short one"));
                bytes.extend(block);
            }
            bytes.push(0);
        }
        bytes.extend(b"\x2c\x01\0\x01\0");
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        let pixels = u64::from(width) * u64::from(height);
        prop_assert_eq!(probe(&bytes), Some((ImageType::Gif, pixels)));
    }

    #[test]
    fn looking_never_panics(
        head in select(vec![&b"\xff\xd8\xff"[..], b"GIF89a\0\0\0\0", b"BM", b"RIFF", b""]),
        rest in vec(prop_oneof![Just(0xff_u8), Just(0x21), Just(0), any::<u8>()], 0..300),
    ) {
        let _ = probe(&[head, &rest].concat());
    }
}
