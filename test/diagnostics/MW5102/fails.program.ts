import { checkStep, type Release } from "meshwright/pulumi";
import { releaseCatalogue } from "meshwright/releases";

/** A catalogue of one's own, with releases to come. */
const later = (name: string, version: string): Release => {
  const newest = releaseCatalogue["2026.11"] as Release;
  return { ...newest, name, istio: { ...newest.istio, version } };
};
const next = later("2027.05", "1.33.1");
const catalogue = { ...releaseCatalogue, "2027.02": later("2027.02", "1.32.2"), "2027.05": next };

export const program = () => checkStep(catalogue, "2026.11", next);
