// Sends forms without loading the page anew. Without this script everything works the same, by redirects.
"use strict";

const talk = document.getElementById("talk");
const ask = document.getElementById("ask");
const text = document.getElementById("text");
const scope = document.getElementById("scope");
const busy = document.getElementById("busy");
document.documentElement.classList.add("js");

function wait(on, told = "") {
  talk.setAttribute("aria-busy", String(on));
  busy.textContent = on ? busy.dataset.wait : "";
  if (told) busy.append(...told);
  for (const button of document.querySelectorAll("main button, #ask button")) button.disabled = on;
}

// Nothing that was typed is lost: the words stay where they are, with the reason and a button to send them again.
let failure = "";
function failed(form, submitter, why) {
  const again = document.createElement("button");
  Object.assign(again, { type: "button", className: "quiet", textContent: busy.dataset.again });
  again.addEventListener("click", () => send(form, submitter));
  failure = [why || busy.dataset.broken, " ", again];
}

// The session is over, or the page is another one now: what was typed waits in the browser until it is back.
function leave() {
  sessionStorage.setItem("typed", text.value);
  location.assign("/");
}

async function send(form, submitter) {
  failure = "";
  const body = new URLSearchParams(new FormData(form, submitter));
  wait(true);
  try {
    const answer = await fetch("/ask", { method: "POST", body, headers: { "X-Fragment": "1" } });
    if (answer.redirected || answer.status === 403) return leave();
    if (!answer.ok) return failed(form, submitter, (answer.status === 429 || answer.status === 413) && await answer.text());
    document.getElementById("ideas")?.remove();
    document.querySelector(".welcome")?.remove();
    const before = talk.lastElementChild;
    talk.insertAdjacentHTML("beforeend", await answer.text());
    if (form === ask) { ask.reset(); grow(); }
    (before ? before.nextElementSibling : talk.firstElementChild)?.scrollIntoView({ block: "start" });
  } catch {
    failed(form, submitter);
  } finally {
    wait(false, failure);
    if (matchMedia("(pointer: fine)").matches) text.focus({ preventScroll: true }); // a phone would show its keyboard
  }
}

function grow() {
  text.rows = Math.min(5, text.value.split("\n").length + Math.floor(text.value.length / 60));
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/ask") return;
  event.preventDefault();
  send(event.target, event.submitter);
});
scope.addEventListener("change", () => {
  const label = document.createElement("input");
  const chosen = document.getElementById("plan").selectedOptions[0];
  Object.assign(label, { type: "hidden", name: "label", value: chosen.text });
  scope.append(label);
  send(scope);
  label.remove();
});
text.value ||= sessionStorage.getItem("typed") || "";
sessionStorage.removeItem("typed");
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (text.value.trim()) ask.requestSubmit();
  }
});
if (talk.querySelector(".said")) document.getElementById("end").scrollIntoView();
