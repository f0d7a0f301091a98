//! Checks the signatures of certificates and tokens, in Rust alone: whoever builds
//! this needs no C compiler for it.

use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::signature::Verifier;
use rsa::signature::hazmat::PrehashVerifier;
use rsa::traits::PublicKeyParts;
use rsa::{pkcs1v15, pss};
use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The least bytes of an RSA modulus: 2048 bits.
const LEAST_RSA: usize = 256;

/// Whether a key, as it stands in a certificate, signed a message; `None` if not.
type Verify = fn(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()>;

/// A way to sign.
#[derive(Debug)]
pub struct Algorithm {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    verify: Verify,
}

impl Algorithm {
    const fn new(key: AlgorithmIdentifier, signature: AlgorithmIdentifier, verify: Verify) -> Self {
        Self {
            key,
            signature,
            verify,
        }
    }
}

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(
        &self,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        (self.verify)(key, message, signature).ok_or(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

pub static RSA_SHA256: Algorithm = Algorithm::new(
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PKCS1_SHA256,
    rsa::<Sha256>,
);
pub static RSA_SHA384: Algorithm = Algorithm::new(
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PKCS1_SHA384,
    rsa::<Sha384>,
);
pub static RSA_SHA512: Algorithm = Algorithm::new(
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PKCS1_SHA512,
    rsa::<Sha512>,
);
static PSS_SHA256: Algorithm = Algorithm::new(
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PSS_SHA256,
    rsa_pss::<Sha256>,
);
static PSS_SHA384: Algorithm = Algorithm::new(
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PSS_SHA384,
    rsa_pss::<Sha384>,
);
static PSS_SHA512: Algorithm = Algorithm::new(
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PSS_SHA512,
    rsa_pss::<Sha512>,
);
pub static P256_SHA256: Algorithm =
    Algorithm::new(alg_id::ECDSA_P256, alg_id::ECDSA_SHA256, p256::<Sha256>);
pub static P256_SHA384: Algorithm =
    Algorithm::new(alg_id::ECDSA_P256, alg_id::ECDSA_SHA384, p256::<Sha384>);
pub static P384_SHA256: Algorithm =
    Algorithm::new(alg_id::ECDSA_P384, alg_id::ECDSA_SHA256, p384::<Sha256>);
pub static P384_SHA384: Algorithm =
    Algorithm::new(alg_id::ECDSA_P384, alg_id::ECDSA_SHA384, p384::<Sha384>);
static ED25519: Algorithm = Algorithm::new(alg_id::ED25519, alg_id::ED25519, ed25519);

/// All of them, for the certificates between a signer and an authority.
pub static ALL: &[&dyn SignatureVerificationAlgorithm] = &[
    &RSA_SHA256,
    &RSA_SHA384,
    &RSA_SHA512,
    &PSS_SHA256,
    &PSS_SHA384,
    &PSS_SHA512,
    &P256_SHA256,
    &P256_SHA384,
    &P384_SHA256,
    &P384_SHA384,
    &ED25519,
];

/// An RSA key of 2048 to 8192 bits.
fn rsa_key(key: &[u8]) -> Option<rsa::PublicKey> {
    let key = rsa::PublicKey::from_pkcs1_der(key).ok()?;
    (key.size() >= LEAST_RSA).then_some(key)
}

/// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
fn rsa<D: Digest + sha2::digest::const_oid::AssociatedOid>(
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Option<()> {
    let signature = pkcs1v15::Signature::try_from(signature).ok()?;
    let key = pkcs1v15::VerifyingKey::<D>::new(rsa_key(key)?);
    key.verify_prehash(&D::digest(message), &signature).ok()
}

/// RSASSA-PSS (RFC 8017 §8.1), its salt as long as the digest.
fn rsa_pss<D>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()>
where
    D: Digest,
    pss::VerifyingKey<D>: Verifier<pss::Signature>,
{
    let signature = pss::Signature::try_from(signature).ok()?;
    let key = pss::VerifyingKey::<D>::new(rsa_key(key)?);
    key.verify(message, &signature).ok()
}

/// ECDSA on NIST's curve of 256 bits.
fn p256<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    key.verify_prehash(&D::digest(message), &signature).ok()
}

/// ECDSA on NIST's curve of 384 bits.
fn p384<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let signature = p384::ecdsa::Signature::from_der(signature).ok()?;
    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    key.verify_prehash(&D::digest(message), &signature).ok()
}

fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
    key.verify(message, &signature).ok()
}
