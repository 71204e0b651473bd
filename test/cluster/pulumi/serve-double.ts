/** `serve-double.ts kubernetes|tls|random ACCESS [HELM]`: serves one double to Pulumi's engine, and prints its port. */
import { main } from "@pulumi/pulumi/provider/index.js";
import { type Access, ApiClient } from "../api-client.ts";
import { randomDouble, tlsDouble } from "./key-doubles.ts";
import { kubernetesDouble } from "./kubernetes-double.ts";

const [name, access = "{}", helm] = process.argv.slice(2);

const doubles = {
  kubernetes: () => kubernetesDouble(new ApiClient(JSON.parse(access) as Access), helm),
  tls: () => tlsDouble,
  random: () => randomDouble,
};

// Pulumi passes the engine's address; who attaches to a running provider tells it later.
await main(doubles[name as keyof typeof doubles](), ["127.0.0.1:0"]);
