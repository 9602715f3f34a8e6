// Starts the worker: listens first and keeps what comes early, since messages sent before the wasm listens are lost;
// then loads the glue of the same build (?v=) and replays. A text message to the page is a cry: the worker died.
const early = [];
self.onmessage = (event) => early.push(event);
const cry = (reason) => self.postMessage(String((reason && reason.message) || reason));
self.addEventListener("error", (event) => cry(event.message));
self.addEventListener("unhandledrejection", (event) => cry(event.reason));
try {
  const version = new URL(self.location.href).searchParams.get("v") || "";
  const at = (file) => new URL(`${file}?v=${encodeURIComponent(version)}`, self.location.href);
  const glue = await import(at("worker.js"));
  await glue.default({ module_or_path: at("worker_bg.wasm") });
  for (const event of early) self.onmessage(event);
} catch (error) {
  cry(error);
}
