/** The platform's: the whole mesh, and its gateway. */
import { defineMesh, listen, mergeParts } from "meshwright";
import { base } from "./base.ts";
import * as billing from "./billing.ts";
import * as storefront from "./storefront.ts";

export default defineMesh(
  mergeParts(
    {
      ...base,
      gateways: {
        edge: {
          owner: "storefront",
          listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
          routes: { all: { to: "web" } },
        },
      },
    },
    { billing, storefront },
  ),
);
