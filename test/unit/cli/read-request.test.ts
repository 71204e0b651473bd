/** The flags of a request, read. */
import assert from "node:assert/strict";
import { readBackend, readHeader } from "../../../cli/read-request.ts";

describe("flags of a request", () => {
  it("hold a header as a name, a colon and a value", () => {
    assert.deepEqual(readHeader("x-beta: 1"), ["x-beta", "1"]);
    assert.deepEqual(readHeader("x-url:http://a:1 "), ["x-url", "http://a:1"]);
    assert.deepEqual(readHeader("x-empty:"), ["x-empty", ""]);
    assert.equal(readHeader("x-beta"), undefined);
  });

  it("hold a backend as a service, perhaps a version, and its answers one after the other", () => {
    const down = { kind: "status", status: 503 };
    assert.deepEqual(readBackend("cart"), { service: "cart", version: undefined, answers: [down] });
    assert.deepEqual(readBackend("cart@v2=503,reset,200+1.5s"), {
      service: "cart",
      version: "v2",
      answers: [down, { kind: "reset" }, { kind: "status", status: 200, after: 1_500 }],
    });
  });

  it("are refused where no server answers so", () => {
    for (const text of ["", "=503", "cart=", "cart=503,", "cart=9999", "cart=199", "cart=600", "cart=x", "cart@=503"])
      assert.equal(readBackend(text), undefined, text);
    for (const text of ["cart=200+3", "cart=200+", "cart=reset+3s", "cart=200+0s"])
      assert.equal(readBackend(text), undefined, text);
  });
});
