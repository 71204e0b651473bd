/**
 * What the Online Boutique promises, as tests: what routes and rules do in production, whoever changes them, and wherever the mesh runs:
 * in the simulator, on this machine, or on a cluster.
 */
import { ms, seconds } from "meshwright";
import { testMesh } from "meshwright/testing/live";
import boutique from "./online-boutique.ts";

const catalogue = "hipstershop.ProductCatalogService/ListProducts";

export const testBoutique = () => testMesh(boutique, { environment: "prod" });

export function promises(mesh: ReturnType<typeof testBoutique>): void {
  const frontend = mesh.from("frontend");
  const checkout = mesh.from("checkoutservice");

  before(() => mesh.start());
  after(() => mesh.stop());

  describe("at the door", () => {
    const shopper = mesh.outside("shop");
    const newDesign = { cookies: { shop_design: "new" } };

    it("shows the stable design, and the new one to whoever asks for it", async () => {
      await shopper.get("/").reaches("frontend", "v1");
      await shopper.get("/", newDesign).reaches("frontend", "v2");
      await shopper.get("/cart", { query: { design: "new" } }).reaches("frontend", "v2");
    });

    it("has every page in the stable design when an order is placed", async () => {
      await shopper.post("/cart/checkout", newDesign).reaches("frontend", "v1").waitsAtMost(seconds(10));
    });

    it("tells browsers to stay on https, and sends them there", async () => {
      await shopper.get("/").returns({ headers: { "strict-transport-security": "max-age=31536000" } });
      await shopper.get("http://shop.example.com/cart").redirectsTo("https://shop.example.com:443/cart", 301);
    });

    it("keeps old links and campaigns alive", async () => {
      await shopper.get("/store/product/1").receives({ path: "/product/1", host: "shop.example.com" });
      await shopper.get("/sale").redirectsTo("https://shop.example.com/product/OLJCESPC7Z");
      await shopper.get("/robots.txt").answers(200);
    });

    it("repeats what is safe to repeat: a page, never a purchase", async () => {
      await shopper.get("/product/1").retries(2).waitsAtMost(seconds(2));
      await shopper.post("/cart").retries(0);
    });

    it("refuses methods that no shopper needs, and hosts that are not ours", async () => {
      await shopper.delete("/cart").isDenied();
      await shopper.get("https://other.example.com/").hasNoRoute();
    });
  });

  describe("the catalogue", () => {
    it("gives a tenth of its calls to the canary, and all of those that testers make", async () => {
      await frontend.to("productcatalogservice").rpc(catalogue).splits({ v1: 90, v2: 10 });
      const beta = { headers: { "x-beta": "1" } };
      await frontend.to("productcatalogservice").rpc(catalogue, beta).reaches("productcatalogservice", "v2");
    });

    it("is stable for orders, whoever tests", async () => {
      const beta = { headers: { "x-beta": "1" } };
      await checkout.to("productcatalogservice").rpc(catalogue, beta).reaches("productcatalogservice", "v1");
    });
  });

  describe("what may fail", () => {
    it("ads and recommendations do not hold up a page", async () => {
      const recommend = "hipstershop.RecommendationService/ListRecommendations";
      await frontend.to("recommendationservice").rpc(recommend).waitsAtMost(ms(500));
      const ads = frontend.to("adservice");
      await ads.rpc("hipstershop.AdService/GetAds", { headers: { "x-chaos": "ads" } }).isAborted(503);
      await ads.rpc("hipstershop.AdService/GetAds").reaches("adservice");
    });

    it("a conversion is tried again, a payment never", async () => {
      await frontend.to("currencyservice").rpc("hipstershop.CurrencyService/Convert").retries(3);
      await checkout.to("paymentservice").rpc("hipstershop.PaymentService/Charge").retries(0);
    });
  });

  describe("who may do what", () => {
    it("checkout charges cards, and does nothing else to them", async () => {
      await checkout.to("paymentservice").rpc("hipstershop.PaymentService/Charge").reaches("paymentservice");
      await checkout.to("paymentservice").rpc("hipstershop.PaymentService/Refund").isDenied();
      await frontend.to("paymentservice").rpc("hipstershop.PaymentService/Charge").hasNoRoute();
    });

    it("checkout reads and empties a cart, and fills none", async () => {
      await checkout.to("cartservice").rpc("hipstershop.CartService/GetCart").reaches("cartservice");
      await checkout.to("cartservice").rpc("hipstershop.CartService/AddItem").isDenied();
      await mesh.from("cartservice").to("redis-cart").connect().reaches("redis-cart");
    });

    it("the frontend asks for quotes and ships nothing; a test order sends no mail", async () => {
      await frontend.to("shippingservice").rpc("hipstershop.ShippingService/GetQuote").reaches("shippingservice");
      await frontend.to("shippingservice").rpc("hipstershop.ShippingService/ShipOrder").isDenied("quotesOnly");
      const mail = "hipstershop.EmailService/SendOrderConfirmation";
      await checkout
        .to("emailservice")
        .rpc(mail, { headers: { "x-load-test": "1" } })
        .isDenied("noTestMail");
    });

    it("load tests do not ask what is paid by the answer", async () => {
      await mesh.from("loadgenerator").get("/product/1").reaches("frontend");
      await mesh.from("loadgenerator").post("/bot").isDenied("paidAnswers");
    });

    it("nobody gets in who is not expected", async () => {
      await mesh.stranger().to("frontend").get("/").isDenied();
      await mesh.plaintext().to("adservice").get("/").getsNoConnection();
      await mesh.plaintext().to("redis-cart").connect().getsNoConnection();
    });

    it("the way out leads to the bank alone", async () => {
      const currency = mesh.from("currencyservice");
      await currency.get("http://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml").reaches("ecb");
      await currency.get("http://example.com/").hasNoRoute();
    });
  });

  describe("these tests", () => {
    it("leave out no route and no rule", () => mesh.assertCovered());
  });
}
