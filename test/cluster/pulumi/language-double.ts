/**
 * Stands in for Pulumi's language host of Node.js, whose program cannot be had here: starts a program as that host does, with the options
 * of Pulumi.yaml, `@pulumi/pulumi/cmd/run` and the configuration in the environment. So Pulumi.yaml, the stack files and the program are
 * real. The engine starts it as `pulumi-language-nodejs ADDRESS` and reads the port from its output.
 *
 * @source pulumi 3.259 sdk/nodejs/cmd/pulumi-language-nodejs/main.go (parseOptions, execNodejs), read 2026-11
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb.js";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const services =
  require("@pulumi/pulumi/proto/language_grpc_pb.js") as typeof import("@pulumi/pulumi/proto/language_grpc_pb.js");
const messages = require("@pulumi/pulumi/proto/language_pb.js") as typeof import("@pulumi/pulumi/proto/language_pb.js");
const plugins = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof import("@pulumi/pulumi/proto/plugin_pb.js");

const engine = process.argv.at(-1) ?? "";

const answer =
  <T>(make: () => T) =>
  (_call: unknown, callback: sendUnaryData<T>): void =>
    callback(null, make());

const server = new grpc.Server();
server.addService(
  services.LanguageRuntimeService as never,
  {
    handshake: answer(() => new messages.LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new plugins.PluginInfo()),
    getRequiredPlugins: answer(() => new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
    run: (call: ServerUnaryCall<RunRequest, RunResponse>, callback: sendUnaryData<RunResponse>) =>
      void run(call.request).then((response) => callback(null, response)),
  } as never,
);

/** What the host tells the engine when the program has already told the user what is wrong. */
const TOLD_THE_USER = 32;

function run(request: RunRequest): Promise<RunResponse> {
  const info = request.getInfo();
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as {
    readonly nodeargs?: string;
    readonly typescript?: boolean;
  };
  const root = info?.getRootDirectory() ?? process.cwd();
  const child = spawn(
    process.execPath,
    [...(options.nodeargs ?? "").split(" ").filter(Boolean), ...argumentsOf(request, root)],
    {
      cwd: info?.getProgramDirectory() ?? root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...configOf(request), PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true) },
    },
  );
  return new Promise((resolve) => {
    child.once("exit", (code) => {
      const response = new messages.RunResponse();
      if (code === TOLD_THE_USER) response.setBail(true);
      else if (code !== 0) response.setError(`the program ended with code ${String(code)}`);
      resolve(response);
    });
  });
}

const argumentsOf = (request: RunRequest, root: string): readonly string[] => [
  join(root, "node_modules/@pulumi/pulumi/cmd/run"),
  `--monitor=${request.getMonitorAddress()}`,
  `--engine=${engine}`,
  `--organization=${request.getOrganization()}`,
  `--project=${request.getProject()}`,
  `--stack=${request.getStack()}`,
  `--pwd=${request.getPwd()}`,
  `--root-directory=${root}`,
  ...(request.getDryrun() ? ["--dry-run"] : []),
  `--parallel=${request.getParallel()}`,
  request.getInfo()?.getEntryPoint() ?? request.getProgram(),
];

const configOf = (request: RunRequest): NodeJS.ProcessEnv => ({
  PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject(false, undefined as never))),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
});

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => console.log(port));
