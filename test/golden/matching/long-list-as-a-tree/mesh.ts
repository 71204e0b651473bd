/** From 32 routes on, the path is looked up instead of tried one by one; the order within each leaf stays. */
import { defineMesh, http, method, path } from "meshwright";

const pages = Array.from({ length: 31 }, (_, index) => `page-${index + 1}`);

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      ...Object.fromEntries(pages.map((page) => [page, { when: path(`/${page}`).exactly(), redirect: { path: "/" } }])),
      writes: { when: [path("/page-1").andBelow(), method("POST")] },
    },
  },
});

export const shows = [
  {
    proxy: "shop/web",
    files: ["rds/outbound.json /page-1"],
  },
];
