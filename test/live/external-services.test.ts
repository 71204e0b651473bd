/** Servers outside: reached only where declared, verified where TLS is, and by the application's own TLS on tls ports. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { defineMesh, http, http2, plaintext, secretRef, tcp, tls, verified } from "meshwright";
import { clusterName } from "../../components/engines/envoy/names.ts";
import { createAuthority } from "../../components/local/certificates.ts";
import { replaceFile } from "../../components/local/files.ts";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import type { RunningMesh } from "../../components/local/running-mesh.ts";
import { liveMesh, probes, request, shows } from "./live-mesh.ts";

const mesh = defineMesh({
  name: "out",
  targets: ["envoy"],
  services: {
    web: {
      ports: { http: http(80) },
      calls: ["rates", "partner", "modern", "old:http", "old:raw", "old:h2", "bank", "queue", "late", "own"],
    },
    other: { ports: { http: http(80) } },
  },
  externals: {
    rates: { host: "rates.example", ports: { https: http(443) } },
    partner: {
      host: "partner.example",
      ports: { https: http(443) },
      tls: verified({ roots: secretRef("out", "partner-roots", "ca") }),
    },
    modern: { host: "modern.example", ports: { https: http2(443) } },
    old: { host: "old.example", ports: { http: http(80), h2: http2(81), raw: tcp(7000) }, tls: plaintext() },
    bank: { host: "bank.example", ports: { tls: tls(443) } },
    late: { host: "late.example", ports: { https: http(443) } },
    own: {
      host: "own.example",
      ports: { https: http(443) },
      tls: verified({ roots: secretRef("out", "own-roots", "ca") }),
    },
    queue: { host: "queue.example", ports: { amqps: tcp(5671) } },
  },
});

liveMesh("external services", mesh, (live) => {
  const from = { service: "web" };

  probes(live, [
    {
      name: "verified TLS, HTTP/1.1",
      shows: ["externals.host", "externals.ports", "externals.tls", "externalTls.kind=verified"],
      from,
      url: "http://rates.example/latest?base=EUR",
      expect: { status: 200, service: "rates.example", path: "/latest?base=EUR" },
    },
    {
      name: "the host with its port is the same",
      shows: "externals.ports",
      from,
      url: "http://rates.example:443/",
      expect: { status: 200, service: "rates.example" },
    },
    {
      name: "verified TLS with roots of its own",
      shows: "externalTls.roots",
      from,
      url: "http://partner.example/",
      expect: { status: 200, service: "partner.example" },
    },
    {
      name: "verified TLS, HTTP/2",
      shows: "externals.ports",
      from,
      url: "http://modern.example/",
      expect: { status: 200, service: "modern.example" },
    },
    {
      name: "plaintext",
      shows: "externalTls.kind=plaintext",
      from,
      url: "http://old.example/",
      expect: { status: 200, service: "old.example" },
    },
    {
      name: "plaintext HTTP/2",
      shows: "externals.ports",
      from,
      url: "http://old.example:81/",
      expect: { status: 200, service: "old.example" },
    },
    {
      name: "plaintext TCP",
      shows: "externals.ports",
      from,
      url: "tcp://old.example:7000",
      expect: { status: 200, service: "old.example" },
    },
    {
      name: "verified TLS around TCP",
      shows: "externalTls.kind=verified",
      from,
      url: "tcp://queue.example:5671",
      expect: { status: 200, service: "queue.example" },
    },
    { name: "an undeclared host is closed", from, url: "http://elsewhere.example/", expect: { status: 404 } },
    { name: "an undeclared port, too", from, url: "http://rates.example:8080/", expect: { status: 404 } },
    {
      name: "and whoever does not declare it",
      from: { service: "other" },
      url: "http://rates.example/",
      expect: { status: "refused" },
    },
  ]);

  shows("externals.host", "the server sees its own name", async () => {
    const { headers } = JSON.parse((await request(live, "web", "http://rates.example:443/")).body) as {
      readonly headers: Record<string, string>;
    };
    assert.equal(headers.host, "rates.example");
  });

  shows("externals.ports", "a tls port carries the application's own TLS, end to end", async () => {
    const running = live();
    const address = running.plan.placement.outboundTcp(
      "out/web",
      clusterName({ service: "external/bank", port: "tls" }),
    );
    const ca = await readFile(join(running.directory, "outside.crt"));
    const line = await new Promise<string>((resolve, reject) => {
      const socket = tlsConnect({ ...address, servername: "bank.example", ca }).on("error", reject);
      socket.once("data", (chunk) => {
        socket.destroy();
        resolve(chunk.toString());
      });
    });
    assert.deepEqual(JSON.parse(line), { external: "bank.example" });
  });

  shows("externalTls.kind=verified", "a server with a certificate for another name is refused", async () => {
    const right = portIn(live(), "rates");
    const restore = await change("cds.json", (text) =>
      text.replaceAll(`"port_value":${right}`, `"port_value":${portIn(live(), "modern")}`),
    );
    assert.equal(await settled("http://rates.example/", 503), 503);
    await restore();
    assert.equal(await settled("http://rates.example/", 200), 200);
  });

  // Asked for the first time here: an open connection would outlive the change of roots.
  for (const [cell, host, secret] of [
    ["externalTls.kind=verified", "late.example", "external-roots"],
    ["externalTls.roots", "own.example", "external-roots.own"],
  ] as const) {
    shows(cell, `a server of another authority is refused: ${host}`, async () => {
      const { caPem } = await createAuthority({ trustDomain: "outside" });
      const restore = await change(`sds/${secret}.json`, (text) => {
        const changed = JSON.parse(text) as { readonly resources: { validation_context: { trusted_ca: unknown } }[] };
        for (const { validation_context } of changed.resources)
          validation_context.trusted_ca = { inline_string: caPem };
        return JSON.stringify(changed);
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal((await request(live, "web", `http://${host}/`)).status, 503);
      await restore();
      assert.equal(await settled(`http://${host}/`, 200), 200);
    });
  }

  const portIn = ({ plan }: RunningMesh, key: string): number =>
    plan.placement.external(`external/${key}`, "https").port;

  /** Changes a file of web's proxy; answers how to undo it. */
  async function change(path: string, edit: (text: string) => string): Promise<() => Promise<void>> {
    const file = join(proxyDirectory(live().directory, "out/web"), path);
    const before = await readFile(file, "utf8");
    const after = edit(before);
    assert.notEqual(after, before);
    await replaceFile(file, after);
    return () => replaceFile(file, before);
  }

  /** The status once a change is in use: waits for `wanted`, at most 3 s, and answers what is so at the end. */
  async function settled(url: string, wanted: number): Promise<number | "refused"> {
    for (let tries = 0; ; tries++) {
      const { status } = await request(live, "web", url);
      if (status === wanted || tries === 60) return status;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
