/** Ten requests to the Online Boutique whose answers people get wrong; docs/surprises.md shows what the simulator says of each. */
import type { RequestSpec } from "../../components/simulate/spec.ts";

export interface Surprise {
  readonly title: string;
  readonly request: RequestSpec;
  /** What it teaches. */
  readonly because: string;
}

const rpc = (call: string): string => `/hipstershop.${call}`;

export const surprises: readonly Surprise[] = [
  {
    title: "A tester's order does not see the beta",
    request: {
      from: "checkoutservice",
      to: "productcatalogservice",
      method: "POST",
      path: rpc("ProductCatalogService/GetProduct"),
      headers: [["x-beta", "1"]],
    },
    because:
      "Two routes match: `testers` asks for the header, `orders` for the caller. Both ask one thing, so neither is more specific; `priority` says that an order is never an experiment.",
  },
  {
    title: "A rule with one slash too few",
    request: { from: "loadgenerator", to: "frontend", path: "/bot/" },
    because:
      "`paidAnswers` denies `/bot` exactly and `/assistant` with all below it. `/bot/` is another path, and it is let in.",
  },
  {
    title: "A rule that is not fooled",
    request: { from: "loadgenerator", to: "frontend", path: "/x/..;y//assistant" },
    because:
      "Paths are normalized before any rule sees them: dots are resolved, parameters and all, and slashes merged.",
  },
  {
    title: "An empty header is a header",
    request: {
      from: "checkoutservice",
      to: "emailservice",
      method: "POST",
      path: rpc("EmailService/SendOrderConfirmation"),
      headers: [["x-load-test", ""]],
    },
    because: "`isPresent` asks whether the header is there, not what it says.",
  },
  {
    title: "A rule for one caller leaves the others alone",
    request: { from: "frontend", to: "cartservice", method: "POST", path: rpc("CartService/EmptyCart") },
    because:
      "`checkout` narrows what checkoutservice may do. No rule speaks of frontend, so its declared call lets it do everything.",
  },
  {
    title: "Nobody there, rather than forbidden",
    request: { from: "frontend", to: "paymentservice", method: "POST", path: rpc("PaymentService/Charge") },
    because:
      "frontend declares no call to paymentservice, so its proxy does not know the name: 404 from its own side, and no request leaves.",
  },
  {
    title: "The order that is not repeated",
    request: {
      from: "outside",
      to: "https://shop.example.com/cart/checkout",
      method: "POST",
      backends: [{ service: "frontend", answers: [{ kind: "status", status: 503 }] }],
    },
    because:
      "The route `order` names no retries, so it has the defaults: only what the service has not begun to work on is repeated. A 503 is an answer.",
  },
  {
    title: "A page that is repeated until it comes",
    request: {
      from: "outside",
      to: "https://shop.example.com/?design=new",
      backends: [
        {
          service: "frontend",
          version: "v2",
          answers: [
            { kind: "status", status: 503 },
            { kind: "status", status: 503 },
            { kind: "status", status: 200 },
          ],
        },
      ],
    },
    because:
      "The query asks for the new design, and every route of a page repeats a GET on `5xx`. The two tries stay with the version that was chosen.",
  },
  {
    title: "A slash in disguise",
    request: { from: "outside", to: "https://shop.example.com/store%2F..%2Frobots.txt" },
    because:
      "At the edge escaped slashes are not interpreted but sent back: the client asks again with the plain path, which every proxy reads alike.",
  },
  {
    title: "An experiment is not repeated",
    request: {
      from: "frontend",
      to: "adservice",
      method: "POST",
      path: rpc("AdService/GetAds"),
      headers: [["x-chaos", "ads"]],
    },
    because:
      "An abort is the answer of the caller's own proxy. The default retries on `unavailable` do not see it, and adservice is never asked.",
  },
];
