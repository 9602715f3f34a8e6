// Starts the page: a file of its own, so that the content security policy allows no inline script.
const tag = document.querySelector("script[data-js]");

function say(text) {
  const box = document.createElement("p");
  box.setAttribute("role", "alert");
  box.dataset.testid = "boot-failure";
  box.textContent = text;
  document.body.append(box);
}

if (typeof WebAssembly !== "object" || typeof Worker !== "function" || typeof WebSocket !== "function") {
  say("This browser is too old for Andon: it needs WebAssembly, module workers and WebSockets (Chrome or Edge 111, Firefox 114, Safari 16.4 or newer).");
} else {
  try {
    const wasm = new URL(tag.dataset.wasm, document.baseURI);
    const glue = await import(new URL(tag.dataset.js, document.baseURI));
    await glue.default({ module_or_path: wasm });
  } catch (error) {
    console.error(error);
    say(`Andon could not start: ${error}. Reload the page; if that does not help, the files beside it are not of one version, or the server sends them with a wrong type (.js as text/javascript, .wasm as application/wasm).`);
  }
}
