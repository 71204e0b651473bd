/** The images of a release as their registry has them: what each tag stands for today. Fetches manifests, no layers. */
import { imageUnavailable } from "../deployment/codes.ts";
import { type ImagePlace, imageNames } from "../deployment/images.ts";
import type { Digest } from "../deployment/lock.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { findEach } from "./find-each.ts";
import { manifestOf, repositoryNamed } from "./registry.ts";

export interface FoundImage {
  /** With its tag: `pilot:1.31.4`. */
  readonly name: string;
  readonly digest: Digest;
}

export interface FoundImages {
  readonly images: readonly FoundImage[];
  /** Why others are not there, one for each reason. */
  readonly problems: readonly Diagnostic[];
}

export async function findImages(place: ImagePlace): Promise<FoundImages> {
  const { found, missing } = await findEach(imageNames(place), (name) => findImage(place, name));
  const problems = [...missing].map(([message, images]) =>
    diagnose(imageUnavailable, { images, hub: place.hub, message }, { path: ["images"] }),
  );
  return { images: found, problems };
}

async function findImage({ hub }: ImagePlace, name: string): Promise<FoundImage> {
  const [image = "", tag = ""] = name.split(":");
  const { digest } = await manifestOf(repositoryNamed(`${hub}/${image}`), tag);
  return { name, digest };
}
