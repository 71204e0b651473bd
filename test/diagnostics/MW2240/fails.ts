import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      closed: { respond: { status: 503, body: "closed" }, retries: { attempts: 3 } },
    },
  },
});

export const at = "routes.reviews.closed.retries";
