//! Owns leave to call: without a [`Permit`] there is no client, and no connection goes elsewhere
//! than it says. Must not know what a call is for.

use std::io;
use std::net::{IpAddr, SocketAddr};

use hyper::Uri;
use tokio::net::lookup_host;

use super::call::{Endpoint, EndpointError};

/// Leave to call an endpoint. The only kind there is: of this machine, whatever its name says.
#[derive(Clone, Debug)]
pub struct Permit {
    endpoint: Endpoint,
}

impl Permit {
    /// Leave to call `http://host[:port][/…]` on this machine; the path is the caller's business.
    /// Where a name leads is asked at each connection: names change their minds.
    ///
    /// # Errors
    /// A URL that cannot be called, or an address that is another machine's.
    pub fn loopback(url: &Uri) -> Result<Permit, EndpointError> {
        let endpoint = Endpoint::of(url)?;
        match endpoint.host().parse::<IpAddr>() {
            Ok(ip) if !is_loopback(ip) => Err(EndpointError::Elsewhere(ip)),
            Ok(_) | Err(_) => Ok(Permit { endpoint }),
        }
    }

    /// Where the calls go.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The addresses that the endpoint's name leads to now, as far as they may be called.
    pub(super) async fn addresses(&self) -> io::Result<impl Iterator<Item = SocketAddr>> {
        let named = (self.endpoint.host(), self.endpoint.port());
        Ok(lookup_host(named).await?.filter(|address| is_loopback(address.ip())))
    }
}

/// Also as IPv6 writes an address of IPv4.
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

    use super::*;
    use crate::wire::call::{CallResult, NotSent};
    use crate::wire::client::{Client, ClientLimits};

    const OURS: [Ipv4Addr; 2] = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 9, 9, 9)];
    /// The second is of a network that nobody has.
    const OTHERS: [Ipv4Addr; 2] = [Ipv4Addr::UNSPECIFIED, Ipv4Addr::new(192, 0, 2, 1)];

    /// As four, and as six say four.
    fn written(of: [Ipv4Addr; 2]) -> impl Iterator<Item = IpAddr> {
        of.into_iter().flat_map(|four| [IpAddr::V4(four), IpAddr::V6(four.to_ipv6_mapped())])
    }

    #[test]
    fn another_machines_address_is_refused_by_name() {
        let permit =
            |ip| Permit::loopback(&format!("http://{}/", SocketAddr::new(ip, 80)).parse().unwrap());
        for ip in written(OURS).chain([IpAddr::V6(Ipv6Addr::LOCALHOST)]) {
            assert!(permit(ip).is_ok(), "{ip}");
        }
        for ip in written(OTHERS).chain([IpAddr::V6(Ipv6Addr::UNSPECIFIED)]) {
            assert_eq!(
                permit(ip).unwrap_err().to_string(),
                format!(
                    "cannot call {ip}: it is another machine, and load is sent to this one only"
                )
            );
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_elsewhere_is_not_connected_to() {
        // An address that answers here and is not loopback: what a name could lead to.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let called = |host: Ipv4Addr| {
            let url = format!("http://{host}:{port}/").parse().unwrap();
            let permit = Permit { endpoint: Endpoint::of(&url).unwrap() };
            let client = Client::new(permit, ClientLimits::default());
            let request = hyper::Request::new(http_body_util::Full::default());
            async move { client.call(request).await }
        };
        let CallResult::NotSent(NotSent::NoConnection(why)) = called(OTHERS[0]).await else {
            panic!("it was sent")
        };
        assert_eq!(why.kind(), ErrorKind::PermissionDenied, "{why}");
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}
