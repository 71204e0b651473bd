/**
 * Ports of the suites on a cluster: above those that Kubernetes and Istio's agent listen on, below those of running meshes. Suites that run
 * at the same time in several processes (.ci/run) look in different places: a port is only taken when somebody listens there.
 */
import { freePorts } from "../../components/local/ports.ts";

const LANE = Number(process.env.MESHWRIGHT_LANE ?? "0");
const PER_LANE = 1_300;

export const clusterPorts = (count: number): Promise<number[]> =>
  freePorts(count, { first: 16_000 + LANE * PER_LANE, last: 16_000 + (LANE + 1) * PER_LANE - 1 });
