/** `MESHWRIGHT_TEST=local mocha …` sends the same requests through real proxies on this machine. */
import { promises, testBoutique } from "./online-boutique.promises.ts";

describe("Online Boutique", function () {
  this.timeout(60_000);
  promises(testBoutique());
});
