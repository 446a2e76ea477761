// What plain forms cannot do: follow an apply as it goes on, and copy a text. Without it, everything else works.
"use strict";

const STATES = ["applying", "undoing", "applied", "partly_applied", "undone", "partly_undone"];
let source = null;

const show = () => window.htmx.ajax("GET", location.pathname, { target: "#work", select: "#work", swap: "outerHTML" });

const follow = () => {
  const gist = document.querySelector("[data-events]");
  if (source && !gist) {
    source.close();
    source = null;
  }
  if (source || !gist) return;
  source = new EventSource(gist.dataset.events);
  for (const state of STATES) source.addEventListener(state, show);
};

const offerCopies = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = "Copied";
});

const ready = () => { follow(); offerCopies(); };
document.addEventListener("DOMContentLoaded", ready);
document.addEventListener("htmx:afterSettle", ready);
