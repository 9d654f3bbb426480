// The same for `import endcap from …`.
export { endcap as default } from "./endcap.js";
