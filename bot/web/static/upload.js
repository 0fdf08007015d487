// How much of a file is sent, and how far long work is. Without it forms are sent plainly and pages load themselves anew.
"use strict";

const progress = document.getElementById("progress");
const form = document.getElementById("upload");
const work = document.getElementById("work");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const told = document.getElementById("sent");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  request.upload.onprogress = (sent) => { progress.max = sent.total; progress.value = sent.loaded; };
  request.onload = () => {
    if (request.status < 400) return location.assign(request.responseURL);
    told.textContent = told.dataset.failed;
    button.disabled = false;
  };
  request.onerror = () => { told.textContent = told.dataset.failed; button.disabled = false; };
  progress.hidden = false;
  button.disabled = true;
  told.textContent = told.dataset.sending;
  request.open("POST", form.action);
  request.send(new FormData(form));
});

async function look() {
  const answer = await fetch(work.dataset.state);
  const state = await answer.json();
  if (state.over || !answer.ok) return location.reload();
  document.getElementById("step").textContent = state.told;
  if (state.total) { progress.max = state.total; progress.value = state.done; }
  setTimeout(look, 700);
}
if (work?.dataset.state) setTimeout(look, 400);
