/** Requests that show every feature of the Online Boutique at work, each with the one answer that is right. */
import type { Probe } from "meshwright";

/** The parameters of the mesh on which answers depend. */
interface Values {
  readonly host: string;
  readonly canaryShare: number;
  readonly adsTakePlaintext: boolean;
}

const frontend = { service: "frontend" };
const checkout = { service: "checkoutservice" };
const cart = { service: "cartservice" };
const currency = { service: "currencyservice" };
const loadgenerator = { service: "loadgenerator" };

/** A gRPC call of the shop: the authority of the service, the path /package.Service/Method. */
const rpc = (authority: string, call: string) =>
  ({ protocol: "grpc", url: `http://${authority}/hipstershop.${call}` }) as const;

const listProducts = rpc("productcatalogservice:3550", "ProductCatalogService/ListProducts");
const recommend = rpc("recommendationservice:8080", "RecommendationService/ListRecommendations");
const convert = rpc("currencyservice:7000", "CurrencyService/Convert");
const charge = rpc("paymentservice:50051", "PaymentService/Charge");
const getQuote = rpc("shippingservice:50051", "ShippingService/GetQuote");
const shipOrder = rpc("shippingservice:50051", "ShippingService/ShipOrder");
const addItem = rpc("cartservice:7070", "CartService/AddItem");
const getCart = rpc("cartservice:7070", "CartService/GetCart");
const confirm = rpc("emailservice:5000", "EmailService/SendOrderConfirmation");
const getAds = rpc("adservice:9555", "AdService/GetAds");

/** The stand-in fails the first `count` requests that carry this key. */
const failFirst = (count: number, key: string) => ({ "x-echo-fail-first": String(count), "x-echo-key": key });

export const shopProbes = (environment: string, values: Values): readonly Probe[] =>
  [...atTheDoor(values), ...insideTheShop(values), ...whoMayCall(values), ...theWayOut].map((probe) => ({
    ...probe,
    environment,
  }));

const atTheDoor = ({ host }: Values): readonly Probe[] => [
  {
    name: "a shopper opens the shop",
    from: "outside",
    url: `https://${host}/`,
    expect: {
      status: 200,
      service: "frontend",
      version: "v1",
      headers: { "x-frame-options": "DENY" },
    },
  },
  {
    name: "plain HTTP is sent to HTTPS",
    from: "outside",
    url: `http://${host}/cart`,
    expect: { status: 301 },
  },
  {
    name: "a host that nobody serves",
    from: "outside",
    url: "http://other.localhost/",
    expect: { status: 404 },
  },
  {
    name: "A/B test: the cookie shows the new design",
    from: "outside",
    url: `https://${host}/`,
    headers: { cookie: "shop_design=new" },
    expect: { status: 200, service: "frontend", version: "v2" },
  },
  {
    name: "preview of the new design by query",
    from: "outside",
    url: `https://${host}/cart?design=new`,
    expect: { status: 200, version: "v2", path: "/cart?design=new" },
  },
  {
    name: "rewrite: an old link still works",
    from: "outside",
    url: `https://${host}/store/product/66VCHSJNUP`,
    expect: { status: 200, service: "frontend", path: "/product/66VCHSJNUP" },
  },
  {
    name: "redirect: the sale is one product",
    from: "outside",
    url: `https://${host}/sale`,
    expect: { status: 302, headers: { location: `https://${host}/product/OLJCESPC7Z` } },
  },
  {
    name: "direct response: robots.txt",
    from: "outside",
    url: `https://${host}/robots.txt`,
    expect: { status: 200, headers: { "content-type": "text/plain" } },
  },
  {
    name: "retry: two failures that nobody sees",
    from: "outside",
    url: `https://${host}/product/1YMWWN1N4O`,
    headers: failFirst(2, "page"),
    expect: { status: 200, service: "frontend" },
  },
  {
    name: "a POST is not tried again",
    from: "outside",
    method: "POST",
    url: `https://${host}/cart`,
    headers: failFirst(1, "add-to-cart"),
    expect: { status: 503, service: "frontend" },
  },
  {
    name: "timeout: a page has two seconds",
    from: "outside",
    url: `https://${host}/`,
    headers: { "x-echo-delay": "4000" },
    expect: { status: 504, atLeast: 1900 },
  },
  {
    name: "an order has ten",
    from: "outside",
    method: "POST",
    url: `https://${host}/cart/checkout`,
    headers: { "x-echo-delay": "2500" },
    expect: { status: 200, service: "frontend", atLeast: 2500 },
  },
  {
    name: "access: a method that no shopper needs",
    from: "outside",
    method: "DELETE",
    url: `https://${host}/cart`,
    expect: { status: 403 },
  },
];

const insideTheShop = ({ canaryShare }: Values): readonly Probe[] => [
  {
    name: `canary: ${canaryShare} % of the catalogue's calls`,
    from: frontend,
    ...listProducts,
    times: 400,
    expect: { status: 200, shares: { v1: 100 - canaryShare, v2: canaryShare } },
  },
  {
    name: "header route: testers see the canary",
    from: frontend,
    ...listProducts,
    headers: { "x-beta": "1" },
    expect: { status: 200, service: "productcatalogservice", version: "v2" },
  },
  {
    name: "route by caller: orders never do",
    from: checkout,
    ...listProducts,
    headers: { "x-beta": "1" },
    times: 20,
    expect: { status: 200, version: "v1", shares: { v1: 100 } },
  },
  {
    name: "timeout: recommendations have half a second",
    from: frontend,
    ...recommend,
    headers: { "x-echo-delay": "2000" },
    expect: { status: 503, atLeast: 450 },
  },
  {
    name: "retry: a conversion survives two failures",
    from: checkout,
    ...convert,
    headers: failFirst(2, "conversion"),
    expect: { status: 200, service: "currencyservice" },
  },
  {
    name: "no retry: a card is charged once",
    from: checkout,
    ...charge,
    headers: failFirst(1, "charge"),
    expect: { status: 503 },
  },
  {
    name: "fault: no ads for whoever asks for chaos",
    from: frontend,
    ...getAds,
    headers: { "x-chaos": "ads" },
    expect: { status: 503 },
  },
  {
    name: "ads for everybody else",
    from: frontend,
    ...getAds,
    expect: { status: 200, service: "adservice" },
  },
  {
    name: "redis speaks TCP",
    from: cart,
    url: "tcp://redis-cart:6379",
    expect: { status: 200, service: "redis-cart" },
  },
];

const whoMayCall = ({ adsTakePlaintext }: Values): readonly Probe[] => [
  {
    name: "a charge by checkout",
    from: checkout,
    ...charge,
    expect: { status: 200, service: "paymentservice" },
  },
  {
    name: "access: checkout may only charge",
    from: checkout,
    ...rpc("paymentservice:50051", "PaymentService/Refund"),
    expect: { status: 403 },
  },
  {
    name: "a call that is not declared has no route",
    from: frontend,
    url: charge.url,
    expect: { status: 404 },
  },
  {
    name: "access: checkout may read a cart",
    from: checkout,
    ...getCart,
    expect: { status: 200, service: "cartservice" },
  },
  {
    name: "access: but not fill it",
    from: checkout,
    ...addItem,
    expect: { status: 403 },
  },
  {
    name: "access: the frontend asks for a quote",
    from: frontend,
    ...getQuote,
    expect: { status: 200, service: "shippingservice" },
  },
  {
    name: "access: but ships nothing",
    from: frontend,
    ...shipOrder,
    expect: { status: 403 },
  },
  {
    name: "access by header: load tests send no mail",
    from: checkout,
    ...confirm,
    headers: { "x-load-test": "1" },
    expect: { status: 403 },
  },
  {
    name: "a load test opens the shop",
    from: loadgenerator,
    url: "http://frontend.boutique/product/OLJCESPC7Z",
    expect: { status: 200, service: "frontend" },
  },
  {
    name: "access by namespace: but asks no paid assistant",
    from: loadgenerator,
    method: "POST",
    url: "http://frontend.boutique/bot",
    expect: { status: 403 },
  },
  {
    name: "a stranger with a certificate of the mesh",
    from: "stranger",
    url: "http://frontend/",
    expect: { status: 403 },
  },
  {
    name: "plaintext to a service",
    from: "plaintext",
    url: "http://frontend/",
    expect: { status: "refused" },
  },
  {
    name: "plaintext to redis",
    from: "plaintext",
    url: "tcp://redis-cart:6379",
    expect: { status: "refused" },
  },
  {
    name: adsTakePlaintext ? "permissive mTLS: ads still take plaintext" : "strict mTLS: plaintext to ads",
    from: "plaintext",
    url: "http://adservice:9555/",
    expect: adsTakePlaintext ? { status: 200, service: "adservice" } : { status: "refused" },
  },
];

const theWayOut: readonly Probe[] = [
  {
    name: "external service: exchange rates, over TLS",
    from: currency,
    url: "http://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
    expect: { status: 200, path: "/stats/eurofxref/eurofxref-daily.xml" },
  },
  {
    name: "everything else outside is closed",
    from: currency,
    url: "http://example.com/",
    expect: { status: 404 },
  },
  {
    name: "and that one to everybody else",
    from: frontend,
    url: "http://www.ecb.europa.eu/",
    expect: { status: 404 },
  },
];
