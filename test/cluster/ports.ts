/**
 * Ports of the suites on a cluster: above those that Kubernetes and Istio's agent listen on, below those of running meshes, which other
 * suites may start at the same time.
 */
import { freePorts } from "../../components/local/ports.ts";

export const clusterPorts = (count: number): Promise<number[]> => freePorts(count, { first: 16_000, last: 19_999 });
