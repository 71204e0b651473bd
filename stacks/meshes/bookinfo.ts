/**
 * Bookinfo, Istio's sample: a page about a book, with details, reviews in three versions, and stars that only v2 and v3 ask for.
 *
 * Services, ports, accounts and the test user jason are those of istio/istio, samples/bookinfo. docs/tutorial.md builds this mesh.
 */
import { defineMesh, header, http, listen, type Probe } from "meshwright";

export default defineMesh({
  name: "bookinfo",
  targets: ["istio", "envoy"],

  services: {
    productpage: {
      serviceAccount: "bookinfo-productpage",
      ports: { http: http(9080) },
      calls: ["details", "reviews"],
    },
    details: { serviceAccount: "bookinfo-details", ports: { http: http(9080) } },
    reviews: {
      serviceAccount: "bookinfo-reviews",
      ports: { http: http(9080) },
      versions: ["v1", "v2", "v3"],
      calls: ["ratings"],
    },
    ratings: { serviceAccount: "bookinfo-ratings", ports: { http: http(9080) } },
  },

  routes: {
    reviews: {
      tester: { when: header("end-user").is("jason"), to: "v2" },
      default: { to: "v1" },
    },
  },

  gateways: {
    front: {
      listeners: { web: listen.http(8080, { hosts: ["bookinfo.localhost"] }) },
      routes: { page: { to: "productpage" } },
    },
  },
});

const page = { service: "productpage" };

export const probes: readonly Probe[] = [
  {
    name: "a reader opens the page",
    from: "outside",
    url: "http://bookinfo.localhost/productpage",
    expect: { status: 200, service: "productpage", path: "/productpage" },
  },
  {
    name: "everybody reads reviews without stars",
    from: page,
    url: "http://reviews:9080/reviews/0",
    times: 20,
    expect: { status: 200, service: "reviews", shares: { v1: 100 } },
  },
  {
    name: "jason tests the black stars",
    from: page,
    url: "http://reviews:9080/reviews/0",
    headers: { "end-user": "jason" },
    times: 20,
    expect: { status: 200, service: "reviews", shares: { v2: 100 } },
  },
  {
    name: "reviews ask for ratings",
    from: { service: "reviews", version: "v3" },
    url: "http://ratings:9080/ratings/0",
    expect: { status: 200, service: "ratings" },
  },
  {
    name: "the page does not: it declares no such call",
    from: page,
    url: "http://ratings:9080/ratings/0",
    expect: { status: 404 },
  },
  {
    name: "a stranger with a certificate of the mesh",
    from: "stranger",
    url: "http://ratings:9080/ratings/0",
    expect: { status: 403 },
  },
  {
    name: "plaintext to a service",
    from: "plaintext",
    url: "http://ratings:9080/ratings/0",
    expect: { status: "refused" },
  },
];
