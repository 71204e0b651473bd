/** Which images a stack runs, and from where: the release's, but for what the stack says otherwise. */
import { type IstioImages, type IstioRelease, istioImages, type PullPolicy } from "../engines/istio/versions.ts";
import type { ImageSettings } from "./settings.ts";

export interface ImagePlace extends IstioImages {
  readonly pullPolicy: PullPolicy;
}

export const imagePlace = (release: IstioRelease, settings: ImageSettings): ImagePlace => ({
  ...release.images,
  ...settings,
});

/** As the lock file names them: `pilot:1.31.4`. */
export const imageNames = ({ tag }: IstioImages): readonly string[] => istioImages.map((name) => `${name}:${tag}`);

/** A node that asks no registry knows images by the tags under which they were put there, not by digests. */
export const namedByDigest = ({ pullPolicy }: ImagePlace): boolean => pullPolicy !== "Never";
