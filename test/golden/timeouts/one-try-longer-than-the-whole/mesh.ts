/** A try that may outlast the request is a limit that never acts; and Consul has none for one try. */
import { defineMesh, http, path, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      // @ts-expect-error the compiler says it, too
      tooLong: { when: path("/a").exactly(), timeout: seconds(1), perTryTimeout: seconds(2) },
      // @ts-expect-error the compiler says it, too
      beyondTheDefault: { perTryTimeout: seconds(20) },
    },
  },
});
