/** Whose calls of whose services need consent. */
import assert from "node:assert/strict";
import { compile, http, listen } from "meshwright";
import { formatPath } from "../../../components/values/model-path.ts";

const ports = { http: http(80) };

/** `web` calls `payments`, and so does the door; who owns them, and what payments says of its callers. */
function told(caller: object, callee: object, mesh: object = {}): readonly string[] {
  const { diagnostics } = compile({
    ...{ name: "shop", targets: ["envoy"], ...mesh },
    services: { web: { ports, calls: ["payments"], ...caller }, payments: { ports, ...callee } },
    gateways: {
      door: {
        ...caller,
        allowRoutes: { billing: ["/"] },
        listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
        routes: { all: { to: "payments" } },
      },
    },
  });
  return diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`);
}

const REFUSED = ["MW2112 gateways.door.routes.all", "MW2112 services.web.calls[0]"];

describe("consent to calls", () => {
  const billing = { owner: "billing" };
  const front = { owner: "front" };

  it("is asked of another owner, by what belongs to an owner", () => {
    assert.deepEqual(told(front, billing), REFUSED);
    assert.deepEqual(told(front, { ...billing, allowCallers: [] }), REFUSED);
    assert.deepEqual(told(front, { ...billing, allowCallers: ["front"] }), []);
    assert.deepEqual(told({}, billing, front), REFUSED);
  });

  it("is not asked within one owner, nor of a service that belongs to nobody", () => {
    assert.deepEqual(told(billing, { ...billing, allowCallers: [] }), []);
    assert.deepEqual(told(billing, {}), []);
  });

  it("is not asked by what belongs to nobody, unless the service says who may call it", () => {
    assert.deepEqual(told({}, billing), []);
    assert.deepEqual(told({}, { ...billing, allowCallers: [] }), REFUSED);
    assert.deepEqual(told({}, { ...billing, allowCallers: ["billing"] }), REFUSED);
  });
});
