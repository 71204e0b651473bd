/** A suite that a test kills: it has started a process and says which, and its folder. */
import { ProcessGroup } from "./process-group.ts";

const group = await ProcessGroup.create();
const { pid } = group.start("sleeper", process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
console.log(JSON.stringify({ pid, directory: group.directory }));
setInterval(() => {}, 1_000);
