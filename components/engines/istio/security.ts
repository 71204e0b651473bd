/** What a service accepts, and from whom: one PeerAuthentication, one policy that allows and, where something is denied, one before it. */
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import type { MeshObject } from "../kubernetes.ts";
import { type Context, ownerOf, serviceFragments } from "./context.ts";
import { variantName } from "./names.ts";
import { objectId } from "./objects.ts";
import { selected } from "./selected.ts";

export function securityObjects(service: ServiceIr, context: Context): readonly MeshObject[] {
  const { make } = context;
  const owner = ownerOf(service);
  const fragments = serviceFragments(service, context);
  const deny = fragments.list("access.deny");
  const allow = fragments.list("access.allow");
  const annotations = fragments.get("access.annotations");
  return selected(service, context).flatMap(({ name, selector }) => {
    const denial = variantName(name, "deny");
    return [
      make("PeerAuthentication", owner, { selector, mtls: fragments.get("peer.mtls") }, { name }),
      ...(deny.length === 0
        ? []
        : [
            make(
              "AuthorizationPolicy",
              owner,
              { selector, action: "DENY", rules: deny },
              { name: denial, annotations },
            ),
          ]),
      // A policy that allows is always there, and one without rules admits nobody: without any, everybody could call.
      make(
        "AuthorizationPolicy",
        owner,
        { selector, action: "ALLOW", rules: allow.length === 0 ? undefined : allow },
        {
          name,
          annotations,
          after: deny.length === 0 ? [] : [objectId(service.namespace, denial, "AuthorizationPolicy")],
        },
      ),
    ];
  });
}
