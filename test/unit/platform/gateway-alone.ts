import { Provider } from "@pulumi/kubernetes";
import { Gateway, renderMesh } from "meshwright/pulumi";
import { shop } from "./shop.ts";

const cluster = new Provider("cluster", { context: "prod" });

const edge = new Gateway(
  "edge",
  { mesh: renderMesh(shop, { environment: "default" }), gateway: "front", revision: "prod" },
  { provider: cluster },
);

export const { address } = edge;
