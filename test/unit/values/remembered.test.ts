/** What many share is made once, and no process grows by it. */
import assert from "node:assert/strict";
import { remembered } from "../../../components/values/remembered.ts";

describe("remembered", () => {
  it("answers the same text with the same value", () => {
    const of = remembered((text: string) => ({ text }), 10);
    assert.deepEqual(of("a"), { text: "a" });
    assert.equal(of("a"), of("a"));
    assert.notEqual(of("a"), of("b"));
  });

  it("forgets once there are too many", () => {
    let made = 0;
    const of = remembered((text: string) => text.concat(String(++made)), 2);
    for (const text of ["a", "b", "a", "c", "a"]) of(text);
    assert.equal(made, 4);
  });
});
