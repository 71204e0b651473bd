/** The settings of the stack that runs, from Pulumi's configuration. A mistake in them ends the program before anything is created. */
import { Config, getStack } from "@pulumi/pulumi";
import { readSettings, type StackSettings, settingKeys } from "../deployment/settings.ts";
import { refuseErrors } from "./refuse.ts";

/** Pulumi keeps text as it is and everything else as JSON. */
const TEXTS: readonly string[] = ["engine", "environment", "owner", "namespaces"];

export function configuredSettings(config: Config = new Config(), stack: string = getStack()): StackSettings {
  const written = settingKeys.map((key) => [key, TEXTS.includes(key) ? config.get(key) : config.getObject(key)]);
  const { settings, diagnostics } = readSettings(
    Object.fromEntries(written.filter(([, value]) => value !== undefined)),
    stack,
  );
  refuseErrors(diagnostics);
  return settings as StackSettings;
}
