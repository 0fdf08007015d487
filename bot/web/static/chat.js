// Sends forms without loading the page anew. Without this script everything works the same, by redirects.
"use strict";

const talk = document.getElementById("talk");
const ask = document.getElementById("ask");

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  talk.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch("/ask", { method: "POST", body, headers: { "X-Fragment": "1" } });
    if (!answer.ok || answer.redirected) return location.assign("/");
    talk.insertAdjacentHTML("beforeend", await answer.text());
    if (form === ask) ask.reset();
  } catch {
    form.submit();
  } finally {
    talk.removeAttribute("aria-busy");
    talk.lastElementChild?.scrollIntoView({ block: "end", behavior: "smooth" });
  }
});

document.getElementById("end").scrollIntoView();
