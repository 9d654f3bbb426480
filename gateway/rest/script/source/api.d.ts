/** The browser's side of Endcap: what `endcap.js` puts into `window.endcap`, and what `endcap.mjs` exports. */

/** What the shop says of itself. Only `key` and `market` are needed. */
export interface Settings {
  /** A STOREFRONT key: it is public. */
  key: string;
  /** Where the shop is visited, such as `se`. */
  market: string;
  /** Where the gateway is; where the script came from, if it is not told. */
  url?: string;
  /** A language, such as `sv-SE`; the market's own if it is not told. */
  locale?: string;
  /** `web`, `app` …; the key's own if it is not told. */
  channel?: string;
  /** `false`: nothing is stored and nothing is told until `endcap.consent(true)`. */
  consent?: boolean;
  /** The domain of the cookies, such as `shop.example`, where the checkout is on another of its hosts. */
  domain?: string;
  /** Hours after which a visit that nobody continues is over: 24. */
  sessionHours?: number;
  /** The shop's own id of who is logged in. */
  userId?: string;
  /** The shop's signature over `userId`; it is kept nowhere. */
  userToken?: string;
  /** Milliseconds that a page waits for its recommendations: 2000. */
  timeout?: number;
  /** Hears of everything that went wrong: nothing is ever thrown into the page. */
  onError?(fault: Error): void;
  /** Fills a block that no recommendation fills; without it such a block is hidden. */
  fallback?(block: HTMLElement): void;
}

/** Who looks, as questions and events name it. */
export interface Visitor {
  sessionId: string;
  visitorId?: string;
  userId?: string;
  userToken?: string;
}

export interface Money {
  /** In the currency's smallest unit: 1990 is 19.90 EUR, or 1990 JPY. */
  minorUnits: number;
  /** ISO 4217. */
  currency: string;
}

export interface Line {
  productId: string;
  quantity?: number;
  unitPrice?: Money;
}

export interface Order {
  /** The shop's number of it: an order is recorded once. */
  id: string;
  lines: Line[];
}

/** What a page is about. */
export interface PageContext {
  type?: string;
  productIds?: string[];
  cart?: Line[];
  addedToCart?: Line[];
  categoryIds?: string[];
  categoryHints?: string[];
  brand?: string;
  searchTerm?: string;
  order?: Order;
}

/** What else an event may say: the fields of `EventInput`. */
export interface EventFields {
  productId?: string;
  quantity?: number;
  unitPrice?: Money;
  orderId?: string;
  lines?: Line[];
  recommendationId?: string;
  viewId?: string;
  listId?: string;
  placement?: string;
  position?: number;
  searchTerm?: string;
  categoryId?: string;
  value?: number;
  properties?: Record<string, unknown>;
}

/** What else a question may say: the arguments of `POST /v1/placements`, and how its blocks are filled. */
export interface Asking {
  limit?: number;
  filter?: object;
  exclude?: string[];
  after?: string;
  context?: { name: string; values: string[] }[];
  locale?: string;
  region?: string;
  channel?: string;
  /** Also record the page's own event: a view, a search, an order. */
  record?: boolean;
  /** Makes `record` idempotent; one is made if it is not told. */
  requestId?: string;
  /** The groups that the visitor was put into elsewhere. */
  splitGroups?: { experiment?: string; group: string }[];
  /** A pass to look at a variant; the one in the page's address, `?endcap_preview=`, if it is not told. */
  previewToken?: string;
  /** Another variant of the pass's experiment: its key, or its place. */
  force?: Forced[];
  timeout?: number;
  /** Fills the element whose `data-placement` is the fill's id. */
  render?(block: HTMLElement, fill: Fill): void;
  fallback?(block: HTMLElement): void;
}

export interface Product {
  id: string;
  title: string;
  brand: string | null;
  price: Money;
  salePrice: Money | null;
  available: boolean;
  imageUrl: string | null;
  pageUrl: string;
  [name: string]: unknown;
}

export interface Recommendation {
  recommendationId: string;
  position: number;
  score: number;
  strategy: string;
  fallback: string;
  reason: { text: string; seedProductId: string | null; ruleId: string | null; releaseId: string | null };
  /** Logs the click once, then leads to the product's page. */
  clickUrl: string;
  /** Only logs. */
  clickTrackingUrl: string;
  /** The product's page with `?recommendation_id=`. */
  pageUrl: string;
  product: Product;
}

export interface Forced {
  experiment: string;
  variant: string;
}

/** The variant that the visitor has of an experiment. */
export interface Variant {
  experimentId: string;
  experimentKey: string;
  /** 0 is the control. */
  index: number;
  key: string;
  splitGroup: string | null;
  source: "HASH" | "STICKY" | "EXTERNAL" | "FORCED" | "BANDIT";
  /** What it changes; names of the shop's own among them. */
  parameters: Record<string, unknown>;
}

export interface Fill {
  id: string;
  viewId: string;
  listId: string;
  pageType: string | null;
  message: string;
  strategy: string | null;
  variants: Variant[];
  items: Recommendation[];
  endCursor: string | null;
  degraded: boolean;
  warnings: { code: string; message: string }[];
}

export interface Page {
  viewId: string;
  placements: Fill[];
  endCursor: string | null;
  degraded: boolean;
  warnings: { code: string; message: string }[];
}

/** Every function may be called at any time, and none ever throws or rejects. */
export interface Endcap {
  /** Says who the shop is; once a page, before anything else. A second call changes what it names. */
  init(settings: Partial<Settings>): void;
  /** What the visitor decided. `false` deletes the ids and everything that waits to be told. */
  consent(granted: boolean): void;
  /** Somebody logged in; without an id, somebody logged out, and a new visit begins. */
  identify(userId?: string | null, userToken?: string): void;
  /** Who looks, for the shop's own GraphQL questions; before consent an id made for one question, and kept nowhere. */
  visitor(): Visitor;
  /** Tells that something happened: `view`, `add_to_cart`, `search` … */
  track(type: string, fields?: EventFields): void;
  /** Tells that this page was looked at: its path and where the visitor came from, without queries. */
  pageView(fields?: EventFields): void;
  /** Tells of an order. Resolves when it is kept, to true, or when that has to wait for the next page, to false. */
  order(order: Order): Promise<boolean>;
  /** Asks for placements and fills their blocks; null where the gateway did not answer in time. */
  placements(ids: string | string[], page?: PageContext, asking?: Asking): Promise<Page | null>;
  /** Watches elements with `data-recommendation-id` for being seen (half of one for a second) and clicked. */
  impressions(root?: ParentNode): void;
  /** Tells now what waits. True where nothing waits any more. */
  flush(): Promise<boolean>;
  /** Calls that were collected before the script was there: `["init", {…}]`. */
  push(...calls: [string, ...unknown[]][]): void;
}

declare const endcap: Endcap;
export default endcap;

declare global {
  interface Window {
    endcap: Endcap;
  }
}
