/** One request to the reviews through the port of a proxy, on a connection of its own. */
import { request } from "node:http";

/** @returns the status of the answer */
export const askReviews = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, headers: { host: "reviews" } }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", reject);
    asked.end();
  });
