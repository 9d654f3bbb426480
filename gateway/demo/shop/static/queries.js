// Every question the shop asks: one a page.

const CARD = `fragment Card on Product {
  id title brand imageUrl pageUrl available rating reviewCount
  price { minorUnits currency }
  salePrice { minorUnits currency }
}`;

const FILL = `fragment Fill on PlacementFill {
  id message strategy variants { experimentKey key }
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

export const HOME = `query Home($market: String!, $locale: String, $visitor: VisitorInput!, $recommend: Boolean!) {
  placements(ids: ["home_page.top", "home_page.more"], market: $market, locale: $locale, visitor: $visitor) @include(if: $recommend) {
    ...Answer
  }
  recent: recommend(strategy: RECENTLY_VIEWED, market: $market, locale: $locale, visitor: $visitor, limit: 12) @include(if: $recommend) {
    ...Fill
  }
}

${RECOMMENDING}`;

export const CATEGORY = `query Category(
  $id: ID!, $market: String!, $locale: String, $visitor: VisitorInput!, $after: String, $recommend: Boolean!
) {
  placements(
    ids: ["category_page.top"], market: $market, locale: $locale, visitor: $visitor, page: { type: CATEGORY, categoryIds: [$id] }
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
  $term: String!, $market: String!, $locale: String, $visitor: VisitorInput!, $after: String, $recommend: Boolean!
) {
  placements(
    ids: ["search_page.top"], market: $market, locale: $locale, visitor: $visitor, page: { type: SEARCH, searchTerm: $term }
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

export const PRODUCT = `query Product($id: ID!, $market: String!, $locale: String, $visitor: VisitorInput!, $recommend: Boolean!) {
  product(id: $id, market: $market, locale: $locale) {
    ...Card
    description quantity
    categories { id name }
    attributes(names: ["colour", "material", "type"]) { name values }
  }
  placements(
    ids: ["item_page.together", "item_page.similar"], market: $market, locale: $locale, visitor: $visitor
    page: { type: ITEM, productIds: [$id] }
  ) @include(if: $recommend) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const CART = `query Cart(
  $ids: [ID!]!, $cart: [CartLineInput!], $market: String!, $locale: String, $visitor: VisitorInput!, $recommend: Boolean!
) {
  productsByIds(ids: $ids, market: $market, locale: $locale) { ...Card }
  placements(
    ids: ["cart_page.together"], market: $market, locale: $locale, visitor: $visitor, page: { type: CART, cart: $cart }
  ) @include(if: $recommend) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const ADDED = `query JustAdded(
  $added: [CartLineInput!], $cart: [CartLineInput!], $market: String!, $locale: String, $visitor: VisitorInput!
) {
  placements(
    ids: ["add_to_cart_page.together"], market: $market, locale: $locale, visitor: $visitor, limit: 4
    page: { type: ADD_TO_CART, addedToCart: $added, cart: $cart }
  ) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const THANKS = `query Thanks($order: OrderInput, $market: String!, $locale: String, $visitor: VisitorInput!) {
  placements(
    ids: ["purchase_complete_page.next"], market: $market, locale: $locale, visitor: $visitor
    page: { type: PURCHASE_COMPLETE, order: $order }
  ) {
    ...Answer
  }
}

${RECOMMENDING}`;

export const LOST = `query Lost($market: String!, $locale: String, $visitor: VisitorInput!) {
  placements(ids: ["error_page.top"], market: $market, locale: $locale, visitor: $visitor) {
    ...Answer
  }
}

${RECOMMENDING}`;
