//! What binds a password's proof to the encrypted connection it is sent on: `tls-server-end-point` of RFC 5929, a hash
//! of the server's certificate.
//!
//! In: the certificate. Out: its hash by the function that its own signature uses, SHA-256 for weaker ones; nothing if
//! the signature names none, as those by Ed25519 do not.

use ring::digest::{Algorithm, SHA256, SHA384, SHA512, digest};

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;

/// Signature algorithms, as the bytes of their object identifiers, and the hash of each.
const HASHES: [(&[u8], &Algorithm); 9] = [
    // RSA with MD5, SHA-1, SHA-256, SHA-384, SHA-512
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04], &SHA256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05], &SHA256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], &SHA256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], &SHA384),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], &SHA512),
    // ECDSA with SHA-1, SHA-256, SHA-384, SHA-512
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], &SHA256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02], &SHA256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03], &SHA384),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04], &SHA512),
];

/// The hash of a certificate in the form DER.
pub(super) fn end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let (inside, _) = element(certificate, SEQUENCE)?;
    let (_, after) = element(inside, SEQUENCE)?;
    let (algorithm, _) = element(after, SEQUENCE)?;
    let (identifier, _) = element(algorithm, OBJECT)?;
    let (_, hash) = HASHES.iter().find(|(known, _)| *known == identifier)?;
    Some(digest(hash, certificate).as_ref().to_vec())
}

/// The first element of a text in the form DER, if it is of this kind: what is inside, and what follows.
fn element(der: &[u8], kind: u8) -> Option<(&[u8], &[u8])> {
    let [first, length, rest @ ..] = der else {
        return None;
    };
    let long = usize::from(length & 0x7f);
    let (length, rest) = match length {
        0..=0x7f => (long, rest),
        _ if long == 0 || long > 4 => return None,
        _ => {
            let (digits, rest) = rest.split_at_checked(long)?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
    };
    let (inside, after) = rest.split_at_checked(length)?;
    (*first == kind).then_some((inside, after))
}

#[cfg(test)]
mod tests {
    use super::{element, end_point};

    #[test]
    fn the_hash_is_that_of_the_signature() {
        for (algorithm, bytes) in [
            (&rcgen::PKCS_ECDSA_P256_SHA256, Some(32)),
            (&rcgen::PKCS_ECDSA_P384_SHA384, Some(48)),
            (&rcgen::PKCS_ED25519, None),
        ] {
            let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
            let certificate = rcgen::CertificateParams::new(["h".to_owned()]).unwrap().self_signed(&key).unwrap();
            assert_eq!(end_point(certificate.der()).map(|hash| hash.len()), bytes);
        }
    }

    #[test]
    fn what_is_cut_off_is_no_element() {
        assert_eq!(element(&[0x30, 2, 1, 2, 3], 0x30), Some((&[1, 2][..], &[3][..])));
        let long = [&[0x30, 0x81, 0x80][..], &[7; 128]].concat();
        assert_eq!(element(&long, 0x30).map(|(inside, _)| inside.len()), Some(128));
        for broken in [&[][..], &[0x30], &[0x30, 1], &[0x30, 0x81], &[0x30, 0x80, 0], &[0x30, 0x85, 0, 0, 0, 0, 0]] {
            assert_eq!(element(broken, 0x30), None);
        }
        assert_eq!(end_point(&[0x30, 0]), None);
    }
}
