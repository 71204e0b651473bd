/** Where `mesh render` puts proxies: addresses that depend only on what they are for. */
import assert from "node:assert/strict";
import { stablePlacement } from "../../../../components/engines/envoy/placement.ts";

const at = (placement = stablePlacement()) => {
  return (name: string | number) => placement.outboundHttp(`${name}`);
};

describe("stable placement", () => {
  const many = Array.from({ length: 45_000 }, (_, index) => `shop/service-${index}`);

  it("no two purposes share an address; where one host has no room left, the next one has", () => {
    const addresses = many.map(at());
    assert.equal(new Set(addresses.map(({ host, port }) => `${host}:${port}`)).size, many.length);
    assert.deepEqual([...new Set(addresses.map(({ host }) => host))], ["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
  });

  it("ports are above those of well-known services, and there are such ports", () => {
    const ports = many.map(at()).map(({ port }) => port);
    assert.ok(ports.every((port) => Number.isInteger(port) && port >= 20_000 && port < 60_000));
  });

  it("a purpose keeps its address, and whoever asks first moves few others", () => {
    const some = many.slice(0, 200);
    const [place, other] = [at(), at()];
    const first = some.map(place);
    assert.deepEqual(some.map(place), first);
    const backwards = new Map(some.toReversed().map((name) => [name, other(name)] as const));
    const moved = some.filter((name, index) => backwards.get(name)?.port !== first[index]?.port);
    assert.ok(moved.length <= 6, `${moved.length} of ${some.length} moved`);
  });

  it("ports are spread: neighbours leave each other room", () => {
    const ports = many
      .slice(0, 200)
      .map(at())
      .map(({ port }) => port);
    const quarters = [0, 1, 2, 3].map((quarter) =>
      ports.filter((port) => Math.floor((port - 20_000) / 10_000) === quarter),
    );
    for (const { length } of quarters) assert.ok(length > 20, `${length} of 200 ports in a quarter of them`);
  });
});
