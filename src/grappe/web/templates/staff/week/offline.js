/* The employee's week without a line: the last page seen, kept by the phone. Acts under mon-planning/ only; sends nothing. */
"use strict";
const STORE = "grappe-week", PATIENCE = 6000;
const week = () => new URL(self.registration.scope).pathname;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === week()) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

/* The line first; the page kept when there is none, or when it is too slow and the page is known. */
async function page(request) {
  const store = await caches.open(STORE), asked = { ignoreVary: true };
  const kept = (await store.match(request, asked)) || (await store.match(week(), asked));
  const fresh = fetch(request).then(async (answer) => {
    if (answer.type === "opaqueredirect" || answer.redirected) await caches.delete(STORE); /* signed out: nothing stays */
    else if (answer.ok) await store.put(request, answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  const slow = new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept.clone()); });
  return Promise.race([fresh.catch(() => kept), slow]);
}

async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept || fetch(request);
}
