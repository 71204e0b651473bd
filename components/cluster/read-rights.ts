/** Which rights whoever asks does not have. The API server answers each as if the request were made, and keeps nothing of it. */
import type { Right, SeenRights } from "../preflight/snapshot.ts";
import type { Reading } from "./reading.ts";

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

export async function readRights(reading: Reading, rights: readonly Right[]): Promise<SeenRights> {
  const asked = rights.length;
  // An administrator is asked once.
  if (await isAllowed(reading, { verb: "*", group: "*", resource: "*" })) return { asked, refused: [] };
  const everywhere = new Map<string, Promise<boolean>>();
  const isAllowedEverywhere = ({ verb, group, resource }: Right): Promise<boolean> => {
    const key = `${verb} ${group}/${resource}`;
    const known = everywhere.get(key) ?? isAllowed(reading, { verb, group, resource });
    everywhere.set(key, known);
    return known;
  };
  const answers = await Promise.all(
    rights.map(
      async (right) =>
        (await isAllowedEverywhere(right)) || (right.namespace !== undefined && (await isAllowed(reading, right))),
    ),
  );
  return { asked, refused: rights.filter((_, index) => answers[index] !== true) };
}

async function isAllowed(reading: Reading, { verb, group, resource: whole, namespace }: Right): Promise<boolean> {
  const [resource, subresource] = whole.split("/");
  const answer = await reading.ask(REVIEWS, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
  });
  if (answer.kind === "ok") {
    const { status } = answer.body as { readonly status?: { readonly allowed?: boolean } };
    return status?.allowed === true;
  }
  // Whoever may not even ask is told so, and not that everything is refused.
  reading.miss("your rights");
  return true;
}
