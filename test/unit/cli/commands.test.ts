/** The commands of `mesh` as users and scripts meet them: help, exit codes, documents on standard output, files written. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { assertFinding, MeshFolder } from "./mesh-process.ts";

const shop = `import { defineMesh, grpc, http, permissive, toService } from "meshwright";

export default defineMesh(
  { parameters: { canary: 10, migrating: false }, environments: { dev: { canary: 50, migrating: true }, prod: {} } },
  (p) => ({
    name: "shop",
    targets: ["istio", "envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["cart"] },
      cart: {
        ports: { grpc: grpc(7070) },
        versions: ["v1", "v2"],
        mtls: p.migrating ? permissive({ until: "2027-01-31" }) : undefined,
      },
    },
    routes: { cart: { default: { to: { v1: 100 - p.canary, v2: p.canary } } } },
  }),
);
`;

describe("mesh", () => {
  const folder = new MeshFolder(["typescript"]);
  before(() => {
    folder.write("shop.ts", shop);
    folder.write("typo.ts", shop.replace('["cart"]', '["carte"]'));
  });
  after(() => folder.remove());
  const mesh = (...args: string[]) => folder.mesh(args);

  describe("export", () => {
    it("prints one environment as a mesh that every command reads, and refuses to choose one", () => {
      const { code, stdout } = mesh("export", "shop.ts", "--env", "prod");
      assert.equal(code, 0);
      folder.write("exported.json", stdout);
      assert.equal(mesh("check", "exported.json").code, 0);
      const rows = (file: string, ...more: string[]) =>
        JSON.parse(mesh("matrix", file, "--json", ...more).stdout).matrices[0].rows;
      assert.ok(rows("exported.json").length > 0);
      assert.deepEqual(rows("exported.json"), rows("shop.ts", "--env", "prod"));
      assertFinding(mesh("export", "shop.ts"), 2, /MW5012/, /has 2 environments/, /name one with --env: dev, prod/);
      assertFinding(mesh("export", "typo.ts", "--env", "prod"), 1, /MW2100/, /nothing was exported/);
    });
  });

  describe("usage", () => {
    it("teaches in the help of every command: an example, the exit codes", () => {
      for (const command of [[], ["check"], ["simulate"], ["matrix"], ["render"], ["graph"], ["export"], ["run"]]) {
        const { code, stdout } = mesh(...command, "--help");
        assert.equal(code, 0);
        assert.match(stdout, /Examples:\n {2}mesh /);
        assert.match(stdout, /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}70 /);
      }
    });

    it("prints the version; says how long a start takes", () => {
      const before = performance.now();
      const { code, stdout } = mesh("--version");
      console.log(`        mesh --version: ${Math.round(performance.now() - before)} ms`);
      assert.equal(code, 0);
      assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    });

    it("needs no place for what it would keep", () => {
      for (const place of ["/proc/nowhere", "/dev/null/cache"])
        assert.equal(folder.mesh(["--version"], { XDG_CACHE_HOME: place }).code, 0);
    });

    it("answers wrong usage with 2, on standard error", () => {
      const wrong = [[], ["chek", "x"], ["check"], ["check", "shop.ts", "--jsn"], ["render", "shop.ts"]];
      const values = [
        ["--as-of", "2027-02-30"],
        ["--as-of", "tomorrow"],
        ["--format", "xml"],
      ];
      for (const args of [
        ...wrong,
        ...values.map((value) => ["check", "shop.ts", ...value]),
        ["graph", "shop.ts", "--out", "x.exe"],
      ]) {
        const { code, stdout, stderr } = mesh(...args);
        assert.deepEqual([code, stdout, stderr === ""], [2, "", false], args.join(" "));
      }
      assert.match(mesh("chek", "x").stderr, /Did you mean check/);
      assert.ok(!mesh("\u001b[2J").stderr.includes("\u001b"));
    });

    it("answers a bug of ours with 70, and its stack only on demand", () => {
      const nothing = folder.write("break.mjs", "JSON.stringify = () => { throw new TypeError('broken'); };");
      const env = { NODE_OPTIONS: `--import=./${nothing}` };
      assertFinding(folder.mesh(["check", "shop.ts", "--json"], env), 70, /MW9001/, /broken/, /report it/);
      const { stderr } = folder.mesh(["check", "shop.ts", "--json"], { ...env, MESHWRIGHT_DEBUG: "1" });
      assert.match(stderr, /^ +at .*break\.mjs:1/m);
    });

    it("asks for the Node.js that package.json does, where it runs on an older one", () => {
      const under = (version: string) => {
        const text = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
        return folder.mesh(["--version"], { NODE_OPTIONS: `--import=./${folder.write("pretend.mjs", text)}` });
      };
      for (const old of ["22.18.9", "20.20.2", "9.9.9"]) {
        const { code, stdout, stderr } = under(old);
        assert.deepEqual([code, stdout], [3, ""]);
        assert.match(stderr, /^Install Node\.js \d+\.\d+ or newer: .* with Node\.js \d+\.\d+\.\d+\.\n$/);
      }
      for (const right of ["22.19.0", "24.1.0", "100.0.0"]) assert.equal(under(right).code, 0);
    });
  });

  describe("check", () => {
    it("prints a summary, and 0 where all is well", () => {
      assertFinding(
        mesh("check", "shop.ts", "--as-of", "2026-06-01"),
        0,
        /^no problems in shop\.ts \(environments dev, prod\)\n$/,
      );
    });

    it("leaves no flag out: --env and the stack's environment must agree, --deployed needs a stack", () => {
      folder.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
      const settings = ["environment: prod", "controlPlane: { kind: existing, revision: a, version: 1.31.4 }"];
      const cluster = "cluster: { context: prod }";
      const stack = [...settings, cluster].map((line) => `  shop:${line}\n`).join("");
      folder.write("Pulumi.prod.yaml", `config:\n${stack}`);
      const withStack = ["--stack", "Pulumi.prod.yaml"];
      assertFinding(mesh("check", "shop.ts", ...withStack, "--env", "prod"), 0, /environment prod/);
      assertFinding(
        mesh("check", "shop.ts", ...withStack, "--env", "dev"),
        2,
        /MW5019/,
        /file {2}Pulumi\.prod\.yaml:2:/,
      );
      assertFinding(mesh("preflight", "shop.ts", ...withStack, "--env", "dev"), 2, /MW5019/);
      assertFinding(mesh("check", "shop.ts", "--deployed", "2026.08"), 2, /--deployed .* --stack/);
      const kubeconfig = folder.write("kubeconfig", "contexts: [{ name: p, context: { cluster: c, user: u } }]\n");
      const asked = mesh("preflight", "shop.ts", ...withStack, "--kubeconfig", kubeconfig, "--context", "zzz");
      assertFinding(asked, 2, /MW5201/, /no context "zzz"/);
      assert.doesNotMatch(asked.stdout, /file {2}Pulumi/);
    });

    it("says of a stack file that it cannot be read, with 2, and names the file that has errors", () => {
      const told = (stack: string) => mesh("check", "shop.ts", "--stack", stack);
      assertFinding(
        told("Pulumi.prd.yaml"),
        2,
        /MW5001/,
        /what the stack decides/,
        /did you mean "Pulumi\.prod\.yaml"/,
      );
      assertFinding(mesh("lock", "nope.yaml"), 2, /MW5001/, /1 error in nope\.yaml; nothing was locked/);
      folder.write("Pulumi.wrong.yaml", "config: { shop:environment: prod, shop:nope: 1 }\n");
      assertFinding(told("Pulumi.wrong.yaml"), 1, /errors? in Pulumi\.wrong\.yaml/);
      const seen = mesh("preflight", "shop.ts", "--stack", "Pulumi.prod.yaml", "--snapshot", "no.json");
      assertFinding(seen, 2, /MW5001/, /what was seen of the cluster/);
    });

    it("judges dates as on the day that is given", () => {
      assertFinding(mesh("check", "shop.ts", "--as-of", "2027-01-25"), 0, /1 warning in shop\.ts/, /in {4}dev\n/);
      assertFinding(mesh("check", "shop.ts", "--as-of", "2027-03-01"), 1, /1 error in shop\.ts/, /shop\.ts:13:9/);
      assertFinding(mesh("check", "shop.ts", "--as-of", "2027-03-01", "--env", "prod"), 0);
    });

    it("tells the same finding of two environments once, with its line, and not again in TypeScript's words", () => {
      const ended = mesh("check", "typo.ts");
      assertFinding(ended, 1, /MW2100 /, /file {2}typo\.ts:9:49/, /in {4}dev, prod\n/, /did you mean "cart"\?/);
      assert.match(ended.stdout, /\n1 error in typo\.ts \(environments dev, prod\)\n$/);
      assert.doesNotMatch(ended.stdout, /MW5020/);
    });

    it("adds what only TypeScript sees", () => {
      folder.write("types.ts", `${shop}\nexport const wrong: number = "text";\n`);
      assertFinding(
        mesh("check", "types.ts", "--as-of", "2026-06-01"),
        1,
        /MW5020/,
        /types\.ts:20:14/,
        /not assignable to type 'number'/,
        /TS2322/,
      );
    });

    it("gives the place in the file that wrote it, where a mesh has several", () => {
      folder.write("base.ts", 'export const base = { name: "shop", targets: ["envoy"] } as const;\n');
      const web = '{ web: { ports: { http: http(80) }, calls: ["cart"] } }';
      const cart = "{ cart: { ports: { http: http(80) } } }";
      const head = 'import { defineServices, http } from "meshwright";\nimport { base } from "./base.ts";\n';
      folder.write("web.ts", `${head}export const services = defineServices([base, "cart"], ${web});\n`);
      folder.write(
        "cart.ts",
        `${head}const own = ${cart} as const;\nexport const services = defineServices([base], own);\n`,
      );
      const parts =
        'import * as web from "./web.ts";\nimport { services } from "./cart.ts";\nimport { base } from "./base.ts";\n';
      const merged = "export default defineMesh(mergeParts(base, { web, cart: { services }, more: { services } }));\n";
      folder.write("parts.ts", `import { defineMesh, mergeParts } from "meshwright";\n${parts}${merged}`);
      const { findings } = JSON.parse(mesh("check", "parts.ts", "--json").stdout);
      const places = findings.map((one: Record<string, unknown>) => [one.code, one.file, one.line, one.column]);
      assert.deepEqual(places, [
        ["MW5020", "parts.ts", 5, 51],
        ["MW5020", "parts.ts", 5, 71],
        ["MW2003", "cart.ts", 3, 15],
      ]);
    });

    it("says when types were not checked", () => {
      const bare = new MeshFolder();
      bare.write("shop.ts", shop);
      const { code, stdout } = bare.mesh(["check", "shop.ts", "--as-of", "2026-06-01"]);
      bare.remove();
      assert.deepEqual(
        [code, stdout],
        [0, "no problems in shop.ts (environments dev, prod); types not checked: no TypeScript here\n"],
      );
    });

    it("prints one JSON document, also of a file that is not there", () => {
      const { findings, ...rest } = JSON.parse(mesh("check", "typo.ts", "--json").stdout);
      const counts = { exitCode: 1, errors: 1, warnings: 0, notes: 0, typesChecked: true };
      assert.deepEqual(rest, {
        schema: 1,
        command: "check",
        file: "typo.ts",
        environments: ["dev", "prod"],
        ...counts,
      });
      const [{ what, why, fix, ...where }] = findings;
      assert.ok([what, why, fix].every((text) => typeof text === "string" && text !== ""));
      const place = { file: "typo.ts", line: 9, column: 49, at: "services.web.calls[0]" };
      const code = { code: "MW2100", name: "unknown-callee", severity: "error", got: '"carte"' };
      assert.deepEqual(where, { ...code, ...place, environments: ["dev", "prod"] });
      assert.equal(JSON.parse(mesh("check", "no.ts", "--json").stdout).findings[0].code, "MW5001");
    });

    it("prints SARIF with rules, level and region", () => {
      const log = JSON.parse(mesh("check", "typo.ts", "--format", "sarif").stdout);
      const [{ tool, results }] = log.runs;
      assert.equal(log.version, "2.1.0");
      assert.deepEqual(tool.driver.rules, [{ id: "MW2100", name: "unknown-callee" }]);
      const { artifactLocation, region } = results[0].locations[0].physicalLocation;
      assert.deepEqual([results[0].ruleId, results[0].ruleIndex, results[0].level], ["MW2100", 0, "error"]);
      assert.deepEqual([artifactLocation.uri, region], ["typo.ts", { startLine: 9, startColumn: 49 }]);
    });

    it("keeps what users wrote inside of fences in Markdown", () => {
      const hostile = { name: "```\n# head\n@team <b>", targets: ["envoy"], services: {} };
      const { stdout } = mesh("check", folder.write("fence.json", JSON.stringify(hostile)), "--format", "markdown");
      assert.match(stdout, /^````text\n/m);
      const outside = stdout.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, "");
      assert.doesNotMatch(outside, /head|@team|<b>/);
    });

    it("colours for a terminal only", () => {
      assert.ok(
        folder.mesh(["check", "typo.ts"], { NO_COLOR: undefined, FORCE_COLOR: "1" }).stdout.includes("\u001b["),
      );
      assert.ok(!folder.mesh(["check", "typo.ts"], { NO_COLOR: undefined }).stdout.includes("\u001b["));
    });
  });

  describe("render", () => {
    const render = (...more: string[]) => mesh("render", "shop.ts", "--engine", "envoy", ...more);

    it("writes every proxy of every environment, with what to do with them", () => {
      const { code, stdout } = render("--out", "build");
      assert.equal(code, 0);
      assert.match(stdout, /^build\/dev\/envoy: 3 proxies, \d+ files, \d+ bytes\nbuild\/prod\/envoy: 3 proxies/);
      const found = readdirSync(join(folder.path, "build/prod/envoy")).sort();
      assert.deepEqual(found, ["README.txt", "shop.cart.v1", "shop.cart.v2", "shop.web"]);
      const text = readFileSync(join(folder.path, "build/prod/envoy/README.txt"), "utf8");
      for (const needed of ["cd shop.cart.v1", "envoy -c bootstrap.json", "certs/ca.crt", "certs/identity.key"])
        assert.ok(text.includes(needed), needed);
      JSON.parse(readFileSync(join(folder.path, "build/prod/envoy/shop.web/bootstrap.json"), "utf8"));
      assert.deepEqual(readdirSync(join(folder.path, "build/prod")), ["envoy"]);
    });

    it("writes Istio's objects as GitOps tools read them", () => {
      const { code, stdout } = mesh("render", "shop.ts", "--engine", "istio", "--out", "gitops", "--env", "prod");
      assert.equal(code, 0);
      assert.match(stdout, /^gitops\/prod\/istio: 10 objects, 3 files, \d+ bytes\n$/);
      const files = contents(join(folder.path, "gitops/prod/istio"));
      const kustomization = parse(files.get("/kustomization.yaml") ?? "") as { readonly resources: readonly string[] };
      assert.deepEqual(kustomization.resources, ["shop/cart.yaml", "shop/web.yaml"]);
      assert.deepEqual([...files.keys()].sort(), ["/kustomization.yaml", "/shop/cart.yaml", "/shop/web.yaml"]);
      const kinds = parseAllDocuments(files.get("/shop/cart.yaml") ?? "").map((document) => document.get("kind"));
      assert.deepEqual(kinds, [
        "PeerAuthentication",
        "AuthorizationPolicy",
        "DestinationRule",
        "VirtualService",
        "Sidecar",
        "Telemetry",
      ]);
    });

    it("replaces nothing unasked, and nothing else when asked", () => {
      mkdirSync(join(folder.path, "full/dev/envoy/gone"), { recursive: true });
      writeFileSync(join(folder.path, "full/mine.txt"), "mine");
      assertFinding(render("--out", "full"), 2, /MW5015/, /full\/dev\/envoy/, /--force/);
      assert.ok(!existsSync(join(folder.path, "full/prod")));
      assertFinding(render("--out", "full", "--force"), 0);
      assert.ok(!existsSync(join(folder.path, "full/dev/envoy/gone")));
      assert.equal(readFileSync(join(folder.path, "full/mine.txt"), "utf8"), "mine");
    });

    it("removes no file that it did not write, whatever is asked", () => {
      for (const engine of ["envoy", "istio"]) {
        const at = (path: string) => join(folder.path, "kept/prod", engine, path);
        const again = () => mesh("render", "shop.ts", "--engine", engine, "--out", "kept", "--env", "prod", "--force");
        mkdirSync(at("shop"), { recursive: true });
        for (const foreign of ["notes.md", "shop/own.yaml", "README.txt", "kustomization.yaml"]) {
          writeFileSync(at(foreign), "mine");
          assertFinding(again(), 2, /MW5018/, new RegExp(foreign.replace(".", "\\.")));
          assert.equal(readFileSync(at(foreign), "utf8"), "mine");
          rmSync(at(foreign));
        }
        for (let times = 0; times < 2; times++) assertFinding(again(), 0);
        writeFileSync(at("notes.md"), "mine");
        assertFinding(again(), 2, /MW5018/, /"notes\.md"/);
      }
      writeFileSync(join(folder.path, "kept/dev"), "mine");
      assertFinding(render("--out", "kept", "--env", "dev", "--force"), 2, /MW5016/);
    });

    it("writes the same bytes twice", () => {
      assertFinding(render("--out", "one", "--env", "prod"), 0);
      assertFinding(render("--out", "two", "--env", "prod"), 0);
      assert.deepEqual(contents(join(folder.path, "one")), contents(join(folder.path, "two")));
    });

    it("writes nothing of a mesh with errors", () => {
      assertFinding(mesh("render", "typo.ts", "--engine", "envoy", "--out", "bad"), 1, /MW2100/, /nothing was written/);
      assert.ok(!existsSync(join(folder.path, "bad")));
    });

    it("refuses engines by name", () => {
      const with_ = (engine: string) => mesh("render", "shop.ts", "--engine", engine, "--out", "no");
      assertFinding(with_("envoi"), 2, /MW5014/, /did you mean "envoy"\?/);
      assertFinding(with_("foo"), 2, /MW5014/, /write one of istio, envoy\n/);
      for (const engine of ["consul", "linkerd"]) {
        const ended = with_(engine);
        assertFinding(ended, 1, /MW3010/, /render for istio, envoy/);
        assert.doesNotMatch(ended.stderr, /MW3011/);
      }
      assert.ok(!existsSync(join(folder.path, "no")));
    });

    it("says why it cannot write", () => {
      writeFileSync(join(folder.path, "file"), "");
      assertFinding(render("--out", "file", "--force"), 2, /MW5016/, /nothing was written/);
    });

    it("ends where nobody can make a folder", () => {
      assertFinding(render("--out", "/proc/nowhere"), 2, /MW5016/, /nothing was written/);
    });

    it("counts in JSON what it wrote", () => {
      const { rendered, exitCode } = JSON.parse(render("--out", "json", "--env", "dev", "--json").stdout);
      assert.equal(exitCode, 0);
      const files = contents(join(folder.path, "json"));
      const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      assert.deepEqual(rendered, [{ name: "dev", folder: "json/dev/envoy", proxies: 3, files: files.size, bytes }]);
    });
  });

  describe("simulate", () => {
    const ask = (...args: string[]) => mesh("simulate", "shop.ts", ...args);

    it("answers in five lines, once for environments that answer alike", () => {
      const { code, stdout } = ask("--from", "web", "--to", "cart", "--random", "0.05");
      assert.equal(code, 0);
      assert.equal(stdout.split("\n").length, 7, stdout);
      assert.match(
        stdout,
        /^dev, prod:\nrequest +web asks cart: GET \/\nresult +5|^dev, prod:\nrequest .*\nresult +.*to cart:grpc v1\n/,
      );
      const shares = ask("--from", "web", "--to", "cart");
      assert.match(shares.stdout, /dev:\n(?:.*\n)result +50 % to cart:grpc v1, 50 % to cart:grpc v2\n/);
      assert.match(shares.stdout, /prod:\n(?:.*\n)result +90 % to cart:grpc v1, 10 % to cart:grpc v2\n/);
    });

    it("explains every route and rule that was looked at", () => {
      const { stdout } = ask("--from", "web", "--to", "cart", "--env", "prod", "--path", "/a//b", "--explain");
      assert.match(stdout, /spelling +path \/a\/\/b is read as \/a\/b\n/);
      assert.match(stdout, /tried +routes\.cart\.default: won\n/);
      assert.match(stdout, /rule +cart: allow services\.cart: won|rule +cart: allow .*: won/);
      assert.match(stdout, /receives +GET \/a\/b {2}host: cart\n/);
    });

    it("prints one JSON document with the whole verdict", () => {
      const { code, stdout, stderr } = ask("--from", "plaintext", "--to", "cart", "--json");
      assert.deepEqual([code, stderr], [0, ""]);
      const { answers } = JSON.parse(stdout) as {
        answers: { environment: string; verdict: { outcome: { kind: string } } }[];
      };
      const kinds = answers.map(({ environment, verdict }) => [environment, verdict.outcome.kind]);
      assert.deepEqual(kinds, [
        ["dev", "forward"],
        ["prod", "no-connection"],
      ]);
    });

    it("refuses a request that does not fit, and tells of nothing else", () => {
      const services = {
        web: { ports: { http: { kind: "http", number: 80 } }, calls: ["shop"] },
        shop: { ports: { http: { kind: "http", number: 80 } } },
      };
      const accessLogs = { requests: "all" };
      folder.write("noted.json", JSON.stringify({ name: "noted", targets: ["istio", "envoy"], services, accessLogs }));
      assertFinding(mesh("check", "noted.json"), 0, /note MW3001/);
      const { code, stdout, stderr } = mesh("simulate", "noted.json", "--from", "web", "--to", "shp");
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(
        stderr,
        /^error MW5031 [\s\S]*did you mean "shop"\?[\s\S]*\n\n1 error in .*nothing was simulated\n$/,
      );
      assert.doesNotMatch(stderr, /^note /m);
    });

    it("says what is wrong with which flag", () => {
      const told = (...flags: readonly string[]) => mesh("simulate", "shop.ts", "--env", "prod", ...flags);
      assertFinding(told("--from", "wbe", "--to", "cart"), 2, /MW5030/, /at {4}--from\n/);
      assertFinding(told("--from", "outside", "--to", "cart"), 2, /MW5031/, /at {4}--to\n/, /"cart" is a service/);
      const failing = told("--from", "web", "--to", "cart", "--failing", "carts=503");
      assertFinding(failing, 2, /MW5031/, /at {4}--failing\n/, /write "cart"/);
      const atGateway = told("--from", "outside", "--to", "a.example.com", "--gateway", "edge");
      assertFinding(atGateway, 2, /MW5036/, /at {4}--gateway\n/, /give the mesh a gateway/);
    });

    it("refuses headers and backends that are none, with 2", () => {
      for (const [flag, text] of [
        ["--header", "x-beta"],
        ["--failing", "cart=9999"],
      ] as const) {
        const { code, stderr } = ask("--from", "web", "--to", "cart", flag, text);
        assert.deepEqual([code, stderr.includes("is invalid. Write")], [2, true], text);
      }
    });

    it("refuses a draw that is none, with 2", () => {
      for (const draw of ["1", "-0.1", "x", ""])
        assert.equal(ask("--from", "web", "--to", "cart", "--random", draw).code, 2, draw);
    });
  });

  describe("matrix", () => {
    it("is a table, told once for environments that are alike", () => {
      const { code, stdout } = mesh("matrix", "shop.ts");
      assert.equal(code, 0);
      assert.match(stdout, /dev:\nfrom .*\nweb +cart:grpc +everything\n\(without TLS\) +cart:grpc +everything\n/);
      assert.match(stdout, /prod:\nfrom .*\nweb +cart:grpc +everything\n$/);
    });

    it("is a page on which text of the mesh is text", () => {
      const rule = { kind: "allow", from: ["web"], headers: [{ kind: "header-exact", name: "x-h", value: "<b>&'" }] };
      const ports = { http: { kind: "http", number: 80 } };
      const services = { web: { ports, calls: ["cart"] }, cart: { ports, access: { tagged: rule } } };
      folder.write("tagged.json", JSON.stringify({ name: "shop", targets: ["envoy"], services }));
      assert.equal(mesh("matrix", "tagged.json", "--out", "who.html").code, 0);
      const page = readFileSync(join(folder.path, "who.html"), "utf8");
      assert.ok(page.includes("&lt;b&gt;&amp;&#39;") && !page.includes("<b>"));
      assert.equal(mesh("matrix", "tagged.json", "--out", "nowhere/who.html").code, 2);
    });
  });

  describe("graph", () => {
    it("draws one picture per environment", () => {
      assertFinding(mesh("graph", "shop.ts"), 0, /^shop\.dev\.svg\nshop\.prod\.svg\n$/);
      const dev = readFileSync(join(folder.path, "shop.dev.svg"), "utf8");
      for (const shown of ["web", "cart", "v2", "50 %", "accepts plaintext until 2027-01-31", "grpc"])
        assert.ok(dev.replaceAll("&#160;", " ").replaceAll("&#45;", "-").includes(shown), shown);
      assert.doesNotMatch(readFileSync(join(folder.path, "shop.prod.svg"), "utf8"), /plaintext until/);
    });

    it("writes Graphviz's language, too", () => {
      const { stdout } = mesh("graph", "shop.ts", "--env", "dev", "--out", "shop.dot", "--json");
      assert.deepEqual(JSON.parse(stdout).pictures, [{ environment: "dev", path: "shop.dot" }]);
      assert.match(readFileSync(join(folder.path, "shop.dot"), "utf8"), /^digraph "shop" \{/);
    });

    it("draws nothing of a mesh with errors, and says why it cannot write", () => {
      assertFinding(mesh("graph", "typo.ts", "--out", "typo.svg"), 1, /MW2100/, /nothing was drawn/);
      assert.ok(!existsSync(join(folder.path, "typo.svg")));
      assertFinding(mesh("graph", "shop.ts", "--env", "dev", "--out", "no/where.svg"), 2, /MW5016/);
    });
  });

  describe("run", () => {
    it("answers 3 where there is no Envoy", () => {
      assertFinding(mesh("run", "shop.ts", "--once", "--env", "prod", "--envoy", "./no-envoy"), 3, /no-envoy/);
    });

    it("leaves what other engines do in part to `check`, and says so", () => {
      folder.write("logged.ts", shop.replace("targets:", 'accessLogs: { requests: "all" },\n    targets:'));
      assert.match(mesh("check", "logged.ts").stdout, /MW3001/);
      const { stderr } = mesh("run", "logged.ts", "--once", "--env", "prod", "--envoy", "./no-envoy");
      assert.match(stderr, /1 note on other engines: mesh check logged.ts/);
      assert.doesNotMatch(stderr, /MW3001/);
    });

    it("sends nothing where probes are none, or name what is not there; `check` says so, too", () => {
      const asking = (probes: string) => folder.write("probes.ts", `${shop}\nexport const probes = ${probes};\n`);
      for (const command of [["check"], ["run", "--once"]]) {
        const told = (probes: string) => mesh(...command, asking(probes));
        assertFinding(told("5"), 2, /MW1001/, /at {4}probes\n/);
        const probe = '{ name: "x", from: "stranger", url: "http://web/", expect: { status: 403 } }';
        assertFinding(told(`[{ ...${probe}, environment: "prd" }]`), 2, /MW5012/, /"prod"/);
        assertFinding(told(`[${probe.replace("web", "wbe")}]`), 2, /MW5050/, /probes\.ts:\d+:\d+\n/, /write "web"/);
        assertFinding(told("[() => 1]"), 2, /MW1005/, /probes\[0\]/);
      }
    });

    it("answers 1 and 2 as the other commands do", () => {
      assertFinding(mesh("run", "typo.ts", "--once"), 1, /MW2100/);
      assertFinding(mesh("run", "no.ts", "--once"), 2, /MW5001/);
    });
  });
});

/** Every file below a folder by its path. */
function contents(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]));
}
