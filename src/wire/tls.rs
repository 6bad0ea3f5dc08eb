//! Owns TLS of the harness's own: an authority made for one run, and a certificate that it signs.
//! Must not know what is said over it. Keys are made anew each time and never leave the process.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// By which names this machine calls itself.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// TLS cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate cannot be made for these names.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// What was made cannot be used.
    #[error("cannot use the certificate: {0}")]
    Unusable(#[from] tokio_rustls::rustls::Error),
}

/// What an address speaks TLS with. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    pub(super) acceptor: TlsAcceptor,
    authority: Arc<str>,
}

impl Tls {
    /// Makes an authority, and a certificate for this machine and those other names.
    ///
    /// # Errors
    /// When a name is none that a certificate can have.
    pub fn made(names: &[String]) -> Result<Tls, TlsError> {
        let authority_key = KeyPair::generate()?;
        let mut authority = CertificateParams::new(Vec::<String>::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "doorbuster's mocks");
        let text = authority.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(authority, authority_key);
        let local = LOCAL.into_iter().map(str::to_owned);
        let params =
            CertificateParams::new(local.chain(names.iter().cloned()).collect::<Vec<_>>())?;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Tls { acceptor, authority: text.into() })
    }

    /// The authority's certificate, in PEM: what callers are to trust.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    use super::*;

    fn trusting(authority: Option<&str>) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        if let Some(pem) = authority {
            let lines = pem.lines().filter(|line| !line.starts_with('-'));
            let der = STANDARD.decode(lines.collect::<String>()).unwrap();
            roots.add(CertificateDer::from(der)).unwrap();
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }

    #[tokio::test]
    async fn whoever_trusts_the_authority_is_served_by_every_name() {
        let tls = Tls::made(&["shop.test".to_owned()]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let acceptor = tls.acceptor.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.write_all(b"ok").await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        let ask = async |connector: TlsConnector, name: &'static str| {
            let stream = TcpStream::connect(at).await.unwrap();
            let name = ServerName::try_from(name).unwrap();
            let mut stream = connector.connect(name, stream).await.ok()?;
            let mut told = String::new();
            stream.read_to_string(&mut told).await.ok()?;
            Some(told)
        };
        for name in ["localhost", "127.0.0.1", "shop.test"] {
            let told = ask(trusting(Some(tls.authority())), name).await;
            assert_eq!(told.as_deref(), Some("ok"), "{name}");
        }
        assert_eq!(ask(trusting(Some(tls.authority())), "other.test").await, None);
        assert_eq!(ask(trusting(None), "localhost").await, None);
        let other = Tls::made(&[]).unwrap();
        assert_eq!(ask(trusting(Some(other.authority())), "localhost").await, None);
    }
}
