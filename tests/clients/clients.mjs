// The npm clients `@woocommerce/woocommerce-rest-api` and `@shopify/shopify-api` against the faces.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const env = process.env;
const require = createRequire(`${env.CLIENTS}/`);

async function sink() {
  const posts = [];
  const waiting = [];
  const server = createServer((request, response) => {
    const body = [];
    request.on("data", (piece) => body.push(piece));
    request.on("end", () => {
      response.end();
      const post = { headers: request.headers, body: Buffer.concat(body) };
      const next = waiting.shift();
      if (next) next(post);
      else posts.push(post);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const next = () =>
    posts.length ? Promise.resolve(posts.shift()) : new Promise((done) => waiting.push(done));
  return { url: `http://127.0.0.1:${server.address().port}`, next, close: () => server.close() };
}

const signed = (secret, body) => createHmac("sha256", secret).update(body).digest("base64");

async function woocommerce() {
  const Api = require("@woocommerce/woocommerce-rest-api").default;
  const shop = new Api({
    url: env.DOORBUSTER_WOO_WOOCOMMERCE_URL,
    consumerKey: env.DOORBUSTER_WOO_CONSUMER_KEY,
    consumerSecret: env.DOORBUSTER_WOO_CONSUMER_SECRET,
    version: "wc/v3",
  });
  const found = await shop.get("products", { sku: "SKU-11" });
  assert.equal(found.data.length, 1);
  const { id } = found.data[0];
  const changed = await shop.put(`products/${id}`, { stock_quantity: 21, regular_price: "8.50" });
  assert.equal(changed.data.stock_quantity, 21);
  const batch = await shop.post("products/batch", {
    update: [{ id, stock_quantity: 20 }, { id: 3, stock_quantity: 1 }],
  });
  assert.equal(batch.data.update[0].stock_quantity, 20);
  assert.equal(batch.data.update[1].error.data.status, 404);
  const hooks = await sink();
  await shop.post("webhooks", {
    topic: "order.created", delivery_url: hooks.url, secret: "s3cret",
  });
  assert.match((await hooks.next()).body.toString(), /^webhook_id=\d+$/);
  const made = await shop.post("orders", { line_items: [{ product_id: id, quantity: 1 }] });
  const post = await hooks.next();
  assert.equal(post.headers["x-wc-webhook-signature"], signed("s3cret", post.body));
  hooks.close();
  const gone = await shop.put(`orders/${made.data.id}`, { status: "cancelled" });
  assert.equal(gone.data.status, "cancelled");
  const listed = await shop.get("orders", { per_page: 5, status: "cancelled" });
  assert.ok(listed.data.some((order) => order.id === made.data.id));
  assert.ok(Number(listed.headers["x-wp-total"]) >= 1);
  console.log("@woocommerce/woocommerce-rest-api (npm): stock, price, batch, orders, webhook");
}

async function shopify() {
  if (!env.DOORBUSTER_SHOP_SHOPIFY_HTTPS_URL) {
    console.log("skipped: @shopify/shopify-api insists on TLS, and there is none");
    return;
  }
  require("@shopify/shopify-api/adapters/node");
  const { shopifyApi, Session, ApiVersion } = require("@shopify/shopify-api");
  const host = new URL(env.DOORBUSTER_SHOP_SHOPIFY_HTTPS_URL).host;
  const api = shopifyApi({
    apiKey: "key",
    apiSecretKey: env.DOORBUSTER_SHOP_API_SECRET,
    adminApiAccessToken: env.DOORBUSTER_SHOP_ACCESS_TOKEN,
    apiVersion: Object.values(ApiVersion)[0],
    isCustomStoreApp: true,
    isEmbeddedApp: false,
    hostName: host,
  });
  const session = new Session({ id: "1", shop: host, state: "", isOnline: false });
  session.accessToken = env.DOORBUSTER_SHOP_ACCESS_TOKEN;
  const client = new api.clients.Graphql({ session });
  const read = await client.request(
    `query($q: String!) { productVariants(first: 1, query: $q) { nodes { sku inventoryQuantity
       inventoryItem { id inventoryLevels(first: 1) { nodes { location { id } } } } } } }`,
    { variables: { q: "sku:SKU-9" } },
  );
  const [variant] = read.data.productVariants.nodes;
  assert.equal(variant.sku, "SKU-9");
  const set = await client.request(
    `mutation($input: InventorySetQuantitiesInput!) {
       inventorySetQuantities(input: $input) @idempotent(key: "npm-1") {
         inventoryAdjustmentGroup { changes { delta } } userErrors { code } } }`,
    {
      variables: {
        input: {
          name: "available",
          reason: "correction",
          quantities: [{
            inventoryItemId: variant.inventoryItem.id,
            locationId: variant.inventoryItem.inventoryLevels.nodes[0].location.id,
            quantity: 3,
            compareQuantity: variant.inventoryQuantity,
          }],
        },
      },
    },
  );
  assert.deepEqual(set.data.inventorySetQuantities.userErrors, []);
  assert.ok(set.extensions.cost.throttleStatus.currentlyAvailable > 0);
  console.log("@shopify/shopify-api (npm): GraphQL over TLS");
}

await woocommerce();
await shopify();
