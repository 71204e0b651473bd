/** Listed statuses alone, with longer and longer waits. */
import { defineMesh, http, ms, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: { all: { retries: { attempts: 5, statuses: [503, 429], backOff: { base: ms(100), max: seconds(2) } } } },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
