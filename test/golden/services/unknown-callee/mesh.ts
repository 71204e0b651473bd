/** Every wrong reference is found at once, each with what was probably meant. */
import { defineMesh, http, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: {
      ports: { http: http(80) },
      // @ts-expect-error the compiler says it, too
      calls: ["cartt", "cart:htp", "cart", "web"],
    },
    cart: { ports: { http: http(7070), redis: tcp(6379), proxy: http(15_001), twin: http(7070) } },
  },
});
