/** What Pulumi's host of plugins loads; `npm run build` makes what it hands on. */
export { Mesh } from "../../dist/components/plugin/index.js";
