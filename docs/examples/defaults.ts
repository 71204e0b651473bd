import { defineMesh, grpc, http, listen, path, seconds } from "meshwright";

/** Everything is written as short as it can be: what is missing is a default. */
export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "cart", "pay"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1"] },
    cart: { ports: { grpc: grpc(7070) } },
  },
  routes: {
    reviews: {
      slow: { when: path("/slow").andBelow(), fault: { delay: { for: seconds(1) } } },
      broken: { when: path("/broken").andBelow(), fault: { abort: { status: 503 } } },
      repeated: { when: path("/repeated").andBelow(), retries: { on: ["5xx"] } },
      moved: { when: path("/moved").andBelow(), redirect: { host: "reviews.example.com" } },
    },
  },
  externals: { pay: { host: "pay.example.com", ports: { https: http(443) } } },
  gateways: {
    edge: { listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) }, routes: { all: { to: "web" } } },
  },
});
