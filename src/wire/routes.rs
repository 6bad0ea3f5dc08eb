//! Owns the routes of the neutral API: which method and path asks what, and of whom.
//! Must not know what a request or a reply carries (`dialect` does).

use hyper::Method;
use matchit::Router;

use crate::commerce::protocol::Role;

/// Whose API a route belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// A marketplace or storefront.
    Channel,
    /// The OMS and source of record.
    Oms,
    /// A connector's sink for webhooks.
    Connector,
}

impl Side {
    /// The side that a system of this role is on.
    pub fn of(role: Role) -> Side {
        match role {
            Role::Channel(_) => Side::Channel,
            Role::Oms => Side::Oms,
            Role::Connector(_) => Side::Connector,
        }
    }
}

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A shopper buys.
    PlaceOrder,
    /// A shopper fills a cart.
    FillCart,
    /// An order is cancelled.
    CancelOrder,
    /// An order is edited.
    EditOrder,
    /// A connector accepts an order.
    AcceptOrder,
    /// A connector tells that an order has left the building.
    DispatchOrder,
    /// A connector updates offers, prices or listings.
    Update,
    /// A connector reads orders.
    ListOrders,
    /// A connector hands an order over.
    Handoff,
    /// A connector reserves units.
    Reserve,
    /// A connector tells of a later version of an order.
    Amend,
    /// A connector reports a released order.
    Release,
    /// The merchant moves stock.
    Adjust,
    /// The merchant sets a price.
    SetPrice,
    /// The merchant publishes a listing.
    Publish,
    /// A connector reads changes.
    ListChanges,
    /// A connector reads how everything stands.
    ListLevels,
    /// A webhook.
    Notice,
}

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Whose.
    pub side: Side,
    /// The method.
    pub method: Method,
    /// The path, parameters in braces.
    pub path: &'static str,
    /// What it asks.
    pub operation: Operation,
}

const fn route(side: Side, method: Method, path: &'static str, operation: Operation) -> Route {
    Route { side, method, path, operation }
}

/// Every route there is.
pub static ROUTES: [Route; 18] = [
    route(Side::Channel, Method::POST, "/orders", Operation::PlaceOrder),
    route(Side::Channel, Method::POST, "/carts", Operation::FillCart),
    route(Side::Channel, Method::POST, "/orders/{number}/cancel", Operation::CancelOrder),
    route(Side::Channel, Method::POST, "/orders/{number}/edit", Operation::EditOrder),
    route(Side::Channel, Method::POST, "/orders/{number}/accept", Operation::AcceptOrder),
    route(Side::Channel, Method::POST, "/orders/{number}/dispatch", Operation::DispatchOrder),
    route(Side::Channel, Method::POST, "/updates", Operation::Update),
    route(Side::Channel, Method::GET, "/orders", Operation::ListOrders),
    route(Side::Oms, Method::POST, "/handoffs", Operation::Handoff),
    route(Side::Oms, Method::POST, "/reservations", Operation::Reserve),
    route(Side::Oms, Method::POST, "/amendments", Operation::Amend),
    route(Side::Oms, Method::POST, "/releases", Operation::Release),
    route(Side::Oms, Method::POST, "/stock", Operation::Adjust),
    route(Side::Oms, Method::POST, "/prices", Operation::SetPrice),
    route(Side::Oms, Method::POST, "/listings", Operation::Publish),
    route(Side::Oms, Method::GET, "/changes", Operation::ListChanges),
    route(Side::Oms, Method::GET, "/levels", Operation::ListLevels),
    route(Side::Connector, Method::POST, "/notices", Operation::Notice),
];

/// The routes of one side, ready to be looked up.
#[derive(Clone, Debug)]
pub struct Routes {
    by_path: Router<Vec<(Method, Operation)>>,
}

/// A route that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'p> {
    /// What is asked.
    pub operation: Operation,
    /// The path's parameter as it was written; empty where the route has none.
    pub number: &'p str,
}

/// No such route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Astray {
    /// The path is not known.
    NoRoute,
    /// The path is known, with these methods, as an `Allow` header lists them.
    WrongMethod(String),
}

impl Routes {
    /// The routes of a side.
    #[expect(clippy::missing_panics_doc, reason = "the routes are fixed and tested")]
    pub fn of(side: Side) -> Routes {
        let mut by_path = Router::<Vec<(Method, Operation)>>::new();
        for route in ROUTES.iter().filter(|route| route.side == side) {
            let asks = (route.method.clone(), route.operation);
            match by_path.at_mut(route.path) {
                Ok(known) => known.value.push(asks),
                Err(_) => by_path
                    .insert(route.path, vec![asks])
                    .expect("routes of one side do not contradict each other"),
            }
        }
        Routes { by_path }
    }

    /// What `method` on `path` asks for.
    pub fn find<'p>(&self, method: &Method, path: &'p str) -> Result<Found<'p>, Astray> {
        let at = self.by_path.at(path).map_err(|_| Astray::NoRoute)?;
        match at.value.iter().find(|(known, _)| known == method) {
            Some(&(_, operation)) => {
                Ok(Found { operation, number: at.params.get("number").unwrap_or("") })
            }
            None => Err(Astray::WrongMethod(
                at.value.iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>().join(", "),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_on_its_side_and_nowhere_else() {
        for route in &ROUTES {
            let path = route.path.replace("{number}", "17");
            for side in [Side::Channel, Side::Oms, Side::Connector] {
                let found = Routes::of(side).find(&route.method, &path).map(|f| f.operation);
                if side == route.side {
                    assert_eq!(found, Ok(route.operation), "{path}");
                } else {
                    assert_eq!(found, Err(Astray::NoRoute), "{path}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_method_names_the_right_ones() {
        let routes = Routes::of(Side::Channel);
        let allowed = Astray::WrongMethod("POST, GET".to_owned());
        assert_eq!(routes.find(&Method::DELETE, "/orders"), Err(allowed));
        assert_eq!(routes.find(&Method::GET, "/orders/"), Err(Astray::NoRoute));
    }
}
