/** `allow` narrows and never widens: it cannot admit a caller that declares no call. */
import { allow, defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) } },
    cart: { ports: { http: http(7070) }, access: { web: allow({ from: ["web"], methods: [] }) } },
  },
});
