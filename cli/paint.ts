/** Colours for a person at a terminal: none where the output goes elsewhere, or where NO_COLOR says so. */
import { styleText } from "node:util";
import type { Paint } from "../components/diagnostics/format.ts";

type Format = Parameters<typeof styleText>[0];

const formats: Readonly<Record<Parameters<Paint>[0], Format>> = {
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  note: ["bold", "cyan"],
  label: "dim",
  place: "underline",
};

/** Node looks at the stream and at NO_COLOR, NODE_DISABLE_COLORS and FORCE_COLOR. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (part, text) =>
    styleText(formats[part], text, { stream });
