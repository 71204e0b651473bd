// A mesh that uses much of the model and compiles: the other cases differ from it in one thing.
import {
  allow,
  calledBy,
  callersIn,
  defineMesh,
  deny,
  grpc,
  header,
  http,
  listen,
  method,
  ms,
  path,
  percent,
  permissive,
  query,
  seconds,
  secretRef,
  strict,
  tcp,
  toService,
  verified,
} from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio@1.31", "envoy"],
  mtls: permissive({ until: "2027-01-31" }),
  accessLogs: { requests: "all" },
  services: {
    web: {
      ports: { http: http(80, { target: 8080 }) },
      calls: ["reviews", "ledger:admin", { to: "ledger", port: "grpc" }, "rates", "bank:https"],
    },
    jobs: { namespace: "batch", ports: { http: http(80) }, calls: ["reviews"] },
    reviews: {
      ports: { http: http(9080) },
      versions: ["v1", "v2"],
      mtls: strict(),
      access: {
        readOnly: allow({ from: ["web"], methods: ["GET"] }),
        noBatch: deny({ from: [callersIn("batch")], paths: [path("/admin").andBelow()] }),
        fromEdge: allow({ from: ["edge"], port: "http" }),
      },
    },
    ledger: { ports: { grpc: grpc(7070), admin: tcp(9000) } },
  },
  externals: {
    rates: { host: "rates.example.com", ports: { https: http(443) } },
    bank: { host: "bank.example.com", ports: { https: http(443), tcp: tcp(4000) }, tls: verified() },
  },
  gateways: {
    edge: {
      listeners: {
        plain: listen.http(80, { hosts: ["shop.example.com"] }),
        web: listen.https(443, { hosts: ["shop.example.com"], certificate: secretRef("shop", "web", "tls") }),
      },
      routes: {
        all: { to: "web" },
        ledger: { when: path("/ledger").andBelow(), to: "ledger:grpc" },
        reviews: { when: path("/reviews").andBelow(), to: toService("reviews", { v1: 90, v2: 10 }) },
        old: { when: path("/old").andBelow(), redirect: { prefix: "/new" } },
      },
    },
  },
  routes: {
    reviews: {
      beta: {
        when: [header("x-beta").is("1"), method("GET")],
        to: "v2",
        fault: { abort: { status: 503, percent: percent(5) } },
      },
      web: { when: [calledBy("web"), query("debug").isPresent()], to: { v1: 1 } },
      default: {
        to: { v1: 90, v2: 10 },
        port: "http",
        timeout: seconds(2),
        perTryTimeout: ms(300),
        retries: { attempts: 2, on: ["5xx"] },
      },
    },
    ledger: { other: { when: path("/reviews").exactly(), port: "grpc", to: toService("reviews", { v2: 1 }) } },
  },
});
