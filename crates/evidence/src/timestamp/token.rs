//! Reads the token of a time-stamping authority: signed data of the
//! Cryptographic Message Syntax (RFC 5652), with a certificate for signing times
//! and nothing else (RFC 3161 §2.3).

use std::time::Duration;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier};

use super::algorithms::{ALL, Algorithm};
use super::oids::{
    CONTENT_TYPE, MESSAGE_DIGEST, SHA1, SHA256, SIGNED_DATA, SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2, SigningCertificate, SigningCertificateV2, TIME_STAMPING,
    TIME_STAMPING_DER, TST_INFO, algorithms_of, hashed,
};
use super::stamp::Stamp;
use crate::check::Judged;

/// A token, read but not believed.
pub struct Token {
    /// What it says.
    pub said: Stamp,
    content: Vec<u8>,
    signer: SignerInfo,
    certificate: Certificate,
    certificates: Vec<CertificateDer<'static>>,
    certificate_der: CertificateDer<'static>,
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
        said: Stamp::from_der(&content).map_err(fault)?,
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
        let good = |a: &&'static Algorithm| {
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
                ALL,
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
