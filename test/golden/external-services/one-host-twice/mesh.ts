/** A request to a host must lead to one place: a service's name, or a server outside. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { cart: { ports: { http: http(7070) } } },
  externals: {
    rates: { host: "rates.example.com", ports: { https: http(443) } },
    prices: { host: "rates.example.com", ports: { https: http(8443) } },
    cart: { host: "cart.shop.svc", ports: { http: http(80) } },
  },
});
