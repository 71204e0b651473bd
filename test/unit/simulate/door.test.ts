/** Gateways and redirects beyond the rules' examples. */
import assert from "node:assert/strict";
import { locationOf, type Scheme } from "../../../components/capabilities/redirects/simulate.ts";
import { outcome, shop } from "./asking.ts";

const secret = { kind: "secret-ref", namespace: "shop", name: "door", key: "tls" };
const ir = shop({
  gateways: {
    door: {
      listeners: {
        plain: { kind: "http", port: 80, hosts: ["a.example.com", "c.example.com"] },
        first: { kind: "https", port: 8443, hosts: ["b.example.com", "a.example.com"], certificate: secret },
        second: { kind: "https", port: 9443, hosts: ["c.example.com", "d.example.com"], certificate: secret },
        alone: { kind: "http", port: 8080, hosts: ["e.example.com"] },
      },
      routes: { all: { redirect: { path: "/n" } } },
    },
  },
});
const location = (to: string, rest: object = {}) => {
  const result = outcome(ir, { from: "outside", to, ...rest });
  return result.kind === "redirect" ? result.location : "reason" in result ? result.reason : result.kind;
};

describe("doors", () => {
  it("send plain requests to the port that serves their host with TLS", () => {
    assert.equal(location("http://a.example.com/x"), "https://a.example.com:8443/x");
    assert.equal(location("http://c.example.com/x"), "https://c.example.com:9443/x");
    assert.equal(location("http://C.example.com:81/x"), "https://C.example.com:9443/x");
  });

  it("know how the client came", () => {
    assert.equal(location("https://a.example.com/x"), "https://a.example.com/n");
    assert.equal(location("https://d.example.com/x"), "https://d.example.com/n");
    assert.equal(location("http://e.example.com/x"), "http://e.example.com/n");
  });

  it("refuse header names with an underscore, and no others", () => {
    assert.equal(location("https://a.example.com/", { headers: [["x-y", "1"]] }), "https://a.example.com/n");
    assert.equal(
      location("https://a.example.com/", { headers: [["x_y", "1"]] }),
      "the name of header x_y has an underscore",
    );
  });
});

describe("locations", () => {
  const from = (authority: string, redirect: object, came: Scheme = "http") =>
    locationOf(
      redirect as Parameters<typeof locationOf>[0],
      { method: "GET", authority, path: "/p", query: "", headers: new Map() },
      undefined,
      came,
    );

  it("lose the port that was the old scheme's, and only that", () => {
    assert.equal(from("a:80", { scheme: "https" }), "https://a/p");
    assert.equal(from("a:8080", { scheme: "https" }), "https://a:8080/p");
    assert.equal(from("a:443", { scheme: "https" }), "https://a:443/p");
    assert.equal(from("a:443", { scheme: "http" }, "https"), "http://a/p");
    assert.equal(from("a:4430", { scheme: "http" }, "https"), "http://a:4430/p");
    assert.equal(from("a:80", { scheme: "http" }, "https"), "http://a:80/p");
    assert.equal(from("a:80", { path: "/n" }), "http://a:80/n");
    assert.equal(from("a:80", { scheme: "https", port: 8443 }), "https://a:8443/p");
    assert.equal(from("a:80", { scheme: "https", host: "b" }), "https://b/p");
    assert.equal(from("a:80", { scheme: "http" }), "http://a:80/p");
  });

  it("have the new port in the place of the last one", () => {
    assert.equal(from("a:80", { port: 81 }), "http://a:81/p");
    assert.equal(from("a", { port: 81 }), "http://a:81/p");
    assert.equal(from("a:1:2", { port: 81 }), "http://a:1:81/p");
    assert.equal(from("a:1]", { port: 81 }), "http://a:81/p");
  });
});
