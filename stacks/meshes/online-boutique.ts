/**
 * Online Boutique, Google's microservices demo, as a mesh: a shop of eleven services that talk gRPC, and the Redis of its cart.
 *
 * Services, ports and calls are those of GoogleCloudPlatform/microservices-demo (kubernetes-manifests, August 2026). Versions, routes
 * and rules are ours: what a mesh adds. `npm start` runs all of it on this machine, `mesh graph` draws it.
 */
import {
  allow,
  calledBy,
  callersIn,
  cookie,
  defineMesh,
  deny,
  grpc,
  header,
  http,
  listen,
  method,
  ms,
  path,
  permissive,
  query,
  seconds,
  secretRef,
  strict,
  tcp,
  toService,
} from "meshwright";
import { shopProbes } from "./online-boutique.probes.ts";

/** What may differ between environments, and its value where an environment says nothing. */
const parameters = { host: "shop.localhost", canaryShare: 10, logEveryRequest: false, adsTakePlaintext: false };

const environments = {
  dev: { canaryShare: 25, logEveryRequest: true, adsTakePlaintext: true },
  staging: { host: "shop.staging.example.com", canaryShare: 50 },
  prod: { host: "shop.example.com" },
};

/** A gRPC call is a POST to the path /package.Service/Method. */
const rpc = (call: string) => path(`/hipstershop.${call}`).exactly();

const stableDesign = toService("frontend", { v1: 100 });
const newDesign = toService("frontend", { v2: 100 });

/** How the gateway treats a request for a page. Only methods that are safe to repeat are tried again: a GET, never a POST. */
const page = {
  timeout: seconds(2),
  retries: { attempts: 2, on: ["5xx"] },
  headers: { response: { set: { "strict-transport-security": "max-age=31536000", "x-frame-options": "DENY" } } },
} as const;

export default defineMesh({ parameters, environments }, (p) => ({
  name: "boutique",
  // What this mesh must be able to run on; whatever one of them lacks would not compile. Linkerd and Consul cannot inject faults.
  targets: ["istio", "envoy"],
  accessLogs: { requests: p.logEveryRequest ? "all" : "errors" },

  services: {
    // `calls` is all that a service may reach and the reason why it is let in; no caller needs to be listed twice.
    frontend: {
      ports: { http: http(80, { target: 8080 }) },
      versions: ["v1", "v2"],
      calls: [
        "adservice",
        "cartservice",
        "checkoutservice",
        "currencyservice",
        "productcatalogservice",
        "recommendationservice",
        "shippingservice",
      ],
      // Rules narrow what callers may do; one without `from` holds for all of them, the gateway included.
      access: {
        shoppers: allow({ methods: ["GET", "HEAD", "POST"] }),
        paidAnswers: deny({
          from: [callersIn("load")],
          paths: [path("/assistant").andBelow(), path("/bot").exactly()],
        }),
      },
    },
    checkoutservice: {
      ports: { grpc: grpc(5050) },
      calls: [
        "cartservice",
        "currencyservice",
        "emailservice",
        "paymentservice",
        "productcatalogservice",
        "shippingservice",
      ],
    },
    cartservice: {
      ports: { grpc: grpc(7070) },
      calls: ["redis-cart"],
      access: {
        checkout: allow({
          from: ["checkoutservice"],
          paths: [rpc("CartService/GetCart"), rpc("CartService/EmptyCart")],
        }),
      },
    },
    productcatalogservice: { ports: { grpc: grpc(3550) }, versions: ["v1", "v2"] },
    recommendationservice: { ports: { grpc: grpc(8080) }, calls: ["productcatalogservice"] },
    currencyservice: { ports: { grpc: grpc(7000) }, calls: ["ecb"] },
    paymentservice: {
      ports: { grpc: grpc(50051) },
      access: { charge: allow({ from: ["checkoutservice"], paths: [rpc("PaymentService/Charge")] }) },
    },
    shippingservice: {
      ports: { grpc: grpc(50051) },
      access: { quotesOnly: deny({ from: ["frontend"], paths: [rpc("ShippingService/ShipOrder")] }) },
    },
    emailservice: {
      ports: { grpc: grpc(5000, { target: 8080 }) },
      access: { noTestMail: deny({ headers: [header("x-load-test").isPresent()] }) },
    },
    // Mutual TLS is strict unless said otherwise. In dev, ads still have callers outside the mesh; that exception has a last day.
    adservice: {
      ports: { grpc: grpc(9555) },
      mtls: p.adsTakePlaintext ? permissive({ until: "2027-12-31" }) : strict(),
    },
    "redis-cart": { ports: { "tcp-redis": tcp(6379) } },
    // It only calls, so it has no port. A namespace of its own lets rules speak of all load tests.
    loadgenerator: { namespace: "load", ports: {}, calls: ["frontend"] },
  },

  // The only way out. The application asks for http://www.ecb.europa.eu; its proxy speaks TLS and verifies the certificate.
  externals: { ecb: { host: "www.ecb.europa.eu", ports: { https: http(443) } } },

  // Routes of one service are tried from the most specific to the least, wherever they stand; `priority` settles a tie.
  routes: {
    productcatalogservice: {
      orders: { when: calledBy("checkoutservice"), priority: 1, to: "v1" },
      testers: { when: header("x-beta").is("1"), to: "v2" },
      canary: { to: { v1: 100 - p.canaryShare, v2: p.canaryShare } },
    },
    // The page is complete without recommendations, so it does not wait long for them.
    recommendationservice: { patience: { timeout: ms(500) } },
    // The busiest service, and a conversion is safe to repeat. A card is charged once: no proxy ever repeats that.
    currencyservice: { conversion: { retries: { attempts: 3, on: ["unavailable"] } } },
    paymentservice: { charge: { retries: { attempts: 0 } } },
    // Does the shop survive without ads? Ask with this header and see, while nobody else notices.
    adservice: { chaos: { when: header("x-chaos").is("ads"), fault: { abort: { status: 503 } } } },
  },

  gateways: {
    shop: {
      // Plain HTTP for a host that is also served with TLS answers with a redirect to it.
      listeners: {
        plain: listen.http(80, { hosts: [p.host] }),
        secure: listen.https(443, { hosts: [p.host], certificate: secretRef("boutique", "shop-tls", "tls") }),
      },
      routes: {
        pages: { ...page, to: stableDesign },
        abTest: { ...page, when: cookie("shop_design").is("new"), to: newDesign },
        preview: { ...page, when: query("design").is("new"), to: newDesign },
        order: { when: [path("/cart/checkout").exactly(), method("POST")], timeout: seconds(10), to: stableDesign },
        oldLinks: { ...page, when: path("/store").andBelow(), rewrite: { prefix: "/" }, to: stableDesign },
        sale: { when: path("/sale").exactly(), redirect: { path: "/product/OLJCESPC7Z" } },
        robots: { when: path("/robots.txt").exactly(), respond: { status: 200, body: "User-agent: *\nDisallow: /\n" } },
      },
    },
  },
}));

/** What `mesh run --once` sends in each environment, and the answer that each request must get. */
export const probes = Object.entries(environments).flatMap(([environment, changed]) =>
  shopProbes(environment, { ...parameters, ...changed }),
);
