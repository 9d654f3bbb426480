// Asking the gateway: one POST, with the public key and a timeout. Every question is kept for the developer's drawer.
import { config } from "./config.js";
import { looking } from "./looking.js";

const PATIENCE = 5000; // milliseconds

export const asked = new EventTarget();

export async function ask(query, said) {
  const variables = { ...said, ...looking };
  const started = performance.now();
  const response = await fetch(config.endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${config.key}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const answer = await response.json();
  const milliseconds = performance.now() - started;
  asked.dispatchEvent(new CustomEvent("asked", { detail: { query, variables, milliseconds, answer } }));
  if (answer.errors?.length) throw new Error(answer.errors[0].message);
  return answer.data;
}

// A page's one question. Where the recommendations spoil the answer it is asked once more without them: the shop goes on.
export async function askPage(query, variables) {
  try {
    return await ask(query, { ...variables, recommend: true });
  } catch {
    return ask(query, { ...variables, recommend: false });
  }
}
