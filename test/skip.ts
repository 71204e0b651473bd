/** Of a test, or in a hook of all tests of its suite, that cannot run here. Nothing else skips: what could not run says why. */
export function skip(context: Mocha.Context, why: string): never {
  console.log(`    skipped: ${why}`);
  context.skip();
}
