/**
 * The namespaces of one node: processes, mounts and network of its own. It sees this machine's programs and files, but what it writes to
 * /etc, /opt and /var goes to the suite's folder, and its network ends at a link to this machine. All of it ends with its first process,
 * however that ends: the system kills every process inside, and mounts, interfaces and rules go with the last of them.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { processStart } from "../../../components/local/process-start.ts";
import { type ProcessGroup, type Started, type Starter, until } from "../process-group.ts";
import { withSystemPath } from "./machine.ts";

/**
 * The first process. Whoever has lost its parent becomes its child, so it waits for them.
 * A network without a way out has a default route all the same: Kubernetes looks for its own address along it.
 */
const INIT = `set -e
mount --make-rshared /
for each in etc opt var; do
  mkdir -p "$1/$each/upper" "$1/$each/work"
  mount -t overlay overlay -o "lowerdir=/$each,upperdir=$1/$each/upper,workdir=$1/$each/work" "/$each"
done
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add nowhere type bridge
ip link set nowhere up
echo 1 > /proc/sys/net/ipv4/ip_forward
touch "$1/ready"
while :; do sleep 3600 & wait $!; done`;

/** Of the range for tests of networks (RFC 2544), which nobody routes. */
const linkOf = (block: number) => ({
  machine: `198.18.${block}.1`,
  node: `198.18.${block}.2`,
  pods: `198.19.${block}.0/24`,
});

export class NodeSpace implements Starter {
  readonly directory: string;
  /** The node's address. */
  readonly address: string;
  /** This machine's, as the node sees it: outside of the cluster. */
  readonly outside: string;
  /** The addresses of pods, which this machine reaches through the node. */
  readonly pods: string;
  /** The cgroup below which all of its pods live. */
  readonly cgroup: string;
  readonly #group: ProcessGroup;
  readonly #init: number;
  readonly #block: number;

  private constructor(group: ProcessGroup, init: number, block: number) {
    const { machine, node, pods } = linkOf(block);
    this.#group = group;
    this.#init = init;
    this.#block = block;
    this.directory = group.directory;
    this.address = node;
    this.outside = machine;
    this.pods = pods;
    this.cgroup = `${CGROUP}${block}`;
  }

  static async create(group: ProcessGroup): Promise<NodeSpace> {
    const flags = ["--mount", "--net", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
    const started = group.start("node", "unshare", [...flags, "bash", "-c", INIT, "init", group.directory], {
      env: withSystemPath(process.env),
    });
    await until(started, 20, () => readFile(join(group.directory, "ready")).then(() => true));
    const [init = ""] = readFileSync(`/proc/${started.pid}/task/${started.pid}/children`, "utf8").trim().split(" ");
    const space = new NodeSpace(group, Number(init), link(Number(init)));
    await space.#linkInside();
    makeCgroup(space.cgroup);
    return space;
  }

  /** After the group has stopped: what is left on this machine. */
  forget(): void {
    removeLink(linkName(this.#block));
    for (const hierarchy of hierarchies()) removeTree(join(hierarchy, this.cgroup));
  }

  /** A process inside. */
  start(
    name: string,
    program: string,
    args: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv } = {},
  ): Started {
    const env = withSystemPath(options.env ?? process.env);
    return this.#group.start(name, "nsenter", [...this.#entering(), program, ...args], { ...options, env });
  }

  /** Runs a program inside to its end. @throws with what it says */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const options = { env: withSystemPath(process.env), maxBuffer: 1 << 26 } as const;
    const { stdout } = await promisify(execFile)("nsenter", [...this.#entering(), program, ...args], options);
    return stdout;
  }

  /** What `spawn` takes to run a program inside. */
  command(program: string, ...args: readonly string[]): readonly [string, readonly string[]] {
    return ["nsenter", [...this.#entering(), program, ...args]];
  }

  #entering(): readonly string[] {
    return [`--target=${this.#init}`, "--mount", "--net", "--pid", "--"];
  }

  async #linkInside(): Promise<void> {
    await this.run("ip", "address", "add", `${this.address}/30`, "dev", LINK);
    await this.run("ip", "link", "set", LINK, "up");
    await this.run("ip", "route", "add", "default", "dev", "nowhere");
  }
}

// --- the link to this machine --------------------------------------------------------------------------------------

const LINK = "machine";
/** Of its end on this machine. */
const linkName = (block: number | string): string => `meshwright${block}`;

/** Another suite may have taken a block: then its link is there already. */
function link(init: number): number {
  removeDeadLinks();
  const first = init % 256;
  for (let step = 0; step < 256; step++) {
    const block = (first + step) % 256;
    const { machine, node, pods } = linkOf(block);
    const name = linkName(block);
    try {
      ip("link", "add", name, "type", "veth", "peer", "name", LINK, "netns", String(init));
    } catch {
      continue;
    }
    // Whose it is: a node that is gone leaves its link for as long as the system still tries to end connections of its pods.
    ip("link", "set", name, "alias", ownerOf(init));
    ip("address", "add", `${machine}/30`, "dev", name);
    ip("link", "set", name, "up");
    ip("route", "add", pods, "via", node);
    return block;
  }
  throw new Error("every block of addresses for nodes is taken");
}

const ownerOf = (pid: number): string => `${pid} ${processStart(pid) ?? "gone"}`;

interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
}

function removeDeadLinks(): void {
  const links = JSON.parse(ip("-json", "link", "show", "type", "veth")) as readonly Link[];
  for (const { ifname, ifalias = "" } of links)
    if (ifname.startsWith(linkName("")) && ifalias !== "" && ownerOf(Number(ifalias.split(" ")[0])) !== ifalias)
      removeLink(ifname);
}

function removeLink(name: string): void {
  try {
    ip("link", "delete", name);
  } catch {
    // It went with its node.
  }
}

const ip = (...args: readonly string[]): string =>
  execFileSync("ip", args, { env: withSystemPath(process.env), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

// --- cgroups -------------------------------------------------------------------------------------------------------

const CGROUPS = "/sys/fs/cgroup";
const CGROUP = "meshwright-node-";

/** The kubelet asks for one that is there. Those of nodes that are gone, with their links, are removed. */
function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) {
    for (const old of readdirSync(hierarchy).filter((entry) => entry.startsWith(CGROUP)))
      if (!existsSync(`/sys/class/net/${linkName(old.slice(CGROUP.length))}`)) removeTree(join(hierarchy, old));
    const made = join(hierarchy, name);
    mkdirSync(made, { recursive: true });
    // A cpuset without processors and memory takes no process.
    if (hierarchy.endsWith("/cpuset"))
      for (const file of ["cpuset.cpus", "cpuset.mems"])
        writeFileSync(join(made, file), readFileSync(join(hierarchy, file)));
  }
}

/** One of them where the machine has version 2, else one for each controller. */
const hierarchies = (): readonly string[] => {
  const entries = readdirSync(CGROUPS, { withFileTypes: true });
  if (entries.some(({ name }) => name === "cgroup.controllers")) return [CGROUPS];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(CGROUPS, name));
};

/** Only empty ones can be removed: another suite's node keeps its own. */
function removeTree(path: string): void {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) removeTree(join(path, entry.name));
    rmdirSync(path);
  } catch {
    // It is in use, or gone.
  }
}
