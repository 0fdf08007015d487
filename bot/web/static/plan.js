// What a page on a server cannot do: follow the # of an address, copy, print. Without it everything else works.
"use strict";

const side = document.getElementById("beside");
const base = location.pathname;

function address() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
}

async function follow() {
  const place = address();
  // Only clauses: the page has other places to jump to.
  if (!document.getElementById(place)?.closest(".paper") || place === side.dataset.address) return;
  const query = new URLSearchParams(location.search);
  query.set("at", place);
  query.delete("q");
  const answer = await fetch(`${base}/beside?${query}`);
  if (!answer.ok) return;
  side.innerHTML = await answer.text();
  side.dataset.address = place;
  document.querySelectorAll(".paper .here").forEach((each) => each.classList.remove("here"));
  wire();
}

function wire() {
  const copy = document.getElementById("copy");
  if (!copy) return;
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const citation = document.getElementById("citation");
    try {
      await navigator.clipboard.writeText(citation.value);
    } catch { // an address without https has no clipboard
      citation.closest("details").open = true;
      citation.select();
      document.execCommand("copy");
    }
    copy.textContent = copy.dataset.done;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) return;
  const way = { n: "next", p: "prev" }[event.key];
  if (way) document.querySelector(`#beside a[rel=${way}]`)?.click();
});
addEventListener("hashchange", follow);
const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());
if (matchMedia("(max-width: 64rem)").matches) document.querySelector(".contents details").open = false;
wire();
follow();
// After the browser's own jump to the clause, which may be long: the cited words themselves.
addEventListener("load", () => setTimeout(() => document.querySelector("mark")?.scrollIntoView({ block: "center" })));
