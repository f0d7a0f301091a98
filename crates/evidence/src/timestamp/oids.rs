//! The words of the Cryptographic Message Syntax that tokens
//! use: object identifiers, the names of certificates, and algorithms.

use cms::signed_data::SignerInfo;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Sequence};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::algorithms::{self, Algorithm};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

pub const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
pub const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
pub const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
pub const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
pub const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
pub const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
pub const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
/// [`TIME_STAMPING`] as the bytes of its DER value.
pub const TIME_STAMPING_DER: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 8];
pub const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
pub const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
pub const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
pub const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
pub const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");

/// ESSCertIDv2 of RFC 5035 §4.
#[derive(Sequence)]
pub struct CertIdV2 {
    #[asn1(optional = "true")]
    pub hash_algorithm: Option<AlgorithmIdentifierOwned>,
    pub cert_hash: OctetString,
    #[asn1(optional = "true")]
    pub issuer_serial: Option<Any>,
}

/// ESSCertID of RFC 2634 §5.4.1, by SHA-1.
#[derive(Sequence)]
pub struct CertId {
    pub cert_hash: OctetString,
    #[asn1(optional = "true")]
    pub issuer_serial: Option<Any>,
}

/// SigningCertificateV2 of RFC 5035 §3.
#[derive(Sequence)]
pub struct SigningCertificateV2 {
    pub certs: Vec<CertIdV2>,
    #[asn1(optional = "true")]
    pub policies: Option<Any>,
}

/// SigningCertificate of RFC 2634 §5.4.
#[derive(Sequence)]
pub struct SigningCertificate {
    pub certs: Vec<CertId>,
    #[asn1(optional = "true")]
    pub policies: Option<Any>,
}

/// The hash of `bytes` by the algorithm named; `None` if it is one that is not known.
pub fn hashed(by: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match by {
        SHA1 => Sha1::digest(bytes).to_vec(),
        SHA256 => Sha256::digest(bytes).to_vec(),
        SHA384 => Sha384::digest(bytes).to_vec(),
        SHA512 => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

/// The algorithms that the signer may mean; empty if it is one that is not checked.
pub fn algorithms_of(signer: &SignerInfo) -> Vec<&'static Algorithm> {
    let named = signer.signature_algorithm.oid;
    let rsa = [
        (
            SHA256,
            oid("1.2.840.113549.1.1.11"),
            &algorithms::RSA_SHA256,
        ),
        (
            SHA384,
            oid("1.2.840.113549.1.1.12"),
            &algorithms::RSA_SHA384,
        ),
        (
            SHA512,
            oid("1.2.840.113549.1.1.13"),
            &algorithms::RSA_SHA512,
        ),
    ];
    let by_rsa = rsa.into_iter().filter(|(digest, own, _)| {
        *own == named || named == RSA && *digest == signer.digest_alg.oid
    });
    let mut found: Vec<_> = by_rsa.map(|(_, _, algorithm)| algorithm).collect();
    if named == oid("1.2.840.10045.4.3.2") {
        found.extend([&algorithms::P256_SHA256, &algorithms::P384_SHA256]);
    } else if named == oid("1.2.840.10045.4.3.3") {
        found.extend([&algorithms::P256_SHA384, &algorithms::P384_SHA384]);
    }
    found
}
