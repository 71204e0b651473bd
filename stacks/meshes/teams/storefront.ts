/** Another team's: what it calls it imports. */
import { defineServices, http } from "meshwright";
import { base } from "./base.ts";
import * as billing from "./billing.ts";

export const services = defineServices([base, billing], {
  web: { owner: "storefront", ports: { http: http(80) }, calls: ["payments"] },
});
