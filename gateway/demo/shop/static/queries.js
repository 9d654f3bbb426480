// Every question the shop asks: one a page.

// Who asks, and which variant they want to look at, if any.
const WHO = "$market: String!, $locale: String, $visitor: VisitorInput!, $previewToken: String, $force: [ForcedVariantInput!]";
const SHOWN_TO = "market: $market, locale: $locale, visitor: $visitor, previewToken: $previewToken, force: $force";

const CARD = `fragment Card on Product {
  id title brand imageUrl pageUrl available rating reviewCount
  price { minorUnits currency }
  salePrice { minorUnits currency }
}`;

const FILL = `fragment Fill on PlacementFill {
  id message strategy variants { experimentKey key source }
  items {
    recommendationId position strategy fallback pageUrl
    reason { text seedProductId releaseId }
    product { ...Card }
  }
}`;

const PAGE = `fragment Answer on Page {
  viewId degraded
  warnings { code message }
  placements { ...Fill }
}`;

const RECOMMENDING = [PAGE, FILL, CARD].join("\n\n");

export const HOME = `query Home(${WHO}, $recommend: Boolean!) {
  placements(ids: ["home_page.top", "home_page.more"], ${SHOWN_TO}) @include(if: $recommend) {
    ...Answer
  }
  recent: recommend(strategy: RECENTLY_VIEWED, market: $market, locale: $locale, visitor: $visitor, limit: 12) @include(if: $recommend) {
    ...Fill
  }
}

${RECOMMENDING}`;

export const CATEGORY = `query Category(
  $id: ID!, ${WHO}, $after: String, $recommend: Boolean!
) {
  placements(
    ids: ["category_page.top"], ${SHOWN_TO}, page: { type: CATEGORY, categoryIds: [$id] }
  ) @include(if: $recommend) {
    ...Answer
  }
  products(market: $market, locale: $locale, filter: { categoryIds: [$id] }, first: 24, after: $after) {
    totalCount
    edges { node { ...Card } }
    pageInfo { hasNextPage endCursor }
  }
  categories(parent: $id) { id name }
}

${RECOMMENDING}`;

export const SEARCH = `query Search(
  $term: String!, ${WHO}, $after: String, $recommend: Boolean!
) {
  placements(
    ids: ["search_page.top"], ${SHOWN_TO}, page: { type: SEARCH, searchTerm: $term }
  ) @include(if: $recommend) {
    ...Answer
  }
  products(market: $market, locale: $locale, search: $term, first: 24, after: $after) {
    totalCount
    edges { node { ...Card } }
    pageInfo { hasNextPage endCursor }
  }
}

${RECOMMENDING}`;

export const PRODUCT = `query Product($id: ID!, ${WHO}, $recommend: Boolean!) {
  product(id: $id, market: $market, locale: $locale) {
    ...Card
    description quantity
    categories { id name }
    attributes(names: ["colour", "material", "type"]) { name values }
  }
  placements(
    ids: ["item_page.together", "item_page.similar"], ${SHOWN_TO}
    page: { type: ITEM, productIds: [$id] }
  ) @include(if: $recommend) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const CART = `query Cart(
  $ids: [ID!]!, $cart: [CartLineInput!], ${WHO}, $recommend: Boolean!
) {
  productsByIds(ids: $ids, market: $market, locale: $locale) { ...Card }
  placements(
    ids: ["cart_page.together"], ${SHOWN_TO}, page: { type: CART, cart: $cart }
  ) @include(if: $recommend) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const ADDED = `query JustAdded(
  $added: [CartLineInput!], $cart: [CartLineInput!], ${WHO}
) {
  placements(
    ids: ["add_to_cart_page.together"], ${SHOWN_TO}, limit: 4
    page: { type: ADD_TO_CART, addedToCart: $added, cart: $cart }
  ) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const THANKS = `query Thanks($order: OrderInput, ${WHO}) {
  placements(
    ids: ["purchase_complete_page.next"], ${SHOWN_TO}
    page: { type: PURCHASE_COMPLETE, order: $order }
  ) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const LOST = `query Lost(${WHO}) {
  placements(ids: ["error_page.top"], ${SHOWN_TO}) {
    ...Answer
  }
}

${RECOMMENDING}`;
