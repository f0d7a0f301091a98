//! This module reads the token of a time-stamping authority: signed data of the
//! Cryptographic Message Syntax (RFC 5652), with a certificate for signing times
//! and nothing else (RFC 3161 §2.3).

use std::time::Duration;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, Sequence};
use ring::digest;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring as algorithms};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_tsp::TstInfo;

/// What came of a check, in words.
type Judged = std::result::Result<String, String>;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
/// The same as the bytes of its DER value.
const TIME_STAMPING_DER: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 8];
const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");

/// A token, read but not believed.
pub struct Token {
    /// What it says.
    pub said: TstInfo,
    content: Vec<u8>,
    signer: SignerInfo,
    certificate: Certificate,
    certificates: Vec<CertificateDer<'static>>,
    certificate_der: CertificateDer<'static>,
}

/// ESSCertIDv2 of RFC 5035 §4.
#[derive(Sequence)]
struct CertIdV2 {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// ESSCertID of RFC 2634 §5.4.1, by SHA-1.
#[derive(Sequence)]
struct CertId {
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// SigningCertificateV2 of RFC 5035 §3.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<CertIdV2>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// SigningCertificate of RFC 2634 §5.4.
#[derive(Sequence)]
struct SigningCertificate {
    certs: Vec<CertId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// Reads a token and finds the certificate that its signer names.
pub fn open(token: &ContentInfo) -> Result<Token, String> {
    let fault = |e: der::Error| format!("the token cannot be read: {e}");
    if token.content_type != SIGNED_DATA {
        return Err("the token is not signed data".into());
    }
    let data: SignedData = token.content.decode_as().map_err(fault)?;
    let content = match data.encap_content_info.econtent {
        Some(content) if data.encap_content_info.econtent_type == TST_INFO => content,
        _ => return Err("what is signed is not a time stamp".into()),
    };
    let content: OctetString = content.decode_as().map_err(fault)?;
    let content = content.into_bytes();
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err("a token has one signer".into());
    };
    let mut all = Vec::new();
    for choice in data.certificates.iter().flat_map(|set| set.0.iter()) {
        if let CertificateChoices::Certificate(certificate) = choice {
            all.push(certificate.clone());
        }
    }
    let certificate = all
        .iter()
        .find(|c| is_of(c, &signer.sid))
        .ok_or("the token does not hold its signer's certificate: ask for it in the request (leakmark does)")?
        .clone();
    let encoded = |c: &Certificate| c.to_der().map(CertificateDer::from).map_err(fault);
    Ok(Token {
        said: TstInfo::from_der(&content).map_err(fault)?,
        content,
        signer: signer.clone(),
        certificate_der: encoded(&certificate)?,
        certificates: all.iter().map(encoded).collect::<Result<_, _>>()?,
        certificate,
    })
}

fn is_of(certificate: &Certificate, sid: &SignerIdentifier) -> bool {
    let tbs = &certificate.tbs_certificate;
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer,
            serial_number,
        }) => tbs.issuer == *issuer && tbs.serial_number == *serial_number,
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            matches!(tbs.get::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *id)
        }
    }
}

impl Token {
    /// What the signer calls itself.
    pub fn signer_name(&self) -> String {
        self.certificate.tbs_certificate.subject.to_string()
    }

    /// Whether the certificate is one for time stamps alone, was valid at the
    /// time stated, and is the one that the token was signed with.
    pub fn check_certificate(&self) -> Judged {
        let tbs = &self.certificate.tbs_certificate;
        match tbs.get::<ExtendedKeyUsage>() {
            Ok(Some((true, usage))) if usage.0 == [TIME_STAMPING] => {}
            _ => return Err("the signer's certificate is not one for time stamps alone (critical extended key usage)".into()),
        }
        let at = self.said.gen_time.to_unix_duration();
        let validity = &tbs.validity;
        if at < validity.not_before.to_unix_duration() || at > validity.not_after.to_unix_duration()
        {
            return Err(
                "the signer's certificate was not valid at the time that the token states".into(),
            );
        }
        if !self.names_certificate() {
            return Err(
                "the token does not name the signer's certificate: it may have been put in".into(),
            );
        }
        Ok(format!(
            "for time stamps, valid then: {}",
            self.signer_name()
        ))
    }

    /// Whether the signed attributes name the certificate (RFC 5816 §2.2.1).
    fn names_certificate(&self) -> bool {
        let certificate = self.certificate_der.as_ref();
        if let Some(value) = self.attribute(SIGNING_CERTIFICATE_V2) {
            let Ok(named) = value.decode_as::<SigningCertificateV2>() else {
                return false;
            };
            let Some(first) = named.certs.first() else {
                return false;
            };
            let by = first.hash_algorithm.as_ref().map_or(SHA256, |a| a.oid);
            return hashed(by, certificate).as_deref() == Some(first.cert_hash.as_bytes());
        }
        let Some(value) = self.attribute(SIGNING_CERTIFICATE) else {
            return false;
        };
        let named = value.decode_as::<SigningCertificate>();
        named.is_ok_and(|named| {
            let first = named.certs.first();
            first.is_some_and(|c| {
                hashed(SHA1, certificate).as_deref() == Some(c.cert_hash.as_bytes())
            })
        })
    }

    /// Whether the signature is the certificate's, on this content.
    pub fn check_signature(&self) -> Judged {
        let kind = self.attribute(CONTENT_TYPE);
        let kind = kind.and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
        if kind != Some(TST_INFO) {
            return Err("the signed attributes are not those of a time stamp".into());
        }
        let by = self.signer.digest_alg.oid;
        let stated = self.attribute(MESSAGE_DIGEST);
        let stated = stated.and_then(|value| value.decode_as::<OctetString>().ok());
        let own = hashed(by, &self.content).filter(|_| by != SHA1);
        if own.is_none() || own.as_deref() != stated.as_ref().map(OctetString::as_bytes) {
            return Err(
                "what the token says was changed: its digest is not the one that was signed".into(),
            );
        }
        // Signed is the SET OF attributes, not the [0] under which they are kept.
        let attributes = self
            .signer
            .signed_attrs
            .as_ref()
            .and_then(|a| a.to_der().ok());
        let attributes = attributes.ok_or("the token has no signed attributes")?;
        let certificate = EndEntityCert::try_from(&self.certificate_der)
            .map_err(|e| format!("the signer's certificate cannot be used: {e}"))?;
        let candidates = algorithms_of(&self.signer);
        if candidates.is_empty() {
            return Err(format!(
                "signed by an algorithm that this version does not check: {}",
                self.signer.signature_algorithm.oid
            ));
        }
        let signature = self.signer.signature.as_bytes();
        let good = |a: &&'static dyn SignatureVerificationAlgorithm| {
            certificate
                .verify_signature(*a, &attributes, signature)
                .is_ok()
        };
        match candidates.iter().any(good) {
            true => Ok("made with the key of the certificate in the token".into()),
            false => Err("it was not made with the key of the certificate in the token".into()),
        }
    }

    /// Whether one of the authorities in `pem` vouches for the certificate.
    pub fn check_chain(&self, pem: &[u8]) -> Judged {
        let trusted: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|e| format!("the authorities' certificates are not PEM: {e}"))?;
        let anchors: Vec<_> = trusted
            .iter()
            .map(anchor_from_trusted_cert)
            .collect::<Result<_, _>>()
            .map_err(|e| format!("an authority's certificate cannot be used: {e}"))?;
        if anchors.is_empty() {
            return Err("the file of authorities holds no certificate (PEM)".into());
        }
        let certificate = EndEntityCert::try_from(&self.certificate_der)
            .map_err(|e| format!("the signer's certificate cannot be used: {e}"))?;
        let at = UnixTime::since_unix_epoch(Duration::from_secs(
            self.said.gen_time.to_unix_duration().as_secs(),
        ));
        certificate
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                &anchors,
                &self.certificates,
                at,
                KeyUsage::required(TIME_STAMPING_DER),
                None,
                None,
            )
            .map(|_| "an authority given vouched for the signer at the time stated".to_owned())
            .map_err(|e| format!("none of the authorities given vouches for the signer: {e}"))
    }

    /// The value of a signed attribute that must be there once.
    fn attribute(&self, kind: ObjectIdentifier) -> Option<&Any> {
        let all = self.signer.signed_attrs.as_ref()?;
        let mut found = all.iter().filter(|a: &&Attribute| a.oid == kind);
        let (one, none) = (found.next()?, found.next());
        let [value] = one.values.as_slice() else {
            return None;
        };
        none.is_none().then_some(value)
    }
}

fn hashed(by: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match by {
        SHA1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        SHA256 => &digest::SHA256,
        SHA384 => &digest::SHA384,
        SHA512 => &digest::SHA512,
        _ => return None,
    };
    Some(digest::digest(algorithm, bytes).as_ref().to_vec())
}

/// The algorithms that the signer may mean; empty if it is one that is not checked.
fn algorithms_of(signer: &SignerInfo) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    let named = signer.signature_algorithm.oid;
    let rsa = [
        (
            SHA256,
            oid("1.2.840.113549.1.1.11"),
            algorithms::RSA_PKCS1_2048_8192_SHA256,
        ),
        (
            SHA384,
            oid("1.2.840.113549.1.1.12"),
            algorithms::RSA_PKCS1_2048_8192_SHA384,
        ),
        (
            SHA512,
            oid("1.2.840.113549.1.1.13"),
            algorithms::RSA_PKCS1_2048_8192_SHA512,
        ),
    ];
    let by_rsa = rsa.into_iter().filter(|(digest, own, _)| {
        *own == named || named == RSA && *digest == signer.digest_alg.oid
    });
    let mut found: Vec<_> = by_rsa.map(|(_, _, algorithm)| algorithm).collect();
    if named == oid("1.2.840.10045.4.3.2") {
        found.extend([algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256]);
    } else if named == oid("1.2.840.10045.4.3.3") {
        found.extend([algorithms::ECDSA_P256_SHA384, algorithms::ECDSA_P384_SHA384]);
    }
    found
}
