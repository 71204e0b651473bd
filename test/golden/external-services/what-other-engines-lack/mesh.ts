/** Linkerd's proxies do not speak TLS to servers outside the mesh, and Istio's know no roots but the system's. */
import { defineMesh, http, secretRef, verified } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["rates"] } },
  externals: {
    rates: {
      host: "api.rates.example.com",
      ports: { https: http(443) },
      // @ts-expect-error the compiler says it, too
      tls: verified({ roots: secretRef("shop", "rates-roots", "ca.crt") }),
    },
  },
});
