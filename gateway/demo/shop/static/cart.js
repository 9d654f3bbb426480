// The cart: it lives in the browser, as [{ productId, quantity, recommendationId }].

const KEPT = "tallvik-cart";

export const changes = new EventTarget();

export function lines() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

export const count = () => lines().reduce((sum, line) => sum + line.quantity, 0);

// The lines as the API takes them.
export const told = () => lines().map(({ productId, quantity }) => ({ productId, quantity }));

export function put(productId, quantity, recommendationId) {
  const others = lines().filter((line) => line.productId !== productId);
  const before = lines().find((line) => line.productId === productId);
  keep([...others, { productId, quantity: (before?.quantity ?? 0) + quantity, recommendationId: recommendationId ?? before?.recommendationId }]);
}

export function change(productId, quantity) {
  keep(lines().map((line) => (line.productId === productId ? { ...line, quantity } : line)));
}

export function remove(productId) {
  keep(lines().filter((line) => line.productId !== productId));
}

export const clear = () => keep([]);

function keep(all) {
  localStorage.setItem(KEPT, JSON.stringify(all));
  changes.dispatchEvent(new Event("change"));
}
