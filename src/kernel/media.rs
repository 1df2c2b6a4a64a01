//! What a file is, by its content, and images without what they tell of where and how they were taken.
//!
//! The name of a file and what a client says of it prove nothing, so neither is looked at. Of a JPEG and
//! a PNG only those parts are kept that are needed to show it: everything that can carry a place, a
//! person or a device is left out, and what follows the end of the image as well. The formats are those
//! of ITU-T T.81 (JPEG) and ISO/IEC 15948 (PNG).

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

/// The kinds of file that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
pub enum MediaType {
    #[strum(serialize = "image/jpeg")]
    Jpeg,
    #[strum(serialize = "image/png")]
    Png,
    #[strum(serialize = "application/pdf")]
    Pdf,
}

/// Why a file is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("neither a JPEG, a PNG nor a PDF")]
    Unknown,
    #[error("the image is cut off or damaged")]
    Damaged,
}

impl MediaType {
    /// The name in HTTP and in the database.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What is written behind the name of such a file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// The type of a file and its content as it is to be kept.
pub fn cleaned(content: Vec<u8>) -> Result<(MediaType, Vec<u8>), MediaError> {
    if content.starts_with(&[0xff, 0xd8, 0xff]) {
        return jpeg(&content).map(|clean| (MediaType::Jpeg, clean)).ok_or(MediaError::Damaged);
    }
    if content.starts_with(PNG) {
        return png(&content).map(|clean| (MediaType::Png, clean)).ok_or(MediaError::Damaged);
    }
    if content.starts_with(b"%PDF-") {
        return Ok((MediaType::Pdf, content));
    }
    Err(MediaError::Unknown)
}

/// Keeps the marker segments that a decoder needs, up to the end of the image. `None` is a damaged file.
fn jpeg(content: &[u8]) -> Option<Vec<u8>> {
    let mut kept = vec![0xff, 0xd8];
    let mut rest = &content[2..];
    loop {
        let (marker, after) = marker(rest)?;
        match marker {
            // The end of the image: what follows belongs to something else.
            0xd9 => {
                kept.extend([0xff, 0xd9]);
                return Some(kept);
            }
            // Restart and temporary markers stand alone.
            0x01 | 0xd0..=0xd7 => {
                kept.extend([0xff, marker]);
                rest = after;
            }
            // A second beginning, a stuffed byte where a marker should be.
            0x00 | 0xd8 | 0xff => return None,
            marker => {
                let size = usize::from(u16::from_be_bytes([*after.first()?, *after.get(1)?]));
                let segment = after.get(..size).filter(|segment| segment.len() >= 2)?;
                rest = &after[size..];
                if is_needed(marker, segment) {
                    kept.extend([0xff, marker]);
                    kept.extend(segment);
                }
                if marker == 0xda {
                    let scan = scan_length(rest);
                    kept.extend(&rest[..scan]);
                    rest = &rest[scan..];
                }
            }
        }
    }
}

/// The next marker and what follows it; fill bytes before it are skipped.
fn marker(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (first, mut rest) = rest.split_first()?;
    if *first != 0xff {
        return None;
    }
    loop {
        let (marker, after) = rest.split_first()?;
        if *marker != 0xff {
            return Some((*marker, after));
        }
        rest = after;
    }
}

/// Tables, frames and scans, and of the application's own segments only JFIF and Adobe's, which say how
/// colours are stored. No comments, no Exif, no XMP, no colour profile with a device's name in it.
fn is_needed(marker: u8, segment: &[u8]) -> bool {
    match marker {
        0xe0 => segment[2..].starts_with(b"JFIF\0"),
        0xee => segment[2..].starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// How many bytes of entropy-coded data there are: until a marker that is neither stuffed nor a restart.
fn scan_length(rest: &[u8]) -> usize {
    let ends = |place: &usize| {
        let next = rest.get(place + 1).copied().unwrap_or(0);
        rest[*place] == 0xff && !matches!(next, 0x00 | 0xd0..=0xd7)
    };
    (0..rest.len()).find(ends).unwrap_or(rest.len())
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks that say what the pixels are. Text, times, Exif and whatever else may be in a file are not.
const NEEDED: [&[u8; 4]; 9] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"];

/// Keeps the chunks that a decoder needs, up to the last one. `None` is a damaged file.
fn png(content: &[u8]) -> Option<Vec<u8>> {
    let mut kept = PNG.to_vec();
    let mut rest = &content[PNG.len()..];
    let mut first = true;
    loop {
        let size = usize::try_from(u32::from_be_bytes(rest.get(..4)?.try_into().ok()?)).ok()?;
        let kind: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let whole = size.checked_add(12)?;
        let chunk = rest.get(..whole)?;
        if first != (&kind == b"IHDR") {
            return None;
        }
        if NEEDED.contains(&&kind) {
            kept.extend(chunk);
        }
        if &kind == b"IEND" {
            return Some(kept);
        }
        rest = &rest[whole..];
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A segment with its length.
    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let size = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &size, content].concat()
    }

    fn photo(extra: &[Vec<u8>]) -> Vec<u8> {
        let scan = [segment(0xda, b"\x01\x01\x00\x00\x3f\x00"), vec![0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]].concat();
        let second = [segment(0xda, b"\x01\x01\x00\x00\x3f\x00"), vec![0x78]].concat();
        let mut parts = vec![vec![0xff, 0xd8], segment(0xe0, b"JFIF\0\x01\x02"), segment(0xdb, b"table")];
        parts.extend(extra.to_vec());
        parts.extend([segment(0xc0, b"frame"), scan]);
        // A comment between two scans of a progressive image.
        parts.extend(extra.to_vec());
        parts.extend([segment(0xc4, b"codes"), second, vec![0xff, 0xd9]]);
        parts.concat()
    }

    #[test]
    fn a_photo_loses_what_it_tells_of_place_and_device_wherever_that_stands() {
        let told =
            [segment(0xe1, b"Exif\0\0GPS 30.55 114.27"), segment(0xfe, b"by somebody"), segment(0xe2, b"ICC_PROFILE\0phone")];
        assert_eq!(cleaned(photo(&told)), Ok((MediaType::Jpeg, photo(&[]))));
        let trailed = [photo(&told), b"a second image, with a place".to_vec()].concat();
        assert_eq!(cleaned(trailed), Ok((MediaType::Jpeg, photo(&[]))));
    }

    #[test]
    fn a_photo_that_is_cut_off_is_refused() {
        let whole = photo(&[]);
        for length in 3..whole.len() {
            assert_eq!(cleaned(whole[..length].to_vec()), Err(MediaError::Damaged), "{length}");
        }
    }

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], kind, content, b"crc."].concat()
    }

    fn drawing(extra: &[Vec<u8>]) -> Vec<u8> {
        let mut parts = vec![PNG.to_vec(), chunk(b"IHDR", b"13 bytes long")];
        parts.extend(extra.to_vec());
        parts.extend([chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")]);
        parts.concat()
    }

    #[test]
    fn a_drawing_loses_its_texts_and_times() {
        let told =
            [chunk(b"tEXt", b"Author\0somebody"), chunk(b"eXIf", b"place"), chunk(b"tIME", b"now"), chunk(b"zzZz", b"what")];
        let trailed = [drawing(&told), b"more".to_vec()].concat();
        assert_eq!(cleaned(trailed), Ok((MediaType::Png, drawing(&[]))));
    }

    #[test]
    fn a_drawing_that_is_cut_off_or_begins_with_something_else_is_refused() {
        let whole = drawing(&[]);
        for length in PNG.len()..whole.len() {
            assert_eq!(cleaned(whole[..length].to_vec()), Err(MediaError::Damaged), "{length}");
        }
        let headless = [PNG.to_vec(), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")].concat();
        assert_eq!(cleaned(headless), Err(MediaError::Damaged));
        // A length that points beyond everything.
        let endless = [PNG, &u32::MAX.to_be_bytes()[..], b"IHDR"].concat();
        assert_eq!(cleaned(endless), Err(MediaError::Damaged));
    }

    #[test]
    fn what_is_no_image_and_no_pdf_is_refused_whatever_it_is_called() {
        assert_eq!(cleaned(b"%PDF-1.7 and so on".to_vec()), Ok((MediaType::Pdf, b"%PDF-1.7 and so on".to_vec())));
        for other in [&b"<html>"[..], b"", b"MZ", b"PK\x03\x04", b"GIF89a", b"\xff\xd8", b"<svg onload=alert(1)>"] {
            assert_eq!(cleaned(other.to_vec()), Err(MediaError::Unknown), "{other:?}");
        }
    }
}
