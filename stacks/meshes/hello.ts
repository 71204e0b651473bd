/** The smallest mesh worth running: two services, mutual TLS, one fault. */
import { defineMesh, header, http, percent, seconds } from "meshwright";

export default defineMesh({
  name: "hello",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80, { target: 8080 }) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      beta: { when: header("x-beta").is("1"), to: "v2", fault: { abort: { status: 503, percent: percent(5) } } },
      default: { to: { v1: 90, v2: 10 }, timeout: seconds(2), retries: { attempts: 2, on: ["5xx"] } },
    },
  },
});
