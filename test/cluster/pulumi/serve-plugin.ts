/** Serves the plugin's components as Pulumi's host of plugins does, to an engine that attaches to it; prints its port. */
import { fileURLToPath } from "node:url";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider.js";
import { main } from "@pulumi/pulumi/provider/index.js";
import { Mesh } from "../../../components/plugin/index.ts";

const dirname = fileURLToPath(new URL("../../../components/plugin", import.meta.url));

await main(new ComponentProvider({ name: "meshwright", components: [Mesh], dirname }), ["127.0.0.1:0"]);
