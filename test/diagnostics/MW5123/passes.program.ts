import { Provider } from "@pulumi/kubernetes";
import { CertificateAuthority } from "meshwright/pulumi";

export const program = () =>
  new CertificateAuthority(
    "shop",
    {
      authority: { kind: "cert-manager", issuer: "corporate", issuerKind: "ClusterIssuer" },
      trustDomain: "shop.mesh",
      namespace: "istio-system",
    },
    { provider: new Provider("prod", { context: "prod" }) },
  );
