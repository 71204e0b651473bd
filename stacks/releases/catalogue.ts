/** The releases that a stack may pin. A release that was deployed somewhere is never changed; new versions make a new one. */
import type { ReleaseCatalogue } from "../../components/deployment/release.ts";
import { release202608 } from "./2026-08.ts";
import { release202611 } from "./2026-11.ts";

export const releaseCatalogue: ReleaseCatalogue = { "2026.08": release202608, "2026.11": release202611 };
