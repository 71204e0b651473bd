/** Paths that no rule of the semantics needs for an example, and that would still show a mistake. */
import assert from "node:assert/strict";
import { normalizePath } from "../../../components/values/path.ts";

/** The path as every proxy sees it, or why it is refused. */
function seen(path: string): string {
  const normalized = normalizePath(path);
  return normalized.kind === "path" ? normalized.path : normalized.reason;
}

const PATHS: Readonly<Record<string, string>> = {
  "/": "/",
  "/a.b/c": "/a.b/c",
  "/a/.b": "/a/.b",
  "/a/..b/c": "/a/..b/c",
  "/a/./b": "/a/b",
  "/a/./../b": "/b",
  "/a.//b": "/a./b",
  "/a..//b": "/a../b",
  "/a/b/../c": "/a/c",
  "/a//": "/a/",
  "//a": "/a",
  "///": "//",
  "/a/.;x": "/a/",
  "/a/.;x/b": "/a/b",
  "/a/x.;y/b": "/a/x.;y/b",
  "/%2e/a": "/a",
  "/a/%2E./b": "/b",
  "/a%": "/a%",
  "/a%4": "/a%4",
  "/%41bc": "/Abc",
  "/a%2Db": "/a-b",
  "/%3A%3a": "/%3A%3a",
  "/%7f": "/%7f",
  "/%c3%a4": "/%c3%a4",
  "/%25%34%31": "/%2541",
  "/%%34%31": "/%2541",
  "/x%%341": "/x%2541",
  "/%%34z": "/%4z",
  "/%a%62%63": "/%25abc",
  "/%ab%41": "/%abA",
  "/%%%34%31": "/%%2541",
  "/%z%34%31": "/%z41",
  "/%xx%41": "/%xxA",
  "/<%41": "/%3CA",
};

const REFUSED: Readonly<Record<string, string>> = {
  "": "the path does not begin with /",
  "a/": "the path does not begin with /",
  "/a b": "the path holds a blank, a control character or one beyond ASCII that is not escaped",
  "/\u00e4": "the path holds a blank, a control character or one beyond ASCII that is not escaped",
  "/a#b": "the path holds a fragment",
  "/a%00b": "the path holds an escaped NUL",
};

describe("paths", () => {
  for (const [written, path] of Object.entries(PATHS))
    it(`${written} is seen as ${path}`, () => assert.equal(seen(written), path));

  for (const [written, reason] of Object.entries(REFUSED))
    it(`${JSON.stringify(written)} is refused`, () => assert.equal(seen(written), reason));

  it("says whether slashes were escaped", () => {
    const had = (path: string) => {
      const normalized = normalizePath(path);
      return normalized.kind === "path" && normalized.hadEscapedSlashes;
    };
    assert.deepEqual(["/a%2fb", "/a%5Cb", "/a\\b", "/a//b", "/a", "/"].map(had), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
