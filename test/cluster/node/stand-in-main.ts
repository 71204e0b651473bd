/** The program of a stand-in's container: its one argument says whom it plays, as JSON (WorkloadSpec). */
import { startWorkloads } from "../../../components/local/workload.ts";
import type { WorkloadSpec } from "../../../components/local/workload-spec.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));

await startWorkloads({ workloads: [JSON.parse(process.argv[2] ?? "") as WorkloadSpec], externals: [] });
// One that only calls has no port, and stays all the same.
setInterval(() => {}, 3_600_000);
