/** Direct responses, acted out: the proxy answers by itself. */
import type { DirectResponseIr } from "./ir.ts";

export const simulateResponse = ({ status, body = "" }: DirectResponseIr) => ({ status, body });
