// Names in the tests of a mesh are those of the mesh; what it does not have does not compile.
import { defineMesh, http, listen } from "meshwright";
import { testMesh } from "meshwright/testing";

const shop = defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  gateways: {
    edge: { listeners: { web: listen.http(80, { hosts: ["a.example.com"] }) }, routes: { all: { to: "web" } } },
  },
});

export default shop;

export function tests(): void {
  const mesh = testMesh(shop);
  mesh.from("web").to("reviews", "http").get("/").reaches("reviews", "v2").splits({ v1: 90, v2: 10 });
  mesh.outside("edge").get("/").reaches("web");
  // error: '"wbe"' is not assignable to parameter of type '"web" | "reviews"'
  mesh.from("wbe");
  // error: '"edgy"' is not assignable to parameter of type '"edge"
  mesh.outside("edgy");
  // error: '"reviewz"' is not assignable to parameter of type '"web" | "reviews"'
  mesh.from("web").to("reviewz");
  // error: '"grpc"' is not assignable to parameter of type '"http"
  mesh.from("web").to("reviews", "grpc");
  // error: '"v3"' is not assignable to parameter of type '"v1" | "v2"
  mesh.from("web").get("/").reaches("reviews", "v3");
  // error: '"v1"' is not assignable to parameter of type 'undefined'
  mesh.from("web").get("/").reaches("web", "v1");
}
