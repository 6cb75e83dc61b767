//! Cursors as text, and what of the world's texts is none.

use super::{Cursor, Order, OrderKey, check, text};

const fn key(ty: u32, switch: Option<u8>) -> OrderKey {
    OrderKey { ty, switch, values: &[] }
}

const KEYS: &[OrderKey] = &[key(23, None), key(25, Some(1)), OrderKey { ty: 0, switch: None, values: &["G", "PG"] }];
const ORDER: Order = Order { variant: None, fingerprint: 7, keys: KEYS };

fn cursor(values: &[Option<&[u8]>]) -> Cursor {
    Cursor::of(7, values.iter().copied())
}

#[test]
fn the_text_is_read_back_and_stands_in_a_url() {
    let long = vec![b'x'; 300];
    let cases: [&[Option<&[u8]>]; 5] = [
        &[],
        &[Some(&[0, 0, 0, 1]), None, Some(b"PG")],
        &[Some(&[])],
        &[Some(&long), Some("čaj 🍵".as_bytes())],
        &[Some(&[255; 127]), Some(&[255; 128])],
    ];
    for values in cases {
        let made = cursor(values);
        let text = made.to_string();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        assert_eq!(text.parse::<Cursor>().unwrap(), made);
        let json = serde_json::to_string(&made).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), made);
    }
}

#[test]
fn what_was_changed_or_cut_or_is_something_else_is_refused() {
    let text = cursor(&[Some(&[0, 0, 0, 1]), Some(b"name"), Some(b"G")]).to_string();
    for end in 0..text.len() {
        assert!(text[..end].parse::<Cursor>().is_err(), "{}", &text[..end]);
    }
    for at in 0..text.len() {
        for c in ['A', 'z', '_', '=', ' ', '+', '/'] {
            let mut other = text.clone();
            other.replace_range(at..=at, &c.to_string());
            assert!(other == text || other.parse::<Cursor>().is_err(), "{other}");
        }
    }
    for foreign in ["", "A", "null", "bnVsbA", "é", "eyJpZCI6MX0", &format!("{text}A"), &format!("{text}{text}")] {
        let refused = foreign.parse::<Cursor>().unwrap_err();
        assert_eq!(refused.to_string(), "found a text that is no cursor");
    }
    assert!(serde_json::from_str::<Cursor>("5").is_err());
}

#[test]
fn values_must_fit_the_order() {
    let fits = cursor(&[Some(&[0, 0, 0, 1]), None, Some(b"PG")]);
    assert_eq!(fits.values(&ORDER).unwrap(), [Some(&[0, 0, 0, 1][..]), None, Some(b"PG")]);
    let other = "the cursor is one of another order";
    assert_eq!(Cursor::of(8, [None; 3].into_iter()).values(&ORDER), Err(other));
    assert_eq!(cursor(&[Some(&[0, 0, 0, 1])]).values(&ORDER), Err(other));
    let wrong: [[Option<&[u8]>; 3]; 5] = [
        [None, None, Some(b"G")],
        [Some(&[0, 0, 1]), None, Some(b"G")],
        [Some(&[0, 0, 0, 1]), Some(&[0xff]), Some(b"G")],
        [Some(&[0, 0, 0, 1]), Some(b"a\0b"), Some(b"G")],
        [Some(&[0, 0, 0, 1]), None, Some(b"X")],
    ];
    for values in wrong {
        assert_eq!(cursor(&values).values(&ORDER), Err("the cursor has values that its order cannot have"));
    }
    assert!(super::no_cursor().values(&ORDER).is_err());
}

#[test]
fn bytes_are_values_only_if_the_server_would_read_them() {
    let long = |n: i64| n.to_be_bytes().to_vec();
    let day = |n: i32| n.to_be_bytes().to_vec();
    let good: [(u32, Vec<u8>); 14] = [
        (16, vec![1]),
        (20, long(-1)),
        (25, "ß".into()),
        (701, f64::NAN.to_be_bytes().to_vec()),
        (869, vec![2, 32, 0, 4, 127, 0, 0, 1]),
        (1082, day(i32::MAX)),
        (1082, day(-2_451_545)),
        (1083, long(86_400_000_000)),
        (1184, long(i64::MIN)),
        (1114, long(0)),
        (1186, vec![0; 16]),
        (1700, vec![0, 1, 0, 0, 0x40, 0, 0, 2, 0, 5]),
        (1700, vec![0, 0, 0, 0, 0xc0, 0, 0, 0]),
        (17, Vec::new()),
    ];
    for (ty, raw) in &good {
        assert!(check::fits(*ty, raw), "{ty} {raw:?}");
    }
    let bad: [(u32, Vec<u8>); 14] = [
        (16, vec![2]),
        (20, vec![0; 7]),
        (25, vec![0xc3]),
        (869, vec![2, 33, 0, 4, 127, 0, 0, 1]),
        (869, vec![3, 32, 0, 4, 127, 0, 0, 1]),
        (1082, day(-2_451_546)),
        (1083, long(86_400_000_001)),
        (1184, long(i64::MIN + 1)),
        (1186, vec![0; 15]),
        (1700, vec![0, 2, 0, 0, 0x40, 0, 0, 2, 0, 5]),
        (1700, vec![0, 1, 0, 0, 0, 1, 0, 2, 0, 5]),
        (1700, vec![0, 1, 0, 0, 0, 0, 0, 2, 0x27, 0x10]),
        (1700, vec![0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (3802, vec![1, b'1']),
    ];
    for (ty, raw) in &bad {
        assert!(!check::fits(*ty, raw), "{ty} {raw:?}");
    }
}

#[test]
fn lengths_are_read_as_written() {
    for n in [0, 1, 127, 128, 300, 16_384, 2_097_152] {
        let mut out = Vec::new();
        text::number(n, &mut out);
        let mut rest = out.as_slice();
        assert_eq!((text::take_number(&mut rest), rest), (Some(n), &[][..]));
    }
    assert_eq!(text::take_number(&mut &[255, 255, 255, 255, 1][..]), None);
}
