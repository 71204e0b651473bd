/** Names that are too long for Kubernetes (reliability.md F20): a stable checksum, and no two alike among a million. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fitted, gatewayHostName } from "../../../components/engines/istio/names.ts";
import { ALL, eachSeed } from "../../generate/each-seed.ts";

/** A million takes half a minute: `MESHWRIGHT_NAMES=1000000`. */
const COUNT = Number(process.env.MESHWRIGHT_NAMES ?? 50_000);

/** Hosts of 250 characters that differ in their last twelve, all of which are cut off. */
function hostOf(letters: string, number: number): string {
  const end = createHash("sha256").update(String(number)).digest("hex").slice(0, 12);
  return `${letters}${end}`.match(/.{1,62}/g)?.join(".") ?? "";
}

describe("derived names on Istio", () => {
  it("are left alone where they fit, and else end in a checksum of the whole", () => {
    assert.equal(gatewayHostName("front", "shop.example.com"), "front.shop.example.com");
    assert.equal(fitted("a".repeat(63), 63), "a".repeat(63));
    // Written down once: another name is a replacement in somebody's cluster.
    assert.equal(
      fitted(`https-${"listener-".repeat(7)}`, 63),
      "https-listener-listener-listener-listener-list-1388b7e68b31d03a",
    );
  });

  eachSeed(`are ${COUNT} for ${COUNT} hosts, each a name for Kubernetes (F20): ${ALL}`, async ({ random }) => {
    const letters = Array.from({ length: 235 }, () => random.pick([..."abcxyz"])).join("");
    const names = new Set<string>();
    for (let number = 0; number < COUNT; number++) names.add(gatewayHostName("front", hostOf(letters, number)));
    assert.equal(names.size, COUNT);
    for (const name of [...names].slice(0, 100)) {
      assert.ok(name.length <= 253 && name.length > 240, name);
      assert.match(name, /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
    }
    return `hosts ${letters.slice(0, 12)}…`;
  });
});
