/** `serve-double.ts kubernetes|tls|random ACCESS OPTIONS`: serves one double to Pulumi's engine, and prints its port. */
import { main } from "@pulumi/pulumi/provider/index.js";
import { type Access, ApiClient } from "../api-client.ts";
import { randomDouble, tlsDouble } from "./key-doubles.ts";
import { type DoubleOptions, kubernetesDouble } from "./kubernetes-double.ts";

const [name, access = "{}", options = "{}"] = process.argv.slice(2);

const doubles = {
  kubernetes: () => kubernetesDouble(new ApiClient(JSON.parse(access) as Access), JSON.parse(options) as DoubleOptions),
  tls: () => tlsDouble,
  random: () => randomDouble,
};

// Pulumi passes the engine's address; who attaches to a running provider tells it later.
await main(doubles[name as keyof typeof doubles](), ["127.0.0.1:0"]);
