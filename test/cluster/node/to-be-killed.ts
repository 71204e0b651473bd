/** A suite that a test kills: it has started a node's namespaces and a process in them, and says which. */
import { ProcessGroup } from "../process-group.ts";
import { NodeSpace } from "./node-space.ts";

const space = await NodeSpace.create(await ProcessGroup.create());
const { pid } = space.start("sleeper", "sleep", ["3600"]);
console.log(JSON.stringify({ pid, address: space.outside }));
setInterval(() => {}, 1_000);
