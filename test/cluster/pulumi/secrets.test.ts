/**
 * Twenty private keys, and no trace of any but where they belong (reliability.md T1): raw, in base64 and in hexadecimal, in what Pulumi
 * shows, tells the Automation API, exports, keeps and logs by itself, and in the ConfigMaps of the cluster. The debug logs that a user asks
 * for are left out: there the engine itself writes what providers answer, keys included (docs/pulumi.md, Keys).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { Provider } from "@pulumi/kubernetes";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { CertificateAuthority } from "meshwright/pulumi";
import type { Operation } from "./pulumi-engine.ts";
import { describePulumi } from "./pulumi-suite.ts";

/** With the key of the intermediate certificate, twenty. */
const ROOTS = Array.from({ length: 19 }, (_, index) => index + 1);

describePulumi("cluster: twenty keys", (cluster) => {
  let stack: Stack;
  /** What was said, by where. */
  const channels = new Map<string, string>();

  before(async () => {
    stack = await cluster().engine.stack("keys", "test", program);
  });

  const program = async () => {
    const { kubeconfig } = cluster().kubernetes;
    const provider = new Provider("cluster", { kubeconfig, enableSecretMutable: true });
    const authority = { kind: "generated", roots: ROOTS, signer: 1, intermediate: 1, protect: false } as const;
    const signed = new CertificateAuthority(
      "mesh",
      { authority, trustDomain: "shop.mesh", namespace: "istio-system" },
      { provider },
    );
    return { trustBundle: signed.trustBundle };
  };

  /** With the differences of every property. */
  async function run(operation: Operation): Promise<void> {
    const said: string[] = [];
    const events: EngineEvent[] = [];
    const onText = (text: string) => void said.push(text);
    await stack[operation]({
      diff: true,
      suppressOutput: true,
      onOutput: onText,
      onError: onText,
      // Debug messages are in this stream, too, whether or not anybody asked for them.
      onEvent: (event: EngineEvent) =>
        void ((event.diagnosticEvent?.severity as string) === "debug" || events.push(event)),
    } as never);
    channels.set(`${operation}, its text`, said.join("\n"));
    channels.set(`${operation}, its events`, JSON.stringify(events));
  }

  const cli = (...args: readonly string[]) =>
    execFileSync("pulumi", [...args, "--stack", "test", "--non-interactive"], {
      cwd: stack.workspace.workDir,
      env: cluster().engine.env,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });

  it("are in none of what Pulumi says and keeps", async () => {
    for (const operation of ["preview", "up", "refresh"] as const) await run(operation);
    channels.set("stack output", cli("stack", "output", "--json"));
    channels.set("stack export", cli("stack", "export"));
    const maps = await cluster().kubernetes.api.get("/api/v1/configmaps");
    channels.set("ConfigMaps of the cluster", JSON.stringify(maps));
    const keys = keysIn(cli("stack", "export", "--show-secrets"));
    await run("destroy");
    for (const file of await filesBelow(cluster().engine.state))
      channels.set(`state, ${file}`, await readFile(file, "utf8"));
    const logs = await filesBelow(join(cluster().engine.env.PULUMI_HOME ?? "", "logs"));
    for (const file of logs) channels.set(`automatic log, ${file}`, asWritten(await readFile(file)));

    assert.equal(keys.length, 20);
    assert.ok(channels.size > 12, `${channels.size} channels`);
    assert.ok((channels.get("up, its text") ?? "").length > 1_000, "it said something");
    assert.ok(logs.length > 4, `${logs.length} automatic logs`);
    const hits = [...channels].flatMap(([channel, text]) => keys.flatMap((key) => (shows(text, key) ? [channel] : [])));
    assert.deepEqual(hits, []);
    console.log(`        0 hits in ${keys.length} keys × ${channels.size} channels, ${kilobytes(channels)} kB`);
    // What was looked for is found where it must be.
    assert.ok(keys.every((key) => shows(`before ${key} after`, key)));
    assert.ok(keys.every((key) => shows(Buffer.from(`before ${key}`).toString("base64"), key)));
  });
});

const kilobytes = (channels: ReadonlyMap<string, string>): string =>
  ([...channels.values()].reduce((sum, text) => sum + text.length, 0) / 1_000).toFixed(0);

interface Exported {
  readonly deployment: { readonly resources: readonly { readonly type: string; readonly outputs?: object }[] };
}

/** The second line of each key: its first and last are the same for all. */
function keysIn(exported: string): readonly string[] {
  const { deployment } = JSON.parse(exported) as Exported;
  return deployment.resources
    .filter(({ type }) => type.endsWith(":PrivateKey"))
    .map(({ outputs }) => /PRIVATE KEY-----(?:\\+n)+(.{30,}?)\\/.exec(JSON.stringify(outputs))?.[1] ?? "")
    .filter((key) => key !== "");
}

/** Raw, in base64 at any offset, in hexadecimal. */
function shows(text: string, key: string): boolean {
  const middle = (offset: number) =>
    Buffer.from(" ".repeat(offset) + key)
      .toString("base64")
      .slice(4, 36);
  return [key, Buffer.from(key).toString("hex"), middle(0), middle(1), middle(2)].some((form) => text.includes(form));
}

/** Pulumi writes a log of every command into its home: packed, and encrypted from the moment at which it knows the stack's key. */
const asWritten = (log: Buffer): string =>
  log.subarray(0, PACKED.length).equals(PACKED)
    ? gunzipSync(log, { finishFlush: constants.Z_SYNC_FLUSH }).toString()
    : log.toString("latin1");

const PACKED = Buffer.from([0x1f, 0x8b]);

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
