/** What `mesh` says of files that hold no mesh: a coded finding with the user's own line, exit code 2, never a stack. */
import assert from "node:assert/strict";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertFinding, MeshFolder } from "./mesh-process.ts";

const services = `services: { web: { ports: { http: { kind: "http", number: 80 } } } }`;
const plain = `{ name: "shop", targets: ["envoy"], ${services} }`;
const json = `{ "name": "shop", "targets": ["envoy"], "services": { "web": { "ports": { "http": { "kind": "http", "number": 80 } } } } }`;

describe("mesh files that cannot be read", () => {
  const folder = new MeshFolder();
  after(() => folder.remove());
  const check = (name: string, text?: string) =>
    folder.mesh(["check", text === undefined ? name : folder.write(name, text)]);

  it("names the file that was meant", () => {
    folder.write("shop.ts", `export default ${plain}`);
    assertFinding(check("shpo.ts"), 2, /MW5001/, /there is no file "shpo\.ts"; did you mean "shop\.ts"\?/);
    assertFinding(check("no/where.ts"), 2, /MW5001/);
    folder.write("tricky.bak", "");
    const gone = check("tricky.ts");
    assertFinding(gone, 2, /MW5001/);
    assert.doesNotMatch(gone.stdout, /tricky\.bak/, "no command reads it");
  });

  it("refuses folders and endings that say nothing", () => {
    mkdirSync(join(folder.path, "folder.ts"));
    assertFinding(check("folder.ts"), 2, /MW5002/, /it is a folder/);
    assertFinding(check("mesh.toml", ""), 2, /MW5003/, /\.yaml/);
  });

  it("refuses 100 MB unread", () => {
    for (const name of ["large.ts", "large.json", "large.yaml"]) {
      writeFileSync(join(folder.path, name), "");
      truncateSync(join(folder.path, name), 100_000_000);
      const before = performance.now();
      assertFinding(check(name), 2, /MW5004/, /95\.4 MiB, more than 32 MiB/);
      assert.ok(performance.now() - before < 5_000);
    }
    assertFinding(check("long.yaml", `a: "${"x".repeat(5 << 20)}"`), 2, /MW5004/, /4 MiB of YAML/);
  });

  it("shows the line of a syntax error", () => {
    const broken = 'export default {\n  name: "x"\n  targets: ["envoy"],\n};\n';
    assertFinding(check("syntax.ts", broken), 2, /MW5005/, /file {2}syntax\.ts:3\n/);
    assertFinding(check("syntax.mjs", broken), 2, /MW5005/, /file {2}syntax\.mjs:3\n/);
    assertFinding(check("enum.ts", "enum A { x }\nexport default {}"), 2, /MW5005/, /enum is not supported/);
    assertFinding(check("package.ts", 'import "no-such-package";\nexport default {}'), 2, /MW5005/, /no-such-package/);
    assertFinding(check("package.ts", '\nimport "no-such/x";'), 2, /file {2}package\.ts:2:1\n/, /npm install no-such/);
    assertFinding(check("file.ts", 'import x from "./no.ts";'), 2, /file {2}file\.ts:1:10\n/, /a file that exists/);
    const missing = 'import { nothing } from "meshwright";\nexport default nothing';
    assertFinding(check("export.ts", missing), 2, /MW5005/, /file {2}export\.ts:1\n/);
  });

  it("says what to do where Node was told that the file is no module, and in no words of Node's", () => {
    folder.write("cjs/package.json", '{ "type": "commonjs" }');
    folder.write("cjs/part.ts", "export default {};");
    const told = (name: string, text: string) => {
      const ended = check(name, text);
      assert.doesNotMatch(ended.stderr + ended.stdout, /Warning/);
      return ended;
    };
    const remedy = (name: string) => new RegExp(`set "type": "module" in cjs/package\\.json, or call the file ${name}`);
    assertFinding(told("cjs/shop.ts", 'import "meshwright";'), 2, /MW5017/, remedy("shop\\.mts"));
    assertFinding(told("cjs/shop.js", "export default {};"), 2, /MW5017/, remedy("shop\\.mjs"));
    assertFinding(told("entry.ts", 'import "./cjs/part.ts";'), 2, /MW5017/, /file {2}cjs\/part\.ts\n/);
    const mesh = `module.exports = ${plain};`;
    assertFinding(told("cjs/common.js", mesh), 0);
  });

  it("asks for a default export that is a mesh", () => {
    assertFinding(check("none.ts", "export const a = 1"), 2, /MW5006/, /found none/);
    assertFinding(check("number.ts", "export default 7"), 2, /MW5006/, /found a number/);
    assertFinding(check("function.ts", "export default () => ({})"), 2, /MW5006/, /found a function/);
    assertFinding(check("list.ts", "export default []"), 2, /MW5006/, /found a list/);
    const named = `import { defineMesh } from "meshwright";\nexport const shop = defineMesh(${plain})`;
    assertFinding(check("named.ts", named), 2, /MW5006/, /add `export default shop`/);
  });

  it("shows the line that threw, its own one", () => {
    assertFinding(
      check("throws.ts", 'const f = () => {\n  throw new Error("no luck");\n};\nexport default f();'),
      2,
      /MW5007/,
      /no luck/,
      /throws\.ts:2:9/,
    );
    assertFinding(check("null.ts", "throw null;"), 2, /MW5007/, /null/);
    const hostile = "throw { get message() { throw 1 }, toString() { throw 2 }, get stack() { throw 3 } };";
    assertFinding(check("hostile.mjs", hostile), 2, /MW5007/, /cannot be shown/);
    const inside =
      'import { defineMesh } from "meshwright";\nexport default defineMesh(undefined as never, () => ({}) as never);';
    assertFinding(check("inside.ts", inside), 2, /MW5007/, /file {2}inside\.ts:2:16\n/);
    folder.write("part.ts", "\nexport const part = (undefined as never as { a: { b: 1 } }).a.b;");
    assertFinding(
      check("whole.ts", 'import { part } from "./part.ts";\nexport default { part };'),
      2,
      /MW5007/,
      /file {2}part\.ts:2/,
    );
    assertFinding(
      check(
        "reject.ts",
        `Promise.reject(new Error("late"));\nawait new Promise((r) => setTimeout(r, 50));\nexport default ${plain}`,
      ),
      2,
      /MW5007/,
      /late/,
    );
    const stray = `Promise.reject(new Error("late"));\nexport default ${plain}`;
    assertFinding(check("stray.ts", stray), 2, /MW5007/, /late/, /stray\.ts:1:16/);
    assertFinding(
      check("handled.ts", `Promise.reject(new Error("late")).catch(() => {});\nexport default ${plain}`),
      0,
    );
    assertFinding(check("escape.ts", 'throw new Error("\\u001b[2Jgone\\u202e")'), 2, /\\u001b\[2Jgone\\u202e/);
  });

  it("names the environment that threw", () => {
    const text = `import { defineMesh } from "meshwright";
export default defineMesh({ parameters: { size: 1 }, environments: { dev: {}, prod: { size: 2 } } }, ({ size }) => {
  if (size === 2) throw new Error("too big");
  return ${plain};
});`;
    assertFinding(check("half.ts", text), 2, /MW5007/, /half\.ts:3:25/, /in {4}prod\n/, /environments dev, prod/);
    assertFinding(folder.mesh(["check", "half.ts", "--env", "dev"]), 0, /no problems in half\.ts \(environment dev\)/);
  });

  it("ends what does not end", function () {
    this.timeout(30_000);
    assertFinding(check("loop.ts", "for (;;);\nexport default {}"), 2, /MW5008/, /within 10 s/);
    assertFinding(check("await.ts", "await new Promise(() => {});\nexport default {}"), 2, /MW5008/);
  });

  it("notices a file that ends its process", () => {
    assertFinding(check("exit.ts", "process.exit(0);\nexport default {}"), 2, /MW5009/, /exit code 0/);
    assertFinding(
      check("kill.ts", 'process.kill(process.pid, "SIGKILL");\nawait new Promise((r) => setTimeout(r, 1e3));'),
      2,
      /MW5009/,
      /SIGKILL/,
    );
  });

  it("does not wait for what the file leaves running, nor mixes what it prints into the output", () => {
    const chatty = `setInterval(() => {}, 1000);\nconsole.log("hello");\nexport default ${plain}`;
    const ended = folder.mesh(["check", folder.write("chatty.ts", chatty), "--json"]);
    assert.equal(ended.code, 0);
    assert.equal(JSON.parse(ended.stdout).errors, 0);
    assert.equal(ended.stderr, "hello\n");
  });

  it("says which environments there are", () => {
    const text = `import { defineMesh } from "meshwright";
export default defineMesh({ parameters: {}, environments: { dev: {}, prod: {} } }, () => (${plain}));`;
    folder.write("two.ts", text);
    assertFinding(folder.mesh(["check", "two.ts", "--env", "prd"]), 2, /MW5012/, /did you mean "prod"\?/, /dev, prod/);
    assertFinding(check("empty.ts", text.replace("dev: {}, prod: {}", "")), 2, /MW5013/);
    assertFinding(check("names.ts", text.replace("dev: {}", '"../../up": {}')), 2, /MW1004/, /\["\.\.\/\.\.\/up"\]/);
  });
});

describe("values of a program that are no plain data", () => {
  const folder = new MeshFolder();
  after(() => folder.remove());

  const values: Readonly<Record<string, readonly [string, RegExp]>> = {
    function: ["() => 1", /a function stands/],
    promise: ["Promise.resolve(1)", /a Promise or an Output stands/],
    output: ["{ apply: () => 1 }", /a function stands/],
    date: ["new Date(0)", /an instance of a class stands/],
    bigint: ["10n", /a bigint stands/],
    symbol: ['Symbol("x")', /a symbol stands/],
  };
  for (const [name, [value, expected]] of Object.entries(values)) {
    it(`${name}: a finding with its path and line`, () => {
      const text = `export default {\n  name: "shop", targets: ["envoy"],\n  services: { web: { ports: { http: ${value} } } },\n};`;
      const ended = folder.mesh(["check", folder.write(`${name}.mjs`, text)]);
      assertFinding(ended, 1, /MW1005/, expected, /at {4}services\.web\.ports\.http/);
    });
  }

  it("a number that JSON does not know keeps its name", () => {
    const text = `export default ${plain.replace("80", "Number.NaN")}`;
    assertFinding(folder.mesh(["check", folder.write("nan.mjs", text)]), 1, /MW1001/, /got {3}NaN/);
  });

  it("a cycle ends", () => {
    const text = `const web = { ports: {} };\nweb.calls = [web];\nexport default { name: "x", targets: ["envoy"], services: { web } };`;
    assertFinding(folder.mesh(["check", folder.write("cycle.mjs", text)]), 1, /MW1005/, /contains itself/);
  });
});

describe("meshes as data", () => {
  const folder = new MeshFolder();
  after(() => folder.remove());
  const check = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder.path, name), text);
    return folder.mesh(["check", name]);
  };

  it("reads JSON and YAML", () => {
    assertFinding(check("shop.json", json), 0, /no problems/);
    assertFinding(check("shop.yaml", json), 0, /no problems/);
  });

  it("shows the line of a mistake", () => {
    const lines = json.replaceAll(", ", ",\n").replace('"envoy"', '"envoi"');
    assertFinding(check("line.json", lines), 1, /MW1010/, /file {2}line\.json:2:13\n/, /at {4}targets\[0\]/);
    const yaml =
      "name: shop\ntargets: [envoy]\nservices:\n  web:\n    ports:\n      http: { kind: http, number: 80 }\n    cals: []\n";
    assertFinding(check("line.yaml", yaml), 1, /MW1002/, /file {2}line\.yaml:7:5\n/, /did you mean "calls"/);
    assertFinding(check("missing.yaml", "name: shop\nservices: {}\n"), 1, /MW1003/, /"targets" is missing/);
  });

  it("shows the line of what is malformed", () => {
    assertFinding(check("comma.json", '{\n  "name": "x",\n}'), 2, /MW5010/, /file {2}comma\.json:3:1\n/);
    assertFinding(check("cut.json", '{ "name": '), 2, /MW5010/);
    assertFinding(check("binary.json", Uint8Array.of(0xff, 0xfe, 0x00)), 2, /MW5002/, /not UTF-8/);
    assertFinding(check("indent.yaml", "a:\n  - 1\n b: 2\n"), 2, /MW5010/, /indent\.yaml:3/);
    assertFinding(check("tag.yaml", "a: !!js/function 'x'\n"), 2, /MW5010/, /tag\.yaml:1:4/);
    assertFinding(check("tag2.yaml", "a: !secret x\n"), 2, /MW5010/);
    assertFinding(check("two.yaml", "a: 1\n---\nb: 2\n"), 2, /MW5010/);
  });

  it("tells of a second document at its line, in words of whoever wrote it", () => {
    const ended = check("two.yaml", "name: shop\n---\nname: other\n");
    assertFinding(ended, 2, /MW5010/, /file {2}two\.yaml:2:1\n/, /a second document begins here/);
    assert.doesNotMatch(ended.stdout, /parseAllDocuments/);
  });

  it("refuses keys that are written twice", () => {
    const twice = json.replace('"targets"', '"name": "other",\n"targets"');
    assertFinding(check("twice.json", twice), 2, /MW5011/, /"name" is written twice/, /twice\.json:1:19/);
    assertFinding(
      check("deep.json", json.replace('"kind"', '"number": 1, "kind"')),
      2,
      /MW5011/,
      /services\.web\.ports\.http\.number/,
    );
    assertFinding(check("twice.yaml", "name: a\nname: b\n"), 2, /MW5010/, /unique/, /twice\.yaml:2/);
  });

  it("takes texts of megabytes, and finds what stands behind them", () => {
    for (const piece of ["x", "\\n", '\\"', "\\\\"]) {
      const long = json.replace('"shop"', `"${piece.repeat(12_000_000 / piece.length)}"`);
      const twice = long.replace('"targets": ', '"targets": [],\n"targets": ');
      assertFinding(check("long.json", long), 1, /MW1001|MW1004/, /long\.json:1:\d/);
      assertFinding(check("long.json", twice), 2, /MW5011/, /"targets" is written twice/, /long\.json:2:1/);
    }
  });

  it("takes aliases, but no explosion of them", () => {
    const aliased =
      "name: shop\ntargets: [envoy]\nservices:\n  a: { ports: &p { http: { kind: http, number: 80 } } }\n  b: { ports: *p }\n";
    assertFinding(check("alias.yaml", aliased), 0, /no problems/);
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(", ")}]`,
    );
    assertFinding(check("bomb.yaml", `l0: &l0 [x]\n${levels.join("\n")}\n`), 2, /MW5010/, /alias/i);
  });

  it("survives any nesting", () => {
    assertFinding(check("deep2.json", "[".repeat(200_000) + "]".repeat(200_000)), 1, /MW1005|MW1001/);
    assertFinding(check("deep.yaml", "[".repeat(20_000) + "]".repeat(20_000)), 2, /MW5010/);
  });

  it("takes __proto__ for the key that it is", () => {
    const hostile = json.replace('"targets"', '"__proto__": { "name": "x" }, "targets"');
    for (const name of ["proto.json", "proto.yaml"]) assertFinding(check(name, hostile), 1, /MW1002/, /"__proto__"/);
    const service = json.replace('"web"', '"__proto__"');
    assertFinding(check("proto2.json", service), 1, /MW1004/, /services\.__proto__/);
    const program = `export default JSON.parse(${JSON.stringify(hostile)})`;
    assertFinding(check("proto.mjs", program), 1, /MW1002/, /"__proto__"/);
  });

  it("shows hostile names, and does not send them to the terminal", () => {
    const name = "\u001b[31mred\u202e\n# head";
    const ended = check("hostile.json", json.replace('"web"', JSON.stringify(name)));
    assertFinding(ended, 1, /MW1004/);
    for (const control of ["\u001b", "\u202e"]) assert.ok(!(ended.stdout + ended.stderr).includes(control));
    const markdown = folder.mesh(["check", "hostile.json", "--format", "markdown"]).stdout;
    assert.ok(!/^# head/m.test(markdown));
  });
});
